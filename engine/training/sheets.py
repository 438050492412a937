"""Contact sheets of the life-span head, to be looked at: people, ages and expressions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from facewright.engine.arrays import ByteArray, FloatArray
from facewright.engine.face import Face, Subject, Trait, Weights
from facewright.engine.mesh import Mesh
from facewright.engine.models.store import ModelStore
from facewright.engine.photos.shading import picture

FOLDER = Path("build") / "sheets"
PEOPLE, PEOPLE_SEED = 24, 3
PEOPLE_AGES = (0.3, 1.0, 3.0, 8.0, 25.0, 60.0)
AGES, AGED, AGED_SEED = (0.5, 1.0, 3.0, 6.0, 12.0, 18.0, 25.0, 45.0, 70.0), 4, 7
TILE = (300, 360)
EXPRESSIONS: tuple[Mapping[str, float], ...] = (
    {"mouthSmileLeft": 1, "mouthSmileRight": 1, "cheekSquintLeft": 0.7, "cheekSquintRight": 0.7},
    {"mouthSmileLeft": 1},
    {"jawOpen": 1},
    {"jawOpen": 0.4, "mouthFunnel": 0.7},
    {"mouthPucker": 1},
    {"mouthFunnel": 1},
    {"mouthFrownLeft": 1, "mouthFrownRight": 1, "browInnerUp": 1},
    {"browDownLeft": 1, "browDownRight": 1, "noseSneerLeft": 0.8, "noseSneerRight": 0.8},
    {"browOuterUpLeft": 1, "browOuterUpRight": 1, "browInnerUp": 1, "eyeWideLeft": 1,
     "eyeWideRight": 1, "jawOpen": 0.5},
    {"eyeBlinkLeft": 1, "eyeBlinkRight": 1},
    {"eyeBlinkLeft": 1},
    {"eyeSquintLeft": 1, "eyeSquintRight": 1},
    {"cheekPuff": 1},
    {"jawLeft": 1},
    {"mouthRight": 1},
    {"mouthUpperUpLeft": 1, "mouthUpperUpRight": 1, "mouthLowerDownLeft": 1,
     "mouthLowerDownRight": 1},
    {"mouthRollLower": 1, "mouthRollUpper": 1},
    {"jawOpen": 1, "mouthClose": 1},
    {"tongueOut": 1, "jawOpen": 0.4},
    {"eyeLookUpLeft": 1, "eyeLookUpRight": 1},
)  # fmt: skip


def run(data: Path | None, out: Path | None) -> str:
    """Draw the sheets as PNG; the target `sheets` of `facewright-train`."""
    from PIL import Image

    folder = out or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    store = ModelStore()
    sheets = {
        "people": (_people(store), 6),
        "ages": (_ages(store), len(AGES)),
        "expressions": (_expressions(store, 30.0), 5),
        "expressions-infant": (_expressions(store, 1.0), 5),
    }
    for name, (tiles, columns) in sheets.items():
        Image.fromarray(grid(tiles, columns)).save(folder / f"{name}.png")
    return f"{len(sheets)} sheets in {folder}"


def grid(tiles: Iterable[ByteArray], columns: int) -> ByteArray:
    """Return pictures of one size side by side in rows of `columns`."""
    pictures = list(tiles)
    blank = np.full_like(pictures[0], 255)
    pictures += [blank] * (-len(pictures) % columns)
    rows = [
        np.concatenate(pictures[start : start + columns], axis=1)
        for start in range(0, len(pictures), columns)
    ]
    return np.concatenate(rows, axis=0)


def _shown(
    store: ModelStore,
    c: FloatArray,
    view: str,
    expression: Mapping[str, float] | None = None,
    form: FloatArray | float = 0.0,
) -> ByteArray:
    model, rig = store.lifespan(), store.rig()
    subject = Subject(*(Trait(float(value), "given") for value in c[:4]))
    face = Face(Mesh(model.topology, model.vertices(c) + form), subject, Weights(expression or {}))
    return picture(rig.pose(face), rig.skin_image(face), view=view, size=TILE)


def aged(tile: ByteArray, age: float) -> ByteArray:
    """Return a picture with an age in years written into its corner."""
    from PIL import Image, ImageDraw

    image = Image.fromarray(tile)
    ImageDraw.Draw(image).text(
        (10, 8), f"{age:.3g} year" + "s" * int(age != 1), fill=(255, 255, 255), font_size=18
    )
    return np.asarray(image)


def _people(store: ModelStore) -> list[ByteArray]:
    model, rng = store.lifespan(), np.random.default_rng(PEOPLE_SEED)
    tiles = []
    for place in range(PEOPLE):
        c = model.sample(rng, 1, PEOPLE_AGES[place % len(PEOPLE_AGES)])[0]
        form, view = model.fine_form(rng, c[0]), ("front", "three-quarter")[place // 6 % 2]
        tiles.append(aged(_shown(store, c, view, form=form), c[0]))
    return tiles


def _ages(store: ModelStore) -> list[ByteArray]:
    drawn = store.lifespan().sample(np.random.default_rng(AGED_SEED), AGED, 30.0)
    tiles = []
    for c in drawn:
        for age in AGES:
            c[0] = age
            tiles.append(aged(_shown(store, c, "three-quarter"), age))
    return tiles


def _expressions(store: ModelStore, age: float) -> list[ByteArray]:
    c = store.lifespan().defaults
    c[0] = age
    return [_shown(store, c, "front", expression) for expression in EXPRESSIONS]

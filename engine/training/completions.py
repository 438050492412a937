"""Ten completions, skin and all, as a contact sheet: as found, what is hidden, completed, truth.

Four real scans of the folder `real/scans` and six people of the life-span head. What is hidden is
first spoilt, as a hand, a hole or a cleft would, so that nothing of the truth can shine through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import ndimage

from facewright.engine.arrays import BoolArray, ByteArray, frozen
from facewright.engine.edits.base import Edit
from facewright.engine.edits.blend import texel_mask
from facewright.engine.edits.complete import PAINTED, Complete, completion_of
from facewright.engine.edits.repair import Repair, plan_of
from facewright.engine.face import Face, Subject, Texture, Trait
from facewright.engine.files.meshes import read_scan
from facewright.engine.geometry.masking import border_distance, edge_lengths
from facewright.engine.geometry.normals import vertex_normals
from facewright.engine.mask import Mask
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.store import ModelStore
from facewright.engine.photos.shading import picture
from facewright.engine.scans.clefts import Kind, with_cleft
from facewright.engine.scans.registration import register
from facewright.engine.training.sheets import grid
from facewright.engine.training.sources import data_folder

FOLDER = Path("build") / "sheets"
TILE = (340, 400)
COLUMNS = ("as found", "hidden", "completed", "truth")
FACE, INFANTS_FACE = 0.66, 0.86
"""Share of a head's height that a picture is high; infants' faces lie low in their heads."""
PAINT = np.array((86, 150, 110))
"""Colour of what is hidden, in pictures."""
HAND, HOLE, BULGE = (205.0, 150.0, 120.0), (18.0, 14.0, 12.0), 9.0
"""Colours of what is in the way, and mm that it stands out by or goes in."""
REAL = (
    ("james.obj", Complete(region="nasolabial"), HAND),
    ("LeePerrySmith.obj", Complete(region="nose"), HOLE),
    ("fran_cut.vtk", Complete(region="lips"), HAND),
    ("sven_mannequin_pointcloud.ply", Complete(region="nasolabial"), HOLE),
)


@dataclass(frozen=True, eq=False)
class Case:
    """A head as found, the step that completes it, and the head as it was."""

    name: str
    found: Face
    edit: Edit
    truth: Face


@dataclass(frozen=True, eq=False)
class Shown:
    """A completed case: how far shape and colour are off where both were seen, and pictures."""

    name: str
    shape: float
    color: float
    tiles: tuple[ByteArray, ...]


def run(data: Path | None, out: Path | None) -> str:
    """Draw the sheet; the target `completions` of `facewright-train`."""
    from PIL import Image

    folder = out or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    models = ModelStore()
    scans = data_folder(data) / "real" / "scans"
    shown = [show(case, models) for case in (*real(scans, models), *made(models))]
    tiles = [tile for one in shown for tile in one.tiles]
    Image.fromarray(grid(tiles, 2 * len(COLUMNS))).save(folder / "completions.png")
    return "; ".join(f"{s.name} {s.shape:.2f} mm, {s.color:.1f} of 255" for s in shown)


def real(scans: Path, models: ModelStore) -> Iterator[Case]:
    """Yield real scans, registered, with something in the way; those that are not there are not."""
    for name, edit, colour in REAL:
        if (scans / name).is_file():
            truth = register(read_scan(scans / name), models).face
            yield Case(name.split(".")[0], spoilt(truth, edit, colour, models), edit, truth)


def made(models: ModelStore) -> Iterator[Case]:
    """Yield people of the life-span head with a cleft, or with something in the way."""
    for name, seed, age, african, asian, kind in (
        ("infant, cleft left", 3, 0.3, 0.0, 0.0, Kind("left", "complete", 0.6)),
        ("infant, cleft of both sides", 5, 0.4, 0.9, 0.0, Kind("both", "complete", 0.5)),
        ("infant, cleft right", 8, 0.6, 0.0, 0.9, Kind("right", "incomplete", 0.7)),
    ):
        truth = person(seed, age, african, asian, models)
        opened = with_cleft(truth.mesh, models.lifespan().template, kind)
        found = replace(truth, mesh=opened.mesh, landmarks=opened.landmarks)
        yield Case(name, found, Repair(side=kind.side), truth)
    cheek = _about(models.lifespan(), "left", (36.0, -30.0), 22.0)
    for name, seed, age, african, asian, edit, colour in (
        (
            "infant, pacifier",
            11,
            0.8,
            0.0,
            0.0,
            Complete(region="nasolabial"),
            (70.0, 120.0, 190.0),
        ),
        ("child, hole", 13, 7.0, 0.7, 0.0, Complete(region="nose"), HOLE),
        ("old, hand on the cheek", 17, 70.0, 0.0, 0.0, Complete(region=PAINTED, area=cheek), HAND),
    ):
        truth = person(seed, age, african, asian, models)
        yield Case(name, spoilt(truth, edit, colour, models), edit, truth)


def person(seed: int, age: float, african: float, asian: float, models: ModelStore) -> Face:
    """Return a random person whose skin was seen all over, blotches and spots included."""
    from facewright.engine.models.skin import load_skin

    model, rng = models.lifespan(), np.random.default_rng(seed)
    subject = Subject(Trait(age), Trait(0.0), Trait(african), Trait(asian))
    c = model.sample(rng, 1, age=age)[0]
    c[model.groups["expression"]] = 0.0
    image = load_skin().image(subject)
    size = image.shape[:2]
    blotches, spots = (
        ndimage.gaussian_filter(rng.standard_normal(size), sigma) for sigma in (14.0, 2.2)
    )
    blood = 0.2 * blotches / blotches.std() + 1.2 * (spots / spots.std() > 3.2)
    grain = rng.normal(0, 0.012, size)
    skin = image * np.exp(blood[..., None] * [-0.02, -0.12, -0.10] + grain[..., None])
    texture = Texture(skin.clip(0, 255).astype(np.uint8), np.ones(size, np.float32))
    nothing = frozen(np.zeros(model.topology.count))
    return Face(model.instance(c), subject, texture=texture, inferred=nothing)


def hidden(face: Face, edit: Edit, models: ModelStore) -> BoolArray:
    """Return the vertices `(V,)` that a step changes and that can be seen."""
    if isinstance(edit, Repair):
        plan = plan_of(edit, face, models)
        assert plan is not None
        return plan.asked.seen
    assert isinstance(edit, Complete)
    asked = completion_of(edit, face, models)
    assert asked is not None
    return asked.seen


def spoilt(face: Face, edit: Edit, color: tuple[float, ...], models: ModelStore) -> Face:
    """Return the face with something of a colour in front of what the step will complete."""
    where, mesh, texture = hidden(face, edit, models), face.mesh, face.texture
    assert texture is not None
    depth = border_distance(
        where.astype(np.float32), edge_lengths(mesh.vertices, mesh.topology.faces)
    )
    rise = np.where(where, np.clip((depth - 2) / 10, 0, 1), 0.0)
    out = -BULGE if color is HOLE else BULGE
    normals = vertex_normals(mesh.vertices, mesh.topology.faces)
    moved = mesh.vertices + (out * rise)[:, None] * normals
    cover = texel_mask(
        frozen(((depth > 2) & where).astype(np.float32)), mesh.topology, texture.known.shape
    )[..., None]
    image = texture.image + cover * (np.array(color) - texture.image)
    spoiled = Texture(image.astype(np.uint8), texture.known)
    return replace(face, mesh=mesh.moved(moved), texture=spoiled)


def show(case: Case, models: ModelStore) -> Shown:
    """Complete a case, and draw it."""
    where = hidden(case.found, case.edit, models)
    after = case.edit.apply(case.found, models)
    assert after.texture is not None
    assert case.truth.texture is not None
    assert case.truth.inferred is not None
    judged = where & (case.truth.inferred < 0.5)
    off = np.linalg.norm(after.mesh.vertices - case.truth.mesh.vertices, axis=1)[judged].mean()
    painted = (after.texture.known == 0) & (case.truth.texture.known > 0.5)
    change = np.abs(after.texture.image.astype(float) - case.truth.texture.image)[painted].mean()
    mask = texel_mask(
        frozen(where.astype(np.float32)), case.found.mesh.topology, after.texture.known.shape
    )[..., None]
    assert case.found.texture is not None
    covered = np.where(mask > 0.5, PAINT, case.found.texture.image).astype(np.uint8)
    marked = replace(case.found, texture=Texture(covered, after.texture.known))
    share = FACE if case.truth.subject.age.value > 5 else INFANTS_FACE
    tall = share * float(np.ptp(case.truth.mesh.vertices[:, 1]))
    tiles = tuple(
        _named(_drawn(face, tall, models), f"{case.name}: {column}" if k == 0 else column)
        for k, (face, column) in enumerate(
            zip((case.found, marked, after, case.truth), COLUMNS, strict=True)
        )
    )
    return Shown(case.name, float(off), float(change), tiles)


def _drawn(face: Face, tall: float, models: ModelStore) -> ByteArray:
    rig = models.rig()
    return picture(rig.pose(face), rig.skin_image(face), size=TILE, height=tall)


def _named(tile: ByteArray, words: str) -> ByteArray:
    from PIL import Image, ImageDraw

    image = Image.fromarray(tile)
    ImageDraw.Draw(image).text(
        (10, 8), words, fill=(255, 255, 255), font_size=15, stroke_width=2, stroke_fill=(30, 30, 30)
    )
    return np.asarray(image)


def _about(model: LifespanModel, side: str, place: tuple[float, float], reach: float) -> Mask:
    """Return the mask about a place of the mean face, x and y in mm, on one side."""
    mean, regions = model.mean().vertices, model.topology.regions
    near = np.linalg.norm(mean[:, :2] - place, axis=1) < reach
    return frozen((near & (regions[side] > 0.5) & model.template.face).astype(np.float32))

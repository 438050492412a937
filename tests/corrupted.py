"""Scans of people whose truth is known, with what spoils real scans put on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from facewright.engine.face import Face, Subject, Trait, Weights
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.landmarks import Points
from facewright.engine.mesh import Scan
from facewright.engine.models.people import SEEDS
from facewright.engine.models.store import ModelStore
from facewright.engine.training.samples import Recipe, Swept, sweep

ROWS = COLUMNS = 240
SPAN = np.radians(115.0)
SKIN_BEYOND = 3.0
"""Mm from a vertex of the head within which a cell of the scan shows it."""


def _unwritten(swept: Swept, to_file: np.ndarray, path: Path) -> None:
    raise AssertionError("these scans are never written")


@dataclass(frozen=True, eq=False)
class Subjected:
    """A clean scan of a person and the truth under it.

    `skin` is `(V, 3)`, `cell` the flat index of the grid cell that shows each vertex (-1: none);
    `across` and `up` are `(R, C)` mm to the subject's left of the middle and upward from the
    mouth, `out` `(C, 3)` the direction that the scanner looks from.
    """

    age: float
    clean: Swept
    skin: np.ndarray
    cell: np.ndarray
    areas: np.ndarray
    face: np.ndarray
    across: np.ndarray
    up: np.ndarray
    out: np.ndarray
    brow: float
    points: Points

    def share(self, bad: np.ndarray) -> float:
        """Return how much of the face the cells `(R, C)` cover."""
        areas = self.areas * self.face
        return float(areas[self.hit(bad)].sum() / areas.sum())

    def hit(self, bad: np.ndarray) -> np.ndarray:
        """Return the `(V,)` vertices of the skin in cells."""
        return (self.cell >= 0) & bad.ravel()[self.cell]

    def marks(self, spoilt: np.ndarray, seed: int = 0) -> Points:
        """Return the landmarks that a person could place: those on `(V,)` skin that shows."""
        names = tuple(f"ibug{number}" for number in range(17, 68))
        near = cKDTree(self.skin).query([self.points[name] for name in names])[1]
        shown = tuple(name for name, row in zip(names, near, strict=True) if not spoilt[row])
        places = np.array([self.points[name] for name in shown])
        wrong = np.random.default_rng(seed).normal(0.0, 0.7, places.shape)
        return Points.build(shown, places + wrong)

    def scan(self, swept: Swept) -> Scan:
        """Return what a scanner's file would hold."""
        points, faces, _, colors = swept.mesh()
        return Scan("spoilt.ply", points, faces, colors=colors, unit="mm")


def person(number: int, age: float, models: ModelStore, noise: float = 0.1) -> Subjected:
    """Return one of the people who test models, scanned."""
    model = models.lifespan()
    rng = np.random.default_rng(SEEDS["test"].start + number)
    drawn = model.sample(rng, 1, age=age)[0]
    drawn[model.groups["expression"]] = 0.0
    mesh = model.instance(drawn)
    mesh = mesh.moved(mesh.vertices + model.fine_form(rng, age))
    face = Face(mesh, Subject(age=Trait(age, "given")), Weights())
    recipe = Recipe(
        "", number, age, Weights(), noise, 0.0, (0, 0, 0), ROWS, COLUMNS, np.eye(4), _unwritten
    )
    clean = sweep(face, recipe, models)
    skin = models.rig().pose(face).skin.vertices.astype(np.float64)
    marks = model.template.landmarks.on(skin)
    apart, nearest = cKDTree(clean.points[clean.valid]).query(skin)
    cell = np.where(apart < SKIN_BEYOND, np.flatnonzero(clean.valid.ravel())[nearest], -1)
    angle = np.linspace(-SPAN, SPAN, COLUMNS)
    out = np.stack([np.sin(angle), np.zeros(COLUMNS), np.cos(angle)], axis=1)
    middle = 0.5 * (marks["t_l"] + marks["t_r"])
    radius = np.linalg.norm(clean.points[..., [0, 2]] - middle[[0, 2]], axis=2)
    return Subjected(
        age=age,
        clean=clean,
        skin=skin,
        cell=cell,
        areas=vertex_areas(skin, model.topology.faces),
        face=model.template.face & (cell >= 0),
        across=angle[None] * np.where(clean.valid, radius, 80.0),
        up=clean.points[..., 1] - float(marks["sto"][1]) + 0.0 * angle[None],
        out=out,
        brow=float(marks["g"][1] - marks["sto"][1]),
        points=marks,
    )


Spoil = Callable[[Subjected, float, np.random.Generator], tuple[Swept, np.ndarray]]


def _out(who: Subjected, swept: Swept, by: np.ndarray) -> Swept:
    points = swept.points + by[..., None] * who.out[None]
    return replace(swept, points=points.astype(np.float32))


def _dyed(
    swept: Swept, bad: np.ndarray, color: tuple[float, ...], rng: np.random.Generator
) -> Swept:
    dye = np.clip(np.array(color) * (1 + 0.08 * rng.normal(size=(*bad.shape, 1))), 0, 255)
    return replace(swept, colors=np.where(bad[..., None], dye, swept.colors).astype(np.uint8))


def _bumps(rng: np.random.Generator, width: float) -> np.ndarray:
    field = ndimage.gaussian_filter(rng.normal(size=(ROWS, COLUMNS)), width)
    return field / field.std()


def _blots(who: Subjected, size: float, rng: np.random.Generator, count: int = 5) -> np.ndarray:
    """Return ragged round places on the face, `size` mm in radius."""
    rows = rng.choice(np.flatnonzero(who.face), count)
    bad = np.zeros((ROWS, COLUMNS), bool)
    ragged = 1 + 0.15 * _bumps(rng, 4.0)
    for cell in who.cell[rows]:
        row, column = divmod(int(cell), COLUMNS)
        away = np.hypot(who.across - who.across[row, column], who.up - who.up[row, column])
        bad |= away < size * ragged
    return bad & who.clean.valid


def holes(who: Subjected, size: float, rng: np.random.Generator) -> tuple[Swept, np.ndarray]:
    """Places without surface, whose rims are rough."""
    bad = _blots(who, 30 * size, rng)
    rim = ndimage.binary_dilation(bad, iterations=2) & ~bad
    rough = _out(who, who.clean, np.where(rim, 0.6 * rng.normal(size=rim.shape), 0.0))
    return replace(rough, valid=rough.valid & ~bad), bad


def spikes(who: Subjected, size: float, rng: np.random.Generator) -> tuple[Swept, np.ndarray]:
    """Single points that stand far off."""
    bad = (rng.random((ROWS, COLUMNS)) < 0.25 * size) & who.clean.valid
    by = rng.choice([-1, 1], bad.shape) * rng.uniform(4, 12, bad.shape)
    return _out(who, who.clean, np.where(bad, by, 0.0)), bad


def hand(who: Subjected, size: float, rng: np.random.Generator) -> tuple[Swept, np.ndarray]:
    """Fingers and a palm over the mouth and one cheek, with the person's own colour."""
    lean = rng.uniform(-0.4, 0.4)
    x = np.cos(lean) * who.across + np.sin(lean) * who.up
    y = -np.sin(lean) * who.across + np.cos(lean) * who.up
    reach, wide = 130 * size, 46 * size
    along = np.clip((x + 0.35 * reach) / reach, 0, 1)
    fingers = 0.72 + 0.28 * np.cos(2 * np.pi * y / (wide / 2))
    depth = 1 - (y / wide) ** 2
    bad = (depth > 0) & (x > -0.35 * reach) & (x < 0.65 * reach) & who.clean.valid
    by = (8 + 8 * fingers) * np.sqrt(np.clip(depth, 0, 1)) * (0.8 + 0.2 * along) + 4
    return _out(who, who.clean, np.where(bad, by, 0.0)), bad


def pacifier(who: Subjected, size: float, rng: np.random.Generator) -> tuple[Swept, np.ndarray]:
    """A shield over the mouth with a knob, of a colour that no skin has."""
    bad = np.hypot(who.across / (50 * size), who.up / (40 * size)) < 1
    bad &= who.clean.valid
    knob = np.hypot(who.across, who.up) < 12 * size
    color = ((70, 150, 215), (240, 120, 170), (90, 190, 120))[rng.integers(3)]
    shape = np.where(bad, 5.0 + 9.0 * knob, 0.0)
    return _dyed(_out(who, who.clean, shape), bad, color, rng), bad


def hair(who: Subjected, size: float, rng: np.random.Generator) -> tuple[Swept, np.ndarray]:
    """A fringe over forehead and temples."""
    bumps = _bumps(rng, 3.0)
    line = who.brow + 45 - 170 * size + 6 * np.sin(who.across / 7) + 3 * bumps
    bad = (who.up > line - 0.004 * who.across**2) & who.clean.valid
    by = np.where(bad, 6.5 + 1.5 * bumps, 0.0)
    return _dyed(_out(who, who.clean, by), bad, (58, 42, 32), rng), bad


def cloth(who: Subjected, size: float, rng: np.random.Generator) -> tuple[Swept, np.ndarray]:
    """A blanket over the chin and one cheek."""
    side = rng.choice([-1, 1])
    folds = np.sin((who.across + 0.5 * who.up) / 9)
    line = -70 + 170 * size - 0.35 * side * who.across + 2 * folds
    bad = (who.up < line) & who.clean.valid
    by = np.where(bad, 7 + 2.5 * folds, 0.0)
    return _dyed(_out(who, who.clean, by), bad, (226, 226, 236), rng), bad


def colour(who: Subjected, size: float, rng: np.random.Generator) -> tuple[Swept, np.ndarray]:
    """Patches of paint or tape: the shape is right."""
    bad = _blots(who, 30 * size, rng)
    return _dyed(who.clean, bad, ((70, 160, 90), (60, 80, 200))[rng.integers(2)], rng), bad


KINDS: Mapping[str, Spoil] = {
    spoil.__name__: spoil for spoil in (holes, spikes, hand, pacifier, hair, cloth, colour)
}


def spoilt(
    who: Subjected, kind: str, share: float, seed: int = 0
) -> tuple[Scan, np.ndarray, float]:
    """Return the scan with so much of the face spoilt, which vertices are, and how much it is.

    Parameters
    ----------
    kind : str
        One of `KINDS`, or several joined by "+", each with an equal part.
    share : float
        Of the area of the face.
    """
    names = kind.split("+")
    swept, bad = who.clean, np.zeros((ROWS, COLUMNS), bool)
    for place, name in enumerate(names):
        wanted, low, high = share * (place + 1) / len(names), 0.0, 2.0
        base = replace(who, clean=swept)
        for _ in range(12):
            size = 0.5 * (low + high)
            made, more = KINDS[name](base, size, np.random.default_rng(seed))
            low, high = (size, high) if who.share(bad | more) < wanted else (low, size)
        swept, bad = made, bad | more
    return who.scan(swept), who.hit(bad), who.share(bad)

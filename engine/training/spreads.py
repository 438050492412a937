"""What is published of how much people differ, and what of it random heads have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from facewright.engine.arrays import DoubleArray
from facewright.engine.face import Subject, Trait
from facewright.engine.measure.anthropometry import measure_head
from facewright.engine.measure.farkas import BY_CODE, Definition
from facewright.engine.measure.norms import NormAt, curves, norm_for
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.lifespan_axes import SHAPE

SEXES = (-1.0, 1.0)
TAPE = "OFC"
TAPED_SD = 14.0
"""Mm: the tape around the head after 5 years, where the table ends (Bushby 1992, both sexes)."""
AGES = (0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 10.0, 14.0, 18.0, 25.0, 30.0, 40.0)
"""Years at which spreads are compared."""
LEAST, MOST = 0.8, 1.25
"""How much narrower and wider than published the spread of random people may be."""


@dataclass(frozen=True)
class Spread:
    """How much random people differ in a measure, beside how much people do.

    Attributes
    ----------
    code : str
        Of the measure.
    age, sex : float
    published, found : float
        Standard deviations, mm or degrees.
    source : str
    """

    code: str
    age: float
    sex: float
    published: float
    found: float
    source: str

    @property
    def ratio(self) -> float:
        """Found over published."""
        return self.found / self.published


def published(code: str, age: float, sex: float) -> NormAt | None:
    """Return the norm that the program shows for a measure, if it has one."""
    norm = norm_for(code, Subject(Trait(age, "given"), Trait(sex, "given")))
    return norm if isinstance(norm, NormAt) else None


class Rulers:
    """Measures many heads at once: their landmarks are linear in the axes.

    Parameters
    ----------
    model : LifespanModel
    age : float
    """

    def __init__(self, model: LifespanModel, age: float) -> None:
        template, marks = model.template, model.template.landmarks
        anchor = sparse.csr_array(
            (
                marks.weights.ravel().astype(np.float64),
                (np.repeat(np.arange(len(marks.names)), 3), marks.corners.ravel()),
            ),
            (len(marks.names), template.fine.count),
        )
        _, basis = model.neutral_basis(age)
        mean = model.defaults
        mean[0] = age
        self._names = {name: row for row, name in enumerate(marks.names)}
        self._mean: DoubleArray = anchor @ model.vertices(mean).astype(np.float64)
        read = anchor @ template.lift
        self._basis = np.stack([read @ way for way in basis.astype(np.float64)])

    def of(self, code: str, axes: DoubleArray) -> DoubleArray:
        """Return a measure of n heads from `(n, A)` axes from sex to asymmetry."""
        definition = BY_CODE[code]
        sides = [self._side(definition, axes, side) for side in "rl"[: 1 + definition.paired]]
        return np.asarray(np.mean(sides, axis=0))

    def slopes(self, code: str, step: float = 0.1) -> DoubleArray:
        """Return how the mean head's measure changes per unit of each axis, `(A,)`."""
        steps = step * np.eye(len(self._basis))
        return np.asarray((self.of(code, steps) - self.of(code, -steps)) / (2 * step))

    def _side(self, definition: Definition, axes: DoubleArray, side: str) -> DoubleArray:
        rows = [self._names[name] for name in definition.on_side(side)]
        points = self._mean[rows] + np.tensordot(axes, self._basis[:, rows], 1)
        way = points[:, 1] - points[:, 0]
        match definition.kind:
            case "distance":
                return np.asarray(np.linalg.norm(way, axis=1))
            case "slope":
                return np.asarray(np.degrees(np.arctan2(way[:, 1], np.abs(way[:, 0]))))
            case "angle":
                ends = points[:, [0, 2]] - points[:, [1]]
                ends /= np.linalg.norm(ends, axis=2, keepdims=True)
                return np.asarray(np.degrees(np.arccos((ends[:, 0] * ends[:, 1]).sum(axis=1))))
        raise ValueError(f"{definition.code} is no measure between landmarks")


def tape(model: LifespanModel, axes: DoubleArray, age: float) -> DoubleArray:
    """Return the circumference of n heads from `(n, A)` axes from sex to asymmetry, mm."""
    found = []
    for row in axes:
        c = model.defaults
        c[0], c[1 : 1 + len(row)] = age, row
        head = model.instance(c)
        measured = measure_head(head, model.template.landmarks, definitions=(BY_CODE[TAPE],))
        found.append(measured[0].number)
    return np.array(found)


def measures() -> tuple[str, ...]:
    """Return every measure between landmarks that has a norm."""
    kinds = ("distance", "slope", "angle")
    return tuple(code for code in curves() if BY_CODE[code].kind in kinds)


def spreads(model: LifespanModel, seed: int, count: int = 8000) -> Iterator[Spread]:
    """Yield every published spread beside that of random women and men, age by age.

    They are drawn without African and East Asian ancestry, as the people of most norms were.
    """
    last = model.groups[SHAPE[-1]].stop
    for age in AGES:
        rulers = Rulers(model, age)
        drawn = model.sample(np.random.default_rng(seed), 2 * count, age)[:, 1:last]
        drawn[:, model.groups["ancestry"].start - 1 : model.groups["ancestry"].stop - 1] = 0.0
        for sex in SEXES:
            same = drawn[np.sign(drawn[:, 0]) == sex].astype(np.float64)
            for code in measures():
                norm = published(code, age, sex)
                if norm is not None:
                    found = float(rulers.of(code, same).std())
                    yield Spread(code, age, sex, norm.sd, found, norm.source.title)

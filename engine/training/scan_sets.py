"""Sets of scans as a children's clinic collects them: people, visits, expressions, damage.

INFACE (section 3) has 2,394 scans of 816 infants, 9 +- 6 months old, with whatever expression
each happened to make, and corrupted regions marked. No such scan was available, so the people
are the life-span head's (`models.people`) and everything about each scan is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import BoolArray, FloatArray, IntArray
from facewright.engine.face import NO_WEIGHTS, Weights
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.presets import PRESETS
from facewright.engine.training.damage import Bridge, Damage

PEOPLE, SCANS, TEST = 816, 2394, 50
MONTHS, SPREAD, OLDEST = 9.0, 6.0, 36.0
"""Age at the first visit (INFACE, section 3), and the oldest that the infants' model is for."""
APART = (2.0, 9.0)
"""Months between visits of infants; others come back at any age."""
VISITS = (0.45, 0.35, 0.2)
"""Shares of people seen once, twice and three times."""
JITTER = 0.05
"""Mm of white noise on every vertex: what a registration leaves."""

_BOTH = ("Left", "Right")


def _sided(**named: float) -> dict[str, float]:
    return {f"{name}{side}": w for name, w in named.items() for side in _BOTH}


EXPRESSIONS: Mapping[str, Weights] = MappingProxyType(
    {
        "relaxed": Weights(jawOpen=0.08),
        "cry": PRESETS["Cry"],
        "whine": Weights(
            _sided(browDown=0.45, eyeSquint=0.35, mouthFrown=0.55, cheekSquint=0.3, noseSneer=0.2),
            browInnerUp=0.4,
            mouthShrugLower=0.5,
            jawOpen=0.1,
        ),
        "smile": PRESETS["Smile"],
        "surprise": PRESETS["Surprise"],
    }
)
"""What infants do while they are scanned (INFACE, figure 4)."""
HOW_OFTEN = (0.4, 0.2, 0.15, 0.15, 0.1)


@dataclass(frozen=True, eq=False)
class ScanSet:
    """N registered scans, coarse level, head frame, mm.

    Attributes
    ----------
    vertices : (N, V, 3) float32
        As the registration left them: lost vertices are bridged, the others lie a jitter off.
    truth : (N, V, 3) float32
        Without damage and jitter.
    lost : (N, V) bool
    person : (N,) int64
        Seed of each, see `models.people.SEEDS`.
    visit : (N,) int
    years : (N,)
    expression : tuple of Weights
    """

    vertices: FloatArray
    truth: FloatArray
    lost: BoolArray
    person: NDArray[np.int64]
    visit: NDArray[np.int64]
    years: FloatArray
    expression: tuple[Weights, ...]

    def __len__(self) -> int:
        return len(self.vertices)

    @property
    def damage(self) -> FloatArray:
        """Share of each scan that is lost, the measure of quality that INFACE sorts by."""
        return np.asarray(self.lost.mean(axis=1), np.float32)

    def within(self, where: BoolArray) -> ScanSet:
        """Return the scans of some vertices alone, `(V,)`."""
        return replace(
            self,
            vertices=self.vertices[:, where],
            truth=self.truth[:, where],
            lost=self.lost[:, where],
        )

    def both_ways(self, mirror: IntArray) -> ScanSet:
        """Return the scans, and their mirror images as scans of the same people.

        The names of expressions keep their sides.
        """
        twice = self.among(np.tile(np.arange(len(self)), 2))
        seen = np.arange(len(twice)) >= len(self)
        for array in (twice.vertices, twice.truth):
            array[seen] = array[seen][:, mirror] * np.array([-1, 1, 1], np.float32)
        twice.lost[seen] = twice.lost[seen][:, mirror]
        return twice

    def among(self, rows: NDArray[np.intp]) -> ScanSet:
        """Return some of the scans."""
        return ScanSet(
            self.vertices[rows],
            self.truth[rows],
            self.lost[rows],
            self.person[rows],
            self.visit[rows],
            self.years[rows],
            tuple(self.expression[row] for row in rows),
        )

    def split(self, share: float) -> tuple[ScanSet, ScanSet]:
        """Return the scans of most people, and of a random `share` of the people."""
        people = np.unique(self.person)
        chosen = np.random.default_rng(0).permutation(people)[: round(share * len(people))]
        apart = np.isin(self.person, chosen)
        return self.among(np.flatnonzero(~apart)), self.among(np.flatnonzero(apart))


@dataclass(frozen=True, eq=False)
class Sitter:
    """A person who is scanned."""

    model: LifespanModel
    seed: int

    def head(self, years: float, expression: Weights) -> FloatArray:
        """Return `(V_coarse, 3)`: the same person at any age, with any expression."""
        return self.whole(years, expression)[self.model.template.subset]

    def whole(self, years: float, expression: Weights = NO_WEIGHTS) -> FloatArray:
        """Return the same on the fine level, `(V_fine, 3)`."""
        c = self.model.sample(np.random.default_rng(self.seed), 1, age=years)[0]
        for name, weight in expression.items():
            c[self.model.row(name)] = weight
        form = self.model.fine_form(np.random.default_rng([self.seed, 1]), years)
        return self.model.vertices(c) + form


def collect(
    model: LifespanModel,
    seeds: Sequence[int],
    scans: int,
    *,
    damaged: bool = True,
    adult: bool = False,
) -> ScanSet:
    """Return scans of the people with these seeds, about as many of each.

    Parameters
    ----------
    model : LifespanModel
    seeds : sequence of int
        One for each person: the same people for the same seeds.
    scans : int
        How many in all, at least one of each person.
    damaged : bool
        False: nothing is lost, as in INFACE's test set "with minimal artifacts".
    adult : bool
        True draws visits from birth to 85 years in place of infants', in any order: one age latent
        has to hear of all ages of one person.
    """
    template = model.template
    typical = model.vertices(_typical(model, MONTHS / 12))[template.subset]
    damage, bridge = Damage(typical, template), Bridge(typical, template)
    truth, vertices, lost = [], [], []
    about: list[tuple[int, int, float, Weights]] = []
    for number, seed in enumerate(seeds):
        rng = np.random.default_rng([seed, 2])
        sitter = Sitter(model, int(seed))
        years = _first_age(rng, adult)
        visits = 1 + int(rng.choice(len(VISITS), p=VISITS))
        count = scans * (number + 1) // len(seeds) - scans * number // len(seeds)
        for scan in range(count):
            visit = min(scan // 2, visits - 1)
            if scan % 2 == 0 and scan // 2 < visits and visit:
                years = _first_age(rng, adult) if adult else years + rng.uniform(*APART) / 12
            expression = random_expression(rng)
            head = sitter.head(years, expression)
            gone = damage.draw(rng) if damaged else np.zeros(len(head), bool)
            noisy = head + rng.normal(0.0, JITTER, head.shape).astype(np.float32)
            truth.append(head)
            vertices.append(bridge.filled(noisy, gone))
            lost.append(gone)
            about.append((int(seed), visit, years, expression))
    person, visit_of, ages, expressions = zip(*about, strict=True)
    return ScanSet(
        np.asarray(vertices, np.float32),
        np.asarray(truth, np.float32),
        np.asarray(lost),
        np.asarray(person),
        np.asarray(visit_of),
        np.asarray(ages, np.float32),
        tuple(expressions),
    )


def random_expression(rng: np.random.Generator) -> Weights:
    """Return what a face happens to do: one of `EXPRESSIONS`, more or less, a little crooked."""
    name = list(EXPRESSIONS)[rng.choice(len(EXPRESSIONS), p=HOW_OFTEN)]
    strength = rng.uniform(0.3, 1.2)
    return Weights(
        {
            shape: float(np.clip(strength * weight * rng.normal(1.0, 0.2), 0.0, 1.0))
            for shape, weight in EXPRESSIONS[name].items()
        }
    )


def _first_age(rng: np.random.Generator, adult: bool) -> float:
    if adult:
        from facewright.engine.models.lifespan_axes import age_sample

        return float(age_sample(rng, 1)[0])
    months = -1.0
    while not 0.0 <= months <= OLDEST:
        months = rng.normal(MONTHS, SPREAD)
    return float(months / 12)


def _typical(model: LifespanModel, years: float) -> FloatArray:
    c = model.defaults
    c[0] = years
    return c

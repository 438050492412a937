"""Published norms of standard measures, by age and sex, each with its source.

The tables are `assets/norms`: facts from the publications that they name. Between the ages of a
source values are interpolated straight, and over age bands smoothed by a local line; outside
them there is none, and none is made up.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Literal

import numpy as np

from facewright.engine.assets import ASSETS
from facewright.engine.errors import ModelUnavailable
from facewright.engine.face import Subject

Sex = Literal["male", "female", "both"]

FOLDER = ASSETS / "norms"
CLEARLY = 0.5
"""How far along the model's sex axis a subject counts as a man or a woman."""
REACH, REACH_GROWS = 2.5, 0.2
"""Bands weigh in up to this many years away, and up to this part of the age where that is more:
children change within a year, and of adults few were measured at each age."""


@dataclass(frozen=True)
class NormSource:
    """Where norms were published.

    Attributes
    ----------
    id, title, citation, population, method, note : str
    ages : (float, float)
        Years that the study covers.
    verified : bool
        Whether its numbers were held against the original or an independent study.
    checked : str
        What was compared.
    rank : int
        Place in order of preference, 0 first.
    """

    id: str
    title: str
    citation: str
    population: str
    ages: tuple[float, float]
    method: str
    note: str
    verified: bool
    checked: str
    rank: int


@dataclass(frozen=True)
class Row:
    """People of an age, or of a band of ages.

    Attributes
    ----------
    age, to : float
        Years; the same for one age.
    count : int
        People measured; 0 where the source does not say.
    mean, sd : float
        Mm or degrees.
    """

    age: float
    to: float
    count: int
    mean: float
    sd: float


@dataclass(frozen=True)
class NormCurve:
    """A measure's norm over age, of one source and sex.

    Attributes
    ----------
    measure : str
        Code of the measure.
    source : NormSource
    sex : str
        "male", "female" or "both" pooled.
    rows : tuple of Row
        By age.
    """

    measure: str
    source: NormSource
    sex: Sex
    rows: tuple[Row, ...]

    @property
    def ages(self) -> tuple[float, float]:
        """First and last age that the table and the study hold, years."""
        first, last = self.source.ages
        return max(first, self.rows[0].age), min(last, self.rows[-1].to)

    def covers(self, age: float) -> bool:
        """Whether the table holds this age."""
        return self.ages[0] <= age <= self.ages[1]

    def at(self, age: float) -> NormAt:
        """Return the norm at an age that is covered."""
        low, high, counts, means, sds = np.array(
            [(row.age, row.to, row.count, row.mean, row.sd) for row in self.rows]
        ).T
        if np.array_equal(low, high):
            mean, sd = np.interp(age, low, means), np.interp(age, low, sds)
            return NormAt(float(mean), float(sd), self.source, self.sex, self.rows[0].count)
        away = 0.5 * (low + high) - age
        weight = counts * np.maximum(0.0, 1.0 - np.abs(away) / max(REACH, REACH_GROWS * age))
        total, first, second = (float((weight * away**power).sum()) for power in (0, 1, 2))
        share = weight * (second - first * away) / (total * second - first**2)
        mean = share @ means
        sd = np.sqrt(weight @ sds**2 / total)
        sure = 1.0 / (share[counts > 0] ** 2 / counts[counts > 0]).sum()
        return NormAt(float(mean), float(sd), self.source, self.sex, round(float(sure)))


@dataclass(frozen=True)
class NormAt:
    """The norm that a value is held against.

    Attributes
    ----------
    mean, sd : float
        Of the measure, mm or degrees.
    source : NormSource
    sex : str
        Whose norm it is; "both" also where women and men were pooled by us, half each.
    count : int
        People on whom the mean rests; 0 where the source does not say. Over bands, as many as
        would make a plain mean as sure as the smoothed one.
    pooled_here : bool
    """

    mean: float
    sd: float
    source: NormSource
    sex: Sex
    count: int
    pooled_here: bool = False

    def z(self, value: float) -> float:
        """Return how many standard deviations a value lies above the mean."""
        return (value - self.mean) / self.sd


@cache
def curves() -> Mapping[str, tuple[NormCurve, ...]]:
    """Return every norm by the code of its measure.

    Raises
    ------
    ModelUnavailable
        If the table is missing.
    """
    try:
        sources = json.loads((FOLDER / "sources.json").read_text(encoding="utf-8"))
        with (FOLDER / "norms.csv").open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
    except OSError as error:
        raise ModelUnavailable(
            "The table of norms is missing: install Facewright again."
        ) from error
    known = {
        id: NormSource(id, rank=rank, **{**entry, "ages": tuple(map(float, entry["ages"]))})
        for rank, (id, entry) in enumerate(sources.items())
    }
    grouped: dict[tuple[str, str, Sex], list[Row]] = {}
    for line in lines:
        sex: Sex = {"male": "male", "female": "female"}.get(line["sex"], "both")  # type: ignore[assignment]
        age, mean, sd = (float(line[name]) for name in ("age", "mean", "sd"))
        row = Row(age, float(line["to"] or age), int(line["n"] or 0), mean, sd)
        grouped.setdefault((line["measure"], line["source"], sex), []).append(row)
    found: dict[str, list[NormCurve]] = {}
    for (measure, source, sex), rows in grouped.items():
        ordered = tuple(sorted(rows, key=lambda row: row.age))
        found.setdefault(measure, []).append(NormCurve(measure, known[source], sex, ordered))
    return MappingProxyType({measure: tuple(held) for measure, held in found.items()})


def sex_of(subject: Subject) -> Sex:
    """Return whose norms a subject is held against; "both" where the sex is not known."""
    if subject.sex.origin == "unknown" or abs(subject.sex.value) < CLEARLY:
        return "both"
    return "female" if subject.sex.value > 0 else "male"


def norm_for(measure: str, subject: Subject) -> NormAt | str:
    """Return the norm of a measure for a subject, or why there is none."""
    if measure not in curves():
        return "None that we could check."
    if subject.age.origin == "unknown":
        return "No norm without an age: say it in Age, sex."
    return _norm(measure, subject.age.value, sex_of(subject))


@lru_cache(4096)  # while a head changes, its age and sex mostly stay
def _norm(measure: str, age: float, sex: Sex) -> NormAt | str:
    return best(curves()[measure], age, sex)


def best(held: Iterable[NormCurve], age: float, sex: Sex) -> NormAt | str:
    """Return the norm of a measure at an age, or why there is none.

    The preferred source goes first; within it the subject's own sex before both. Without a known
    sex, where a source has only women and men apart, half of each is pooled.
    """
    held = tuple(held)
    fitting = [curve for curve in held if curve.covers(age)]
    choices = [curve.at(age) for curve in fitting if curve.sex in (sex, "both")]
    if sex == "both":
        choices += _pooled(fitting, age)
    if choices:
        return min(choices, key=lambda norm: (norm.source.rank, norm.sex != sex))
    if fitting:
        return "No norm for this sex at this age."
    first = min(curve.ages[0] for curve in held)
    last = max(curve.ages[1] for curve in held)
    return f"No norm at this age: there are some from {_in_words(first)} to {_in_words(last)}."


def _in_words(age: float) -> str:
    months = round(12 * age)
    if 0 < months < 12:
        return f"{months} month{'s' if months > 1 else ''}"
    return "birth" if months == 0 else f"{age:g} year{'s' if age != 1 else ''}"


def _pooled(fitting: list[NormCurve], age: float) -> list[NormAt]:
    """Return half women and half men of each source that has both: a mixture's mean and sd."""
    pooled = []
    for man in (curve.at(age) for curve in fitting if curve.sex == "male"):
        for woman in (c.at(age) for c in fitting if c.sex == "female" and c.source is man.source):
            mean, apart = 0.5 * (man.mean + woman.mean), 0.5 * (man.mean - woman.mean)
            sd = float(np.sqrt(0.5 * (man.sd**2 + woman.sd**2) + apart**2))
            count = man.count + woman.count
            pooled.append(NormAt(mean, sd, man.source, "both", count, pooled_here=True))
    return pooled

"""Published norms of standard measures, by age and sex, each with its source.

The table is `assets/norms`: facts from the publications that it names. Between the ages of a
source values are interpolated straight; outside them there is none, and none is made up.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
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


@dataclass(frozen=True)
class NormSource:
    """Where norms were published.

    Attributes
    ----------
    id, title, citation, population, note : str
    ages : (float, float)
        Years that the study covers.
    """

    id: str
    title: str
    citation: str
    population: str
    ages: tuple[float, float]
    note: str


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
    count : int
        People measured; 0 where the source does not say.
    ages, means, sds : tuple of float
        Years, mm or degrees.
    """

    measure: str
    source: NormSource
    sex: Sex
    count: int
    ages: tuple[float, ...]
    means: tuple[float, ...]
    sds: tuple[float, ...]

    def covers(self, age: float) -> bool:
        """Whether the table holds this age."""
        return self.ages[0] <= age <= self.ages[-1]

    def at(self, age: float) -> tuple[float, float]:
        """Return mean and standard deviation at an age that is covered."""
        return (
            float(np.interp(age, self.ages, self.means)),
            float(np.interp(age, self.ages, self.sds)),
        )


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
        People measured; 0 where the source does not say.
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
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise ModelUnavailable(
            "The table of norms is missing: install Facewright again."
        ) from error
    known = {
        id: NormSource(id, **{**row, "ages": (float(row["ages"][0]), float(row["ages"][1]))})
        for id, row in sources.items()
    }
    grouped: dict[tuple[str, str, Sex, int], list[tuple[float, float, float]]] = {}
    for row in rows:
        sex: Sex = {"male": "male", "female": "female"}.get(row["sex"], "both")  # type: ignore[assignment]
        key = (row["measure"], row["source"], sex, int(row["n"] or 0))
        point = (float(row["age"]), float(row["mean"]), float(row["sd"]))
        grouped.setdefault(key, []).append(point)
    found: dict[str, list[NormCurve]] = {}
    for (measure, source, sex, count), points in grouped.items():
        ages, means, sds = zip(*sorted(points), strict=True)
        curve = NormCurve(measure, known[source], sex, count, ages, means, sds)
        found.setdefault(measure, []).append(curve)
    return MappingProxyType({measure: tuple(held) for measure, held in found.items()})


def sex_of(subject: Subject) -> Sex:
    """Return whose norms a subject is held against; "both" where the sex is not known."""
    if subject.sex.origin == "unknown" or abs(subject.sex.value) < CLEARLY:
        return "both"
    return "female" if subject.sex.value > 0 else "male"


def norm_for(measure: str, subject: Subject) -> NormAt | str:
    """Return the norm of a measure for a subject, or why there is none.

    Of several that cover the age, the one of the subject's own sex goes before a pooled one, and
    then the one with more people. Without a known sex a pooled norm goes first; where a source
    has only women and men apart, half of each is pooled.
    """
    held = curves().get(measure, ())
    if not held:
        return "No published norm."
    if subject.age.origin == "unknown":
        return "No norm without an age: say it in Age, sex."
    age, sex = subject.age.value, sex_of(subject)
    fitting = [curve for curve in held if curve.covers(age)]
    choices = [
        NormAt(*curve.at(age), curve.source, curve.sex, curve.count)
        for curve in fitting
        if curve.sex in (sex, "both")
    ]
    if sex == "both":
        choices += _pooled(fitting, age)
    if not choices:
        first = min(curve.ages[0] for curve in held)
        last = max(curve.ages[-1] for curve in held)
        return f"No norm at this age: there are some from {first:g} to {last:g} years."
    return max(choices, key=lambda norm: (norm.sex == sex and not norm.pooled_here, norm.count))


def _pooled(fitting: list[NormCurve], age: float) -> list[NormAt]:
    """Return half women and half men of each source that has both: a mixture's mean and sd."""
    pooled = []
    for man in (curve for curve in fitting if curve.sex == "male"):
        for woman in (c for c in fitting if c.sex == "female" and c.source is man.source):
            (m, sm), (w, sw) = man.at(age), woman.at(age)
            sd = float(np.sqrt(0.5 * (sm**2 + sw**2) + (0.5 * (m - w)) ** 2))
            count = man.count + woman.count
            pooled.append(NormAt(0.5 * (m + w), sd, man.source, "both", count, pooled_here=True))
    return pooled

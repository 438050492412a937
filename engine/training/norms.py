"""What mean heads are calibrated on: the shipped norms, and sizes by head circumference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.measure.farkas import BY_CODE
from facewright.engine.measure.norms import NormAt, NormCurve, Sex, curves
from facewright.engine.models.template import Template
from facewright.engine.training.measures import circumference

AXIS: dict[Sex, float] = {"male": -1.0, "both": 0.0, "female": 1.0}
"""Where the sex of a norm lies on the model's axis."""
AGES = (0.0, 1 / 12, 0.5, 1.0, 2.0, 3.5, 5.0, 8.0, 10.0, 14.0, 18.0, 25.0, 30.0)
"""Years at which norms count: often enough for curves that bend slowly."""
TAPE = "OFC"


@dataclass(frozen=True)
class Target:
    """A distance that the mean head of an age and sex should have.

    Attributes
    ----------
    pair : (str, str)
        Landmarks.
    age, sex : float
        Years; -1 male, 0 both, 1 female.
    mean, sd : float
        Mm; sd is how loosely the mean counts.
    """

    pair: tuple[str, str]
    age: float
    sex: float
    mean: float
    sd: float


GUIDES = tuple(
    Target(pair, 0.5, AXIS["both"], mean, sd)
    for pair, mean, sd in (
        (("n", "gn"), 78.0, 7.0),
        (("al_l", "al_r"), 25.0, 2.5),
        (("sn", "prn"), 11.0, 1.5),
        (("n", "prn"), 22.5, 3.0),
        (("sn", "sto"), 14.0, 2.0),
        (("zy_l", "zy_r"), 95.0, 8.0),
        (("go_l", "go_r"), 80.0, 6.0),
    )
)
"""Weak guides below three years, from the landmark file of INFACE: one infant of unknown age."""


HELD_OUT = ("ac-prn", "sbal-sbal")
"""Measures that are left to judge the heads by: fitted to these two, hidden noses of scans were
completed a tenth worse, so the creases of the wing lie elsewhere on the template than in the
study."""
UNSURE, INFANTS = 2.0, 3.0
"""How much less closely norms count that nobody verified, and until which age they count at all,
where there are no others."""


def fitted(code: str, age: float) -> list[tuple[NormCurve, NormAt]]:
    """Return the norms of a distance that heads of an age are calibrated on, by sex.

    The program's preferred source of those that were verified; of all for infants, if none was.
    """
    if code not in curves() or code in HELD_OUT or BY_CODE[code].kind != "distance":
        return []
    held = [curve for curve in curves()[code] if curve.covers(age)]
    sure = [curve for curve in held if curve.source.verified]
    usable = sure or (held if age < INFANTS else [])
    first = min((curve.source.rank for curve in usable), default=0)
    return [(curve, curve.at(age)) for curve in usable if curve.source.rank == first]


def targets() -> tuple[Target, ...]:
    """Return every norm that heads are calibrated on, and the guides for infants."""
    found = []
    for code in curves():
        for age in AGES:
            for curve, norm in fitted(code, age):
                a, b = BY_CODE[code].on_side("l")
                loose = norm.sd if curve.source.verified else UNSURE * norm.sd
                found.append(Target((a, b), age, AXIS[norm.sex], norm.mean, loose))
    return (*found, *GUIDES)


GROWN_CIRCUMFERENCE = (
    (10.0, 525, 530), (14.0, 540, 550), (18.0, 550, 562), (30.0, 555, 575), (60.0, 555, 575),
    (90.0, 552, 572),
)  # fmt: skip
"""Years, girls or women, boys or men; mm, medians, where the shipped table has none.

At 10 and 14: Nellhaus 1968. At 18 Nellhaus gives 550 and 560. Adults: Bushby and others 1992
(United Kingdom).
"""


def head_circumference() -> DoubleArray:
    """Return years and the tape around heads of girls and of boys, mm, `(N, 3)`."""
    tape = {curve.sex: curve.rows for curve in curves()[TAPE]}
    young = [
        (girl.age, girl.mean, boy.mean)
        for girl, boy in zip(tape["female"], tape["male"], strict=True)
    ]
    return np.array([*young, *GROWN_CIRCUMFERENCE], dtype=np.float64)


def sizes(young: DoubleArray, template: Template) -> DoubleArray:
    """Return years and sizes of women and men relative to the young head, `(N, 3)`."""
    table = head_circumference()
    table[:, 1:] /= circumference(young, template)
    return table

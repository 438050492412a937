"""Published measurements of heads, and the sizes that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.measure.norms import Sex, curves
from facewright.engine.models.template import Template
from facewright.engine.training.measures import circumference

MALE, BOTH, FEMALE = -1.0, 0.0, 1.0
INFANT_FILE = "a weak guide: one infant head of unknown age, and smooth growth"


@dataclass(frozen=True)
class Norm:
    """One published distance between two landmarks.

    Attributes
    ----------
    pair : (str, str)
        Farkas codes.
    age : float
        Years.
    sex : float
        -1 male, 0 both pooled, 1 female: the place on the model's axis.
    mean, sd : float
        Mm.
    source : str
    """

    pair: tuple[str, str]
    age: float
    sex: float
    mean: float
    sd: float
    source: str

    @property
    def measured(self) -> bool:
        """Whether it is a published norm and not a guide of our own."""
        return self.source != INFANT_FILE


USED = {
    "weinberg": (3.0, 5.0, 10.0, 18.0, 30.0),
    "feingold-farkas": (0.0, 1.0, 2.0, 3.0, 5.0, 10.0),
    "laestadius": (0.0, 1.0, 2.0, 3.0, 5.0, 10.0),
    "fissure": (0.0, 1.0, 2.0),
    "goodman": (0.0, 1.0, 2.0, 3.0, 5.0, 10.0),
}
"""Sources of the shipped table that heads are calibrated on, and at which ages, years."""

MEASURES = {
    "al-al": ("al_l", "al_r"), "ch-ch": ("ch_l", "ch_r"), "en-en": ("en_l", "en_r"),
    "en-ex": ("en_l", "ex_l"), "ex-ex": ("ex_l", "ex_r"), "go-go": ("go_l", "go_r"),
    "n-gn": ("n", "gn"), "n-prn": ("n", "prn"), "n-sn": ("n", "sn"), "sn-prn": ("sn", "prn"),
    "sn-sto": ("sn", "sto"), "zy-zy": ("zy_l", "zy_r"),
}  # fmt: skip
"""Which of its measures, and between which landmarks."""

# fmt: off
GUIDES = (
    (("n", "gn"), 0.5, 78, 7), (("al_l", "al_r"), 0.5, 25, 2.5), (("sn", "prn"), 0.5, 11.0, 1.5),
    (("n", "prn"), 0.5, 22.5, 3), (("sn", "sto"), 0.5, 14.0, 2), (("zy_l", "zy_r"), 0.5, 95, 8),
    (("go_l", "go_r"), 0.5, 80, 6),
)
# fmt: on
"""Landmarks, age, mm and how loosely it counts, from the landmark file of INFACE."""


def norms() -> tuple[Norm, ...]:
    """Return every measured norm, and the weak guides for infants."""
    places: dict[Sex, float] = {"male": MALE, "both": BOTH, "female": FEMALE}
    rows = [
        Norm(pair, age, places[curve.sex], *curve.at(age), curve.source.title)
        for code, pair in MEASURES.items()
        for curve in sorted(curves()[code], key=lambda curve: places[curve.sex])
        for age in USED.get(curve.source.id, ())
    ]
    rows += [Norm(pair, age, BOTH, mean, sd, INFANT_FILE) for pair, age, mean, sd in GUIDES]
    return tuple(rows)


HEAD_CIRCUMFERENCE = (
    (0.0, 339, 345), (1 / 12, 365, 373), (2 / 12, 383, 391), (0.25, 395, 405),
    (0.5, 422, 433), (0.75, 438, 450), (1.0, 449, 461), (1.5, 462, 474), (2.0, 472, 483),
    (3.0, 485, 495), (4.0, 493, 502), (5.0, 499, 507), (10.0, 525, 530), (14.0, 540, 550),
    (18.0, 550, 562), (30.0, 555, 575), (60.0, 555, 575), (90.0, 552, 572),
)  # fmt: skip
"""Years, girls or women, boys or men; mm, medians.

To 5 years: WHO Child Growth Standards 2007. At 10 and 14: Nellhaus 1968. At 18 Nellhaus gives
550 and 560. Adults: Bushby and others 1992 (United Kingdom).
"""


def sizes(young: DoubleArray, template: Template) -> DoubleArray:
    """Return years and sizes of women and men relative to the young head, `(N, 3)`."""
    table = np.array(HEAD_CIRCUMFERENCE, dtype=np.float64)
    table[:, 1:] /= circumference(young, template)
    return table

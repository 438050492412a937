"""Published measurements of heads, and the sizes that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import DoubleArray
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


SOURCES = {
    "weinberg": ("Weinberg 2016", (3.0, 5.0, 10.0, 18.0, 30.0)),
    "feingold-farkas": ("Feingold and Bossert 1974, Farkas 1981", (0.0, 1.0, 2.0, 3.0, 5.0, 10.0)),
    "laestadius": ("Laestadius 1969, Feingold and Bossert 1974", (0.0, 1.0, 2.0, 3.0, 5.0, 10.0)),
    "fissure": ("Farkas 1981 and others", (0.0, 1.0, 2.0)),
    "goodman": (
        "Goodman and Gorlin 1977, Farkas 1981 and others", (0.0, 1.0, 2.0, 3.0, 5.0, 10.0)
    ),
}  # fmt: skip
"""Whose norms heads are calibrated on, and at which ages, years."""

MEASURES = {
    "al-al": ("al_l", "al_r"), "ch-ch": ("ch_l", "ch_r"), "en-en": ("en_l", "en_r"),
    "en-ex": ("en_l", "ex_l"), "ex-ex": ("ex_l", "ex_r"), "go-go": ("go_l", "go_r"),
    "n-gn": ("n", "gn"), "n-prn": ("n", "prn"), "n-sn": ("n", "sn"), "sn-prn": ("sn", "prn"),
    "sn-sto": ("sn", "sto"), "zy-zy": ("zy_l", "zy_r"),
}  # fmt: skip
"""Which measures heads are calibrated on, and between which landmarks."""

CALIBRATED = (
    ("al-al", "weinberg", MALE, "26.8 1.7, 28.8 1.9, 31.7 2.2, 34.3 2.5, 36.8 2.7"),
    ("al-al", "weinberg", FEMALE, "27.1 1.7, 28.3 1.9, 30.1 2.1, 31.7 2.2, 33.2 2.4"),
    ("ch-ch", "weinberg", MALE, "35.2 3.5, 38.3 3.6, 43 3.7, 47.4 3.8, 51.6 3.9"),
    ("ch-ch", "feingold-farkas", BOTH, "28.3 1.9, 31.2 1.9, 33.4 1.9, 35.3 1.9, 38.6 2.2, 45.1 3"),
    ("ch-ch", "weinberg", FEMALE, "35.1 2.9, 37.9 3.1, 41.9 3.3, 45.6 3.4, 49.2 3.6"),
    ("en-en", "weinberg", MALE, "28.7 2, 29.6 2.2, 30.9 2.5, 32.1 2.7, 33.1 3"),
    ("en-en", "laestadius", BOTH, "19.8 2, 25 2.1, 26.6 2.1, 27.2 2.1, 28.3 2.1, 30.4 2.2"),
    ("en-en", "weinberg", FEMALE, "29.4 2.2, 29.9 2.3, 30.6 2.5, 31.1 2.6, 31.6 2.7"),
    ("en-ex", "weinberg", MALE, "24.1 1.5, 25.1 1.6, 26.6 1.7, 27.9 1.9, 29.2 2"),
    ("en-ex", "fissure", BOTH, "19.1 1, 22 1.1, 23.8 1.2"),
    ("en-ex", "weinberg", FEMALE, "23.7 1.5, 24.6 1.6, 26 1.8, 27.1 1.9, 28.2 2"),
    ("ex-ex", "weinberg", MALE, "75.6 3.3, 78.6 3.5, 82.9 3.7, 86.7 3.9, 90.1 4.1"),
    ("ex-ex", "weinberg", FEMALE, "75.5 3.2, 77.8 3.4, 81.1 3.5, 84 3.7, 86.6 3.9"),
    ("go-go", "weinberg", MALE, "80.5 4.9, 85.6 5.4, 92.9 6.1, 99.7 6.7, 106 7.3"),
    ("go-go", "weinberg", FEMALE, "79.8 5, 83.6 5.4, 89.1 5.8, 94.1 6.2, 98.6 6.6"),
    ("n-gn", "weinberg", MALE, "93.2 5.5, 100.3 5.8, 110.9 6.1, 120.8 6.5, 130 6.7"),
    ("n-gn", "weinberg", FEMALE, "93.3 4.3, 98.7 4.6, 106.6 5.1, 113.8 5.6, 120.4 6"),
    ("n-prn", "weinberg", MALE, "32.9 3.2, 36.3 3.3, 41.5 3.6, 46.6 3.8, 51.4 3.9"),
    ("n-prn", "weinberg", FEMALE, "33.4 2.5, 36.3 2.7, 40.6 3, 44.7 3.2, 48.5 3.5"),
    ("n-sn", "weinberg", MALE, "41.5 3.4, 44.7 3.5, 49.5 3.7, 54 3.8, 58.2 4"),
    ("n-sn", "goodman", BOTH, "25.5 2.5, 33.5 2.6, 37 2.6, 38.6 2.7, 40.7 2.8, 47 3.1"),
    ("n-sn", "weinberg", FEMALE, "41.7 2.5, 44.5 2.7, 48.5 3.1, 52.3 3.4, 55.7 3.7"),
    ("sn-prn", "weinberg", MALE, "13.9 1.1, 15.3 1.3, 17.5 1.6, 19.7 1.8, 21.7 2.1"),
    ("sn-prn", "weinberg", FEMALE, "13.9 1.2, 15.2 1.3, 17.1 1.5, 18.9 1.7, 20.6 1.9"),
    ("sn-sto", "weinberg", MALE, "17 1.9, 18.3 2, 20 2.2, 21.7 2.4, 23.2 2.6"),
    ("sn-sto", "weinberg", FEMALE, "17 1.7, 17.8 1.9, 18.8 2.1, 19.7 2.3, 20.6 2.5"),
    ("zy-zy", "weinberg", MALE, "113.5 5.7, 118.8 5.8, 126.3 6, 133.2 6.2, 139.4 6.3"),
    ("zy-zy", "weinberg", FEMALE, "112.5 5.5, 116.5 5.4, 122.2 5.4, 127.2 5.3, 131.7 5.3"),
)  # fmt: skip
"""Measure, source, sex, and mean and sd in mm at each of the source's ages.

What the released heads were made from, kept so that they can be made again. "weinberg" here are
the power curves and "fissure" the fissure lengths that `assets/norms/README.md` rejects: the next
release should be calibrated on `measure.norms.curves()` instead.
"""

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
    rows = []
    for code, source, sex, cells in CALIBRATED:
        title, ages = SOURCES[source]
        for age, cell in zip(ages, cells.split(", "), strict=True):
            mean, sd = map(float, cell.split())
            rows.append(Norm(MEASURES[code], age, sex, mean, sd, title))
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

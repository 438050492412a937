"""Published measurements of heads, and the sizes that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.models.template import Template
from facewright.engine.training.measures import circumference

MALE, BOTH, FEMALE = -1.0, 0.0, 1.0
WEINBERG = "Weinberg and others 2016, 3D Facial Norms, Europeans of 3 to 40 years"
FEINGOLD = "Feingold and Bossert 1974; Farkas 1981"
GOODMAN = "Goodman and Gorlin 1977; Farkas 1981; Saksena and others 1987"
LAESTADIUS = "Laestadius and others 1969; Feingold and Bossert 1974"
FISSURES = "Farkas 1981; Chouke 1929; Laestadius and others 1969; Thomas and others 1987"
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
        -1 male, 0 both pooled, 1 female: the place on the model"s axis.
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


# fmt: off
TABLE = (
    (("al_l", "al_r"), MALE, WEINBERG,
     ((3, 26.8, 1.7), (5, 28.8, 1.9), (10, 31.7, 2.2), (18, 34.3, 2.5), (30, 36.8, 2.7))),
    (("al_l", "al_r"), FEMALE, WEINBERG,
     ((3, 27.1, 1.7), (5, 28.3, 1.9), (10, 30.1, 2.1), (18, 31.7, 2.2), (30, 33.2, 2.4))),
    (("ch_l", "ch_r"), MALE, WEINBERG,
     ((3, 35.2, 3.5), (5, 38.3, 3.6), (10, 43, 3.7), (18, 47.4, 3.8), (30, 51.6, 3.9))),
    (("ch_l", "ch_r"), BOTH, FEINGOLD,
     ((0, 28.3, 1.9), (1, 31.2, 1.9), (2, 33.4, 1.9), (3, 35.3, 1.9), (5, 38.6, 2.2),
      (10, 45.1, 3))),
    (("ch_l", "ch_r"), FEMALE, WEINBERG,
     ((3, 35.1, 2.9), (5, 37.9, 3.1), (10, 41.9, 3.3), (18, 45.6, 3.4), (30, 49.2, 3.6))),
    (("en_l", "en_r"), MALE, WEINBERG,
     ((3, 28.7, 2), (5, 29.6, 2.2), (10, 30.9, 2.5), (18, 32.1, 2.7), (30, 33.1, 3))),
    (("en_l", "en_r"), BOTH, LAESTADIUS,
     ((0, 19.8, 2), (1, 25, 2.1), (2, 26.6, 2.1), (3, 27.2, 2.1), (5, 28.3, 2.1), (10, 30.4, 2.2))),
    (("en_l", "en_r"), FEMALE, WEINBERG,
     ((3, 29.4, 2.2), (5, 29.9, 2.3), (10, 30.6, 2.5), (18, 31.1, 2.6), (30, 31.6, 2.7))),
    (("en_l", "ex_l"), MALE, WEINBERG,
     ((3, 24.1, 1.5), (5, 25.1, 1.6), (10, 26.6, 1.7), (18, 27.9, 1.9), (30, 29.2, 2))),
    (("en_l", "ex_l"), BOTH, FISSURES, ((0, 19.1, 1), (1, 22, 1.1), (2, 23.8, 1.2))),
    (("en_l", "ex_l"), FEMALE, WEINBERG,
     ((3, 23.7, 1.5), (5, 24.6, 1.6), (10, 26, 1.8), (18, 27.1, 1.9), (30, 28.2, 2))),
    (("ex_l", "ex_r"), MALE, WEINBERG,
     ((3, 75.6, 3.3), (5, 78.6, 3.5), (10, 82.9, 3.7), (18, 86.7, 3.9), (30, 90.1, 4.1))),
    (("ex_l", "ex_r"), FEMALE, WEINBERG,
     ((3, 75.5, 3.2), (5, 77.8, 3.4), (10, 81.1, 3.5), (18, 84, 3.7), (30, 86.6, 3.9))),
    (("go_l", "go_r"), MALE, WEINBERG,
     ((3, 80.5, 4.9), (5, 85.6, 5.4), (10, 92.9, 6.1), (18, 99.7, 6.7), (30, 106, 7.3))),
    (("go_l", "go_r"), FEMALE, WEINBERG,
     ((3, 79.8, 5), (5, 83.6, 5.4), (10, 89.1, 5.8), (18, 94.1, 6.2), (30, 98.6, 6.6))),
    (("n", "gn"), MALE, WEINBERG,
     ((3, 93.2, 5.5), (5, 100.3, 5.8), (10, 110.9, 6.1), (18, 120.8, 6.5), (30, 130, 6.7))),
    (("n", "gn"), FEMALE, WEINBERG,
     ((3, 93.3, 4.3), (5, 98.7, 4.6), (10, 106.6, 5.1), (18, 113.8, 5.6), (30, 120.4, 6))),
    (("n", "prn"), MALE, WEINBERG,
     ((3, 32.9, 3.2), (5, 36.3, 3.3), (10, 41.5, 3.6), (18, 46.6, 3.8), (30, 51.4, 3.9))),
    (("n", "prn"), FEMALE, WEINBERG,
     ((3, 33.4, 2.5), (5, 36.3, 2.7), (10, 40.6, 3), (18, 44.7, 3.2), (30, 48.5, 3.5))),
    (("n", "sn"), MALE, WEINBERG,
     ((3, 41.5, 3.4), (5, 44.7, 3.5), (10, 49.5, 3.7), (18, 54, 3.8), (30, 58.2, 4))),
    (("n", "sn"), BOTH, GOODMAN,
     ((0, 25.5, 2.5), (1, 33.5, 2.6), (2, 37, 2.6), (3, 38.6, 2.7), (5, 40.7, 2.8), (10, 47, 3.1))),
    (("n", "sn"), FEMALE, WEINBERG,
     ((3, 41.7, 2.5), (5, 44.5, 2.7), (10, 48.5, 3.1), (18, 52.3, 3.4), (30, 55.7, 3.7))),
    (("sn", "prn"), MALE, WEINBERG,
     ((3, 13.9, 1.1), (5, 15.3, 1.3), (10, 17.5, 1.6), (18, 19.7, 1.8), (30, 21.7, 2.1))),
    (("sn", "prn"), FEMALE, WEINBERG,
     ((3, 13.9, 1.2), (5, 15.2, 1.3), (10, 17.1, 1.5), (18, 18.9, 1.7), (30, 20.6, 1.9))),
    (("sn", "sto"), MALE, WEINBERG,
     ((3, 17, 1.9), (5, 18.3, 2), (10, 20, 2.2), (18, 21.7, 2.4), (30, 23.2, 2.6))),
    (("sn", "sto"), FEMALE, WEINBERG,
     ((3, 17, 1.7), (5, 17.8, 1.9), (10, 18.8, 2.1), (18, 19.7, 2.3), (30, 20.6, 2.5))),
    (("zy_l", "zy_r"), MALE, WEINBERG,
     ((3, 113.5, 5.7), (5, 118.8, 5.8), (10, 126.3, 6), (18, 133.2, 6.2), (30, 139.4, 6.3))),
    (("zy_l", "zy_r"), FEMALE, WEINBERG,
     ((3, 112.5, 5.5), (5, 116.5, 5.4), (10, 122.2, 5.4), (18, 127.2, 5.3), (30, 131.7, 5.3))),
)
GUIDES = (
    (("n", "gn"), 0.5, 78, 7), (("al_l", "al_r"), 0.5, 25, 2.5), (("sn", "prn"), 0.5, 11.0, 1.5),
    (("n", "prn"), 0.5, 22.5, 3), (("sn", "sto"), 0.5, 14.0, 2), (("zy_l", "zy_r"), 0.5, 95, 8),
    (("go_l", "go_r"), 0.5, 80, 6),
)
# fmt: on


def norms() -> tuple[Norm, ...]:
    """Return every measured norm, and the weak guides for infants."""
    rows = [
        Norm(pair, age, sex, mean, sd, source)
        for pair, sex, source, values in TABLE
        for age, mean, sd in values
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

"""Published measurements of heads, and the sizes that follow from them."""

from __future__ import annotations

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.models.template import Template
from facewright.engine.training.measures import circumference

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

"""Tables by age, read between their rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.models.agescale import warp

YEARS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 18.0, 30.0, 60.0, 85.0)
"""Ages at which people are measured; between them tables are interpolated."""


def at_age(rows: NDArray[Any], years: NDArray[Any], age: float) -> NDArray[Any]:
    """Return the row of `(A, ...)` at an age in years, linear where growth is about even.

    Beyond the table's `(A,)` years it is that of its end.
    """
    place = float(np.interp(float(warp(age)), warp(years), np.arange(len(years))))
    low = min(int(place), len(years) - 2)
    share = rows.dtype.type(place - low)
    return np.asarray((1 - share) * rows[low] + share * rows[low + 1])

"""Sets of scans that tests can work out by hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.face import NO_WEIGHTS
from facewright.engine.training.scan_sets import ScanSet


def scan_set(
    vertices: ArrayLike, person: ArrayLike, visit: ArrayLike, lost: ArrayLike | None = None
) -> ScanSet:
    """Return scans whose truth is what they show."""
    shown = np.asarray(vertices, np.float32)
    count = len(shown)
    gone = np.zeros(shown.shape[:2], bool) if lost is None else np.asarray(lost)
    return ScanSet(
        shown, shown, gone, np.asarray(person), np.asarray(visit),
        np.zeros(count, np.float32), (NO_WEIGHTS,) * count,
    )  # fmt: skip

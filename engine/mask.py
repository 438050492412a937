"""Masks: one float32 in [0, 1] per vertex."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facewright.engine.arrays import frozen
from facewright.engine.errors import InputError

Mask = NDArray[np.float32]
"""`(V,)` float32 in [0, 1], read-only."""


def as_mask(values: ArrayLike, count: int) -> Mask:
    """Return `values` as a mask of `count` vertices.

    Raises
    ------
    InputError
        If the length differs or a value lies outside [0, 1].
    """
    mask = np.asarray(values, dtype=np.float32)
    if mask.shape != (count,):
        raise InputError(
            f"This mask has {mask.size} values and the head has {count} vertices: "
            "paint it on this head or export it again."
        )
    if not (np.isfinite(mask).all() and mask.min(initial=0) >= 0 and mask.max(initial=0) <= 1):
        raise InputError("This mask has values outside 0 to 1: rescale it and load it again.")
    return frozen(mask)

"""sRGB and linear light."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import ByteArray, DoubleArray


@cache
def linear_levels() -> DoubleArray:
    """Return the linear light of the 256 levels of sRGB."""
    levels = np.arange(256) / 255.0
    table = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    table.flags.writeable = False
    return table


def to_linear(srgb: ArrayLike) -> DoubleArray:
    """Return linear light of sRGB levels 0 to 255 (whole ones, any shape)."""
    return np.asarray(linear_levels()[np.clip(np.asarray(srgb), 0, 255).astype(np.intp)])


def to_srgb(linear: ArrayLike) -> ByteArray:
    """Return uint8 sRGB of linear light; highlights roll off softly above 0.8."""
    light = np.maximum(np.asarray(linear, dtype=np.float64), 0.0)
    knee = 0.8
    soft = knee + (1 - knee) * (1 - np.exp(-(light - knee) / (1 - knee)))
    light = np.where(light > knee, soft, light)
    curve = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(np.clip(curve * 255.0 + 0.5, 0, 255), dtype=np.uint8)

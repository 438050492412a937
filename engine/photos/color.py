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


def to_lab(srgb: ArrayLike) -> DoubleArray:
    """Return CIE L*a*b* (D65) of `(..., 3)` sRGB levels 0 to 255."""
    level = np.clip(np.asarray(srgb, dtype=np.float64) / 255.0, 0.0, 1.0)
    light = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    xyz = light @ _TO_XYZ.T / _WHITE
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = _TO_XYZ.sum(axis=1)

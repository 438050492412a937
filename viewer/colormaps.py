"""Colour maps for values on a surface: safe with every common colour blindness.

Sources: `difference` is the RdBu scheme of ColorBrewer 2.0 (C. Brewer, Apache 2.0) and
`orange` its PuOr turned to blue; cividis after Nuñez, Anderton and Renslow (2018); viridis
after Smith and van der Walt (2015). The last two are sampled at nine places of the published
tables.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import ByteArray, FloatArray

STEPS = 256


@dataclass(frozen=True)
class ColorMap:
    """A scale of colours.

    Attributes
    ----------
    id, label : str
    diverging : bool
        Whether its middle means zero and both ends the same amount.
    stops : tuple of "#rrggbb"
        At equal distances from the lowest value to the highest.
    """

    id: str
    label: str
    diverging: bool
    stops: tuple[str, ...]

    def colors(self, places: NDArray[np.float64]) -> ByteArray:
        """Return `(N, 3)` uint8 sRGB at places `(N,)` in [0, 1]."""
        table = np.array([[int(stop[k : k + 2], 16) for k in (1, 3, 5)] for stop in self.stops])
        at = np.linspace(0.0, 1.0, len(table))
        clipped: NDArray[np.float64] = np.clip(places, 0.0, 1.0)
        mixed = np.stack([np.interp(clipped, at, table[:, k]) for k in range(3)], axis=1)
        return np.asarray(mixed + 0.5, np.uint8)

    def at(self, values: NDArray[np.float64], low: float, high: float, bands: int = 0) -> ByteArray:
        """Return `(N, 3)` uint8 sRGB of values `(N,)` on a scale, as the view shows them."""
        shares = np.clip((values - low) / (high - low), 0.0, 1.0)
        rows = np.minimum((shares * STEPS).astype(int), STEPS - 1)
        return np.asarray(self.strip(bands)[0, rows], np.uint8)

    def strip(self, bands: int = 0) -> ByteArray:
        """Return the map as `(1, 256, 3)` uint8, in `bands` steps of one colour or continuous."""
        places = (np.arange(STEPS) + 0.5) / STEPS
        if bands:
            # The outermost bands have the strongest colours, the middle of an odd number zero's.
            index = np.minimum((places * bands).astype(int), bands - 1)
            places = np.asarray(index / max(bands - 1, 1))
        return self.colors(places)[None]


MAPS: dict[str, ColorMap] = {
    item.id: item
    for item in (
        ColorMap(
            "difference",
            "Blue, white, red",
            True,
            ("#2166ac", "#67a9cf", "#f0f0ee", "#ef8a62", "#b2182b"),
        ),
        ColorMap(
            "orange",
            "Blue, white, orange",
            True,
            ("#1f5a99", "#7fb0d6", "#f2f2f0", "#f5a95c", "#b85a08"),
        ),
        ColorMap(
            "cividis",
            "Cividis",
            False,
            ("#00224e", "#1a386f", "#434e6c", "#61656f", "#7d7c78", "#9b9476", "#bcae6c",
             "#dec958", "#fee838"),
        ),
        ColorMap(
            "viridis",
            "Viridis",
            False,
            ("#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962",
             "#addc30", "#fde725"),
        ),
    )
}  # fmt: skip
"""Colour maps by their id."""

AMOUNTS = "viridis"
"""The map of what is never below zero, where the one in use has a middle."""

TINTS: dict[str, tuple[float, float, float]] = {
    "blue": (0.45, 0.68, 0.86),
    "amber": (0.95, 0.69, 0.28),
    "grey": (0.72, 0.72, 0.72),
}
"""Plain colours, sRGB, that lie apart from skin and from each other for every eye."""


def places(values: FloatArray, low: float, high: float) -> FloatArray:
    """Return where values lie on a map from `low` to `high`, and whether they are numbers.

    Parameters
    ----------
    values : (V,) float
        NaN where there is none.

    Returns
    -------
    (V, 2) float32
        Place in [0, 1], and 1 or 0.
    """
    known = np.isfinite(values)
    scaled = (np.nan_to_num(values) - low) / (high - low)
    return np.stack([np.clip(scaled, 0.002, 0.998), known], axis=1).astype(np.float32)

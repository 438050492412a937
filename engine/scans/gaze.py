"""Both eyes look the same way: gaze is fitted as one for left and right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.scans.equations import solve_within

YOKED = (
    (("eyeLookUpLeft", "eyeLookUpRight"), ("eyeLookDownLeft", "eyeLookDownRight")),
    (("eyeLookInLeft", "eyeLookOutRight"), ("eyeLookOutLeft", "eyeLookInRight")),
)
"""For each axis of gaze its two ways, each with the shapes that make it; one way at a time."""


class Gaze:
    """The unknowns of a fit, with what turns both eyes the same way as one unknown.

    Lids tell little of where an eye looks, and of each eye alone less: fitted apart, gaze would
    take up whatever else moves lids, and eyes would squint.

    Attributes
    ----------
    spread : (N, M) float64
        All unknowns from those that are solved for.
    """

    def __init__(self, names: Sequence[str], others: int) -> None:
        """Yoke coefficients by their axes' names, followed by `others` further unknowns."""
        count = len(names) + others
        keeper = np.arange(count)
        row = {name: i for i, name in enumerate(names)}
        rivals: list[tuple[int, int]] = []
        for ways in YOKED:
            if all(name in row for way in ways for name in way):
                for first, second in ways:
                    keeper[row[second]] = row[first]
                rivals.append((row[ways[0][0]], row[ways[1][0]]))
        kept, column = np.unique(keeper, return_inverse=True)
        self.spread: DoubleArray = np.zeros((count, len(kept)))
        self.spread[np.arange(count), column] = 1.0
        self._kept = kept
        self._rivals = [(int(column[a]), int(column[b])) for a, b in rivals]

    def solve(
        self, matrix: DoubleArray, right: DoubleArray, low: DoubleArray, high: DoubleArray
    ) -> DoubleArray:
        """Return all unknowns as `solve_within`, with both eyes looking one way."""
        form, pull = self.spread.T @ matrix @ self.spread, self.spread.T @ right
        low, high = low[self._kept], high[self._kept]
        x = solve_within(form, pull, low, high)
        weaker = [a if x[a] < x[b] else b for a, b in self._rivals if min(x[a], x[b]) > 0]
        if weaker:
            high[weaker] = 0.0
            x = solve_within(form, pull, low, high)
        return np.asarray(self.spread @ x)

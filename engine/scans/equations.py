"""The linear equations of a fit: coefficients and the small motion of the scan together."""

from __future__ import annotations

import numpy as np

from facewright.engine.arrays import DoubleArray


class Normal:
    """Normal equations over coefficients, rotation, translation and log scale.

    Attributes
    ----------
    observed : float
        How many independent numbers were observed. A scan whose unit is unknown is `exp(s)`
        times as likely for each when it is made larger by s: without this, shrinking it would
        explain everything, since what is left to explain shrinks too.
    """

    def __init__(self, size: int) -> None:
        self.matrix = np.zeros((size + 7, size + 7))
        self.right = np.zeros(size + 7)
        self.observed = 0.0

    def add(self, rows: DoubleArray, values: DoubleArray, weights: DoubleArray) -> None:
        """Add `(N, size + 7)` rows that should give `(N,)` values, with `(N,)` weights."""
        heavy = rows * weights[:, None]
        self.matrix += rows.T @ heavy
        self.right += heavy.T @ values


def rigid_rows(points: DoubleArray, directions: DoubleArray, center: DoubleArray) -> DoubleArray:
    """Return `(N, 7)` change of points along directions with rotation, shift and log scale."""
    arm = points - center
    grown = np.einsum("nd,nd->n", arm, directions)[:, None]
    return np.concatenate([np.cross(arm, directions), directions, grown], axis=1)


def solve_within(
    matrix: DoubleArray, right: DoubleArray, low: DoubleArray, high: DoubleArray
) -> DoubleArray:
    """Return x that minimises `x.A x / 2 - b.x` with `low <= x <= high`, by active sets."""
    x = np.zeros(len(right))
    held = np.zeros(len(right), dtype=bool)
    for _ in range(20):
        free = np.flatnonzero(~held)
        fixed = np.flatnonzero(held)
        rest = right[free] - matrix[np.ix_(free, fixed)] @ x[fixed]
        x[free] = np.linalg.solve(matrix[np.ix_(free, free)], rest)
        outside = ~held & ((x < low) | (x > high))
        x = np.clip(x, low, high)
        slope = matrix @ x - right
        tolerance = 1e-9 * np.abs(right).max(initial=1e-30)
        wanted = held & (((x <= low) & (slope < -tolerance)) | ((x >= high) & (slope > tolerance)))
        if outside.any():
            held |= outside
        elif wanted.any():
            held &= ~wanted
        else:
            break
    return x

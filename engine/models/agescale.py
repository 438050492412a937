"""How the life-span head depends on age: weights of nodes and knots, and size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray, FloatArray

LATEST = 90.0
NODES = ("baby", "child", "young", "old")
YOUNG = NODES.index("young")


@dataclass(frozen=True, eq=False)
class AtAge:
    """Everything that depends on age alone.

    Attributes
    ----------
    nodes : (4,) float32
        Weights of baby, child, young, old; they sum to 1 and two at most are not 0.
    knots : (N,) float32
        Weights of the calibrated means; they sum to 1.
    size : float
        Head circumference over that of the young head.
    sex_size : float
        What a step of 1 towards female adds to `size`.
    """

    nodes: FloatArray
    knots: FloatArray
    size: float
    sex_size: float


class AgeScale:
    """Turns an age in years into weights, all once continuously differentiable.

    Parameters
    ----------
    arrays : mapping
        `knot_years` (N,), `node_years` (M, 2) of years and place on the node axis (0 baby, 1
        child, 2 young, 3 old), and `size_years` (L, 3) of years and the size of girls or women
        and of boys or men.
    """

    young = YOUNG

    def __init__(self, arrays: Mapping[str, NDArray[np.float32]]) -> None:
        self.knots = arrays["knot_years"].astype(np.float64)
        places = arrays["node_years"].astype(np.float64)
        sizes = arrays["size_years"].astype(np.float64)
        self._place = Monotone(warp(places[:, 0]), places[:, 1])
        self._sizes = Monotone(warp(sizes[:, 0]), sizes[:, 1:])
        self._at = lru_cache(maxsize=64)(self._compute)

    def at(self, age: float) -> AtAge:
        """Return what depends on `age`, in years, held to [0, 90]."""
        return self._at(float(min(max(age, 0.0), LATEST)))

    def _compute(self, age: float) -> AtAge:
        here = float(warp(age))
        female, male = self._sizes(here)
        return AtAge(
            node_weights(float(self._place(here))).astype(np.float32),
            knot_weights(warp(self.knots), here).astype(np.float32),
            float(female + male) / 2,
            float(female - male) / 2,
        )


class Monotone:
    """Smooth curves through points that rise and fall only where these do.

    Fritsch and Butland (1984), as scipy's PchipInterpolator has them, which takes longer to
    import than all else of a head.

    Parameters
    ----------
    x : (N,) float64
        Rising.
    y : (N,) or (N, C) float64
    """

    def __init__(self, x: DoubleArray, y: DoubleArray) -> None:
        values = y.reshape(len(y), -1)
        steps = np.diff(x)[:, None]
        slopes = np.diff(values, axis=0) / steps
        self._x, self._shape = x, y.shape[1:]
        tangents = _tangents(steps, slopes)
        bend = (tangents[:-1] + tangents[1:] - 2 * slopes) / steps
        sway = (slopes - tangents[:-1]) / steps - bend
        self._terms = values[:-1], tangents[:-1], sway, bend / steps

    def __call__(self, here: float) -> DoubleArray:
        """Return the values at `here`, `()` or `(C,)`; beyond the ends the last pieces go on."""
        piece = int(np.clip(np.searchsorted(self._x, here, side="right") - 1, 0, len(self._x) - 2))
        gone = here - self._x[piece]
        total, power = np.zeros(self._terms[0].shape[1]), 1.0
        for term in self._terms:
            total = total + term[piece] * power
            power *= gone
        return total.reshape(self._shape)


def _tangents(steps: DoubleArray, slopes: DoubleArray) -> DoubleArray:
    """Return the slopes at the points: means over both sides, 0 at the ends of a rise or fall."""
    turns = np.sign(slopes[1:]) * np.sign(slopes[:-1]) <= 0
    after, before = 2 * steps[1:] + steps[:-1], steps[1:] + 2 * steps[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = (after / slopes[:-1] + before / slopes[1:]) / (after + before)
        inner = np.where(turns, 0.0, 1.0 / inverse)
    first = _end_tangent(steps[0], steps[1], slopes[0], slopes[1])
    last = _end_tangent(steps[-1], steps[-2], slopes[-1], slopes[-2])
    return np.concatenate([first[None], inner, last[None]])


def _end_tangent(
    step: DoubleArray, next_step: DoubleArray, slope: DoubleArray, next_slope: DoubleArray
) -> DoubleArray:
    """Return the slope at an end by three points, held so that the curve keeps its direction."""
    found = ((2 * step + next_step) * slope - step * next_slope) / (step + next_step)
    turns = np.sign(slope) != np.sign(next_slope)
    found = np.where(turns & (np.abs(found) > 3 * np.abs(slope)), 3 * slope, found)
    return np.asarray(np.where(np.sign(found) != np.sign(slope), 0.0, found))


def warp(years: DoubleArray | float) -> DoubleArray:
    """Return a scale on which growth is about even: the logarithm of years since conception."""
    return np.log(np.asarray(years, dtype=np.float64) + 0.75)


def node_weights(place: float) -> DoubleArray:
    """Return the weights of the four nodes at a place in [0, 3], by smooth steps."""
    weights = np.zeros(len(NODES))
    low = min(int(place), len(NODES) - 2)
    share = min(max(place - low, 0.0), 1.0)
    share = share * share * (3 - 2 * share)
    weights[low], weights[low + 1] = 1 - share, share
    return weights


def knot_weights(knots: DoubleArray, here: float) -> DoubleArray:
    """Return the weights of values at `knots`, `(N,)`, for their cubic Hermite spline.

    Tangents are finite differences over both neighbours (Catmull and Rom 1974, uneven knots).
    """
    count = len(knots)
    weights = np.zeros(count)
    low = int(np.clip(np.searchsorted(knots, here, side="right") - 1, 0, count - 2))
    step = knots[low + 1] - knots[low]
    t = min(max((here - knots[low]) / step, 0.0), 1.0)
    weights[low] += (1 + 2 * t) * (1 - t) ** 2
    weights[low + 1] += t * t * (3 - 2 * t)
    for knot, share in ((low, t * (1 - t) ** 2), (low + 1, t * t * (t - 1))):
        before, after = max(knot - 1, 0), min(knot + 1, count - 1)
        slope = share * step / (knots[after] - knots[before])
        weights[after] += slope
        weights[before] -= slope
    return weights

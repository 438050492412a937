"""How the life-span head depends on age: weights of nodes and knots, and size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

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
        self._place = PchipInterpolator(warp(places[:, 0]), places[:, 1])
        self._sizes = PchipInterpolator(warp(sizes[:, 0]), sizes[:, 1:])
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

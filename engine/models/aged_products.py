"""Inner products of a life-span model's motions, at any age without going back to the surface."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray, frozen


class AgedProducts:
    """What motions have in common with each other and with an observation, at any age.

    At an age between two nodes the motions are a mixture of theirs, `B = a B0 + b B1`. So their
    products `B W B'` are a mixture of `B0 W B0'`, `B0 W B1' + B1 W B0'` and `B1 W B1'`: made
    once, each age costs a sum of three matrices as wide as the model has axes.

    Parameters
    ----------
    node : callable
        Returns the `(K, 3 V)` float32 motions of a node in mm; axes beyond `count` are left out.
    count : int
        How many axes, K or less.
    precision : (V,) float64
        W: one over the variance in mm² of each vertex; 0 leaves it out.
    """

    def __init__(
        self, node: Callable[[int], FloatArray], count: int, precision: DoubleArray
    ) -> None:
        self._node, self._count = node, count
        self.precision: DoubleArray = frozen(np.repeat(precision, 3), np.float64)
        self._pairs: dict[tuple[int, int], DoubleArray] = {}
        self._lock = threading.Lock()

    def among(self, nodes: FloatArray) -> DoubleArray:
        """Return the `(count, count)` products of the motions mixed by weights of nodes."""
        used = np.flatnonzero(nodes).tolist()
        total = np.zeros((self._count, self._count))
        for place, one in enumerate(used):
            for other in used[place:]:
                total += float(nodes[one]) * float(nodes[other]) * self._pair(one, other)
        return total

    def along(self, nodes: FloatArray, offsets: DoubleArray) -> DoubleArray:
        """Return the `(count,)` products of the motions with `(V, 3)` offsets in mm."""
        weighted = (self.precision * offsets.ravel()).astype(np.float32)
        total = np.zeros(self._count)
        for one in np.flatnonzero(nodes).tolist():
            total += float(nodes[one]) * (self._node(one)[: self._count] @ weighted)
        return total

    def _pair(self, one: int, other: int) -> DoubleArray:
        """Return the products of two nodes' motions, both ways together where they differ."""
        with self._lock:
            if (one, other) not in self._pairs:
                root = np.sqrt(self.precision)
                first = self._node(one)[: self._count] * root
                if one == other:
                    made = first @ first.T
                else:
                    made = first @ (self._node(other)[: self._count] * root).T
                    made = made + made.T
                self._pairs[one, other] = frozen(made, np.float64)
            return self._pairs[one, other]

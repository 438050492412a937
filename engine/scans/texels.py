"""The texels that a head's uv covers, and where on the head each one lies."""

from __future__ import annotations

from copy import copy
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from facewright.engine.mesh import Topology


class Texels:
    """Values per vertex and values per texel, and the ways between them.

    Parameters
    ----------
    topology : Topology
        With uv.
    shape : (height, width)

    Attributes
    ----------
    row, column : (T,) int
    triangle : (T,) int32
        Row of the topology's faces.
    weights : (T, 3) float32
        Of the triangle's corners.
    corners : (T, 3) int32
        Vertices.

    Raises
    ------
    ValueError
        If the topology has no uv.
    """

    def __init__(self, topology: Topology, shape: tuple[int, int]) -> None:
        from facewright.engine.photos.rasterizer import rasterize

        if topology.uv is None or topology.uv_faces is None:
            raise ValueError("a topology without uv cannot carry a texture")
        height, width = shape
        flat = np.pad(topology.uv * [width, -height] + [0, height], ((0, 0), (0, 1)))
        triangle, weights, _ = rasterize(flat, topology.uv_faces, (width, height))
        self.shape, self.topology = shape, topology
        self.row, self.column = np.nonzero(triangle >= 0)
        self.triangle: IntArray = triangle[self.row, self.column]
        self.weights: FloatArray = weights[self.row, self.column]
        self.corners: IntArray = topology.faces[self.triangle]

    def among(self, which: BoolArray) -> Self:
        """Return some of the texels, `(T,)`."""
        some = copy(self)
        for name in ("row", "column", "triangle", "weights", "corners"):
            setattr(some, name, getattr(self, name)[which])
        return some

    def interpolate(self, values: ArrayLike) -> DoubleArray:
        """Return per-vertex `(V, C)` values at the texels."""
        table = np.asarray(values, dtype=np.float64)
        result = self.weights[:, :1] * table[self.corners[:, 0]]
        for k in (1, 2):
            result += self.weights[:, k : k + 1] * table[self.corners[:, k]]
        return np.asarray(result)

    def gather(self, values: DoubleArray, weights: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
        """Return per-vertex weighted means of `(T, C)` texel values and the weights' sums."""
        count = self.topology.count
        sums = np.zeros((count, values.shape[1]))
        total = np.zeros(count)
        for k in range(3):
            share = self.weights[:, k] * weights
            total += np.bincount(self.corners[:, k], share, count)
            for c in range(values.shape[1]):
                sums[:, c] += np.bincount(self.corners[:, k], share * values[:, c], count)
        return sums / np.maximum(total, 1e-9)[:, None], total

    def image(self, colors: DoubleArray) -> DoubleArray:
        """Return `(H, W, C)` of `(T, C)`, beyond the uv copied from the nearest texel."""
        from scipy.ndimage import distance_transform_edt

        result = np.zeros((*self.shape, colors.shape[1]))
        result[self.row, self.column] = colors
        empty = np.ones(self.shape, dtype=bool)
        empty[self.row, self.column] = False
        row, column = distance_transform_edt(empty, return_distances=False, return_indices=True)
        return np.asarray(result[row, column])

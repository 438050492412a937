"""Diffusion of values on a surface: smoothing with a length in mm."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.geometry.laplacian import cotangent_weights, laplacian_of
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.geometry.sparse import Factor

STEPS = 3
LEAST_COTANGENT = 1e-3


class Diffusion:
    """Smooths values on a mesh by the heat equation, in implicit steps.

    Parameters
    ----------
    vertices : (V, 3)
        Mm.
    faces : (F, 3) int32
    length : float or (V,)
        Standard deviation in mm of the equivalent Gaussian; it may differ from place to place.
    """

    def __init__(self, vertices: ArrayLike, faces: IntArray, length: float | DoubleArray) -> None:
        x = np.asarray(vertices, dtype=np.float64)
        self._mass = np.maximum(vertex_areas(x, faces), 1e-9)
        time = np.broadcast_to(np.square(length) / 2 / STEPS, len(x))
        weights = cotangent_weights(x, faces, least=LEAST_COTANGENT).tocoo()
        speed = (time[weights.row] + time[weights.col]) / 2
        conductance = sparse.coo_array(
            (weights.data * speed, (weights.row, weights.col)), weights.shape
        ).tocsr()
        self._step = Factor(sparse.diags_array(self._mass) + laplacian_of(conductance))

    def smooth(self, values: ArrayLike) -> DoubleArray:
        """Return `(V, C)` values diffused; their area-weighted mean stays."""
        result = np.asarray(values, dtype=np.float64)
        for _ in range(STEPS):
            result = self._step.solve(result * self._mass[:, None])
        return result

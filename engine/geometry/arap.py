"""As-rigid-as-possible deformation (Sorkine and Alexa, Symposium on Geometry Processing 2007)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.geometry.laplacian import cotangent_weights, laplacian_of
from facewright.engine.geometry.sparse import Factor

LEAST_COTANGENT = 1e-2
"""Obtuse triangles would give edges a negative stiffness, and the energy no minimum."""
TURNING_STEPS = 100
"""At most: a dozen do for faces, whose parts turn by a few degrees."""


class Arap:
    """Bends meshes of one topology towards a guess while their edges keep their lengths.

    Minimises `sum_i sum_j w_ij |x_i - x_j - R_i (p_i - p_j)|^2 + sum_i h_i |x_i - g_i|^2` over
    the vertices x and rotations R, by turns (Sorkine and Alexa 2007, eq. 5 to 9); p is the mesh
    at rest, g the guess. The weights w are those of one typical mesh, so that the system is
    factored once for all meshes.

    Parameters
    ----------
    vertices : (V, 3)
        A typical mesh, mm.
    faces : (F, 3) int32
    hold : float or (V,)
        h, how much each vertex keeps to the guess; not 0 everywhere.
    """

    def __init__(self, vertices: ArrayLike, faces: IntArray, hold: float | DoubleArray) -> None:
        weights = cotangent_weights(vertices, faces, least=LEAST_COTANGENT)
        weights.sort_indices()
        self._starts, self._ends = weights.indptr, weights.indices
        self._weights: DoubleArray = weights.data
        self._hold: DoubleArray = np.broadcast_to(
            np.asarray(hold, np.float64), weights.shape[0]
        ).copy()
        self._factor = Factor(laplacian_of(weights) + sparse.diags_array(self._hold))

    def bent(self, rest: ArrayLike, guess: ArrayLike, iterations: int = 1) -> DoubleArray:
        """Return `(V, 3)` or `(B, V, 3)` meshes `rest` bent to look like `guess`, mm.

        Parameters
        ----------
        rest, guess : (V, 3) or (B, V, 3)
        iterations : int
            Rounds of turning edges and solving; the search starts at the guess.
        """
        from facewright.engine.geometry._arap import turned_edges

        p, g = np.asarray(rest, np.float64), np.asarray(guess, np.float64)
        shape = p.shape
        p, g = p.reshape(-1, *shape[-2:]), g.reshape(-1, *shape[-2:])
        count, size = p.shape[:2]
        turns = np.tile(np.array([1.0, 0.0, 0.0, 0.0]), (count, size, 1))
        held = (g * self._hold[:, None]).transpose(1, 0, 2)
        x = g
        for _ in range(iterations):
            right = np.array(held)
            for k in range(count):
                right[:, k] += turned_edges(
                    p[k], x[k], self._starts, self._ends, self._weights, turns[k], TURNING_STEPS
                )
            x = self._factor.solve(right.reshape(size, -1)).reshape(size, count, 3)
            x = np.ascontiguousarray(x.transpose(1, 0, 2))
        return x.reshape(shape)

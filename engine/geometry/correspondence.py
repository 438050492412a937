"""Where the vertices of one mesh lie on another, so that motions of the one move the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from facewright.engine.arrays import BoolArray, DoubleArray, IntArray
from facewright.engine.geometry.laplacian import cotangent_weights, laplacian_of
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import vertex_normals
from facewright.engine.geometry.sparse import Factor

ADRIFT = 1e-9
"""How firmly parts of a mesh that touch nothing known stay, as a share of the stiffness."""


@dataclass(frozen=True, eq=False)
class Correspondence:
    """Places of a mesh's vertices on another surface; the rest follows them smoothly.

    Attributes
    ----------
    vertices : (V, 3) float64
        The mesh itself, laid on the other surface.
    faces : (F, 3) int32
    corners : (V, 3) int32
        Vertices of the other mesh's triangle that holds each vertex, -1 where none does.
    weights : (V, 3) float64
        Barycentric, zero where there is none.
    """

    vertices: DoubleArray
    faces: IntArray
    corners: IntArray
    weights: DoubleArray

    @classmethod
    def build(
        cls,
        vertices: ArrayLike,
        faces: IntArray,
        other: ArrayLike,
        other_faces: IntArray,
        *,
        limit: float,
        cosine: float,
        allowed: BoolArray | None = None,
    ) -> Correspondence:
        """Return where vertices lie on the other surface, at most `limit` away.

        Parameters
        ----------
        vertices : (V, 3)
        faces : (F, 3) int32
        other : (W, 3)
        other_faces : (G, 3) int32
        limit : float
        cosine : float
            Least cosine between the normals.
        allowed : (V,) bool, optional
            Which vertices may have a counterpart.
        """
        own = np.asarray(vertices, dtype=np.float64)
        tree = SurfaceTree(other, other_faces)
        found = tree.nearest(own, limit=limit, normals=vertex_normals(own, faces), cosine=cosine)
        held = found.found if allowed is None else found.found & allowed
        corners = np.where(held[:, None], other_faces[np.maximum(found.triangles, 0)], -1)
        weights = np.where(held[:, None], found.weights, 0.0)
        return cls(own, faces, corners.astype(np.int32), weights)

    @property
    def held(self) -> BoolArray:
        """`(V,)` whether a vertex has a counterpart."""
        return np.asarray(self.corners[:, 0] >= 0)

    def carry(self, offsets: ArrayLike) -> DoubleArray:
        """Return `(V, 3)` offsets of this mesh for `(W, 3)` offsets of the other.

        Interpolated where there is a counterpart; elsewhere as even as a stretched skin.
        """
        values = np.asarray(offsets, dtype=np.float64)[np.maximum(self.corners, 0)]
        return self.filled(np.einsum("vk,vkd->vd", self.weights, values))

    def filled(self, offsets: DoubleArray) -> DoubleArray:
        """Return `(V, 3)` offsets with those that have no counterpart drawn along, in place."""
        factor, coupling, free, known = self._skin
        if factor is not None:
            offsets[free] = factor.solve(-(coupling @ offsets[known]))
        return offsets

    @cached_property
    def _skin(self) -> tuple[Factor | None, sparse.csr_array, IntArray, IntArray]:
        held = self.held
        free = np.flatnonzero(~held).astype(np.int32)
        known = np.flatnonzero(held).astype(np.int32)
        stiff = laplacian_of(cotangent_weights(self.vertices, self.faces, least=0.05))
        rows = sparse.csr_array(stiff[free])
        if not len(free):
            return None, rows, free, known
        slack = ADRIFT * max(float(stiff.diagonal().mean()), 1.0)
        block = rows[:, free] + slack * sparse.eye_array(len(free))
        return Factor(block), sparse.csr_array(rows[:, known]), free, known

"""Local frames of a smooth surface: how detail rides along when the surface changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import FloatArray, IntArray, frozen

if TYPE_CHECKING:
    from scipy import sparse


@dataclass(frozen=True, eq=False)
class Compass:
    """Two neighbours of each vertex that point its tangent, the same on every shape.

    Attributes
    ----------
    faces : (F, 3) int32
    ahead, behind : (V,) int32
        The tangent at a vertex points from `behind` to `ahead`.
    """

    faces: IntArray
    ahead: IntArray
    behind: IntArray

    @classmethod
    def build(cls, vertices: FloatArray, faces: IntArray) -> Compass:
        """Choose, on a typical shape `(V, 3)`, the neighbours furthest apart along one tangent.

        A central difference over the ring is smoother than one edge, and choosing once keeps
        frames comparable between shapes. A vertex without faces points to itself.
        """
        from facewright.engine.geometry.normals import unit, vertex_normals

        normals = vertex_normals(vertices, faces)
        helper = np.eye(3)[np.argmin(np.abs(normals), axis=1)]
        tangents = unit(np.cross(normals, helper))
        pairs = np.unique(np.vstack([faces[:, [i, j]] for i in range(3) for j in range(3)]), axis=0)
        pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        edges = vertices[pairs[:, 1]] - vertices[pairs[:, 0]]
        along = np.einsum("pd,pd->p", edges, tangents[pairs[:, 0]])
        ahead = np.arange(len(vertices), dtype=np.int32)
        behind = ahead.copy()
        order = np.argsort(along, kind="stable")
        ahead[pairs[order, 0]] = pairs[order, 1]  # the last one written lies furthest ahead
        behind[pairs[order[::-1], 0]] = pairs[order[::-1], 1]
        return cls(faces, frozen(ahead, np.int32), frozen(behind, np.int32))


def local_frames(vertices: FloatArray, compass: Compass) -> FloatArray:
    """Return `(V, 3, 3)` frames: rows tangent, bitangent and normal, times the local scale.

    The scale is the square root of the area around the vertex (mm), so a vector expressed in
    the frame of one shape and read in that of another turns and grows with the surface. Zero
    at a vertex without faces.
    """
    from facewright.engine.geometry._frames import scaled_frames

    return np.asarray(
        scaled_frames(
            np.ascontiguousarray(vertices, np.float32),
            compass.faces,
            compass.ahead,
            compass.behind,
        )
    )


REACH = 6.0
"""Millimetres over which turns are averaged: wider than a fold, narrower than a nose."""


class Carrier:
    """Carries vectors on a surface along when the surface changes.

    Between two shapes each vertex of the coarse level turns and grows as its frame does. In
    folds (lids, nostrils, lips) frames differ wildly between neighbours, and vectors that turn
    differently fold the surface over: so the turns are smoothed by one implicit step of heat
    diffusion, `(A + reach^2 L) M = A M0`, then lifted to the fine level.

    Parameters
    ----------
    vertices : (C, 3)
        A typical shape at the coarse level, mm.
    faces : (F, 3) int32
        Of the coarse level.
    lift : (V, C) sparse
        Coarse values to fine ones; rows sum to 1.
    reach : float
        Millimetres.
    """

    def __init__(
        self,
        vertices: FloatArray,
        faces: IntArray,
        lift: sparse.csr_array,
        reach: float = REACH,
    ) -> None:
        from scipy import sparse

        from facewright.engine.geometry.laplacian import cotangent_weights, laplacian_of
        from facewright.engine.geometry.normals import vertex_areas
        from facewright.engine.geometry.sparse import Factor

        self._lock = threading.Lock()
        self._compass = Compass.build(vertices, faces)
        self._lift = sparse.csr_array(lift, dtype=np.float32)
        self._areas = np.maximum(vertex_areas(vertices, faces), 1e-6)
        stiffness = laplacian_of(cotangent_weights(vertices, faces, least=1e-3))
        self._factor = Factor((sparse.diags_array(self._areas) + reach**2 * stiffness).tocsr())

    def frames(self, vertices: FloatArray) -> FloatArray:
        """Return the frames of a shape at the coarse level, `(C, 3, 3)`."""
        return local_frames(vertices, self._compass)

    def carry(self, vectors: FloatArray, before: FloatArray, after: FloatArray) -> FloatArray:
        """Return `(V, 3)` fine vectors carried from the frames `before` to those `after`."""
        size = np.einsum("ci,ci->c", before[:, 2], before[:, 2])[:, None, None]
        turns = np.matmul(after.transpose(0, 2, 1), before)
        turns = np.divide(turns, size, out=np.zeros_like(turns), where=size > 0).reshape(-1, 9)
        with self._lock:  # the solver keeps working memory of its own
            smooth = self._factor.solve(self._areas[:, None] * turns).astype(np.float32)
        lifted = np.asarray(self._lift @ smooth).reshape(-1, 3, 3)
        return np.asarray(np.einsum("vij,vj->vi", lifted, vectors), dtype=np.float32)

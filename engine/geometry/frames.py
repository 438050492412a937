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


TURN_REACH = 3.0
"""Millimetres over which turns are averaged: wider than one vertex, narrower than a fold."""

GROWTH_REACH = 15.0
"""Millimetres over which growth is averaged: a pore or scar keeps its form, a nose its size."""


class Carrier:
    """Carries vectors on a surface along when the surface changes.

    Between two shapes each vertex of the coarse level turns and grows as its frame does. Raw,
    both differ too much between neighbours: turns in folds (lids, nostrils, lips), growth
    wherever triangles stretch unevenly, and the form of what is carried is lost. So each is
    smoothed by one implicit step of heat diffusion, `(A + reach^2 L) x = A x0`: turns, as unit
    quaternions, by a little, growth, as logarithms, by more. Where a surface shrinks more than
    its surroundings (the lids of an infant) what it carries shrinks with it, as relief taller
    than its triangles are wide would fold over.

    Parameters
    ----------
    vertices : (C, 3)
        A typical shape at the coarse level, mm.
    faces : (F, 3) int32
        Of the coarse level.
    lift : (V, C) sparse
        Coarse values to fine ones; rows sum to 1.
    turn_reach, growth_reach : float
        Millimetres.
    """

    def __init__(
        self,
        vertices: FloatArray,
        faces: IntArray,
        lift: sparse.csr_array,
        turn_reach: float = TURN_REACH,
        growth_reach: float = GROWTH_REACH,
    ) -> None:
        from scipy import sparse

        from facewright.engine.geometry.laplacian import cotangent_weights, laplacian_of
        from facewright.engine.geometry.normals import vertex_areas
        from facewright.engine.geometry.sparse import Factor

        self._lock = threading.Lock()
        self._compass = Compass.build(vertices, faces)
        self._lift = sparse.csr_array(lift, dtype=np.float32)
        self._areas = np.maximum(vertex_areas(vertices, faces), 1e-6)[:, None]
        stiffness = laplacian_of(cotangent_weights(vertices, faces, least=1e-3))
        mass = sparse.diags_array(self._areas[:, 0])
        self._turning = Factor((mass + turn_reach**2 * stiffness).tocsr())
        self._growing = Factor((mass + growth_reach**2 * stiffness).tocsr())

    def frames(self, vertices: FloatArray) -> FloatArray:
        """Return the frames of a shape at the coarse level, `(C, 3, 3)`."""
        return local_frames(vertices, self._compass)

    def carry(self, vectors: FloatArray, before: FloatArray, after: FloatArray) -> FloatArray:
        """Return `(V, 3)` fine vectors carried from the frames `before` to those `after`.

        A vertex without faces carries nothing.
        """
        from facewright.engine.geometry._frames import motions, turned

        turns, growth = motions(before, after)
        turns *= np.where(turns @ turns.sum(axis=0) < 0, -1.0, 1.0)[:, None]  # one hemisphere
        grown = np.log(growth, out=np.zeros_like(growth), where=growth > 0)
        with self._lock:  # the solvers keep working memory of their own
            turns = self._turning.solve(self._areas * turns)
            around = np.exp(self._growing.solve(self._areas * grown[:, None]))
        motion = np.hstack([turns, np.minimum(around, growth[:, None])])
        lifted = self._lift @ motion.astype(np.float32)
        return np.asarray(turned(lifted, np.ascontiguousarray(vectors, np.float32)))

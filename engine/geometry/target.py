"""A surface to be matched: nearest points with normals, borders and trust."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import BoolArray, DoubleArray, IntArray
from facewright.engine.geometry.laplacian import border_edges
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import unit, vertex_normals


@dataclass(frozen=True, eq=False)
class Matches:
    """What each query point was matched with.

    Attributes
    ----------
    points, normals : (N, 3) float64
        On the target; zero where nothing was matched.
    trust : (N,) float64
        In [0, 1]; 0 where there is no match, or only one on the target's border.
    distances : (N,) float64
        Signed along the target's normal, positive outside; zero where nothing was matched.
    """

    points: DoubleArray
    normals: DoubleArray
    trust: DoubleArray
    distances: DoubleArray


class Target:
    """A triangle mesh that others are fitted to.

    Parameters
    ----------
    vertices : (V, 3)
    faces : (F, 3) int32
    trust : (V,), optional
        How far each vertex is believed, in [0, 1].
    """

    def __init__(
        self, vertices: ArrayLike, faces: IntArray, trust: ArrayLike | None = None
    ) -> None:
        self.tree = SurfaceTree(vertices, faces)
        self.faces = self.tree.faces
        self.vertices = self.tree.vertices
        self.normals = vertex_normals(self.vertices, self.faces)
        count = len(self.vertices)
        self.trust = np.ones(count) if trust is None else np.asarray(trust, dtype=np.float64)
        self._open = _open_sides(self.faces, count)

    def match(
        self, points: ArrayLike, normals: ArrayLike, *, limit: float, cosine: float
    ) -> Matches:
        """Return the nearest target points that face the same way.

        Parameters
        ----------
        points, normals : (N, 3)
        limit : float
            Nothing farther is matched.
        cosine : float
            Least cosine between the normals.

        Notes
        -----
        A point whose nearest target point lies on an open edge is beyond the border: the true
        counterpart was not scanned, so its trust is 0.
        """
        queries = np.asarray(points, dtype=np.float64)
        found = self.tree.nearest(queries, limit=limit, normals=normals, cosine=cosine)
        triangle = np.maximum(found.triangles, 0)
        corners = self.faces[triangle]
        weights = np.where(found.found[:, None], found.weights, 0.0)
        smooth = unit(np.einsum("nk,nkd->nd", weights, self.normals[corners]))
        beyond = (self._open[triangle] & (found.weights < 1e-9)).any(axis=1)
        trust = np.einsum("nk,nk->n", weights, self.trust[corners])
        near = np.where(found.found[:, None], found.points, 0.0)
        gap = np.where(found.found[:, None], queries - near, 0.0)
        return Matches(
            near,
            smooth,
            np.where(found.found & ~beyond, trust, 0.0),
            np.einsum("nd,nd->n", gap, smooth),
        )


def _open_sides(faces: IntArray, count: int) -> BoolArray:
    """Return `(F, 3)` whether the side opposite each corner is an open edge."""
    border = border_edges(faces).astype(np.int64)
    codes = np.sort(border, axis=1) @ [count, 1]
    sides = np.stack([faces[:, [1, 2]], faces[:, [2, 0]], faces[:, [0, 1]]], axis=1)
    return np.isin(np.sort(sides.astype(np.int64), axis=2) @ [count, 1], codes)

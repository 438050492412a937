"""Nearest points and ray casts on triangle meshes, exact, by a bounding-volume tree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import BoolArray, DoubleArray, IntArray
from facewright.engine.geometry.normals import face_normals


@dataclass(frozen=True, eq=False)
class Nearest:
    """Closest points on a surface, one for each query.

    Attributes
    ----------
    triangles : (N,) int32
        -1 where nothing lies within the limit.
    weights : (N, 3) float64
        Barycentric in the triangle, zero where there is none.
    points : (N, 3) float64
        NaN where there is none.
    distances : (N,) float64
        inf where there is none.
    """

    triangles: IntArray
    weights: DoubleArray
    points: DoubleArray
    distances: DoubleArray

    @property
    def found(self) -> BoolArray:
        """`(N,)` whether something lies within the limit."""
        return np.asarray(self.triangles >= 0)


class SurfaceTree:
    """Answers nearest-point and ray queries on one triangle mesh.

    Building takes about 0.05 s and a thousand queries about a millisecond at 100,000
    triangles, after the first call of a process has loaded the compiled loops.

    Parameters
    ----------
    vertices : (V, 3)
    faces : (F, 3) int32
        At least one.
    """

    def __init__(self, vertices: ArrayLike, faces: IntArray) -> None:
        from facewright.engine.geometry import bvh

        if len(faces) == 0:
            raise ValueError("a surface tree needs at least one triangle")
        self.vertices: DoubleArray = np.ascontiguousarray(vertices, dtype=np.float64)
        self.faces: IntArray = np.ascontiguousarray(faces, dtype=np.int32)
        corners = np.ascontiguousarray(self.vertices[self.faces])
        self.normals = face_normals(self.vertices, self.faces)
        order, boxes, links = bvh.build(corners)
        self._tree = (corners, self.normals, order, boxes, links)

    def nearest(
        self,
        points: ArrayLike,
        *,
        limit: float = np.inf,
        normals: ArrayLike | None = None,
        cosine: float = 0.0,
    ) -> Nearest:
        """Return the closest surface point of each of `(N, 3)` points.

        Parameters
        ----------
        limit : float
            Nothing farther is found.
        normals : (N, 3), optional
            Unit normals of the points: only triangles that face the same way count.
        cosine : float
            Least cosine between the normals.
        """
        from facewright.engine.geometry import bvh

        queries = np.ascontiguousarray(points, dtype=np.float64).reshape(-1, 3)
        facing = np.zeros((0, 3)) if normals is None else normals
        facing = np.ascontiguousarray(facing, dtype=np.float64)
        found = bvh.nearest(queries, facing, float(cosine), float(limit), self._tree)
        return Nearest(*found)

    def cast(self, origins: ArrayLike, rays: ArrayLike) -> tuple[IntArray, DoubleArray]:
        """Return the first triangle on each ray and how many ray lengths away it lies.

        Parameters
        ----------
        origins, rays : (N, 3)

        Returns
        -------
        triangles : (N,) int32
            -1 where a ray meets nothing.
        lengths : (N,) float64
        """
        from facewright.engine.geometry import bvh

        starts = np.ascontiguousarray(origins, dtype=np.float64)
        directions = np.ascontiguousarray(rays, dtype=np.float64)
        return bvh.cast(starts, directions, True, self._tree)

    def blocked(self, origins: ArrayLike, rays: ArrayLike) -> BoolArray:
        """Return `(N,)` whether each ray meets the surface anywhere."""
        from facewright.engine.geometry import bvh

        starts = np.ascontiguousarray(origins, dtype=np.float64)
        directions = np.ascontiguousarray(rays, dtype=np.float64)
        return np.asarray(bvh.cast(starts, directions, False, self._tree)[0] >= 0)

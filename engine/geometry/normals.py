"""Normals and areas of triangle meshes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray, IntArray


def face_vectors(vertices: ArrayLike, faces: IntArray) -> DoubleArray:
    """Return `(F, 3)` vectors along the face normals, as long as twice the face's area."""
    corners = np.asarray(vertices, dtype=np.float64)[faces]
    return np.asarray(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))


def unit(vectors: ArrayLike) -> DoubleArray:
    """Return vectors of length 1 along the last axis; zero where there is no direction."""
    wide = np.asarray(vectors, dtype=np.float64)
    length = np.linalg.norm(wide, axis=-1, keepdims=True)
    return np.asarray(wide / np.where(length > 0, length, 1.0))


def face_normals(vertices: ArrayLike, faces: IntArray) -> DoubleArray:
    """Return `(F, 3)` unit normals, zero where a face has no area."""
    return unit(face_vectors(vertices, faces))


def face_areas(vertices: ArrayLike, faces: IntArray) -> DoubleArray:
    """Return `(F,)` areas in the square of the vertices' unit."""
    return np.asarray(0.5 * np.linalg.norm(face_vectors(vertices, faces), axis=1))


def vertex_normals(vertices: ArrayLike, faces: IntArray) -> DoubleArray:
    """Return `(V, 3)` unit normals, the faces around a vertex weighted by their area.

    Zero where a vertex has no face.
    """
    vectors = face_vectors(vertices, faces)
    count = len(np.asarray(vertices))
    corners = faces.ravel()
    sums = [np.bincount(corners, np.repeat(vectors[:, d], 3), count) for d in range(3)]
    return unit(np.stack(sums, axis=1))


def normals_at(
    vertices: ArrayLike, faces: IntArray, corners: IntArray, weights: ArrayLike
) -> DoubleArray:
    """Return `(N, 3)` unit normals at `(N, 3)` barycentric weights between `(N, 3)` corners.

    The corners may go around either way.
    """
    near = np.zeros(len(np.asarray(vertices)), dtype=bool)
    near[corners] = True
    around = vertex_normals(vertices, faces[near[faces].any(axis=1)])
    return unit(np.einsum("nk,nkd->nd", np.asarray(weights, np.float64), around[corners]))


def vertex_areas(vertices: ArrayLike, faces: IntArray) -> DoubleArray:
    """Return `(V,)` areas: a third of every face around the vertex."""
    areas = face_areas(vertices, faces)
    count = len(np.asarray(vertices))
    return np.asarray(np.bincount(faces.ravel(), np.repeat(areas / 3, 3), count))


def flipped(before: ArrayLike, after: ArrayLike, faces: IntArray) -> IntArray:
    """Return the faces whose normal turned by more than 90 degrees, or that lost their area."""
    agreement = np.einsum("fd,fd->f", face_vectors(before, faces), face_vectors(after, faces))
    return np.flatnonzero(agreement <= 0).astype(np.int32)

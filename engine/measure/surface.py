"""Areas, volumes and girths of surfaces."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.errors import InputError
from facewright.engine.geometry.masking import INSIDE, in_lasso
from facewright.engine.geometry.normals import face_areas, face_vectors

_SPLITS = 3
"""Times that triangles at the border of a loop are split in four: an edge counts to an eighth."""
_STEP = 0.5
"""Mm between the points of a border by which triangles are found that it cuts."""


def mask_area(vertices: ArrayLike, faces: IntArray, mask: ArrayLike) -> float:
    """Return the area of a mask, mm^2: each triangle counts by the mean of its corners' values."""
    share = np.asarray(mask, np.float64)[faces].mean(axis=1)
    return float(share @ face_areas(vertices, faces))


def volume_between(
    vertices: ArrayLike, reference: ArrayLike, faces: IntArray, mask: ArrayLike
) -> float:
    """Return the volume from a reference surface out to a surface in a mask, mm^3, signed.

    Each triangle sweeps a prism on its straight way from the reference; the integral of the
    swept area along that way is of degree two, so Simpson's rule gives it exactly.

    Parameters
    ----------
    vertices, reference : (V, 3)
        Mm; corresponding vertex by vertex.
    faces : (F, 3) int32
    mask : (V,)
        How much each vertex counts.
    """
    x, r = np.asarray(vertices, np.float64), np.asarray(reference, np.float64)
    way = ((x - r) * np.asarray(mask, np.float64)[:, None])[faces].mean(axis=1)
    areas = (
        face_vectors(r, faces) + 4.0 * face_vectors(0.5 * (x + r), faces) + face_vectors(x, faces)
    ) / 12.0
    return float(np.einsum("fd,fd->", way, areas))


def onto_border_plane(vertices: ArrayLike, faces: IntArray, mask: ArrayLike) -> DoubleArray:
    """Return the vertices laid onto the plane that fits the border of a mask best, `(V, 3)`.

    Raises
    ------
    InputError
        If the mask has no border.
    """
    x, inside = np.asarray(vertices, np.float64), np.asarray(mask)[faces] >= INSIDE
    mixed = inside.any(axis=1) & ~inside.all(axis=1)
    if mixed.sum() < 3:
        raise InputError("This mask has no border to lay a plane through: mask a part of the head.")
    rim = x[np.unique(faces[mixed])]
    middle = rim.mean(axis=0)
    normal = np.linalg.svd(rim - middle, full_matrices=False)[2][2]
    return np.asarray(x - ((x - middle) @ normal)[:, None] * normal)


def loop_area(vertices: ArrayLike, faces: IntArray, loop: ArrayLike) -> float:
    """Return the area of the surface inside a closed loop that lies on it, mm^2.

    The loop is seen along its own normal; the triangles near it that face the same way count as
    far as they lie inside. They are split, so that its border is followed closely.

    Parameters
    ----------
    vertices : (V, 3)
    faces : (F, 3) int32
    loop : (N, 3)
        Points in order, mm.

    Raises
    ------
    InputError
        If the loop has no area.
    """
    x, ring = np.asarray(vertices, np.float64), np.asarray(loop, np.float64)
    about = ring - ring.mean(axis=0)
    normal = np.cross(about, np.roll(about, -1, axis=0)).sum(axis=0)
    size = float(np.linalg.norm(normal))
    if size < 1e-6:
        raise InputError("These points lie on one line: set them around an area.")
    normal /= size
    radius = float(np.linalg.norm(about, axis=1).max())
    corners = x[faces] - ring.mean(axis=0)
    near = (np.linalg.norm(corners, axis=2) < radius + 2.0).any(axis=1)
    facing = face_vectors(x, faces) @ normal
    near &= facing > 0 if facing[near].sum() > 0 else facing < 0
    from scipy.spatial import cKDTree

    across = np.linalg.svd(np.eye(3) - np.outer(normal, normal))[0][:, :2]
    outline = about @ across
    border = cKDTree(_dense(outline, _STEP))
    triangles, area = corners[near], 0.0
    for level in range(_SPLITS + 1):
        flat = triangles @ across
        middles = flat.mean(axis=1)
        reach = np.linalg.norm(flat - middles[:, None], axis=2).max(axis=1)
        cut = border.query(middles)[0] < reach + _STEP
        whole = ~cut | (level == _SPLITS)
        inside = in_lasso(middles[whole], outline)
        a, b, c = (triangles[whole][inside][:, k] for k in range(3))
        area += 0.5 * float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())
        triangles = _split(triangles[~whole])
    return area


def _dense(outline: DoubleArray, step: float) -> DoubleArray:
    """Return a closed line `(N, 2)` with points at most `step` apart."""
    ways = np.roll(outline, -1, axis=0) - outline
    counts = np.maximum(np.ceil(np.linalg.norm(ways, axis=1) / step).astype(int), 1)
    rows = np.repeat(np.arange(len(outline)), counts)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(outline[rows] + ways[rows] * (within / counts[rows])[:, None])


def _split(triangles: DoubleArray) -> DoubleArray:
    """Return each of `(N, 3, 3)` triangles as four."""
    a, b, c = (triangles[:, k] for k in range(3))
    ab, bc, ca = 0.5 * (a + b), 0.5 * (b + c), 0.5 * (c + a)
    parts = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    return np.concatenate([np.stack(part, axis=1) for part in parts])


def section(
    vertices: ArrayLike, faces: IntArray, point: ArrayLike, normal: ArrayLike
) -> DoubleArray:
    """Return the points `(N, 3)` at which a plane cuts the sides of triangles."""
    x = np.asarray(vertices, np.float64)
    height = (x - np.asarray(point, np.float64)) @ np.asarray(normal, np.float64)
    points = []
    for a, b in ((0, 1), (1, 2), (2, 0)):
        ha, hb = height[faces[:, a]], height[faces[:, b]]
        cut = (ha < 0) != (hb < 0)
        share = (ha[cut] / (ha[cut] - hb[cut]))[:, None]
        points.append(x[faces[cut, a]] * (1 - share) + x[faces[cut, b]] * share)
    return np.concatenate(points)


def girth(vertices: ArrayLike, faces: IntArray, front: ArrayLike, back: ArrayLike) -> float:
    """Return the length of a tape around a head through two points of its midline, mm.

    The tape lies in the plane through both that runs across the head, and is convex.

    Parameters
    ----------
    vertices : (V, 3)
        In the head frame, mm.
    faces : (F, 3) int32
        Without the ears.
    front, back : (3,)
    """
    from scipy.spatial import ConvexHull

    start = np.asarray(front, np.float64)
    along = np.asarray(back, np.float64) - start
    along /= np.linalg.norm(along)
    normal = np.cross(along, (1.0, 0.0, 0.0))
    ring = section(vertices, faces, start, normal / np.linalg.norm(normal)) - start
    return float(ConvexHull(np.stack([ring[:, 0], ring @ along], axis=1)).area)

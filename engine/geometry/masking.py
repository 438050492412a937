"""Shaping masks on a surface: feather, grow, shrink, lasso; nothing is changed in place."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray, frozen
from facewright.engine.geometry.laplacian import edges_of
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import vertex_normals

INSIDE = 0.5
"""A vertex lies inside a mask from this value on."""


def edge_lengths(vertices: ArrayLike, faces: IntArray) -> sparse.csr_array:
    """Return the symmetric `(V, V)` matrix of edge lengths, mm."""
    places = np.asarray(vertices, np.float64)
    edges = edges_of(faces)
    lengths = np.linalg.norm(places[edges[:, 0]] - places[edges[:, 1]], axis=1)
    one_way = sparse.coo_array((np.maximum(lengths, 1e-9), edges.T), (len(places), len(places)))
    return sparse.csr_array(one_way + one_way.T)


def border_distance(mask: FloatArray, lengths: sparse.csr_array) -> DoubleArray:
    """Return how far each vertex lies inside the mask along edges, mm; negative outside.

    Halfway along an edge that crosses the border is 0. `inf` or `-inf` without a border.
    """
    inside = mask >= INSIDE
    crossing = lengths.tocoo()
    crosses = inside[crossing.row] != inside[crossing.col]
    start = np.full(len(mask), np.inf)
    np.minimum.at(start, crossing.row[crosses], crossing.data[crosses] / 2)
    signs = np.where(inside, 1.0, -1.0)
    seeds = np.flatnonzero(np.isfinite(start))
    if not len(seeds):
        return signs * np.inf
    # One more vertex, joined to each seed by its own start, lets one search do for all.
    count = len(mask)
    seeded = sparse.coo_array((start[seeds], (np.full(len(seeds), count), seeds)), (count + 1,) * 2)
    grown = sparse.csr_array(sparse.block_diag([lengths, sparse.csr_array((1, 1))]))
    found = dijkstra(sparse.csr_array(grown + seeded), indices=count)[:count]
    return np.asarray(signs * found)


def feathered(mask: FloatArray, lengths: sparse.csr_array, width: float) -> FloatArray:
    """Return the mask with a smooth border `width` mm wide, half of it inside and half outside."""
    depth = border_distance(mask, lengths)
    return frozen(_smooth_step(0.5 + depth / max(width, 1e-6)))


def grown(mask: FloatArray, lengths: sparse.csr_array, by: float) -> FloatArray:
    """Return the mask with its border `by` mm farther out, or in where `by` is negative.

    Its softness stays: values move along with the border.
    """
    depth = border_distance(mask, lengths)
    if not np.isfinite(depth).any():
        return mask
    soft = np.flatnonzero((mask > 0.02) & (mask < 0.98))
    width = 2.0 * float(np.quantile(np.abs(depth[soft]), 0.9)) if len(soft) else 0.0
    moved = depth + by
    if width < 1e-3:
        return frozen((moved >= 0).astype(np.float32))
    return frozen(_smooth_step(0.5 + moved / width))


def in_lasso(points: ArrayLike, outline: ArrayLike) -> BoolArray:
    """Return `(N,)` whether `(N, 2)` pixels lie in the closed polygon `(M, 2)`, even-odd rule."""
    x, y = np.asarray(points, np.float64).T
    corners = np.asarray(outline, np.float64)
    inside = np.zeros(len(x), bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 == y1:
            continue
        crosses = (y0 > y) != (y1 > y)
        inside ^= crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return inside


def seen_from(vertices: FloatArray, faces: IntArray, eye: ArrayLike) -> BoolArray:
    """Return `(V,)` whether each vertex faces the point `eye` with nothing in between."""
    places = np.asarray(vertices, np.float64)
    rays = np.asarray(eye, np.float64) - places
    normals = vertex_normals(places, faces)
    facing = np.einsum("vd,vd->v", normals, rays) > 0
    seen = np.zeros(len(places), bool)
    rows = np.flatnonzero(facing)
    # From a little above the skin, or each ray would meet the triangles it starts on.
    starts = places[rows] + 0.5 * normals[rows]
    seen[rows] = ~SurfaceTree(places, faces).blocked(starts, rays[rows])
    return seen


def _smooth_step(share: DoubleArray) -> DoubleArray:
    limited = np.clip(share, 0.0, 1.0)
    return np.asarray(limited * limited * (3.0 - 2.0 * limited))

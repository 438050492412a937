"""Charts: which triangle of a flat layout each texel of an image lies in, and where in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facewright.engine.arrays import DoubleArray, FloatArray, IntArray

Rows = NDArray[np.int64]

_AT_ONCE = 4096
"""Triangles tried together: about 100,000 texels in some megabytes."""


def chart(points: ArrayLike, faces: IntArray, side: int) -> tuple[IntArray, FloatArray]:
    """Return what each texel of a square image shows of triangles that lie flat.

    The same as `photos.rasterizer` finds at one depth, without compiled code: for once, at
    start, compiling costs more than it saves.

    Parameters
    ----------
    points : (U, 2)
        Column and row, texels have their centres at halves.
    faces : (F, 3) int32
    side : int
        Width and height of the image.

    Returns
    -------
    triangle : (side, side) int32
        Row of `faces`, the first one where several lie, -1 where none does.
    weights : (side, side, 3) float32
        Of the triangle's corners; they sum to 1, or to 0 where there is none.
    """
    corners = np.asarray(points, np.float64)[faces]
    triangle = np.full(side * side, -1, np.int32)
    weights = np.zeros((side * side, 3), np.float32)
    for start in range(0, len(faces), _AT_ONCE):
        texel, within, share = _covered(corners[start : start + _AT_ONCE], side)
        free = np.flatnonzero(triangle[texel] < 0)[::-1]  # what is written last stays: the first
        triangle[texel[free]] = start + within[free]
        weights[texel[free]] = share[free]
    return triangle.reshape(side, side), weights.reshape(side, side, 3)


def _covered(corners: DoubleArray, side: int) -> tuple[Rows, Rows, DoubleArray]:
    """Return texels, the triangle that covers each, in order, and the weights of its corners."""
    low = np.ceil(corners.min(axis=1) - 0.5).clip(0, side).astype(np.int64)
    high = np.floor(corners.max(axis=1) - 0.5).clip(-1, side - 1).astype(np.int64)
    wide, tall = np.maximum(high - low + 1, 0).T
    count = wide * tall
    which = np.repeat(np.arange(len(corners)), count)
    place = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    column = low[which, 0] + place % np.maximum(wide, 1)[which]
    row = low[which, 1] + place // np.maximum(wide, 1)[which]
    with np.errstate(divide="ignore"):
        (ax, ay), (bx, by), (cx, cy) = corners.transpose(1, 2, 0)
        scale = (1.0 / ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)))[which]
    (ax, ay), (bx, by), (cx, cy) = corners.transpose(1, 2, 0)[..., which]
    x, y = column + 0.5, row + 0.5
    with np.errstate(invalid="ignore"):
        u = ((bx - x) * (cy - y) - (by - y) * (cx - x)) * scale
        v = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) * scale
        w = ((ax - x) * (by - y) - (ay - y) * (bx - x)) * scale
        inside = (u >= 0.0) & (v >= 0.0) & (w >= 0.0)
    share = np.column_stack([u[inside], v[inside], w[inside]])
    total = 1.0 / share.sum(axis=1)
    return (row * side + column)[inside], which[inside], share * total[:, None]

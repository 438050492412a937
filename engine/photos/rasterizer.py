"""A z-buffer rasteriser: which triangle each pixel shows, where in it, and how far away."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facewright.engine.arrays import FloatArray, IntArray


def rasterize(
    points: ArrayLike,
    faces: ArrayLike,
    size: tuple[int, int],
    *,
    perspective: bool = False,
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return what each pixel of an image sees of a triangle mesh.

    A pixel is covered where its centre, `(column + 0.5, row + 0.5)`, lies in a triangle or on
    its edge; the nearest triangle wins, the first one of equals. Both sides of a triangle
    show. Triangles without area, with a corner that is not finite or, in perspective, with a
    corner at or behind the camera, are left out.

    Parameters
    ----------
    points : (V, 3)
        Pixel x, pixel y and depth, as `Camera.project` gives them.
    faces : (F, 3) int
    size : (width, height)
    perspective : bool
        Depths are distances of a pinhole camera, so barycentric weights are corrected for
        foreshortening.

    Returns
    -------
    triangle : (H, W) int32
        Row of `faces`, -1 where nothing shows.
    barycentric : (H, W, 3) float32
        Weights of the triangle's corners in the world; they sum to 1, or to 0 where empty.
    depth : (H, W) float32
        Infinite where nothing shows.

    Raises
    ------
    ValueError
        If a face names a vertex that is not there, or a side of `size` is not positive.
    """
    from facewright.engine.photos._kernels import rasterize_into

    corners = np.ascontiguousarray(points, dtype=np.float64)
    triangles = np.ascontiguousarray(faces, dtype=np.int32).reshape(-1, 3)
    width, height = int(size[0]), int(size[1])
    if width < 1 or height < 1:
        raise ValueError(f"an image of {width} x {height} pixels cannot be drawn")
    if len(triangles) and (triangles.min() < 0 or triangles.max() >= len(corners)):
        raise ValueError("a face names a vertex that is not there")
    triangle = np.full((height, width), -1, np.int32)
    barycentric = np.zeros((height, width, 3), np.float32)
    nearness = np.full((height, width), -np.inf)
    rasterize_into(corners, triangles, perspective, triangle, barycentric, nearness)
    with np.errstate(divide="ignore"):
        depth = 1.0 / nearness if perspective else -nearness
    depth[triangle < 0] = np.inf
    return triangle, barycentric, depth.astype(np.float32)


def sample(
    values: ArrayLike, faces: ArrayLike, triangle: IntArray, barycentric: FloatArray
) -> NDArray[np.float32]:
    """Return per-vertex `values` `(V, C)` at each pixel, `(H, W, C)`; 0 where nothing shows."""
    table = np.asarray(values, dtype=np.float32)
    corners = np.asarray(faces)[np.maximum(triangle, 0)]
    mixed = np.einsum("hwk,hwkc->hwc", barycentric, table[corners], optimize=False)
    return np.asarray(mixed, dtype=np.float32)

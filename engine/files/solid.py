"""Turn the head's skin into one closed solid that can be printed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from facewright.engine.files.clean import ends, joints


def membranes(
    vertices: FloatArray, faces: IntArray, inside: BoolArray, balls: Iterable[FloatArray]
) -> FloatArray:
    """Return vertices whose pockets are stretched flat, so that no cavity is left.

    The vertices `inside` (mouth, nostrils, sockets) move to the surface of least stretch
    between the rims, and on to the eyeballs where these stand before it. Faces stay.

    Parameters
    ----------
    vertices : (V, 3) float32
    faces : (F, 3) int32
    inside : (V,) bool
    balls : iterable of (N, 3) float32
        Vertices of each eyeball.

    Returns
    -------
    (V, 3) float32
    """
    from scipy.sparse import coo_array, diags_array
    from scipy.sparse.linalg import splu

    out = vertices.astype(np.float64)
    if inside.any():
        a, b = faces.reshape(-1), faces[:, [1, 2, 0]].reshape(-1)
        count = len(vertices)
        near = coo_array((np.ones(len(a)), (a, b)), shape=(count, count)).tocsr()
        near = ((near + near.T) > 0).astype(np.float64)
        laplacian = (diags_array(near.sum(axis=1)) - near).tocsr()
        free, held = (np.flatnonzero(rows).astype(np.int32) for rows in (inside, ~inside))
        solver = splu(laplacian[free][:, free].tocsc())
        out[free] = solver.solve(-(laplacian[free][:, held] @ out[held]))
        for ball in balls:
            _onto(out, free, ball.astype(np.float64))
    return out.astype(np.float32)


def _onto(points: DoubleArray, rows: IntArray, ball: DoubleArray) -> None:
    """Push points within an eyeball's outline forward onto its front, in place."""
    centre = (ball.min(axis=0) + ball.max(axis=0)) / 2
    centre[2] = ball[:, 2].max() - np.ptp(ball[:, 1]) / 2
    radius = np.ptp(ball[:, 1]) / 2
    across = points[rows, :2] - centre[:2]
    room = radius**2 - (across**2).sum(axis=1)
    near = (room > 0) & (np.abs(points[rows, 2] - centre[2]) < 2 * radius)
    front = centre[2] + np.sqrt(np.maximum(room, 0))
    chosen = rows[near]
    points[chosen, 2] = np.maximum(points[chosen, 2], front[near])


def closed(vertices: FloatArray, faces: IntArray) -> tuple[FloatArray, IntArray]:
    """Return the mesh with every border loop closed by a fan from its middle.

    Parameters
    ----------
    vertices : (V, 3) float32
    faces : (F, 3) int32
        Consistently wound, no edge of more than two faces.

    Returns
    -------
    vertices : (V + loops, 3) float32
    faces : (F + border edges, 3) int32
        Every edge has two faces.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    start, stop = ends(faces, joints(faces).border)
    if not len(start):
        return vertices, faces
    count = len(vertices)
    graph = coo_array((np.ones(len(start)), (start, stop)), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    _, loop = np.unique(label[start], return_inverse=True)
    loops = int(loop.max()) + 1
    size = np.bincount(loop)[:, None]
    middle = np.stack(
        [np.bincount(loop, vertices[start, k], loops) for k in range(3)], axis=1
    ) / size  # fmt: skip
    caps = np.stack([stop, start, count + loop], axis=1).astype(np.int32)
    return (
        np.concatenate([vertices, middle.astype(np.float32)]),
        np.concatenate([faces, caps]),
    )


def volume(vertices: FloatArray, faces: IntArray) -> float:
    """Return the volume within a closed mesh, in cubic units of its vertices."""
    a, b, c = (vertices[faces[:, k]].astype(np.float64) for k in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)

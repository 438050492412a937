"""The compiled loop of `arap`."""

from __future__ import annotations

import numpy as np

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.geometry.compiled import compiled


@compiled
def rotation(w: float, x: float, y: float, z: float, r: DoubleArray) -> None:
    """Write the matrix of a unit quaternion into `r`, `(3, 3)`."""
    r[0, 0] = 1 - 2 * (y * y + z * z)
    r[0, 1] = 2 * (x * y - w * z)
    r[0, 2] = 2 * (x * z + w * y)
    r[1, 0] = 2 * (x * y + w * z)
    r[1, 1] = 1 - 2 * (x * x + z * z)
    r[1, 2] = 2 * (y * z - w * x)
    r[2, 0] = 2 * (x * z - w * y)
    r[2, 1] = 2 * (y * z + w * x)
    r[2, 2] = 1 - 2 * (x * x + y * y)


@compiled
def turned_edges(
    rest: DoubleArray,
    bent: DoubleArray,
    starts: IntArray,
    ends: IntArray,
    weights: DoubleArray,
    turns: DoubleArray,
    steps: int,
) -> DoubleArray:
    """Return `(V, 3)`: the divergence of the rest edges, each turned as its ends are.

    `turns` `(V, 4)` unit quaternions, w first, are where the search for the best rotation of
    each vertex's edges begins, and receive it. The rotation is found by Newton-like steps that
    never reflect (Mueller, Bender, Chentanez and Macklin, A robust method to extract the
    rotational part of deformations, Motion in Games 2016, eq. 7).
    """
    count = len(rest)
    matrix = np.empty((count, 3, 3))
    for v in range(count):
        spread = np.zeros((3, 3))
        for e in range(starts[v], starts[v + 1]):
            n = ends[e]
            for i in range(3):
                for j in range(3):
                    spread[i, j] += (
                        weights[e] * (bent[n, i] - bent[v, i]) * (rest[n, j] - rest[v, j])
                    )
        w, x, y, z = turns[v]
        for _ in range(steps):
            r = matrix[v]
            rotation(w, x, y, z, r)
            ax = ay = az = along = 0.0
            for k in range(3):
                ax += r[1, k] * spread[2, k] - r[2, k] * spread[1, k]
                ay += r[2, k] * spread[0, k] - r[0, k] * spread[2, k]
                az += r[0, k] * spread[1, k] - r[1, k] * spread[0, k]
                along += r[0, k] * spread[0, k] + r[1, k] * spread[1, k] + r[2, k] * spread[2, k]
            scale = 1.0 / (abs(along) + 1e-12)
            ax, ay, az = ax * scale, ay * scale, az * scale
            angle = np.sqrt(ax * ax + ay * ay + az * az)
            if angle < 1e-9:
                break
            half = np.sin(angle / 2) / angle
            c, sx, sy, sz = np.cos(angle / 2), ax * half, ay * half, az * half
            w, x, y, z = (
                c * w - sx * x - sy * y - sz * z,
                c * x + sx * w + sy * z - sz * y,
                c * y - sx * z + sy * w + sz * x,
                c * z + sx * y - sy * x + sz * w,
            )
        turns[v, 0], turns[v, 1], turns[v, 2], turns[v, 3] = w, x, y, z
        rotation(w, x, y, z, matrix[v])
    result = np.zeros((count, 3))
    for v in range(count):
        for e in range(starts[v], starts[v + 1]):
            n = ends[e]
            for i in range(3):
                total = 0.0
                for j in range(3):
                    total += (matrix[v, i, j] + matrix[n, i, j]) * (rest[v, j] - rest[n, j])
                result[v, i] += 0.5 * weights[e] * total
    return result

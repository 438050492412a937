"""The compiled loops of `frames`."""

from __future__ import annotations

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray, IntArray
from facewright.engine.geometry.compiled import compiled


@compiled
def scaled_frames(
    vertices: FloatArray, faces: IntArray, ahead: IntArray, behind: IntArray
) -> FloatArray:
    """Return `(V, 3, 3)`: tangent, bitangent, normal, each as long as the root of the area."""
    count = vertices.shape[0]
    sums = np.zeros((count, 3), np.float32)
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        ux = vertices[b, 0] - vertices[a, 0]
        uy = vertices[b, 1] - vertices[a, 1]
        uz = vertices[b, 2] - vertices[a, 2]
        wx = vertices[c, 0] - vertices[a, 0]
        wy = vertices[c, 1] - vertices[a, 1]
        wz = vertices[c, 2] - vertices[a, 2]
        nx = uy * wz - uz * wy
        ny = uz * wx - ux * wz
        nz = ux * wy - uy * wx
        for v in (a, b, c):
            sums[v, 0] += nx
            sums[v, 1] += ny
            sums[v, 2] += nz
    frames = np.zeros((count, 3, 3), np.float32)
    for v in range(count):
        nx, ny, nz = sums[v, 0], sums[v, 1], sums[v, 2]
        area = np.sqrt(nx * nx + ny * ny + nz * nz)
        tx = vertices[ahead[v], 0] - vertices[behind[v], 0]
        ty = vertices[ahead[v], 1] - vertices[behind[v], 1]
        tz = vertices[ahead[v], 2] - vertices[behind[v], 2]
        if area <= 0.0:
            continue
        nx, ny, nz = nx / area, ny / area, nz / area
        along = tx * nx + ty * ny + tz * nz
        tx, ty, tz = tx - along * nx, ty - along * ny, tz - along * nz
        length = np.sqrt(tx * tx + ty * ty + tz * tz)
        if length <= 0.0:
            continue
        scale = np.sqrt(area)
        tx, ty, tz = tx / length, ty / length, tz / length
        frames[v, 0, 0], frames[v, 0, 1], frames[v, 0, 2] = tx * scale, ty * scale, tz * scale
        frames[v, 1, 0] = (ny * tz - nz * ty) * scale
        frames[v, 1, 1] = (nz * tx - nx * tz) * scale
        frames[v, 1, 2] = (nx * ty - ny * tx) * scale
        frames[v, 2, 0], frames[v, 2, 1], frames[v, 2, 2] = nx * scale, ny * scale, nz * scale
    return frames


@compiled
def motions(before: FloatArray, after: FloatArray) -> tuple[DoubleArray, DoubleArray]:
    """Return `(V, 4)` unit quaternions, w first and not negative, and `(V,)` growth.

    They take each scaled frame `before` to that `after`; nothing grows to 0 where there is none.
    The quaternion is read from the largest of its four squares (Shepperd 1978).
    """
    count = before.shape[0]
    turns = np.zeros((count, 4))
    growth = np.zeros(count)
    m = np.zeros((3, 3))
    for v in range(count):
        old, new = 0.0, 0.0
        for j in range(3):
            old += before[v, 2, j] ** 2
            new += after[v, 2, j] ** 2
        turns[v, 0] = 1.0
        if old <= 0.0 or new <= 0.0:
            continue
        growth[v] = np.sqrt(new / old)
        for i in range(3):
            for j in range(3):
                m[i, j] = 0.0
                for k in range(3):
                    m[i, j] += after[v, k, i] * before[v, k, j]
                m[i, j] /= np.sqrt(new * old)
        trace = m[0, 0] + m[1, 1] + m[2, 2]
        at = 0
        for i in range(3):
            if m[i, i] > (trace if at == 0 else m[at - 1, at - 1]):
                at = i + 1
        if at == 0:
            turns[v, 0] = 1.0 + trace
            turns[v, 1] = m[2, 1] - m[1, 2]
            turns[v, 2] = m[0, 2] - m[2, 0]
            turns[v, 3] = m[1, 0] - m[0, 1]
        else:
            i = at - 1
            j, k = (i + 1) % 3, (i + 2) % 3
            turns[v, 0] = m[k, j] - m[j, k]
            turns[v, 1 + i] = 1.0 + m[i, i] - m[j, j] - m[k, k]
            turns[v, 1 + j] = m[j, i] + m[i, j]
            turns[v, 1 + k] = m[k, i] + m[i, k]
        length = 0.0
        for i in range(4):
            length += turns[v, i] ** 2
        length = np.sqrt(length) if turns[v, 0] >= 0 else -np.sqrt(length)
        for i in range(4):
            turns[v, i] /= length
    return turns, growth


@compiled
def turned(motions: FloatArray, vectors: FloatArray) -> FloatArray:
    """Return `(V, 3)` vectors turned by quaternions of any length, w first, then scaled.

    `motions` is `(V, 5)`: the quaternion and the scale.
    """
    result = np.zeros_like(vectors)
    for v in range(vectors.shape[0]):
        w, x, y, z, scale = motions[v]
        norm = w * w + x * x + y * y + z * z
        if norm <= 0.0:
            continue
        a, b, c = vectors[v]
        s, t, u = 2 * (y * c - z * b), 2 * (z * a - x * c), 2 * (x * b - y * a)
        result[v, 0] = scale * (a + (w * s + y * u - z * t) / norm)
        result[v, 1] = scale * (b + (w * t + z * s - x * u) / norm)
        result[v, 2] = scale * (c + (w * u + x * t - y * s) / norm)
    return result

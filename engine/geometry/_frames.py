"""The compiled loop of `frames`."""

from __future__ import annotations

import numpy as np

from facewright.engine.arrays import FloatArray, IntArray
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

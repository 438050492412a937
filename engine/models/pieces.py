"""Pieces of a head beside its skin, and the rigid motions that carry them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from facewright.engine.arrays import ByteArray, DoubleArray, FloatArray, IntArray, frozen


@dataclass(frozen=True, eq=False)
class Part:
    """A piece of the head beside its skin.

    Attributes
    ----------
    name : str
        `eye_l`, `cornea_l`, `teeth_upper`, `gum_upper`, `tongue`, ...
    vertices : (V, 3) float32
        Head frame, mm, as shown.
    faces : (F, 3) int32
    uv : (V, 2) float32 or None
    texture : (H, W, 3) uint8 or None
    color : (r, g, b) in [0, 1], sRGB
        Where there is no texture.
    material : str
        "eye", "cornea" (clear), "teeth", "gum" or "tongue".
    """

    name: str
    vertices: FloatArray
    faces: IntArray
    uv: FloatArray | None
    texture: ByteArray | None
    color: tuple[float, float, float]
    material: str

    def moved(self, motion: FloatArray | DoubleArray) -> Part:
        """Return the part carried by a rigid motion `(4, 4)`."""
        return replace(self, vertices=frozen(carried(self.vertices, motion)))


def carried(points: FloatArray | DoubleArray, motion: FloatArray | DoubleArray) -> FloatArray:
    """Return points `(N, 3)` carried by a rigid motion `(4, 4)`."""
    return np.asarray(points @ motion[:3, :3].T + motion[:3, 3], dtype=np.float32)


def rigid_fit(start: DoubleArray, end: DoubleArray, weight: DoubleArray) -> DoubleArray:
    """Return the weighted least-squares rigid motion from `start` to `end` (Kabsch), `(4, 4)`."""
    share = (weight / weight.sum())[:, None]
    a, b = (share * start).sum(axis=0), (share * end).sum(axis=0)
    u, _, vt = np.linalg.svd((share * (start - a)).T @ (end - b))
    flip = np.diag([1.0, 1.0, np.sign(np.linalg.det(vt.T @ u.T))])
    rotation = vt.T @ flip @ u.T
    motion = np.eye(4)
    motion[:3, :3], motion[:3, 3] = rotation, b - rotation @ a
    return motion

"""What a reader finds in a file before anything is mended: raw arrays, materials, notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import ByteArray, FloatArray, IntArray

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class Material:
    """What paints some faces.

    Attributes
    ----------
    name : str
    image : path, encoded bytes, PIL image or None
    color : three floats in [0, 1]
        sRGB, used where there is no image.
    """

    name: str = ""
    image: Path | bytes | Image | None = None
    color: tuple[float, float, float] = (0.75, 0.75, 0.75)


@dataclass(frozen=True, eq=False)
class Surface:
    """Raw geometry of one file; indices are checked against the counts, nothing else is.

    Attributes
    ----------
    vertices : (V, 3) float32
    faces : (F, 3) int32
    uv : (U, 2) float32 or None
        Origin at the lower left.
    uv_faces : (F, 3) int32 or None
        Rows of `uv`, -1 where a corner has none.
    material : (F,) int32 or None
        Row of `materials`.
    materials : tuple of Material
    colors : (V, 3) uint8 or None
    normals : (V, 3) float32 or None
    unit : str or None
    notes : tuple of str
    """

    vertices: FloatArray
    faces: IntArray = field(default_factory=lambda: np.zeros((0, 3), np.int32))
    uv: FloatArray | None = None
    uv_faces: IntArray | None = None
    material: IntArray | None = None
    materials: tuple[Material, ...] = ()
    colors: ByteArray | None = None
    normals: FloatArray | None = None
    unit: str | None = None
    notes: tuple[str, ...] = ()


def fans(count: IntArray) -> IntArray:
    """Return the triangles of polygons with `count` corners each, as rows of the flat corners.

    Parameters
    ----------
    count : (P,) int32
        Corners of each polygon; those below 3 give no triangle.

    Returns
    -------
    (T, 3) int32
    """
    if len(count) and (count == 3).all():
        return np.arange(3 * len(count), dtype=np.int32).reshape(-1, 3)
    count = count.astype(np.int32, copy=False)
    pieces = np.maximum(count - 2, 0)
    total = int(pieces.sum(dtype=np.int64))
    out = np.empty((total, 3), dtype=np.int32)
    out[:, 0] = np.repeat(np.cumsum(count, dtype=np.int32) - count, pieces)
    step = np.arange(total, dtype=np.int32)
    step -= np.repeat(np.cumsum(pieces, dtype=np.int32) - pieces, pieces)
    out[:, 1] = out[:, 0] + step + 1
    out[:, 2] = out[:, 1] + 1
    return out


def owners(count: IntArray) -> IntArray:
    """Return the polygon of each triangle of `fans(count)`."""
    return np.repeat(np.arange(len(count), dtype=np.int32), np.maximum(count - 2, 0))


def as_bytes(colors: FloatArray) -> ByteArray:
    """Return `(N, 3)` colours given in [0, 1] or [0, 255] as bytes."""
    values = np.nan_to_num(np.asarray(colors, dtype=np.float32), posinf=0, neginf=0)
    scale = 255.0 if values.max(initial=0) <= 1.0 else 1.0
    return np.clip(np.round(values * scale), 0, 255).astype(np.uint8)

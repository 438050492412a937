"""Images that shaders read: matcaps, pores and colour maps, all computed here."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkRenderingCore import vtkTexture

from facewright.engine.arrays import ByteArray

_SIDE = 256

Array = NDArray[np.float64]


def texture(
    image: ByteArray, *, smooth: bool = True, mipmap: bool = True, repeat: bool = False
) -> vtkTexture:
    """Return `(H, W, 3)` uint8 as a texture; VTK's first row is the lowest."""
    height, width = image.shape[:2]
    picture = vtkImageData()
    picture.SetDimensions(width, height, 1)
    rows = np.ascontiguousarray(image[::-1]).reshape(-1, image.shape[2])
    picture.GetPointData().SetScalars(numpy_to_vtk(rows, deep=True))
    result = vtkTexture()
    result.SetInputData(picture)
    result.SetInterpolate(smooth)
    result.SetMipmap(mipmap)
    result.SetRepeat(repeat)
    if not repeat:
        result.SetWrap(vtkTexture.ClampToEdge)
    result.SetMaximumAnisotropicFiltering(1.0)  # a third of a picture's time in software
    return result


@cache
def pores() -> ByteArray:
    """Return slopes of skin's fine relief, tileable, `(256, 256, 3)`: red across, green up.

    Pits scattered at an even distance and creases that join them, as on a cheek.
    """
    from scipy.spatial import cKDTree

    rng = np.random.default_rng(5)
    cells = 22
    corner = (np.stack(np.meshgrid(range(cells), range(cells)), -1) + 0.5).reshape(-1, 2)
    spots = (corner + rng.uniform(-0.42, 0.42, corner.shape)) / cells
    axis = (np.arange(_SIDE) + 0.5) / _SIDE
    here = np.stack(np.meshgrid(axis, axis), -1)
    gaps, _ = cKDTree(spots % 1.0, boxsize=1.0).query(here, k=2)
    near = np.moveaxis(gaps, -1, 0)
    creases = np.clip((near[1] - near[0]) * cells * 1.8, 0, 1) ** 0.6
    pits = np.exp(-((near[0] * cells / 0.22) ** 2))
    noise = _blurred(rng.normal(size=(_SIDE, _SIDE)), 1.5)
    height = 0.5 * creases - 0.8 * pits + 0.25 * noise / noise.std()
    height = _blurred(height, 1.0)
    across = np.roll(height, -1, 1) - np.roll(height, 1, 1)
    up = np.roll(height, -1, 0) - np.roll(height, 1, 0)
    slopes = np.stack([-across, -up], -1)
    slopes /= 3.0 * slopes.std()
    image = np.concatenate([slopes * 0.5 + 0.5, np.ones((_SIDE, _SIDE, 1))], -1)
    return np.asarray(np.clip(image, 0, 1)[::-1] * 255 + 0.5, np.uint8)


def _blurred(field: Array, width: float) -> Array:
    """Blur a tileable field by a Gaussian of `width` pixels."""
    turn = np.fft.fftfreq(_SIDE)
    decay = np.exp(-2 * (np.pi * width * turn) ** 2)
    return np.asarray(np.fft.ifft2(np.fft.fft2(field) * np.outer(decay, decay)).real)


@cache
def matcap(name: str) -> ByteArray:
    """Return a ball in the material `name`, `(256, 256, 3)`: what its normals look like.

    Parameters
    ----------
    name : "wax", "pearl", "cavity" or "steel"
    """
    axis = (np.arange(_SIDE) + 0.5) / _SIDE * 2 - 1
    x, y = np.meshgrid(axis / 0.97, -axis / 0.97)
    square = np.minimum(x * x + y * y, 1.0)
    normal = np.stack([x, y, np.sqrt(1 - square)], -1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    color = np.clip(_MATCAPS[name](normal), 0, 1)
    return np.asarray(color**0.4545 * 255 + 0.5, np.uint8)


def _lamp(normal: Array, direction: tuple[float, float, float], wrap: float = 0.0) -> Array:
    unit = np.array(direction) / np.linalg.norm(direction)
    return np.asarray(np.clip((normal @ unit + wrap) / (1 + wrap), 0, 1)[..., None])


def _shine(normal: Array, direction: tuple[float, float, float], power: float) -> Array:
    """Return the highlight of a lamp for a viewer far in front."""
    half = np.array(direction) / np.linalg.norm(direction) + np.array([0.0, 0.0, 1.0])
    half /= np.linalg.norm(half)
    return np.asarray(np.clip(normal @ half, 0, 1)[..., None] ** power)


def _wax(n: Array) -> Array:
    warm, red = np.array([0.62, 0.30, 0.20]), np.array([0.30, 0.07, 0.04])
    body = warm * _lamp(n, (-0.5, 0.6, 0.7), 0.3) + red * (1 - n[..., 2:]) * 0.7 + 0.25 * red
    return np.asarray(body + 0.30 * _shine(n, (-0.5, 0.7, 0.6), 40) + 0.08 * _lamp(n, (1, 0, 0.2)))


def _pearl(n: Array) -> Array:
    rim = 1 - n[..., 2:]
    hue = 0.5 + 0.5 * np.cos(2 * np.pi * (0.9 * rim + np.array([0.0, 0.33, 0.60])))
    body = 0.52 + 0.22 * n[..., 1:2] + 0.10 * (hue - 0.5)
    body = body * (1 - 0.45 * rim**2) * np.array([1.0, 0.98, 0.96])
    return np.asarray(body + 0.45 * _shine(n, (-0.4, 0.7, 0.6), 60) + 0.12 * rim**3)


def _cavity(n: Array) -> Array:
    slope = n[..., 2:] ** 2.2
    return np.asarray((0.05 + 0.62 * slope) * np.array([0.98, 0.95, 0.90]))


def _steel(n: Array) -> Array:
    band = 0.5 + 0.5 * np.sin(5.2 * n[..., 1:2] + 0.8)
    body = (0.06 + 0.34 * band**2 + 0.25 * n[..., 1:2].clip(0)) * np.array([0.86, 0.93, 1.0])
    return np.asarray(body * (0.5 + 0.5 * n[..., 2:]) + 0.8 * _shine(n, (-0.5, 0.7, 0.6), 120))


_MATCAPS = {"wax": _wax, "pearl": _pearl, "cavity": _cavity, "steel": _steel}
MATCAPS = tuple(_MATCAPS)

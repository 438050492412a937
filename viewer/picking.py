"""Picking: what lies under a pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from vtkmodules.vtkRenderingCore import vtkCoordinate, vtkRenderer

from facewright.engine.arrays import DoubleArray, FloatArray


@dataclass(frozen=True, eq=False)
class Hit:
    """A point of the picture.

    Attributes
    ----------
    position : (3,) float64
        In the scene, mm.
    vertex : int
        Nearest vertex of the skin.
    distance : float
        From `position` to that vertex, mm.
    """

    position: DoubleArray
    vertex: int
    distance: float


def pick(renderer: vtkRenderer, vertices: FloatArray, x: int, y: int) -> Hit | None:
    """Return what is drawn at pixel `(x, y)`, origin at the lower left, or None for background.

    Reads the depth of the last picture: one pixel, whatever the size of the meshes.

    Parameters
    ----------
    renderer : vtkRenderer
    vertices : (V, 3) float32
        The skin as drawn.
    x, y : int
    """
    depth = renderer.GetZ(int(x), int(y))
    if depth >= 1.0 or not len(vertices):
        return None
    renderer.SetDisplayPoint(float(x), float(y), float(depth))
    renderer.DisplayToWorld()
    position = np.array(renderer.GetWorldPoint())
    if position[3] == 0.0:
        return None
    position = position[:3] / position[3]
    gaps = np.linalg.norm(vertices - position.astype(np.float32), axis=1)
    vertex = int(gaps.argmin())
    return Hit(position, vertex, float(gaps[vertex]))


def pixel(renderer: vtkRenderer, position: FloatArray | DoubleArray) -> tuple[int, int]:
    """Return the pixel at which `(3,)` mm is drawn, origin at the lower left."""
    coordinate = vtkCoordinate()
    coordinate.SetCoordinateSystemToWorld()
    coordinate.SetValue(*(float(part) for part in position))
    x, y = coordinate.GetComputedDisplayValue(renderer)
    return int(x), int(y)

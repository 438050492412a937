"""The pointer over a view: where it is on the screen and which ray it stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from vtkmodules.vtkRenderingCore import vtkRenderer

from facewright.engine.arrays import DoubleArray, FloatArray


@dataclass(frozen=True, eq=False)
class Pointer:
    """One moment of the mouse or pen.

    Attributes
    ----------
    x, y : float
        Pixels of the view, origin at the lower left.
    origin, ray : (3,) float64
        Start on the near plane and direction of unit length, mm.
    shift, control : bool
    pressure : float
        0 to 1; 1 for a mouse.
    millimetres_per_pixel : float
        At the camera's focus.
    rightward, upward : (3,) float64
        Unit vectors of the screen.
    eye : (3,) float64
        The camera's place, mm; very far off in a parallel projection.
    to_pixels : (4, 4) float64
        From the scene, mm, to pixels of the view, in homogeneous coordinates.
    """

    x: float
    y: float
    origin: DoubleArray
    ray: DoubleArray
    shift: bool
    control: bool
    pressure: float
    millimetres_per_pixel: float
    rightward: DoubleArray
    upward: DoubleArray
    eye: DoubleArray
    to_pixels: DoubleArray

    def project(self, points: FloatArray | DoubleArray) -> DoubleArray:
        """Return the pixels `(N, 2)` at which `(N, 3)` points of the scene are drawn."""
        places = np.asarray(points, np.float64)
        flat = places @ self.to_pixels[:, :3].T + self.to_pixels[:, 3]
        return np.asarray(flat[:, :2] / flat[:, 3:])


PointerListener = Callable[[str, Pointer], bool]
"""`listener(event, pointer)` with "hover", "press", "drag", "release", "click", "leave" or "menu".

True from "press" takes the whole drag away from the camera; from "menu", the menu. A "click" is a
press of the left button that the camera had, and that did not move it.
"""


def ray_through(renderer: vtkRenderer, x: float, y: float) -> tuple[DoubleArray, DoubleArray]:
    """Return start and unit direction of the ray through a pixel that is drawn."""
    ends = []
    for depth in (0.0, 1.0):
        renderer.SetDisplayPoint(float(x), float(y), depth)
        renderer.DisplayToWorld()
        point = np.array(renderer.GetWorldPoint())
        ends.append(point[:3] / point[3])
    ray = ends[1] - ends[0]
    return ends[0], ray / max(float(np.linalg.norm(ray)), 1e-12)


FAR = 1e5
"""How far off the eye of a parallel projection is taken to be, mm."""


def eye_of(renderer: vtkRenderer) -> DoubleArray:
    """Return the camera's place, mm."""
    camera = renderer.GetActiveCamera()
    if camera.GetParallelProjection():
        return np.array(camera.GetFocalPoint()) - FAR * np.array(camera.GetDirectionOfProjection())
    return np.array(camera.GetPosition())


def to_pixels(renderer: vtkRenderer, width: float, height: float) -> DoubleArray:
    """Return the `(4, 4)` matrix from the scene to pixels of a view of this size."""
    camera = renderer.GetActiveCamera()
    matrix = camera.GetCompositeProjectionTransformMatrix(renderer.GetTiledAspectRatio(), -1, 1)
    clip = np.array([[matrix.GetElement(i, j) for j in range(4)] for i in range(4)])
    screen = np.eye(4)
    screen[0, 0], screen[0, 3] = width / 2, width / 2
    screen[1, 1], screen[1, 3] = height / 2, height / 2
    return np.asarray(screen @ clip)

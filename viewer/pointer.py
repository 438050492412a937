"""The pointer over a view: where it is on the screen and which ray it stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from vtkmodules.vtkRenderingCore import vtkRenderer

from facewright.engine.arrays import DoubleArray


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


PointerListener = Callable[[str, Pointer], bool]
"""`listener(event, pointer)` with "hover", "press", "drag", "release", "leave" or "menu".

True from "press" takes the whole drag away from the camera; from "menu", the menu.
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

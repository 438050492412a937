"""Navigation: a camera that turns around a focus, and where it can stand."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from vtkmodules.vtkRenderingCore import vtkRenderer

from facewright.engine.arrays import DoubleArray

VIEWS: dict[str, tuple[float, float]] = {
    "front": (0.0, 0.0),
    "left": (90.0, 0.0),
    "right": (-90.0, 0.0),
    "three-quarter": (-35.0, 5.0),
    "three-quarter-left": (35.0, 5.0),
    "top": (0.0, 89.0),
    "bottom": (0.0, -89.0),
    "back": (180.0, 0.0),
}
"""Azimuth and elevation in degrees; azimuth 90 looks at the subject's left side."""

_STEEPEST = 89.0
_NEAREST, _FARTHEST = 40.0, 4000.0


@dataclass(frozen=True, eq=False)
class Stand:
    """Where a camera stands and what it looks at.

    Attributes
    ----------
    azimuth, elevation : float
        Degrees, as in `VIEWS`.
    focus : (3,) float64
        mm.
    distance : float
        From focus to camera, mm.
    """

    azimuth: float
    elevation: float
    focus: DoubleArray
    distance: float

    def toward(self, other: Stand, share: float) -> Stand:
        """Return the stand that lies `share` of the way to `other`, around the shorter side."""
        turn = (other.azimuth - self.azimuth + 180.0) % 360.0 - 180.0
        return Stand(
            _wrapped(self.azimuth + share * turn),
            self.elevation + share * (other.elevation - self.elevation),
            self.focus + share * (other.focus - self.focus),
            self.distance * (other.distance / self.distance) ** share,
        )


class Orbit:
    """A camera that turns around a focus with the subject's up kept up.

    Parameters
    ----------
    renderer : vtkRenderer
    """

    def __init__(self, renderer: vtkRenderer) -> None:
        self._renderer = renderer
        self.azimuth, self.elevation = VIEWS["front"]
        self.focus: DoubleArray = np.zeros(3)
        self.distance = 600.0
        self._parallel = False
        self.sharpness = 1.0  # pixels drawn for each pixel of the view, along one axis
        renderer.GetActiveCamera().SetViewAngle(24.0)  # a portrait lens: noses stay their size
        self.apply()

    def apply(self) -> None:
        """Write the state into VTK's camera."""
        camera = self._renderer.GetActiveCamera()
        camera.SetFocalPoint(*self.focus)
        camera.SetPosition(*(self.focus + self.distance * self.toward_viewer))
        camera.SetViewUp(0.0, 1.0, 0.0)
        camera.SetParallelProjection(self._parallel)
        camera.SetParallelScale(self.distance * math.tan(self._half_angle))
        self._renderer.ResetCameraClippingRange()

    @property
    def stand(self) -> Stand:
        """Where the camera stands; set another to move it."""
        return Stand(self.azimuth, self.elevation, self.focus, self.distance)

    @stand.setter
    def stand(self, stand: Stand) -> None:
        self.azimuth, self.elevation = stand.azimuth, stand.elevation
        self.focus, self.distance = stand.focus, stand.distance
        self.apply()

    @property
    def parallel(self) -> bool:
        """Whether sizes do not shrink with distance; what lies at the focus keeps its size."""
        return self._parallel

    @parallel.setter
    def parallel(self, parallel: bool) -> None:
        self._parallel = parallel
        self.apply()

    @property
    def toward_viewer(self) -> DoubleArray:
        """Unit vector from the focus to the camera."""
        turn, rise = math.radians(self.azimuth), math.radians(self.elevation)
        return np.array(
            [math.sin(turn) * math.cos(rise), math.sin(rise), math.cos(turn) * math.cos(rise)]
        )

    @property
    def rightward(self) -> DoubleArray:
        """Unit vector that points to the right on the screen."""
        turn = math.radians(self.azimuth)
        return np.array([math.cos(turn), 0.0, -math.sin(turn)])

    @property
    def upward(self) -> DoubleArray:
        """Unit vector that points up on the screen."""
        return np.asarray(np.cross(self.toward_viewer, self.rightward))

    def view(self, name: str) -> None:
        """Turn to a preset of `VIEWS`; the distance stays."""
        self.azimuth, self.elevation = VIEWS[name]
        self.apply()

    def rotate(self, right: float, up: float) -> None:
        """Turn by a drag of pixels to the right and up."""
        self.turn(-0.4 * right, -0.4 * up)

    def turn(self, azimuth: float, elevation: float = 0.0) -> None:
        """Turn by degrees."""
        self.azimuth = _wrapped(self.azimuth + azimuth)
        self.elevation = float(np.clip(self.elevation + elevation, -_STEEPEST, _STEEPEST))
        self.apply()

    def pan(self, right: float, up: float) -> None:
        """Move what is seen by pixels to the right and up."""
        step = self.millimetres_per_pixel
        self.focus = self.focus - step * (right * self.rightward + up * self.upward)
        self.apply()

    def zoom(self, factor: float, x: float | None = None, y: float | None = None) -> None:
        """Come closer by `factor`, keeping the point under pixel `(x, y)` where it is."""
        factor = float(np.clip(factor, 0.2, 5.0))
        distance = float(np.clip(self.distance / factor, _NEAREST, _FARTHEST))
        if x is not None and y is not None:
            width, height = self._size
            step = self.millimetres_per_pixel * (1.0 - distance / self.distance)
            from_middle = (x - width / 2) * self.rightward + (y - height / 2) * self.upward
            self.focus = self.focus + step * from_middle
        self.distance = distance
        self.apply()

    def frame(self, bounds: tuple[float, ...], margin: float = 1.12) -> None:
        """Fit the box `(x0, x1, y0, y1, z0, z1)` into the view without turning it."""
        self.stand = self.framed(bounds, margin)

    def framed(
        self, bounds: tuple[float, ...], margin: float = 1.12, aspect: float | None = None
    ) -> Stand:
        """Return the stand from which the box fills the view, turned as the camera is.

        `aspect` is the view's width by its height, where it is about to change.
        """
        box = np.asarray(bounds, np.float64).reshape(3, 2)
        if not np.isfinite(box).all() or (box[:, 1] < box[:, 0]).any():
            return self.stand
        if aspect is None:
            aspect = max(self._size[0], 1) / max(self._size[1], 1)
        size = box[:, 1] - box[:, 0]
        across = math.hypot(size[0], size[2]) if abs(self.azimuth) % 180 > 1 else size[0]
        tall = size[1] * margin / 2
        wide = across * margin / 2 / aspect
        distance = max(tall, wide) / math.tan(self._half_angle) + size[2] / 2
        return Stand(self.azimuth, self.elevation, box.mean(axis=1), distance)

    @property
    def _size(self) -> tuple[float, float]:
        """Width and height of the view in its own pixels, however finely it is drawn."""
        width, height = self._renderer.GetSize()
        return width / self.sharpness, height / self.sharpness

    @property
    def millimetres_per_pixel(self) -> float:
        """Size of a pixel at the focus."""
        return 2 * self.distance * math.tan(self._half_angle) / max(self._size[1], 1)

    @property
    def _half_angle(self) -> float:
        return math.radians(self._renderer.GetActiveCamera().GetViewAngle()) / 2


def _wrapped(degrees: float) -> float:
    return (degrees + 180.0) % 360.0 - 180.0

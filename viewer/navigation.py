"""Navigation: a turntable camera and the mouse bindings that drive it."""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
from vtkmodules.vtkInteractionStyle import vtkInteractorStyleUser
from vtkmodules.vtkRenderingCore import vtkRenderer

from facewright.engine.arrays import DoubleArray

VIEWS: dict[str, tuple[float, float]] = {
    "front": (0.0, 0.0),
    "left": (90.0, 0.0),
    "right": (-90.0, 0.0),
    "three-quarter": (-35.0, 5.0),
    "top": (0.0, 89.0),
    "back": (180.0, 0.0),
}
"""Azimuth and elevation in degrees; azimuth 90 looks at the subject's left side."""

_STEEPEST = 89.0


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
        self.sharpness = 1.0  # pixels drawn for each pixel of the view, along one axis
        renderer.GetActiveCamera().SetViewAngle(24.0)  # a portrait lens: noses stay their size
        self.apply()

    def apply(self) -> None:
        """Write the state into VTK's camera."""
        camera = self._renderer.GetActiveCamera()
        camera.SetFocalPoint(*self.focus)
        camera.SetPosition(*(self.focus + self.distance * self.toward_viewer))
        camera.SetViewUp(0.0, 1.0, 0.0)
        self._renderer.ResetCameraClippingRange()

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
        self.azimuth = (self.azimuth - 0.4 * right + 180.0) % 360.0 - 180.0
        self.elevation = float(np.clip(self.elevation - 0.4 * up, -_STEEPEST, _STEEPEST))
        self.apply()

    def pan(self, right: float, up: float) -> None:
        """Move what is seen by pixels to the right and up."""
        step = self.millimetres_per_pixel
        self.focus = self.focus - step * (right * self.rightward + up * self.upward)
        self.apply()

    def zoom(self, factor: float, x: float | None = None, y: float | None = None) -> None:
        """Come closer by `factor`, keeping the point under pixel `(x, y)` where it is."""
        factor = float(np.clip(factor, 0.2, 5.0))
        distance = float(np.clip(self.distance / factor, 40.0, 4000.0))
        if x is not None and y is not None:
            width, height = self._size
            step = self.millimetres_per_pixel * (1.0 - distance / self.distance)
            from_middle = (x - width / 2) * self.rightward + (y - height / 2) * self.upward
            self.focus = self.focus + step * from_middle
        self.distance = distance
        self.apply()

    def frame(self, bounds: tuple[float, ...], margin: float = 1.12) -> None:
        """Fit the box `(x0, x1, y0, y1, z0, z1)` into the view without turning it."""
        box = np.asarray(bounds, np.float64).reshape(3, 2)
        if not np.isfinite(box).all() or (box[:, 1] < box[:, 0]).any():
            return
        self.focus = box.mean(axis=1)
        width, height = self._size
        half = math.radians(self._renderer.GetActiveCamera().GetViewAngle()) / 2
        size = box[:, 1] - box[:, 0]
        across = math.hypot(size[0], size[2]) if abs(self.azimuth) % 180 > 1 else size[0]
        tall = size[1] * margin / 2
        wide = across * margin / 2 * height / max(width, 1)
        self.distance = max(tall, wide) / math.tan(half) + size[2] / 2
        self.apply()

    def look_at(self, point: DoubleArray) -> None:
        """Make `point` the focus that later turns go around."""
        self.focus = np.asarray(point, np.float64)
        self.apply()

    @property
    def _size(self) -> tuple[float, float]:
        """Width and height of the view in its own pixels, however finely it is drawn."""
        width, height = self._renderer.GetSize()
        return width / self.sharpness, height / self.sharpness

    @property
    def millimetres_per_pixel(self) -> float:
        """Size of a pixel at the focus."""
        height = max(self._size[1], 1)
        half = math.radians(self._renderer.GetActiveCamera().GetViewAngle()) / 2
        return 2 * self.distance * math.tan(half) / height


class MouseBindings:
    """Left drag turns, middle or Shift drag pans, wheel zooms to the cursor, double-click focuses.

    A tool that takes a press of the left button has the pointer until it is let go; the right
    button and Alt with the left one always turn.

    Parameters
    ----------
    orbit : Orbit
    changed : callable
        Called after each camera move, to redraw.
    focus_at : callable
        `focus_at(x, y)`: called on a double-click at a pixel, origin at the lower left.
    ask : callable
        `ask(event, x, y)`: offers an event of `pointer.PointerListener` to the tool in use;
        True when it is taken.
    """

    def __init__(
        self,
        orbit: Orbit,
        changed: Callable[[], None],
        focus_at: Callable[[int, int], None],
        ask: Callable[[str, int, int], bool],
    ) -> None:
        self.style = vtkInteractorStyleUser()
        self._orbit = orbit
        self._changed = changed
        self._focus_at = focus_at
        self._ask = ask
        self._mode: str | None = None
        self._last = (0, 0)
        owner = weakref.ref(self)  # VTK keeps its observers: they must not keep us
        self._tags = [
            self.style.AddObserver(event, _relay(owner, event))
            for event in (
                "LeftButtonPressEvent",
                "LeftButtonReleaseEvent",
                "MiddleButtonPressEvent",
                "MiddleButtonReleaseEvent",
                "RightButtonPressEvent",
                "RightButtonReleaseEvent",
                "LeaveEvent",
                "MouseMoveEvent",
                "MouseWheelForwardEvent",
                "MouseWheelBackwardEvent",
                "KeyPressEvent",
                "CharEvent",  # without this VTK's own keys would switch to wireframe or quit
            )
        ]

    def close(self) -> None:
        """Let go of VTK."""
        for tag in self._tags:
            self.style.RemoveObserver(tag)
        self._tags = []
        self.style.SetInteractor(None)

    @property
    def dragging(self) -> bool:
        """Whether a button holds the view."""
        return self._mode is not None

    def handle(self, event: str) -> None:
        """Act on one of VTK's events."""
        interactor = self.style.GetInteractor()
        if interactor is None:
            return
        x, y = interactor.GetEventPosition()
        if event.endswith("PressEvent"):
            self._mode = self._press(event, interactor, x, y)
        elif event.endswith("ReleaseEvent"):
            if self._mode == "tool":
                self._ask("release", x, y)
            self._mode = None
            self._changed()
        elif event.startswith("MouseWheel"):
            self._orbit.zoom(1.12 if "Forward" in event else 1 / 1.12, x, y)
            self._changed()
        elif event == "LeaveEvent" and self._mode is None:
            self._ask("leave", x, y)
        elif event == "MouseMoveEvent":
            self._move(x, y)
        self._last = (x, y)

    def _press(self, event: str, interactor: Any, x: int, y: int) -> str | None:
        """Return who has the pointer until the button is let go, None for nobody."""
        if event == "MiddleButtonPressEvent":
            return "pan"
        if event == "RightButtonPressEvent":
            return None if self._ask("menu", x, y) else "rotate"
        if event != "LeftButtonPressEvent":
            return self._mode
        if not interactor.GetAltKey() and self._ask("press", x, y):
            return "tool"
        if interactor.GetRepeatCount():
            self._focus_at(x, y)
            return None
        return "pan" if interactor.GetShiftKey() else "rotate"

    def _move(self, x: int, y: int) -> None:
        if self._mode == "tool":
            self._ask("drag", x, y)
        elif self._mode is None:
            self._ask("hover", x, y)
        else:
            move = (x - self._last[0], y - self._last[1])
            (self._orbit.rotate if self._mode == "rotate" else self._orbit.pan)(*move)
            self._changed()


def _relay(owner: weakref.ref[MouseBindings], event: str) -> Callable[[Any, str], None]:
    def relay(_caller: Any, _name: str) -> None:
        bindings = owner()
        if bindings is not None:
            bindings.handle(event)

    return relay

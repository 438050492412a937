"""The mouse over a view: which drag turns, pans or zooms, and what goes to the tool in use."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from math import dist
from typing import Any

from vtkmodules.vtkInteractionStyle import vtkInteractorStyleUser

from facewright.viewer.navigation import Orbit

DRAGS: dict[str, Mapping[tuple[str, str], str]] = {
    "standard": {
        ("left", ""): "rotate",
        ("left", "shift"): "pan",
        ("middle", ""): "pan",
        ("middle", "control"): "zoom",
        ("right", ""): "rotate",
    },
    "blender": {
        ("left", ""): "rotate",
        ("middle", ""): "rotate",
        ("middle", "shift"): "pan",
        ("middle", "control"): "zoom",
        ("right", ""): "rotate",
    },
}
"""What a drag does, by button and key; a button with another key does what it does without."""

TREMBLE = 3.0
"""Pixels that a hand moves in a click."""


class MouseBindings:
    """Drags as in `DRAGS`, wheel zooms to the cursor, double-click focuses.

    A tool that takes a press of the left button has the pointer until it is let go; the right
    button and Alt with the left one always turn.

    Parameters
    ----------
    orbit : Orbit
    changed : callable
        Called after each camera move, to redraw.
    touched : callable
        Called before each press and turn of the wheel: what moves by itself stops.
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
        touched: Callable[[], None],
        focus_at: Callable[[int, int], None],
        ask: Callable[[str, int, int], bool],
    ) -> None:
        self.style = vtkInteractorStyleUser()
        self._orbit = orbit
        self._changed = changed
        self._touched = touched
        self.drags = DRAGS["standard"]
        self._focus_at = focus_at
        self._ask = ask
        self._mode: str | None = None
        self._last = (0, 0)
        self._pressed: tuple[int, int] | None = None
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
        if event.endswith("ButtonPressEvent") or event.startswith("MouseWheel"):
            self._touched()
        if event.endswith("ButtonPressEvent"):
            self._mode = self._press(event, interactor, x, y)
            clicks = event.startswith("Left") and self._mode not in (None, "tool")
            self._pressed = (x, y) if clicks else None
        elif event.endswith("ReleaseEvent"):
            if self._mode == "tool":
                self._ask("release", x, y)
            elif self._pressed is not None and event.startswith("Left"):
                self._ask("click", x, y)
            self._pressed = None
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
        button = event.removesuffix("ButtonPressEvent").lower()
        if button == "right" and self._ask("menu", x, y):
            return None
        if button == "left":
            if not interactor.GetAltKey() and self._ask("press", x, y):
                return "tool"
            if interactor.GetRepeatCount():
                self._focus_at(x, y)
                return None
        key = "shift" if interactor.GetShiftKey() else ""
        key = "control" if interactor.GetControlKey() else key
        return self.drags.get((button, key), self.drags[button, ""])

    def _move(self, x: int, y: int) -> None:
        if self._pressed is not None and dist(self._pressed, (x, y)) > TREMBLE:
            self._pressed = None  # a drag, also when it comes back to where it began
        if self._mode == "tool":
            self._ask("drag", x, y)
        elif self._mode is None:
            self._ask("hover", x, y)
        else:
            right, up = x - self._last[0], y - self._last[1]
            if self._mode == "rotate":
                self._orbit.rotate(right, up)
            elif self._mode == "pan":
                self._orbit.pan(right, up)
            else:
                self._orbit.zoom(1.01**up)
            self._changed()


def _relay(owner: weakref.ref[MouseBindings], event: str) -> Callable[[Any, str], None]:
    def relay(_caller: Any, _name: str) -> None:
        bindings = owner()
        if bindings is not None:
            bindings.handle(event)

    return relay

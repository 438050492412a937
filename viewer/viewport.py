"""The viewport: the scene in a Qt widget. The only Qt in the viewer, with its canvas."""

from __future__ import annotations

import math
import time
import weakref
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QTabletEvent,
)
from PySide6.QtWidgets import QWidget

from facewright.engine.arrays import ByteArray
from facewright.viewer.canvas import Canvas, relay
from facewright.viewer.drawn import driver_of, is_software, picture_of
from facewright.viewer.motion import Glide, Spin
from facewright.viewer.mouse import MouseBindings
from facewright.viewer.navigation import VIEWS, Orbit, Stand
from facewright.viewer.overlays import OverlayLayers
from facewright.viewer.picking import Hit, pick
from facewright.viewer.pointer import (
    Pointer,
    PointerListener,
    eye_of,
    ray_through,
    to_pixels,
)
from facewright.viewer.scene import Scene

REFINE_AFTER_MS = 180
"""Stillness after which edges are smoothed; while anything moves speed comes first."""

ROUGH = 0.6
"""Share of the view's width and height that software rendering draws while things move."""

_FRAME_MS = 16
_KEY_TURN, _KEY_PAN, _KEY_ZOOM = 5.0, 24.0, 1.12  # degrees, pixels, factor for each key press

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class Viewport(Canvas):
    """One view of a scene with a turntable camera.

    Any number of `redraw` calls in one turn of the event loop make one picture. While things
    move the picture is drawn plainly; a moment after they stop its edges are smoothed.
    Arrow keys turn the camera, with Shift they move it; plus and minus zoom.
    Files are not taken here: drops go to the window.

    Attributes
    ----------
    lost : Signal(str)
        Drawing failed for good, and why.
    moved : Signal()
        The camera stands elsewhere.
    chosen : Signal()
        The user turned to this view.
    glides : bool
        Whether the camera takes a moment to reach where it is sent.
    pointed : float
        When the pointer last moved in this view, seconds of `time.monotonic`.
    ask : callable
        Asks for a picture of this view: of Qt, at once, or whoever has several views drawn.
    """

    lost = Signal(str)
    moved = Signal()
    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(320, 240)
        self.orbit = Orbit(self.renderer)
        scene = self.scene = Scene(self.renderer, self.redraw)
        self.overlays = OverlayLayers(self.renderer, lambda: scene.ground)
        self.listener: PointerListener | None = None
        self._pressure = 1.0
        self._on_cube = False
        self.bindings = MouseBindings(
            self.orbit, self._camera_moved, self.rest, self._focus_at, self._ask
        )
        self.interactor.SetInteractorStyle(self.bindings.style)
        self.pictures = 0
        self._stale = True
        self.pointed = -math.inf
        self.ask: Callable[[Viewport], None] = Viewport.update
        self._graphics = ""
        owner = weakref.ref(self)
        self._count_tag = self.ren_win.AddObserver("EndEvent", relay(owner, Viewport._count))
        self._error_tag = self.ren_win.AddObserver("ErrorEvent", relay(owner, Viewport._fail))
        self._refine = QTimer(self)
        self._refine.setSingleShot(True)
        self._refine.setInterval(REFINE_AFTER_MS)
        self._refine.timeout.connect(self._draw_fine)
        self.glides = False
        self._motion: Glide | Spin | None = None
        self._frames = QTimer(self)
        self._frames.setInterval(_FRAME_MS)
        self._frames.timeout.connect(self._move_on)
        self._open = True

    def redraw(self) -> None:
        """Ask for one picture at the end of this turn of the event loop."""
        if not self._open:
            return
        self._stale = True
        quick = self.software or not self.pictures
        self.renderer.SetUseFXAA(not quick)
        self.scene.hurry(quick)
        self._draw_at(ROUGH if self.software else 1.0)
        self._refine.start()
        self.ask(self)

    def _measure(self) -> None:
        """See to what depends on camera and head: once a picture, not once a move."""
        stale, self._stale = self._stale, False
        if stale:
            self.scene.sides.turn(self.orbit.rightward)
            self.renderer.ResetCameraClippingRange()

    @property
    def graphics(self) -> str:
        """What draws, in the driver's own words; empty until a picture is."""
        if not self._graphics and self.pictures:
            self._graphics = driver_of(self.ren_win)
        return self._graphics

    @property
    def software(self) -> bool:
        """Whether the processor draws for want of a graphics card; False until a picture is."""
        return is_software(self.graphics)

    # -- camera ------------------------------------------------------------------------------

    def view(self, name: str) -> None:
        """Turn to a preset of `navigation.VIEWS`."""
        azimuth, elevation = VIEWS[name]
        stand = self._aim
        self.go(Stand(azimuth, elevation, stand.focus, stand.distance))

    def frame(self) -> None:
        """Fit what is shown into the view."""
        aim, fitted = self._aim, self.fitted()
        if fitted is not None:
            self.go(Stand(aim.azimuth, aim.elevation, fitted.focus, fitted.distance))

    def fitted(self) -> Stand | None:
        """Return the stand from which what is shown fills the view; None when there is nothing."""
        bounds = self.scene.bounds
        if bounds is None:
            return None
        return self.orbit.framed(bounds, aspect=max(self.width(), 1) / max(self.height(), 1))

    def go(self, stand: Stand) -> None:
        """Send the camera to `stand`; where motion is not wanted it is there at once."""
        self.rest()
        if self.glides and self.pictures and self.isVisible():
            self._motion = Glide(self.orbit.stand, stand)
            self._frames.start()
        else:
            self.orbit.stand = stand
            self._camera_moved()

    def spin(self, degrees_per_second: float) -> None:
        """Turn the camera until `rest`."""
        self.rest()
        self._motion = Spin(degrees_per_second)
        self._frames.start()

    @property
    def spinning(self) -> bool:
        """Whether the camera turns by itself."""
        return isinstance(self._motion, Spin)

    def rest(self) -> None:
        """Stop whatever moves the camera by itself, where it is."""
        self._frames.stop()
        was, self._motion = self._motion, None
        if was is not None:
            self.moved.emit()

    @property
    def _aim(self) -> Stand:
        """Where the camera stands, or is on its way to."""
        return self._motion.end if isinstance(self._motion, Glide) else self.orbit.stand

    def _move_on(self) -> None:
        if self._motion is None:
            return
        self.orbit.stand, done = self._motion.step(self.orbit.stand)
        if done:
            self._motion = None
            self._frames.stop()
        self._camera_moved()

    def _camera_moved(self) -> None:
        self.redraw()
        self.moved.emit()

    # -- pointer -----------------------------------------------------------------------------

    def pick(self, x: int, y: int) -> Hit | None:
        """Return what lies under pixel `(x, y)`, origin at the lower left."""
        scale = self.orbit.sharpness
        return pick(self.renderer, self.scene.vertices, round(x * scale), round(y * scale))

    def pointer(self, x: float, y: float) -> Pointer:
        """Return what pixel `(x, y)`, origin at the lower left, stands for."""
        scale = self.orbit.sharpness
        origin, ray = ray_through(self.renderer, x * scale, y * scale)
        keys = self.interactor
        return Pointer(
            x,
            y,
            origin,
            ray,
            shift=bool(keys.GetShiftKey()),
            control=bool(keys.GetControlKey()),
            pressure=self._pressure,
            millimetres_per_pixel=self.orbit.millimetres_per_pixel,
            rightward=self.orbit.rightward,
            upward=self.orbit.upward,
            eye=eye_of(self.renderer),
            to_pixels=to_pixels(self.renderer, *(side / scale for side in self.renderer.GetSize())),
        )

    def pixels(self) -> ByteArray:
        """Return the picture as `(H, W, 3)` uint8, first row at the top, at its finest."""
        if self.orbit.sharpness != 1.0:
            self._measure()
            self._draw_at(1.0)
            self.ren_win.Render()
        return picture_of(self.ren_win)

    def close(self) -> bool:
        """Let go of OpenGL, VTK and every timer; call before the widget is deleted."""
        if not self._open:
            return True
        self._open = False
        for timer, answer in ((self._refine, self._draw_fine), (self._frames, self._move_on)):
            timer.stop()
            timer.timeout.disconnect(answer)
        self._motion = None
        self.ren_win.RemoveObserver(self._count_tag)
        self.ren_win.RemoveObserver(self._error_tag)
        self.listener = None
        self.overlays.close()
        self.scene.close()
        self.bindings.close()
        return super().close()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move the camera; leave other keys to the window: VTK's own would quit or worse."""
        keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift = Qt.KeyboardModifier.ShiftModifier
        if keys & ~shift or not self._key(Qt.Key(event.key()), bool(keys & shift)):
            event.ignore()

    def _key(self, key: Qt.Key, shift: bool) -> bool:
        if key in _ARROWS:
            self.rest()
            right, up = _ARROWS[key]
            if shift:
                self.orbit.pan(-right * _KEY_PAN, -up * _KEY_PAN)
            else:
                self.orbit.turn(right * _KEY_TURN, up * _KEY_TURN)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.rest()
            self.orbit.zoom(1 / _KEY_ZOOM if key == Qt.Key.Key_Minus else _KEY_ZOOM)
        else:
            return False
        self._camera_moved()
        return True

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Leave keys to the window's actions."""
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Be the view that is worked in."""
        self.chosen.emit()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Note that the hand is here."""
        self.pointed = time.monotonic()
        super().mouseMoveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Be the view that is worked in."""
        super().focusInEvent(event)
        self.chosen.emit()

    def tabletEvent(self, event: QTabletEvent) -> None:  # noqa: N802
        """Note how hard the pen presses; Qt goes on to make a mouse event of it."""
        self._pressure = float(event.pressure()) if event.buttons() else 1.0
        event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Leave drops to the window."""
        event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Leave drops to the window."""
        event.ignore()

    def resizeEvent(self, event: Any) -> None:  # noqa: N802
        """Keep the picture in step with the widget."""
        super().resizeEvent(event)
        if getattr(self, "_open", False):
            if not self.pictures:
                self.frame()  # what was fitted before had another size
            self.redraw()

    def resizeGL(self, width: int, height: int) -> None:  # noqa: N802
        """Draw finely again: Qt has just given the view its whole size."""
        super().resizeGL(width, height)
        self.orbit.sharpness = 1.0

    def paintGL(self) -> None:  # noqa: N802
        """Draw, or tell that it cannot be done any more."""
        context = self.context()
        if self._open and (context is None or not context.isValid()):
            self._lose("The graphics driver was reset.")
            return
        self._measure()
        try:
            super().paintGL()
        except Exception as error:
            self._lose(str(error) or type(error).__name__)
        if self._refine.isActive():  # it counts from what is seen, however long that took
            self._refine.start()

    def _count(self) -> None:
        self.pictures += 1

    def _fail(self) -> None:
        self._lose("The graphics driver stopped drawing.")

    def _lose(self, reason: str) -> None:
        if self._open:
            self.lost.emit(reason)

    def _draw_at(self, sharpness: float) -> None:
        """Draw fewer pixels than the view has; what is drawn is stretched to the view."""
        if sharpness == self.orbit.sharpness:
            return
        self.orbit.sharpness = sharpness
        ratio = self.devicePixelRatioF() * sharpness
        width, height = (max(1, round(side * ratio)) for side in (self.width(), self.height()))
        self.ren_win.SetSize(width, height)
        self.ren_win.SetDPI(round(72 * ratio))  # keeps words their size
        self.overlays.scale(sharpness)

    def _draw_fine(self) -> None:
        if self._open and not self.bindings.dragging:
            rough = self.scene.hurrying
            if self.scene.settle() or rough:
                self.renderer.SetUseFXAA(True)
                self.scene.hurry(False)
                self._draw_at(1.0)
                self.update()
            if self.scene.settling:
                self._refine.start()

    def _ask(self, event: str, x: int, y: int) -> bool:
        if event == "press":
            drawn = self.orbit.sharpness
            face = self.scene.cube.pick(x * drawn, y * drawn)
            self._on_cube = face in VIEWS
            if face is not None and self._on_cube:
                self.view(face)
        if self._on_cube:
            self._on_cube = event != "release"
            return True
        return self.listener is not None and self.listener(event, self.pointer(x, y))

    def _focus_at(self, x: int, y: int) -> None:
        hit = self.pick(x, y)
        if hit is not None:
            stand = self._aim
            self.go(Stand(stand.azimuth, stand.elevation, hit.position, stand.distance))

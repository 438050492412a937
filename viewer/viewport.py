"""The viewport: the scene in a Qt widget. The only Qt in the viewer."""

from __future__ import annotations

import os
import weakref
from typing import Any

import numpy as np

os.environ.setdefault("QT_API", "pyside6")

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QTabletEvent
from PySide6.QtWidgets import QWidget
from pyvistaqt import QtInteractor
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkRenderingCore import vtkWindowToImageFilter

from facewright.engine.arrays import ByteArray
from facewright.viewer.navigation import MouseBindings, Orbit
from facewright.viewer.overlays import OverlayLayers
from facewright.viewer.picking import Hit, pick
from facewright.viewer.pointer import Pointer, PointerListener, ray_through
from facewright.viewer.scene import Scene

REFINE_AFTER_MS = 180
"""Stillness after which edges are smoothed; while anything moves speed comes first."""


ROUGH = 0.6
"""Share of the view's width and height that software rendering draws while things move."""

_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swiftshader", "gdi generic", "software")


class Viewport(QtInteractor):  # type: ignore[misc]
    """One view of a scene with a turntable camera.

    Any number of `redraw` calls in one turn of the event loop make one picture. While things
    move the picture is drawn plainly; a moment after they stop its edges are smoothed.
    Files are not taken here: drops go to the window.
    """

    lost = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, auto_update=False, multi_samples=0, line_smoothing=False)
        self.setAcceptDrops(False)
        self.setMinimumSize(320, 240)
        self.orbit = Orbit(self.renderer)
        self.scene = Scene(self.renderer, self.redraw)
        self.overlays = OverlayLayers(self.renderer)
        self.listener: PointerListener | None = None
        self._pressure = 1.0
        self.bindings = MouseBindings(self.orbit, self.redraw, self._focus_at, self._ask)
        self.iren.interactor.SetInteractorStyle(self.bindings.style)
        self.pictures = 0
        self._software: bool | None = None
        owner = weakref.ref(self)
        self._count_tag = self.ren_win.AddObserver("EndEvent", _counter(owner))
        self._error_tag = self.ren_win.AddObserver("ErrorEvent", _losing(owner))
        self._refine = QTimer(self)
        self._refine.setSingleShot(True)
        self._refine.setInterval(REFINE_AFTER_MS)
        self._refine.timeout.connect(self._draw_fine)
        self._open = True

    def redraw(self) -> None:
        """Ask for one picture at the end of this turn of the event loop."""
        if not self._open:
            return
        self.scene.sides.turn(self.orbit.rightward)
        self.renderer.ResetCameraClippingRange()
        self.renderer.SetUseFXAA(False)
        self.scene.hurry(True)
        self._draw_at(ROUGH if self.software else 1.0)
        self._refine.start()
        self.update()

    @property
    def software(self) -> bool:
        """Whether the processor draws for want of a graphics card; False until a picture is."""
        if self._software is None and self.pictures:
            report = self.ren_win.ReportCapabilities().lower()
            renderer = report.partition("renderer string")[2].partition("\n")[0]
            self._software = any(name in renderer for name in _SOFTWARE)
        return bool(self._software)

    def view(self, name: str) -> None:
        """Turn to a preset of `navigation.VIEWS`."""
        self.orbit.view(name)
        self.redraw()

    def frame(self) -> None:
        """Fit what is shown into the view."""
        bounds = self.scene.bounds
        if bounds is not None:
            self.orbit.frame(bounds)
            self.redraw()

    def pick(self, x: int, y: int) -> Hit | None:
        """Return what lies under pixel `(x, y)`, origin at the lower left."""
        scale = self.orbit.sharpness
        return pick(self.renderer, self.scene.vertices, round(x * scale), round(y * scale))

    def pointer(self, x: float, y: float) -> Pointer:
        """Return what pixel `(x, y)`, origin at the lower left, stands for."""
        scale = self.orbit.sharpness
        origin, ray = ray_through(self.renderer, x * scale, y * scale)
        keys = self.iren.interactor
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
        )

    def pixels(self) -> ByteArray:
        """Return the picture as `(H, W, 3)` uint8, first row at the top, at its finest."""
        if self.orbit.sharpness != 1.0:
            self._draw_at(1.0)
            self.ren_win.Render()
        grab = vtkWindowToImageFilter()
        grab.SetInput(self.ren_win)
        grab.SetInputBufferTypeToRGB()
        grab.ReadFrontBufferOff()
        grab.Update()
        image = grab.GetOutput()
        width, height, _ = image.GetDimensions()
        flat = vtk_to_numpy(image.GetPointData().GetScalars())
        return np.ascontiguousarray(flat.reshape(height, width, 3)[::-1])

    def close(self) -> None:
        """Let go of OpenGL, VTK and every timer; call before the widget is deleted."""
        if not self._open:
            return
        self._open = False
        self._refine.stop()
        self._refine.timeout.disconnect(self._draw_fine)
        self.ren_win.RemoveObserver(self._count_tag)
        self.ren_win.RemoveObserver(self._error_tag)
        self.listener = None
        self.overlays.close()
        self.scene.close()
        self.bindings.close()
        super().close()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Leave keys to the window's actions; VTK's own would quit or change the look."""
        event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Leave keys to the window's actions."""
        event.ignore()

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
            self.renderer.SetUseFXAA(True)
            self.scene.hurry(False)
            self._draw_at(1.0)
            self.update()

    def _ask(self, event: str, x: int, y: int) -> bool:
        return self.listener is not None and self.listener(event, self.pointer(x, y))

    def _focus_at(self, x: int, y: int) -> None:
        hit = self.pick(x, y)
        if hit is not None:
            self.orbit.look_at(hit.position)
            self.redraw()


def _counter(owner: weakref.ref[Viewport]) -> Any:
    def count(_caller: Any, _event: str) -> None:
        view = owner()
        if view is not None:
            view.pictures += 1

    return count


def _losing(owner: weakref.ref[Viewport]) -> Any:
    def losing(_caller: Any, _event: str) -> None:
        view = owner()
        if view is not None and view._open:
            view.lost.emit("The graphics driver stopped drawing.")

    return losing

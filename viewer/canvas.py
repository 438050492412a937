"""A widget of Qt that VTK draws into: one render window in the widget's own framebuffer."""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Callable
from typing import Any, TypeVar

import vtkmodules.vtkRenderingFreeType  # noqa: F401  # lets VTK write words
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent, QOpenGLContext, QSurfaceFormat, QWheelEvent
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QSizePolicy, QWidget
from vtkmodules.vtkRenderingCore import vtkRenderer
from vtkmodules.vtkRenderingOpenGL2 import vtkGenericOpenGLRenderWindow
from vtkmodules.vtkRenderingUI import vtkGenericRenderWindowInteractor

_DRAW_FRAMEBUFFER = 0x8CA9
_COLOR_ATTACHMENT0 = 0x8CE0
_COLOR_BUFFER_BIT = 0x4000
_SCISSOR_TEST = 0x0C11
_DEPTH_TEST = 0x0B71
_LESS_OR_EQUAL = 0x0203
_LINEAR = 0x2601
_NOTCH = 120  # of a wheel, in Qt's eighths of a degree

_C = TypeVar("_C", bound="Canvas")

_BUTTONS = {
    Qt.MouseButton.LeftButton: "LeftButton",
    Qt.MouseButton.MiddleButton: "MiddleButton",
    Qt.MouseButton.RightButton: "RightButton",
}


class Canvas(QOpenGLWidget):
    """Lends VTK the OpenGL context of a Qt widget, and hands it mouse and wheel.

    VTK draws into framebuffers of its own; a paint draws and copies the picture into the
    widget's. Until the widget is shown there is no context, and VTK draws nothing.

    Attributes
    ----------
    ren_win : vtkRenderWindow
    renderer : vtkRenderer
        The only one of the window.
    interactor : vtkRenderWindowInteractor
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        # A format of its own would part the widget from its window's context: Wayland shows black.
        QSurfaceFormat.setDefaultFormat(_format())
        super().__init__(parent)
        self.setUpdateBehavior(QOpenGLWidget.UpdateBehavior.NoPartialUpdate)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.WheelFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.renderer = vtkRenderer()
        self.ren_win = vtkGenericOpenGLRenderWindow()
        self.ren_win.SetMultiSamples(0)
        self.ren_win.SetReadyForRendering(False)
        self.ren_win.SetFrameBlitModeToNoBlit()
        self.ren_win.AddRenderer(self.renderer)
        self.interactor = vtkGenericRenderWindowInteractor()
        self.interactor.SetRenderWindow(self.ren_win)
        self.interactor.Initialize()
        self._lent: QOpenGLContext | None = None
        self._painting = False
        self._turned = 0
        owner = weakref.ref(self)  # VTK keeps its observers: they must not keep us
        self._tags = [
            self.ren_win.AddObserver(event, relay(owner, answer))
            for event, answer in (
                ("WindowMakeCurrentEvent", Canvas._make_current),
                ("WindowIsCurrentEvent", Canvas._tell_current),
                ("WindowFrameEvent", Canvas._show_frame),
            )
        ]

    def close(self) -> bool:
        """Let go of OpenGL and of VTK; call before the widget is deleted."""
        self._release()
        tags, self._tags = self._tags, []
        for tag in tags:
            self.ren_win.RemoveObserver(tag)
        return super().close()

    # -- the context -------------------------------------------------------------------------

    def initializeGL(self) -> None:  # noqa: N802
        """Hand VTK the context that Qt has just made: the first, or another in a new window."""
        context = self._lent = self.context()
        context.aboutToBeDestroyed.connect(self._release)
        window = self.ren_win
        if not window.GetInitialized():
            find = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_char_p)(_finder(context))
            window.SetOpenGLSymbolLoader2(ctypes.cast(find, ctypes.c_void_p).value or 0, 0)
            window.OpenGLInitContext()
            window.SetOpenGLSymbolLoader2(0, 0)
            window.OpenGLInit()
        self._resync()
        window.SetForceMaximumHardwareLineWidth(1)
        window.SetReadyForRendering(True)
        window.SetOwnContext(0)

    def resizeGL(self, width: int, height: int) -> None:  # noqa: N802
        """Draw as many pixels as the widget has."""
        ratio = self.devicePixelRatioF()
        self.interactor.UpdateSize(max(1, round(width * ratio)), max(1, round(height * ratio)))
        self.ren_win.SetDPI(round(72 * ratio))

    def paintGL(self) -> None:  # noqa: N802
        """Draw, and copy what was drawn into the widget."""
        if self._lent is None or self._painting:
            return
        state = self._resync()
        state.Push()
        state.vtkglDepthFunc(_LESS_OR_EQUAL)
        self._painting = True
        try:
            self.ren_win.Render()
        finally:
            self._painting = False
            self.makeCurrent()  # also binds the framebuffer of the widget
            self._copy(self._lent)
            state.Pop()

    def _copy(self, context: QOpenGLContext) -> None:
        ratio = self.devicePixelRatioF()
        wide, high = (max(1, round(side * ratio)) for side in (self.width(), self.height()))
        graphics = context.extraFunctions()
        graphics.glBindFramebuffer(_DRAW_FRAMEBUFFER, self.defaultFramebufferObject())
        graphics.glDrawBuffers(1, [_COLOR_ATTACHMENT0])
        self.ren_win.GetState().vtkglDisable(_SCISSOR_TEST)
        across, down = self.ren_win.GetSize()
        self.ren_win.BlitDisplayFramebuffer(
            0, 0, 0, across, down, 0, 0, wide, high, _COLOR_BUFFER_BIT, _LINEAR
        )
        # Opaque, or what lies behind the window would shine through.
        graphics.glColorMask(False, False, False, True)
        graphics.glClearColor(0.0, 0.0, 0.0, 1.0)
        graphics.glViewport(0, 0, wide, high)
        graphics.glClear(_COLOR_BUFFER_BIT)
        graphics.glColorMask(True, True, True, True)

    def _resync(self) -> Any:
        """Have VTK look up the state of OpenGL, which Qt has changed, and set what it counts on."""
        state = self.ren_win.GetState()
        state.Reset()
        state.vtkglDepthFunc(_LESS_OR_EQUAL)
        state.vtkglEnable(_DEPTH_TEST)
        return state

    def _release(self) -> None:
        """Free what VTK has in the context, while that is alive."""
        if self._lent is not None:
            self._make_current()
            self.ren_win.Finalize()
            self.ren_win.SetReadyForRendering(False)
            self._lent = None

    def _make_current(self) -> None:
        # Not QOpenGLWidget.makeCurrent: that binds a framebuffer behind VTK's back.
        context = self._lent
        if context is not None:
            context.makeCurrent(context.surface())

    def _tell_current(self) -> None:
        context = self._lent
        self.ren_win.SetIsCurrent(
            context is not None and QOpenGLContext.currentContext() is context
        )

    def _show_frame(self) -> None:
        if not self._painting:
            self.update()

    # -- mouse and wheel ---------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Hand VTK a press; the second of a double-click counts as repeated."""
        self._hand(event, "Press", repeat=event.type() == QEvent.Type.MouseButtonDblClick)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Hand VTK a release."""
        self._hand(event, "Release")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Hand VTK a move."""
        self._place(event)
        self.interactor.MouseMoveEvent()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Tell VTK that the mouse is elsewhere."""
        self.interactor.LeaveEvent()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Hand VTK whole notches of the wheel; finer ones are added up."""
        self._turned += event.angleDelta().y()
        if abs(self._turned) >= _NOTCH:
            forward = self._turned > 0
            self._turned = 0
            self._place(event)
            if forward:
                self.interactor.MouseWheelForwardEvent()
            else:
                self.interactor.MouseWheelBackwardEvent()

    def _hand(self, event: QMouseEvent, way: str, *, repeat: bool = False) -> None:
        self._place(event, repeat=repeat)
        button = _BUTTONS.get(event.button())
        if button is not None:
            getattr(self.interactor, f"{button}{way}Event")()

    def _place(self, event: QMouseEvent | QWheelEvent, *, repeat: bool = False) -> None:
        """Tell VTK where the mouse is, in pixels of the screen from the lower left, and keys."""
        at, keys, ratio = event.position(), event.modifiers(), self.devicePixelRatioF()
        self.interactor.SetAltKey(bool(keys & Qt.KeyboardModifier.AltModifier))
        self.interactor.SetEventInformation(
            round(at.x() * ratio),
            round((self.height() - at.y() - 1) * ratio),
            bool(keys & Qt.KeyboardModifier.ControlModifier),
            bool(keys & Qt.KeyboardModifier.ShiftModifier),
            "\0",
            int(repeat),
            None,
        )


def _format() -> QSurfaceFormat:
    """Return what VTK needs: OpenGL of the desktop, 3.2 core; it smooths edges by itself."""
    form = QSurfaceFormat()
    form.setRenderableType(QSurfaceFormat.RenderableType.OpenGL)
    form.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    form.setVersion(3, 2)
    form.setSwapBehavior(QSurfaceFormat.SwapBehavior.DoubleBuffer)
    for set_size in (form.setRedBufferSize, form.setGreenBufferSize, form.setBlueBufferSize):
        set_size(8)
    form.setAlphaBufferSize(8)
    form.setDepthBufferSize(8)
    form.setStencilBufferSize(0)
    form.setSamples(0)
    return form


def _finder(context: QOpenGLContext) -> Callable[[bytes], int]:
    """Return what finds OpenGL's functions by name, on whatever system Qt runs."""

    def find(name: bytes) -> int:
        return int(context.getProcAddress(name) or 0)

    return find


def relay(owner: weakref.ref[_C], answer: Callable[[_C], None]) -> Callable[..., None]:
    """Return an observer for VTK that tells a canvas, while there is one."""

    def tell(_caller: Any, _event: str) -> None:
        canvas = owner()
        if canvas is not None:
            answer(canvas)

    return tell

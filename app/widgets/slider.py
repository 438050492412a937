"""One number with its name: a slider that previews while it moves and commits once."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from facewright.app.widgets.limits import Range
from facewright.app.widgets.numbers import length, parse, shown
from facewright.app.widgets.slider_drag import COARSE, FINE, Drag
from facewright.app.widgets.slider_face import HANDLE, SliderFace, State
from facewright.app.widgets.slider_value import PAGE, SliderValue
from facewright.app.widgets.slider_words import LINK, LOCK, menu_of, note_on
from facewright.app.widgets.value_field import ValueField

__all__ = ["LINK", "LOCK", "NamedSlider"]

_TYPED = "0123456789.,-+("
_ASKED = {Qt.Key.Key_L: LOCK, Qt.Key.Key_K: LINK}


class NamedSlider(SliderValue):
    """A name and a value above a bar.

    Drag the bar to preview; let go to commit. Double-click the name or the bar to reset. Shift
    drags finely, Ctrl in coarse steps. Click the value, or type a digit, to enter a number with
    a unit or a sum. Arrow keys go by a step, Page keys by five, with Shift finely, with Ctrl
    coarsely; Home resets, and so does Backspace with the focus or under the pointer. The wheel
    works only with the focus, so that scrolling a list never changes a value. L locks and K
    links, where the slider can be locked or linked.

    Parameters
    ----------
    label : str
    limits : Range
    help_text : str
    parent : QWidget or None
    tools : tuple of str
        Of `LOCK` and `LINK`: what its owner lets it do, an icon each; "" leaves a gap, so that
        the bars of a list end at one line.

    Attributes
    ----------
    moved, committed : Signal(float)
        As `SliderValue` tells them.
    lock_asked, link_asked : Signal(bool)
        The user wants it locked or free, linked to its other side or parted.
    measure_asked : Signal(float)
        What the slider changes is to measure so many mm.
    hovered : Signal(bool)
        The pointer came or went.
    """

    lock_asked = Signal(bool)
    link_asked = Signal(bool)
    measure_asked = Signal(float)
    hovered = Signal(bool)

    def __init__(
        self,
        label: str,
        limits: Range,
        help_text: str = "",
        parent: QWidget | None = None,
        *,
        tools: tuple[str, ...] = (),
    ) -> None:
        super().__init__(limits, parent)
        self.label = label
        self.tools = tools
        self.linked = True
        self.help_text = help_text
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMouseTracking(True)
        self.setAccessibleName(label)
        self._drag: Drag | None = None
        self._editor: ValueField | None = None
        self._describe()

    # -- value -------------------------------------------------------------------------------

    @property
    def held(self) -> bool:
        """Whether a hand drags it."""
        return self._drag is not None

    def set_locked(self, on: bool) -> None:
        """Keep the value as it is, whoever wants to change it."""
        if on != self.locked:
            self.locked = on
            self._describe()
            self.update()

    def set_linked(self, on: bool) -> None:
        """Show whether it speaks for both sides."""
        if on != self.linked:
            self.linked = on
            self.update()

    def _describe(self) -> None:
        """Tell screen readers the value as it is shown, and what the slider does."""
        parts = [self._shown()]
        if self.locked:
            parts.append(self.tr("locked"))
        parts += [self.help_text, " - ".join(self.limits.ends or ())]
        self.setAccessibleDescription(", ".join(part for part in parts if part))

    def _shown(self) -> str:
        value = self.limits.said(self.number)
        other = self.limits.other(self.number)
        return f"{value} ({other})" if other else value

    # -- places ------------------------------------------------------------------------------

    def _face(self) -> SliderFace:
        return SliderFace(self.limits, self.font(), self.width(), len(self.tools))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size of a row."""
        return QSize(280, self._face().height)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the least size at which name, bar and value are of use."""
        return QSize(160, self._face().height)

    def bar(self) -> QRectF:
        """Return where the bar lies."""
        return self._face().bar()

    def position_of(self, number: float) -> float:
        """Return the x of `number` on the bar."""
        return self._face().position_of(number)

    def _tool_at(self, at: QPoint) -> str:
        face = self._face()
        for place, name in enumerate(self.tools):
            if face.tool(place).contains(at):
                return name
        return ""

    # -- mouse -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold of the handle, open the value for typing, lock or link."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        at, face = event.position(), self._face()
        tool = self._tool_at(at.toPoint())
        if tool:
            self.ask(tool)
        elif self.locked:
            pass
        elif face.on_bar(at):
            self._take_hold(at.x())
        elif face.values().contains(at):
            self.edit()
        self.update()

    def _take_hold(self, x: float) -> None:
        face = self._face()
        if abs(x - face.position_of(self.number)) > 2 * HANDLE:
            self.preview(self.limits.rounded(face.number_at(x)))
        self._drag = Drag(face, self.number, x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Preview along the drag; Shift is fine, Ctrl goes in coarse steps."""
        if self._drag is not None:
            self.preview(self._drag.to(event.position().x(), event.modifiers()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Commit the drag as one step."""
        if self._drag is not None and event.button() == Qt.MouseButton.LeftButton:
            self._drag = None
            self.update()
            self.commit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Reset to the default; on an icon it is two clicks."""
        at = event.position()
        if self._tool_at(at.toPoint()):
            self.mousePressEvent(event)
        elif self._face().on_bar(at) or not self._face().values().contains(at):
            self._drag = None
            self.reset()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Go by steps with the focus; else let the list scroll."""
        if not self.hasFocus() or self.locked:
            event.ignore()
            return
        turn = event.angleDelta()  # with Alt, Qt turns the wheel sideways
        self._nudge((turn.y() or turn.x()) / 120.0, event.modifiers())
        event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Listen for Backspace while the pointer is over it."""
        super().enterEvent(event)
        self.window().installEventFilter(self)
        self.hovered.emit(True)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Stop listening."""
        super().leaveEvent(event)
        self.window().removeEventFilter(self)
        self.hovered.emit(False)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take a Backspace that nobody with the focus wanted."""
        if event.type() == QEvent.Type.KeyPress and self.underMouse() and self.isEnabled():
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Backspace and self._drag is None:
                self.reset()
                return True
        return super().eventFilter(watched, event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Offer what the mouse and keys do, in words."""
        menu = menu_of(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def ask(self, tool: str) -> None:
        """Ask the owner to lock or free it, to link or part its sides."""
        if tool == LOCK:
            self.lock_asked.emit(not self.locked)
        else:
            self.link_asked.emit(not self.linked)

    # -- keys --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go by steps, reset, lock, link, or begin to type a value."""
        key = Qt.Key
        steps = {
            key.Key_Left: -1, key.Key_Down: -1, key.Key_Right: 1, key.Key_Up: 1,
            key.Key_PageDown: -PAGE, key.Key_PageUp: PAGE,
        }  # fmt: skip
        pressed = key(event.key())
        if asked := self._asked(event):
            self.ask(asked)
        elif self.locked:
            event.ignore()
        elif pressed in steps:
            self._nudge(steps[pressed], event.modifiers())
        elif pressed in (key.Key_Home, key.Key_Backspace, key.Key_Delete):
            self.reset()
        elif pressed in (key.Key_Return, key.Key_Enter, key.Key_F2):
            self.edit()
        elif event.text() and event.text() in _TYPED:
            self.edit(event.text())
        else:
            event.ignore()

    def _asked(self, event: QKeyEvent) -> str:
        """Return the tool that a key asks for; nothing where the slider does not have it."""
        tool = _ASKED.get(Qt.Key(event.key()), "")
        return tool if tool in self.tools and not event.modifiers() else ""

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Commit what keys or the wheel have changed."""
        self.keep()
        super().focusOutEvent(event)
        self.update()

    def _nudge(self, steps: float, held: Qt.KeyboardModifier) -> None:
        if held & Qt.KeyboardModifier.ShiftModifier:
            steps *= FINE
        elif held & Qt.KeyboardModifier.ControlModifier:
            steps *= COARSE
        self.nudge(steps)

    # -- typing ------------------------------------------------------------------------------

    def edit(self, text: str | None = None) -> None:
        """Open the value for typing, with `text` already typed."""
        if self._editor is not None or self.locked:
            return
        opened = shown(self.number, self.limits.unit) if text is None else text
        name = self.tr("Value of {}").format(self.label)
        editor = ValueField(self, name, opened, self._face().values())
        editor.ended.connect(self._take_typed)
        self._editor = editor
        editor.show()
        editor.setFocus()
        if text is None:
            editor.selectAll()

    def _take_typed(self, text: str | None) -> None:
        self._editor = None
        self.update()
        if text is None or text.strip() == shown(self.number, self.limits.unit):
            return
        try:
            if self._takes_length(text):
                return
            number = parse(text, self.limits.unit, self.limits.effect)
        except ValueError:
            self._tell(self.tr("“{}” is no value here, so nothing changed.").format(text))
            return
        limits = self.limits
        if limits.measured is not None and not limits.low <= number <= limits.high:
            low, high = (shown(end, limits.unit) for end in (limits.low, limits.high))
            self._tell(
                self.tr("Write {} mm for a length, or a value from {} to {}.").format(
                    text.strip(), low, high
                )
                if text.strip().replace(",", "").replace(".", "").isdigit()
                else self.tr("Write a value from {} to {}, or a length in mm.").format(low, high)
            )
            return
        self.change(number)

    def _takes_length(self, text: str) -> bool:
        """Ask for the length in a text, or say why there is none to ask for; False without one.

        Raises
        ------
        ValueError
            If there is a unit but no number.
        """
        measured, why_not = self.limits.measured, self.limits.no_length
        asked = length(text) if measured is not None or why_not else None
        if asked is None:
            return False
        if measured is None:
            self._tell(why_not)
        else:
            self.measure_asked.emit(asked)
        return True

    def _tell(self, text: str) -> None:
        """Show a note at the value, as what is typed shall not be lost without a word."""
        values = self._face().values().toRect()
        QToolTip.showText(self.mapToGlobal(values.bottomLeft()), text, self, QRect(), 4000)

    # -- events of the widget ----------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Say what is under the pointer; keep keys that mean something here from the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            typed = bool(event.text()) and event.text() in _TYPED
            if typed or self._asked(event):
                event.accept()
                return True
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), note_on(self._tool_at(event.pos()), self), self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Fit another text size, and repaint when enabled or disabled."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw name, value, bar with usual range and default tick, handle and icons."""
        over = self.underMouse()
        icons = {LINK: "link" if self.linked else "unlink", LOCK: "", "": ""}
        if self.locked or over or self.hasFocus():
            icons[LOCK] = "lock" if self.locked else "unlock"
        state = State(
            label=self.label,
            number=self.number,
            enabled=self.isEnabled(),
            locked=self.locked,
            held=self._drag is not None or over,
            focused=self.hasFocus(),
            typing=self._editor is not None,
            tools=tuple(icons[tool] for tool in self.tools),
        )
        self._face().paint(QPainter(self), state)

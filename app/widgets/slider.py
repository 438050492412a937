"""One number with its name: a slider that previews while it moves and commits once."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from facewright.app import theme
from facewright.app.widgets.limits import Range
from facewright.app.widgets.numbers import parse, shown
from facewright.app.widgets.value_field import ValueField

_PER_UNIT = 1000  # QAbstractSlider counts in integers; a thousandth is finer than any screen
_COMMIT_AFTER_MS = 500  # keys and wheel turns that follow each other sooner are one step
_HANDLE = 6.0
_VALUE_WIDTH = 62
_FINE, _COARSE = 0.1, 10
NAMES = 0.42
_ENDS = 14  # height of the line under the bar that says what its ends mean


class NamedSlider(QAbstractSlider):
    """A name, a bar and a value in one row.

    Drag the bar to preview; let go to commit. Double-click resets. Shift drags finely, Ctrl in
    steps. Click the value, or type a digit, to enter a number with a unit or a sum. Arrow keys
    go by a step, Page keys by five, Home to the default. The wheel works only with the focus,
    so that scrolling a list never changes a value.

    Parameters
    ----------
    label : str
    limits : Range
    help_text : str
    parent : QWidget or None
    names : float
        Share of the width, the value's left aside, that the name gets; the bar has the rest.

    Attributes
    ----------
    moved : Signal(float)
        A value to preview.
    committed : Signal(float)
        A value to keep as one step.
    """

    moved = Signal(float)
    committed = Signal(float)

    def __init__(
        self,
        label: str,
        limits: Range,
        help_text: str = "",
        parent: QWidget | None = None,
        *,
        names: float = NAMES,
    ) -> None:
        super().__init__(parent)
        self.label = label
        self._names = names
        self.limits = limits
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(round(limits.low * _PER_UNIT), round(limits.high * _PER_UNIT))
        self.setSingleStep(max(round(limits.step * _PER_UNIT), 1))
        self.setPageStep(5 * self.singleStep())
        super().setValue(round(limits.default * _PER_UNIT))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(label)
        self.setAccessibleDescription(help_text)
        if limits.ends is not None:
            self.setAccessibleDescription(f"{help_text} {limits.ends[0]} - {limits.ends[1]}")
        self.setToolTip(f"<b>{label}</b><br>{help_text}" if help_text else label)
        self._dragging = False
        self._grab = 0.0
        self._before = self.number
        self._editor: ValueField | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_COMMIT_AFTER_MS)
        self._pause.timeout.connect(self._commit_pending)

    # -- value -------------------------------------------------------------------------------

    @property
    def number(self) -> float:
        """The value."""
        return float(self.value()) / _PER_UNIT

    def show_number(self, number: float) -> None:
        """Set the value without telling anyone; a hand that drags has the last word."""
        if self._dragging or self._pause.isActive():
            return
        self._set(number)
        self._before = self.number

    def set_default(self, number: float) -> None:
        """Say where the slider stands when nothing is changed."""
        if number != self.limits.default:
            self.limits = replace(self.limits, default=number)
            self.update()

    def change(self, number: float) -> None:
        """Preview and commit a value at once."""
        self._pause.stop()
        self._set(number)
        self.moved.emit(self.number)
        self._commit()

    def reset(self) -> None:
        """Go back to the default as one step."""
        self.change(self.limits.default)

    def _set(self, number: float) -> None:
        blocked = self.blockSignals(True)
        self.setValue(round(number * _PER_UNIT))
        self.blockSignals(blocked)
        self.update()

    def _preview(self, number: float) -> None:
        before = self.value()
        self._set(number)
        if self.value() != before:
            self.moved.emit(self.number)

    def _commit_pending(self) -> None:
        if not self._dragging:
            self._commit()

    def _commit(self) -> None:
        if self.number != self._before:
            self._before = self.number
            self.committed.emit(self.number)

    # -- places ------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size of a row."""
        return QSize(280, theme.ROW + self._ends_height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return the least size at which name, bar and value are of use."""
        return QSize(200, theme.ROW + self._ends_height())

    def _ends_height(self) -> int:
        return 0 if self.limits.ends is None else _ENDS

    def bar(self) -> QRectF:
        """Return where the bar lies."""
        left = theme.SPACE + round((self.width() - _VALUE_WIDTH) * self._names)
        right = self.width() - _VALUE_WIDTH - theme.SPACE
        return QRectF(left, self._row().center().y() - 2, max(right - left, 20), 4)

    def _row(self) -> QRectF:
        """Return the line of name, bar and value, above what the ends mean."""
        return QRectF(0, 0, self.width(), self.height() - self._ends_height())

    def position_of(self, number: float) -> float:
        """Return the x of `number` on the bar."""
        bar, limits = self.bar(), self.limits
        share = (number - limits.low) / (limits.high - limits.low)
        return bar.left() + bar.width() * min(max(share, 0.0), 1.0)

    def _number_at(self, x: float) -> float:
        bar, limits = self.bar(), self.limits
        share = min(max((x - bar.left()) / bar.width(), 0.0), 1.0)
        return limits.low + share * (limits.high - limits.low)

    def _value_left(self) -> float:
        return self.width() - _VALUE_WIDTH

    # -- events ------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold of the handle, or open the value for typing."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        x = event.position().x()
        if x >= self._value_left():
            self.edit()
        elif x >= self.bar().left() - 2 * _HANDLE:
            self._pause.stop()
            self._dragging = True
            self._last_x = x
            self._grab = self.number
            if abs(x - self.position_of(self.number)) > 2 * _HANDLE:
                self._grab = self._number_at(x)
                self._preview(self._grab)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Preview along the drag; Shift is fine, Ctrl goes in steps."""
        if not self._dragging:
            return
        x, limits = event.position().x(), self.limits
        per_pixel = (limits.high - limits.low) / self.bar().width()
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._grab += (x - self._last_x) * per_pixel * (_FINE if fine else 1.0)
        self._last_x = x
        target = min(max(self._grab, limits.low), limits.high)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            coarse = limits.step * _COARSE / 2
            target = limits.default + coarse * round((target - limits.default) / coarse)
        elif abs(target - limits.default) < 2.5 * per_pixel and not fine:
            target = limits.default  # the default is easy to hit again
        self._preview(target)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Commit the drag as one step."""
        if self._dragging and event.button() == Qt.MouseButton.LeftButton:
            self._dragging = False
            self.update()
            self._commit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Reset to the default."""
        if event.position().x() < self._value_left():
            self._dragging = False
            self.reset()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Go by steps with the focus; else let the list scroll."""
        if not self.hasFocus():
            event.ignore()
            return
        self._nudge(event.angleDelta().y() / 120.0)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go by steps, reset, or begin to type a value."""
        key = Qt.Key
        steps = {
            key.Key_Left: -1, key.Key_Down: -1, key.Key_Right: 1, key.Key_Up: 1,
            key.Key_PageDown: -5, key.Key_PageUp: 5,
        }  # fmt: skip
        pressed = key(event.key())
        if pressed in steps:
            self._nudge(steps[pressed])
        elif pressed == key.Key_Home:
            self.reset()
        elif pressed in (key.Key_Return, key.Key_Enter):
            self.edit()
        elif event.text() and event.text() in "0123456789.,-+":
            self.edit(event.text())
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Commit what keys or the wheel have changed."""
        if self._pause.isActive():
            self._pause.stop()
            self._commit()
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Repaint when enabled or disabled."""
        super().changeEvent(event)
        self.update()

    def _nudge(self, steps: float) -> None:
        self._preview(self.number + steps * self.limits.step)
        self._pause.start()

    # -- typing ------------------------------------------------------------------------------

    def edit(self, text: str | None = None) -> None:
        """Open the value for typing, with `text` already typed."""
        if self._editor is not None:
            return
        editor = ValueField(self)
        editor.setAccessibleName(self.tr("Value of {}").format(self.label))
        editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        editor.setProperty("role", "inline")
        editor.setText(shown(self.number, self.limits.unit) if text is None else text)
        left = round(self._value_left()) - 20
        editor.setGeometry(left, 2, self.width() - left, round(self._row().height()) - 4)
        editor.editingFinished.connect(self._take_typed)
        editor.left.connect(self._drop_typed)
        self._editor = editor
        editor.show()
        editor.setFocus()
        if text is None:
            editor.selectAll()

    def _drop_typed(self) -> str | None:
        """Close the field and return what stood in it."""
        editor, self._editor = self._editor, None
        if editor is None:
            return None
        if editor.hasFocus():
            self.setFocus()
        editor.hide()
        editor.deleteLater()
        self.update()
        return editor.text().replace("−", "-")

    def _take_typed(self) -> None:
        text = self._drop_typed()
        if text is None:
            return
        unit = self.limits.unit
        if text.strip() != shown(self.number, unit).replace("−", "-"):
            try:
                number = parse(text, unit)
            except ValueError:
                return  # what cannot be read changes nothing
            self.change(number)

    # -- painting ----------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw name, bar with usual range and default tick, handle and value."""
        colors = theme.theme
        on = self.isEnabled()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = self.bar()
        changed = abs(self.number - self.limits.default) > 0.5 / _PER_UNIT

        painter.setPen(QColor(colors.text if on else colors.faint))
        row = self._row()
        names = QRectF(theme.SPACE, 0, bar.left() - 4 * theme.SPACE, row.height())
        name = self.fontMetrics().elidedText(
            self.label, Qt.TextElideMode.ElideRight, int(names.width())
        )
        painter.drawText(names, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        value_color = colors.text if changed and on else colors.quiet if on else colors.faint
        painter.setPen(QColor(value_color))
        if self._editor is None:
            values = QRectF(self._value_left(), 0, _VALUE_WIDTH - theme.SPACE, row.height())
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(values, flags, shown(self.number, self.limits.unit))
        self._paint_bar(painter, bar, on, changed)
        if self.limits.ends is not None:
            self._paint_ends(painter, bar, QColor(colors.quiet if on else colors.faint))

    def _paint_ends(self, painter: QPainter, bar: QRectF, color: QColor) -> None:
        font = QFont(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(color)
        place = QRectF(bar.left(), self._row().bottom() - 6, bar.width(), _ENDS)
        assert self.limits.ends is not None
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
        for text, side in zip(self.limits.ends, sides, strict=True):
            painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_bar(self, painter: QPainter, bar: QRectF, on: bool, changed: bool) -> None:
        colors = theme.theme
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.control))
        painter.drawRoundedRect(bar, 2, 2)
        if self.limits.usual is not None:
            low, high = (self.position_of(end) for end in self.limits.usual)
            painter.setBrush(QColor(colors.raised))
            painter.drawRect(QRectF(low, bar.top(), high - low, bar.height()))
        rest, here = self.position_of(self.limits.default), self.position_of(self.number)
        painter.setBrush(QColor(colors.faint))
        if self.limits.low < self.limits.default < self.limits.high:
            painter.drawRect(QRectF(rest - 0.75, bar.top() - 3, 1.5, bar.height() + 6))
        if changed and on:
            painter.setBrush(QColor(colors.accent))
            painter.drawRect(QRectF(min(rest, here), bar.top(), abs(here - rest), bar.height()))
        held = self._dragging or self.underMouse()
        fill = colors.accent if changed and on else colors.quiet if on else colors.control
        painter.setBrush(QColor(fill))
        painter.setPen(QPen(QColor(colors.panel), 2))
        size = _HANDLE + (1.0 if held and on else 0.0)
        painter.drawEllipse(QPointF(here, bar.center().y()), size, size)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1.5))
            painter.drawEllipse(QPointF(here, bar.center().y()), size + 2.5, size + 2.5)

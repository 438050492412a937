"""The field that opens over a value to type another."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_LEAST_WIDTH, _LEAST_HEIGHT = 90, 24


class ValueField(QLineEdit):
    """Where a value is typed; Return and Escape end here, the slider below never sees them.

    It goes by itself when the typing ends.

    Parameters
    ----------
    parent : QWidget
        Has the focus again afterwards.
    name : str
        What screen readers call it.
    text : str
    over : QRectF
        The value that it covers, at its right end.

    Attributes
    ----------
    ended : Signal(str or None)
        The typing is over: with what stands there, or None if it does not count.
    """

    ended = Signal(object)

    def __init__(self, parent: QWidget, name: str, text: str, over: QRectF) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(self.tr("A number with or without a unit, or a sum: 1.5, 3 mm, 2*1.2"))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setProperty("role", "inline")
        self.setText(text)
        width = max(round(over.width()), _LEAST_WIDTH)
        height = max(round(over.height()) + 4, _LEAST_HEIGHT)
        self.setGeometry(round(over.right()) - width, 0, width, height)
        self._open = True
        self.editingFinished.connect(lambda: self._end(self.text()))

    def event(self, event: QEvent) -> bool:
        """Keep Escape from the window, where it puts tools down."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keep the keys that end the typing."""
        if event.key() == Qt.Key.Key_Escape:
            self._end(None)
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()

    def _end(self, text: str | None) -> None:
        if not self._open:
            return  # losing the focus, and with it the field, ends the editing once more
        self._open = False
        parent = self.parentWidget()
        if self.hasFocus() and parent is not None:
            parent.setFocus()
        self.hide()
        self.deleteLater()
        self.ended.emit(text)

"""The field that opens over a value to type another."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit


class ValueField(QLineEdit):
    """Where a value is typed; Return and Escape end here, the slider below never sees them.

    Attributes
    ----------
    left : Signal()
        Escape was pressed: what was typed does not count.
    """

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keep the keys that end the typing."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()

"""A field that takes a combination of keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit

_MODIFIERS = (
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr,
)  # fmt: skip


class KeyField(QLineEdit):
    """Takes one key combination instead of text; Tab and Esc leave it as ever.

    Attributes
    ----------
    pressed : Signal(str)
    """

    pressed = Signal(str)

    def event(self, event: QEvent) -> bool:
        """Take keys before they are anybody's shortcut."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Tell the combination."""
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape):
            event.ignore()
        elif event.key() not in _MODIFIERS and event.key() != Qt.Key.Key_unknown:
            sequence = QKeySequence(event.keyCombination())
            self.pressed.emit(sequence.toString(QKeySequence.SequenceFormat.PortableText))

"""Letters belong to the combo box that has the focus, where they choose, and are no shortcuts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class TypeAhead(QObject):
    """Keeps letters and digits from the window's shortcuts while a combo box has the focus."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._attend)

    def _attend(self, _before: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, QComboBox):
            now.installEventFilter(self)  # a second time is none

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take what would be asked of the shortcuts; the box then gets the key."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.text().isalnum()
            and not event.modifiers() & _COMMANDS
        ):
            event.accept()
            return True
        return super().eventFilter(watched, event)

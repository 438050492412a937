"""The message bar above the viewport: what happened, in words, without stopping anybody."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton

from facewright.app import theme
from facewright.app.dialogs.places import show_in_folder
from facewright.app.errors import Message
from facewright.app.timers import pause
from facewright.app.widgets.icon_label import IconLabel

_READ_FOR_MS = 8000
_ICONS = {"good": ("check", "good"), "check": ("warning", "check"), "poor": ("warning", "poor")}


class Banner(QFrame):
    """Shows one message; news goes by itself, trouble stays until it is closed.

    Attributes
    ----------
    details_asked : Signal(Message)
    """

    details_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._icon = IconLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details = QPushButton(self.tr("Details"))
        self._details.clicked.connect(lambda: self.details_asked.emit(self.message))
        self._folder = QPushButton(self.tr("Show in folder"))
        self._folder.clicked.connect(self._show_place)
        close = QToolButton()
        close.setIcon(theme.icon("close", "quiet"))
        close.setToolTip(self.tr("Close this message"))
        close.setAccessibleName(self.tr("Close this message"))
        close.clicked.connect(self.hide)
        line = QHBoxLayout(self)
        line.setContentsMargins(3 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        line.setSpacing(3 * theme.SPACE)
        line.addWidget(self._icon)
        line.addWidget(self.text, 1)
        line.addWidget(self._folder)
        line.addWidget(self._details)
        line.addWidget(close)
        self._away = pause(_READ_FOR_MS, self.hide, self)
        self.message: Message | None = None
        self.hide()

    def clear(self) -> None:
        """Take trouble away that is over; news goes by itself."""
        if not self._away.isActive():
            self.hide()

    def tell(self, message: Message) -> None:
        """Show a message in place of the one before."""
        name, color = _ICONS.get(message.level, ("info", "accent"))
        self.message = message
        self._icon.show_icon(name, color)
        self.text.setText(message.text)
        self._details.setVisible(bool(message.details))
        self._folder.setVisible(message.place is not None)
        level = message.level if message.level in _ICONS else "info"
        theme.set_role(self, f"banner-{level}")
        self.setAccessibleName(message.text)
        self.show()
        if message.level in ("info", "good"):
            self._away.start()
        else:
            self._away.stop()

    def _show_place(self) -> None:
        if self.message is not None and self.message.place is not None:
            show_in_folder(self.message.place)

"""A heading that folds away what stands under it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.widgets.heading import Heading


class Fold(QWidget):
    """A titled part of a panel that can be closed; `add` puts widgets under the title.

    Attributes
    ----------
    head : Heading
        Opens and closes it; checked while it is open.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._touched = False
        self.head = Heading(title, title)
        self.head.toggled.connect(self._show)
        self.head.clicked.connect(self._touch)
        self.body = QWidget()
        self._column = QVBoxLayout(self.body)
        self._column.setContentsMargins(theme.SPACE, theme.SPACE, 0, 0)
        self._column.setSpacing(theme.SPACE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.body)
        self._show(False)

    def add(self, widget: QWidget) -> None:
        """Put `widget` at the end."""
        self._column.addWidget(widget)

    def suggest(self, open_: bool) -> None:
        """Open or close it, unless the user has said which."""
        if not self._touched:
            self.head.setChecked(open_)

    # -- inside ------------------------------------------------------------------------------

    def _touch(self) -> None:
        self._touched = True

    def _show(self, on: bool) -> None:
        self.head.turn(on)
        self.body.setVisible(on)

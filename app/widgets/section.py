"""A heading with a sentence and what belongs under it."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from facewright.app import theme


class Section(QWidget):
    """A titled part of a panel; `add` puts widgets under the title."""

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.SPACE)
        head = QLabel(title)
        head.setProperty("role", "strong")
        self._column.addWidget(head)
        self.text = QLabel(text)
        self.text.setWordWrap(True)
        self.text.setProperty("role", "small")
        self.text.setVisible(bool(text))
        self._column.addWidget(self.text)

    def add(self, widget: QWidget) -> None:
        """Put `widget` at the end."""
        self._column.addWidget(widget)

    def explain(self, text: str) -> None:
        """Change the sentence under the title."""
        self.text.setText(text)
        self.text.setVisible(bool(text))

"""A heading with a sentence and what belongs under it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from facewright.app import theme


class Section(QWidget):
    """A titled part of a panel; `add` puts widgets under the title.

    Attributes
    ----------
    head : QHBoxLayout
        The line of the title; there is room beside it.
    """

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.SPACE)
        name = QLabel(title)
        name.setProperty("role", "strong")
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.SPACE)
        self.head.addWidget(name, 1)
        self._column.addLayout(self.head)
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

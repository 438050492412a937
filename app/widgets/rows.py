"""Small pieces of forms: widgets side by side, and sentences under a control."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from facewright.app import theme


def small_label() -> QLabel:
    """Return a label for a sentence, as many lines as that takes."""
    label = QLabel()
    label.setWordWrap(True)
    label.setProperty("role", "small")
    return label


def row(*widgets: QWidget, stretch: int | None = 0) -> QWidget:
    """Return widgets side by side; the one at `stretch` takes the room that is left, or all."""
    holder = QWidget()
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(2 * theme.SPACE)
    for place, widget in enumerate(widgets):
        line.addWidget(widget, int(stretch in (None, place)))
    return holder

"""An icon that stands by itself and follows the theme."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from facewright.app import theme


class IconLabel(QWidget):
    """Shows one icon.

    Parameters
    ----------
    name : str
        In `assets/icons`.
    role : str
        A field of `theme.Theme`.
    size : int
        Device-independent pixels.
    """

    def __init__(self, name: str = "", role: str = "text", size: int = theme.ICON) -> None:
        super().__init__()
        self.setFixedSize(QSize(size, size))
        self.show_icon(name, role)

    def show_icon(self, name: str, role: str = "text") -> None:
        """Show another icon, or none for an empty name."""
        self._icon = theme.icon(name, role) if name else None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the icon in the colours of the theme in use."""
        if self._icon is not None:
            self._icon.paint(QPainter(self), self.rect())

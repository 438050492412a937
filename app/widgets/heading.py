"""The line of words that folds away what stands under it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from facewright.app import theme


class Heading(QToolButton):
    """A title with a chevron; checked while what it heads is open.

    Parameters
    ----------
    title, name : str
        What it says, and what is read out.
    """

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self.setText(f" {title}")
        self.setProperty("role", "heading")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(theme.ROW)
        self.setAccessibleName(name)

    def turn(self, open_: bool) -> None:
        """Turn the chevron."""
        self.setIcon(theme.icon("chevron-down" if open_ else "chevron-right", "quiet"))
        self.setAccessibleDescription(self.tr("open") if open_ else self.tr("closed"))

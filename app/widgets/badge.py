"""A word with a coloured dot; the word says it, the colour helps."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel

from facewright.app import theme


class Badge(QLabel):
    """Shows a judgement: good, check or poor."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "badge")
        self._said = ("", "quiet")

    def say(self, text: str, level: str, help_text: str = "") -> None:
        """Show `text` in the colour of `level`."""
        self._said = (text, level if level in ("good", "check", "poor") else "quiet")
        self._paint()
        self.setToolTip(help_text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(help_text)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._said[0]:
            self._paint()

    def _paint(self) -> None:
        text, color = self._said
        self.setText(f'<span style="color:{getattr(theme.theme, color)}">●</span>&nbsp; {text}')

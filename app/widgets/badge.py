"""A word with a coloured dot; the word says it, the colour helps."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from facewright.app import theme


class Badge(QLabel):
    """Shows a judgement: good, check or poor."""

    def say(self, text: str, level: str, help_text: str = "") -> None:
        """Show `text` in the colour of `level`."""
        colors = theme.theme
        color = {"good": colors.good, "check": colors.check, "poor": colors.poor}.get(
            level, colors.quiet
        )
        self.setText(f'<span style="color:{color}">●</span>&nbsp; {text}')
        self.setToolTip(help_text)
        self.setAccessibleName(text)
        self.setAccessibleDescription(help_text)
        self.setStyleSheet(
            f"background: {colors.control}; border-radius: 4px; padding: 4px 10px 4px 8px;"
        )

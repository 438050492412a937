"""Buttons with pictures: expressions to begin with, one click each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib.resources import files

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from facewright.engine.models.presets import picture_of

_COLUMNS = 5
_LEAST, _MOST = 52, 92
"""Sides of the pictures in a narrow and in a wide panel, pixels."""
_AIR = 14
"""Least distance between two pictures."""


class PresetGrid(QWidget):
    """One button for each preset.

    Parameters
    ----------
    names : tuple of str

    Attributes
    ----------
    chosen : Signal(str)
    buttons : mapping of str to QToolButton
    """

    chosen = Signal(str)

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        self.buttons: Mapping[str, QToolButton] = {name: self._button(name) for name in names}
        for place, button in enumerate(self.buttons.values()):
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
        self._fit(_LEAST)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Make the pictures as large as there is room for."""
        super().resizeEvent(event)
        self._fit(min(max(self.width() // _COLUMNS - _AIR, _LEAST), _MOST))

    def _fit(self, side: int) -> None:
        for button in self.buttons.values():
            button.setIconSize(QSize(side, side))

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        path = files("facewright.assets") / "expressions" / picture_of(name)
        button.setIcon(QIcon(QPixmap(str(path))))
        button.setText(name)
        button.setProperty("role", "tile")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setToolTip(self.tr("Give the head this expression: {}").format(name.lower()))
        button.setAccessibleName(self.tr("Expression {}").format(name.lower()))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(partial(self.chosen.emit, name))
        return button

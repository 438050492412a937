"""Small buttons with words, as many in a row as there is room for."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from facewright.app import theme

_COLUMNS = 3


class TileRow(QWidget):
    """One button for each name.

    Parameters
    ----------
    names : tuple of str
    help_text : str
        What a button does; `{}` is its name in small letters.

    Attributes
    ----------
    chosen : Signal(str)
    buttons : dict of str to QPushButton
    """

    chosen = Signal(str)

    def __init__(self, names: tuple[str, ...], help_text: str) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.SPACE)
        self.buttons: dict[str, QPushButton] = {}
        for place, name in enumerate(names):
            button = QPushButton(name)
            button.setProperty("role", "small")
            button.setToolTip(help_text.format(name.lower()))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(partial(self.chosen.emit, name))
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
            self.buttons[name] = button

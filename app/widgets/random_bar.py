"""Random values on request: a button, how far, and the number that repeats them."""

from __future__ import annotations

import random

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.widgets.limits import Range
from facewright.app.widgets.slider import NamedSlider
from facewright.engine.models.variation import SEEDS


class RandomBar(QWidget):
    """Asks for random values; the same seed and scale give the same ones again.

    Parameters
    ----------
    help_text : str
        What the button does.
    scale : Range
    scale_help : str

    Attributes
    ----------
    asked : Signal(int, float)
        Seed and scale of the values wanted.
    reset_asked : Signal()
        Everything is to be set back.
    """

    asked = Signal(int, float)
    reset_asked = Signal()

    def __init__(self, help_text: str, scale: Range, scale_help: str) -> None:
        super().__init__()
        self.button = QPushButton(self.tr("Randomise"))
        self.button.setIcon(theme.icon("dice"))
        self.button.setToolTip(help_text)
        self.button.clicked.connect(self.roll)
        self.seed = QLineEdit()
        self.seed.setValidator(QIntValidator(0, SEEDS - 1, self.seed))
        self.seed.setFixedWidth(64)
        self.seed.setPlaceholderText(self.tr("new"))
        self.seed.setAccessibleName(self.tr("Seed of the random values"))
        self.seed.setToolTip(self.tr("The number of these random values: Return repeats them"))
        self.seed.returnPressed.connect(self._repeat)
        name = QLabel(self.tr("Seed"))
        name.setBuddy(self.seed)
        self.reset = QPushButton(self.tr("Reset"))
        self.reset.setIcon(theme.icon("reset"))
        self.reset.setToolTip(self.tr("Set all sliders back that are not locked"))
        self.reset.clicked.connect(self.reset_asked)
        self.scale = NamedSlider(self.tr("How far"), scale, scale_help)
        self.more = QToolButton()
        self.more.setCheckable(True)
        self.more.setMinimumSize(theme.ROW, theme.ROW)
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setIcon(theme.icon("chevron-down", "quiet"))
        self.more.setToolTip(self.tr("How far, and which seed"))
        self.more.setAccessibleName(self.tr("Options of Randomise"))
        self._options = QWidget()
        options = QHBoxLayout(self._options)
        options.setContentsMargins(0, 0, 0, 0)
        options.setSpacing(2 * theme.SPACE)
        options.addWidget(self.scale, 1)
        options.addWidget(name)
        options.addWidget(self.seed)
        self._options.hide()
        self.more.toggled.connect(self._options.setVisible)
        line = QHBoxLayout()
        line.setSpacing(theme.SPACE)
        line.addWidget(self.button)
        line.addWidget(self.more)
        line.addStretch(1)
        line.addWidget(self.reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(line)
        column.addWidget(self._options)

    def next_seed(self) -> int:
        """Choose another seed, show it and return it."""
        chosen = random.randrange(SEEDS)
        self.seed.setText(str(chosen))
        return chosen

    def roll(self) -> None:
        """Ask for values that were not seen before."""
        self.asked.emit(self.next_seed(), self.scale.number)

    def _repeat(self) -> None:
        if self.seed.hasAcceptableInput():
            self.asked.emit(int(self.seed.text()), self.scale.number)

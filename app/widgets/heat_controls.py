"""How values on the head are coloured: the map, its steps, and its lowest value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QSizePolicy, QWidget

from facewright.app import theme
from facewright.app.widgets.limits import Range
from facewright.app.widgets.slider import NamedSlider
from facewright.viewer.colormaps import MAPS, ColorMap

if TYPE_CHECKING:
    from facewright.app.stage import Stage

STEPS = (0, 5, 7, 9, 11)
"""Numbers of bands to choose from: odd, so that zero has a band of its own; 0 is continuous."""

_STRIP = QSize(48, 12)


class HeatControls(QWidget):
    """Chooses the colours of an error or a difference; one choice for all of them.

    A diverging map is even about zero; any other begins at a lowest value that can be set.

    Parameters
    ----------
    stage : Stage

    Attributes
    ----------
    colours, steps : QComboBox
    lowest : NamedSlider
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self._limit = stage.display.heat_limit
        self.colours = QComboBox()
        self.colours.setIconSize(_STRIP)
        for item in MAPS.values():
            self.colours.addItem(_picture(item), self.tr(item.label), item.id)
        self.colours.setToolTip(
            self.tr("Every map can be told apart with any of the common colour blindnesses")
        )
        self.colours.activated.connect(self._choose)
        self.steps = QComboBox()
        for count in STEPS:
            words = self.tr("{} steps").format(count) if count else self.tr("Continuous")
            self.steps.addItem(words, count)
        self.steps.setToolTip(self.tr("Steps of one colour are easier to read off the scale"))
        self.steps.activated.connect(lambda _row: stage.change(heat_bands=self.steps.currentData()))
        self.lowest = NamedSlider(
            self.tr("Lowest colour at"),
            Range(-10.0, 10.0, 0.0, 0.1, "mm"),
            self.tr("Smaller values have the lowest colour, too"),
        )
        self.lowest.moved.connect(lambda number: stage.change(heat_low=number))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.SPACE)
        grid.setColumnStretch(1, 1)
        rows = ((self.tr("Colours"), self.colours), (self.tr("Scale"), self.steps))
        for row, (text, combo) in enumerate(rows):
            label = QLabel(text)
            label.setContentsMargins(theme.SPACE, 0, theme.SPACE, 0)
            label.setBuddy(combo)
            combo.setAccessibleName(text)
            combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            grid.addWidget(label, row, 0)
            grid.addWidget(combo, row, 1)
        grid.addWidget(self.lowest, len(rows), 0, 1, 2)
        self.sync(stage.display.heat_limit)

    def sync(self, limit: float) -> None:
        """Show what the stage's display says; `limit` is the value of the strongest colour."""
        self._limit = limit
        display = self._stage.display
        diverging = MAPS[display.heat_map].diverging
        self.colours.setCurrentIndex(self.colours.findData(display.heat_map))
        self.steps.setCurrentIndex(self.steps.findData(display.heat_bands))
        self.lowest.setVisible(not diverging)
        self.lowest.show_number(display.heat_low or 0.0)

    def _choose(self, _row: int) -> None:
        chosen = MAPS[self.colours.currentData()]
        # From the same value on below zero, or a map without a middle would hide what lies inside.
        low = None if chosen.diverging else -self._limit
        self._stage.change(heat_map=chosen.id, heat_low=low)


def _picture(item: ColorMap) -> QIcon:
    """Return the colours of a map from low to high."""
    strip = item.strip()
    image = QImage(strip.tobytes(), strip.shape[1], 1, 3 * strip.shape[1], _RGB)
    return QIcon(QPixmap.fromImage(image).scaled(_STRIP))


_RGB = QImage.Format.Format_RGB888

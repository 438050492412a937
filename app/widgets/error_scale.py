"""The scale of the error map: its colours with numbers, and how much of the face has each."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from facewright.app import theme
from facewright.engine.arrays import FloatArray
from facewright.viewer.colormaps import MAPS
from facewright.viewer.display import Display
from facewright.viewer.grounds import GROUNDS

_BANDS = 5


class ErrorScale(QWidget):
    """Five ranges in mm, each with its colour on the map in use and its share; and the rest."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * theme.SPACE)
        grid.setVerticalSpacing(theme.SPACE // 2)
        grid.setColumnStretch(1, 1)
        self._rows: list[tuple[_Swatch, QLabel, QLabel]] = []
        for row in range(_BANDS + 1):
            swatch, band, share = _Swatch(), QLabel(), QLabel()
            for column, widget in enumerate((swatch, band, share)):
                grid.addWidget(widget, row, column)
            for label in (band, share):
                label.setProperty("role", "small")
            self._rows.append((swatch, band, share))

    def show_values(self, error: FloatArray, display: Display) -> None:
        """Show how errors `(V,)` in mm, NaN where unknown, spread over the ranges."""
        limit = display.heat_limit
        known = error[np.isfinite(error)]
        edges = limit * np.array([-1.0, -1.0 / 3.0, 1.0 / 3.0, 1.0])
        counts = np.bincount(np.digitize(known, edges), minlength=_BANDS)
        shares = 100.0 * counts / max(known.size, 1)
        middles = limit * np.array([1.0, 2.0 / 3.0, 0.0, -2.0 / 3.0, -1.0])
        colors = MAPS[display.heat_map].at(middles, *display.heat_range, display.heat_bands)
        unknown = [round(255 * part) for part in GROUNDS[display.ground].no_value]
        without = 100.0 * (1.0 - known.size / max(error.size, 1))
        near, far = f"{limit / 3.0:.2g}", f"{limit:.2g}"
        texts = (
            self.tr("head outside by more than {} mm").format(far),
            self.tr("outside by {} to {} mm").format(near, far),
            self.tr("within {} mm").format(near),
            self.tr("inside by {} to {} mm").format(near, far),
            self.tr("inside by more than {} mm").format(far),
            self.tr("no scan there, of the whole head"),
        )
        for (swatch, band, share), color, text, amount in zip(
            self._rows, [*colors, unknown], texts, [*shares[::-1], without], strict=True
        ):
            swatch.color = QColor(*(int(part) for part in color))
            swatch.update()
            band.setText(text)
            share.setText(f"{amount:.0f} %")


class _Swatch(QWidget):
    """A patch of one colour."""

    def __init__(self) -> None:
        super().__init__()
        self.color = QColor(0, 0, 0, 0)
        self.setFixedSize(20, 14)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the patch with an edge, so that light ones show on light ground."""
        painter = QPainter(self)
        painter.setPen(QColor(theme.theme.edge))
        painter.setBrush(self.color)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

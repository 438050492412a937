"""The visits of a patient in a row, first to last; two of them are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QWidget

from facewright.app import theme
from facewright.app.visiting import SIDE_OF_TILE
from facewright.engine.arrays import ByteArray

_TILE = QSize(SIDE_OF_TILE[0] + 8, SIDE_OF_TILE[1] + 46)


class VisitRow(QScrollArea):
    """A tile for each visit; the two that were clicked last are chosen.

    Attributes
    ----------
    chosen : Signal(tuple)
        Places of the chosen visits in order of time, at most two.
    tiles : list of QToolButton
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.tiles: list[QToolButton] = []
        self._order: list[int] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._holder = QWidget()
        self._line = QHBoxLayout(self._holder)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(theme.SPACE)
        self._line.addStretch(1)
        self.setWidget(self._holder)
        bar = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(_TILE.height() + bar + 4)

    @property
    def places(self) -> tuple[int, ...]:
        """The chosen visits in order of time."""
        return tuple(sorted(self._order))

    @property
    def last(self) -> int | None:
        """The visit that was chosen last."""
        return self._order[-1] if self._order else None

    def show_visits(self, titles: Sequence[tuple[str, str]], chosen: Sequence[int]) -> None:
        """Show visits, each with a title and a line below it, and which are chosen."""
        for tile in self.tiles:
            self._line.removeWidget(tile)
            tile.deleteLater()
        self.tiles = []
        for place, (title, about) in enumerate(titles):
            tile = QToolButton()
            tile.setText(f"{title}\n{about}")
            tile.setAccessibleName(f"{title}, {about}")
            tile.setIcon(theme.icon("head", "quiet"))
            tile.setIconSize(QSize(*SIDE_OF_TILE))
            tile.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            tile.setProperty("role", "tile")
            tile.setCheckable(True)
            tile.setMinimumSize(_TILE)
            tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            tile.setToolTip(self.tr("Choose two visits to compare them"))
            tile.clicked.connect(partial(self._clicked, place))
            self._line.insertWidget(place, tile)
            self.tiles.append(tile)
        self._order = [place for place in chosen if place < len(titles)]
        self._check()

    def show_pictures(self, pictures: Mapping[int, ByteArray]) -> None:
        """Show pictures `(H, W, 3)` by place."""
        for place, image in pictures.items():
            self.tiles[place].setIcon(QIcon(as_pixmap(image)))

    def _clicked(self, place: int, *_told: object) -> None:
        if place in self._order:
            self._order.remove(place)
        else:
            self._order = [*self._order, place][-2:]
        self._check()
        self.chosen.emit(self.places)

    def _check(self) -> None:
        for place, tile in enumerate(self.tiles):
            tile.setChecked(place in self._order)


def as_pixmap(image: ByteArray) -> QPixmap:
    """Return an `(H, W, 3)` picture as a pixmap."""
    pixels = np.ascontiguousarray(image)
    high, wide = pixels.shape[:2]
    shown = QImage(pixels.data, wide, high, 3 * wide, QImage.Format.Format_RGB888)
    return QPixmap.fromImage(shown.copy())

"""What a landmark is: a picture with its place, its name and where to put it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.engine.measure.vocabulary import side_of, view_of, word_of

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore

SIZE, SMALL = 96, 64
"""Sides of the picture in device-independent pixels."""
HIGH = 100.0
"""Millimetres that the picture is high."""


class LandmarkCard(QWidget):
    """Shows one landmark on the mean head."""

    def __init__(self, models: ModelStore) -> None:
        super().__init__()
        self._models = models
        self._pictures: dict[tuple[str, float], QPixmap] = {}
        self._name = ""
        self.picture = QLabel()
        self.show_side(SIZE)
        self.name = QLabel()
        self.name.setProperty("role", "strong")
        self.name.setWordWrap(True)
        self.definition = QLabel()
        self.definition.setProperty("role", "small")
        self.definition.setWordWrap(True)
        words = QVBoxLayout()
        words.setSpacing(theme.SPACE)
        words.addWidget(self.name)
        words.addWidget(self.definition)
        words.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(3 * theme.SPACE)
        line.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)

    def show_side(self, side: int) -> None:
        """Show the picture at another size."""
        if self.picture.size() != QSize(side, side):
            self.picture.setFixedSize(QSize(side, side))
            self.show_landmark(self._name)

    def show_landmark(self, name: str) -> None:
        """Show the landmark `name`, or nothing for a name without a definition."""
        word, self._name = word_of(name), name
        self.setVisible(word is not None)
        if word is None:
            return
        sides = {"l": self.tr(", subject's left"), "r": self.tr(", subject's right"), "": ""}
        self.name.setText(f"{word.code}: {word.name}{sides[side_of(name)]}")
        self.definition.setText(word.definition)
        side = self.picture.width()
        key = (name, side * self.devicePixelRatioF())
        if key not in self._pictures:
            self._pictures[key] = self._drawn(name, side)
        self.picture.setPixmap(self._pictures[key])
        self.picture.setAccessibleName(f"{word.name}: {word.definition}")

    def _drawn(self, name: str, width: int) -> QPixmap:
        """Return the mean head around the landmark with a dot at its place."""
        from facewright.engine.camera import Camera, turned
        from facewright.engine.photos.shading import VIEWS, picture_surface

        model = self._models.lifespan()
        skin = model.mean()
        place = model.template.landmarks.select((name,)).on(skin.vertices).positions[0]
        view = view_of(name)
        yaw, pitch = (35.0, 5.0) if view == "three-quarter-left" else VIEWS[view]
        ratio = self.devicePixelRatioF()
        side = round(width * ratio)
        camera = Camera.looking(
            place, -turned(np.radians(yaw), np.radians(pitch)), (0, 1, 0),
            size=(side, side), height=HIGH,
        )  # fmt: skip
        pixels = np.ascontiguousarray(
            picture_surface(skin.vertices, skin.topology.faces, size=(side, side), camera=camera)
        )
        image = QImage(pixels.data, side, side, 3 * side, QImage.Format.Format_RGB888)
        drawn = QPixmap.fromImage(image.copy())
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("white"), 2 * ratio))
        painter.setBrush(QColor(theme.theme.accent))
        painter.drawEllipse(QPointF(side / 2, side / 2), 5 * ratio, 5 * ratio)
        painter.end()
        drawn.setDevicePixelRatio(ratio)
        return drawn

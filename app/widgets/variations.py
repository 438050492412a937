"""Variations of the head as small faces: nine at a time, pick one."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.aside import Aside
from facewright.app.document import Document
from facewright.app.timers import pause
from facewright.app.widgets.face_grid import FaceGrid
from facewright.app.widgets.rows import small_label
from facewright.engine.arrays import ByteArray
from facewright.engine.camera import Camera, turned
from facewright.engine.edits.base import Edit
from facewright.engine.edits.blend import blend
from facewright.engine.errors import FacewrightError
from facewright.engine.face import Face
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh
from facewright.engine.progress import Progress

MOST = 99
_DRAW_AFTER_MS = 400


_YAW, _PITCH = math.radians(14.0), math.radians(4.0)
"""From where faces are seen: from before, with enough of a turn to show noses."""
_ROOM = 1.4
"""Height of a picture for that of the face: tiles show the middle of it."""


def _camera(skin: Mesh, face: Mask, size: tuple[int, int]) -> Camera:
    points = skin.vertices[face > 0].astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    back = turned(_YAW, _PITCH)
    height = _ROOM * float(high[1] - low[1])
    middle = 0.5 * (low + high)
    return Camera.looking(middle, -back, (0, 1, 0), size=size, height=height)


class _Drawing(Aside):
    """Draws faces in a thread of its own."""

    drawn = Signal(object, int, object)
    failed = Signal(str)

    def draw(self, face: Face, edits: dict[int, Edit], side: int) -> None:
        """Draw the head after each of some steps, by number; an earlier wish is dropped."""
        models = self._models

        def work(progress: Progress) -> None:
            from facewright.engine.photos.shading import picture

            rig, size = models.rig(), (side, side)
            area = models.lifespan().topology.regions["face"]
            camera = _camera(rig.pose(face).skin, area, size)
            for number, edit in edits.items():
                progress(0.0, "")
                after = blend(face, edit.apply(face, models), edit, models)
                image = picture(rig.pose(after), rig.skin_image(after), size=size, camera=camera)
                self.drawn.emit(face, number, image)

        self._ask("draw", work, lambda _nothing: None, self.failed.emit)


class Variations(QWidget):
    """Draws the head after variations of a step; the first is the head as it is.

    Parameters
    ----------
    document : Document
    varied : callable
        The step of a number.

    Attributes
    ----------
    chosen : Signal(int, Edit)
        Number and step of the face that was picked, as it was drawn.
    grid : FaceGrid
    problem : QLabel
        Why there are no faces.
    """

    chosen = Signal(int, object)

    def __init__(self, document: Document, varied: Callable[[int], Edit]) -> None:
        super().__init__()
        self._document, self._varied = document, varied
        self._drawing = _Drawing(document.models)
        self._drawing.drawn.connect(self._take)
        self._soon = pause(_DRAW_AFTER_MS, self._draw, self)
        self._drawing.failed.connect(self._tell)
        self._asked: object = None
        self._face: Face | None = None
        self._edits: dict[int, Edit] = {}
        self._opening: object = None
        self.grid = FaceGrid(MOST, self.tr("Pick one"), self.tr("Now"))
        self.grid.chosen.connect(self._choose)
        self.grid.turned.connect(self._soon.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.grid)
        self.problem = small_label()
        column.addWidget(self.problem)
        self._tell("")

    def stop(self) -> None:
        """Stop drawing."""
        self._soon.stop()
        self._drawing.close()

    def sync(self) -> None:
        """Draw the faces of another head, once it rests."""
        if self.isVisible() and self._document.project is not self._asked:
            self.redraw()

    def redraw(self, *_told: object) -> None:
        """Draw other faces soon, as what they are drawn from is another one."""
        if self.isVisible():
            self.grid.fade()
            self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Catch up with the document."""
        super().showEvent(event)
        self.sync()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Draw nothing that nobody sees."""
        super().hideEvent(event)
        self._soon.stop()
        self._drawing.forget()
        self._asked = None

    # -- inside ------------------------------------------------------------------------------

    def _draw(self) -> None:
        document = self._document
        if not document.is_open or not self.isVisible():
            return
        self._asked, self._opening = document.project, document.opening
        self._tell("")
        try:
            self._edits = {number: self._varied(number) for number in self.grid.numbers}
            index, _ = document.edit_for(type(self._edits[0]))
            self._face = document.face_at(index)
        except FacewrightError as error:
            self._tell(str(error))
            return
        side = round(self.grid.side * self.devicePixelRatioF())
        self._drawing.draw(self._face, self._edits, side)

    def _choose(self, number: int) -> None:
        """Tell what was drawn, whatever changed meanwhile, but for another head."""
        if number in self._edits and self._document.opening is self._opening:
            self.chosen.emit(number, self._edits[number])

    def _tell(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _take(self, face: Face, number: int, image: ByteArray) -> None:
        if face is self._face:
            self.grid.show_picture(number, image)

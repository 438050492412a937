"""Variations of the head as small faces: nine at a time, pick one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from facewright.app.aside import Aside
from facewright.app.document import Document
from facewright.app.timers import pause
from facewright.app.widgets.face_grid import FaceGrid
from facewright.engine.arrays import ByteArray
from facewright.engine.edits.base import Edit
from facewright.engine.edits.blend import blend
from facewright.engine.face import Face
from facewright.engine.progress import Progress

MOST = 99
_DRAW_AFTER_MS = 400


class _Drawing(Aside):
    """Draws faces in a thread of its own."""

    drawn = Signal(object, int, object)

    def draw(self, face: Face, edits: dict[int, Edit], side: int) -> None:
        """Draw the head after each of some steps, by number; an earlier wish is dropped."""
        models = self._models

        def work(progress: Progress) -> None:
            from facewright.engine.photos.shading import close_up, picture

            rig, size = models.rig(), (side, side)
            area = models.lifespan().topology.regions["face"]
            camera = close_up(rig.pose(face).skin, area, size)
            for number, edit in edits.items():
                progress(0.0, "")
                after = blend(face, edit.apply(face, models), edit, models)
                image = picture(rig.pose(after), rig.skin_image(after), size=size, camera=camera)
                self.drawn.emit(face, number, image)

        self._ask("draw", work, lambda _nothing: None, lambda _text: None)


class Variations(QWidget):
    """Draws the head after variations of a step; the first is the head as it is.

    Parameters
    ----------
    document : Document
    varied : callable
        The step of a number.

    Attributes
    ----------
    chosen : Signal(int)
    grid : FaceGrid
    """

    chosen = Signal(int)

    def __init__(self, document: Document, varied: Callable[[int], Edit]) -> None:
        super().__init__()
        self._document, self._varied = document, varied
        self._drawing = _Drawing(document.models)
        self._drawing.drawn.connect(self._take)
        self._soon = pause(_DRAW_AFTER_MS, self._draw, self)
        self._asked: object = None
        self._face: Face | None = None
        self.grid = FaceGrid(MOST, self.tr("Pick one"), self.tr("Now"))
        self.grid.chosen.connect(self.chosen)
        self.grid.turned.connect(self._soon.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.grid)

    def stop(self) -> None:
        """Stop drawing."""
        self._soon.stop()
        self._drawing.close()

    def sync(self) -> None:
        """Draw the faces of another head, once it rests."""
        if self.isVisible() and self._document.project is not self._asked:
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
        self._asked = document.project
        edits = {number: self._varied(number) for number in self.grid.numbers}
        index, _ = document.edit_for(type(edits[0]))
        self._face = document.face_at(index)
        self._drawing.draw(self._face, edits, self.grid.side)

    def _take(self, face: Face, number: int, image: ByteArray) -> None:
        if face is self._face:
            self.grid.show_picture(number, image)

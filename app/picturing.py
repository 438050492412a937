"""Pictures of the view: asked for, drawn one in each turn of the event loop, and written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDialog, QProgressDialog

from facewright.app.dialogs import places
from facewright.app.dialogs.picture import MOVING, ROW, PictureDialog
from facewright.app.errors import Message
from facewright.engine.arrays import ByteArray
from facewright.engine.progress import Progress

if TYPE_CHECKING:
    from facewright.app.window import MainWindow
    from facewright.viewer.shot import Shot
    from facewright.viewer.viewport import Viewport

TURN = 48
"""Pictures of one turn: 7.5 degrees apart, 12 for each second of a moving one."""

_WAIT_MS = 50


def ask_picture(window: MainWindow) -> None:
    """Ask what picture of the view to save and where, and save it."""
    view = window.stage.active
    if view is None:
        return
    dialog = PictureDialog(window, window.settings, view.size())
    answer = dialog.exec()
    what, shot = dialog.what.currentData(), dialog.shot
    dialog.deleteLater()
    if answer != QDialog.DialogCode.Accepted:
        return
    suffix = ".gif" if what == MOVING else ".png"
    folder = str(window.settings.get("picture_folder", "") or window.settings.get("folder", ""))
    path = places.ask_save(window, folder, window.document.title + suffix, (suffix,))
    if path is not None:
        window.settings.set("picture_folder", str(path.resolve().parent))
        Drawing(window, view, shot, path, TURN if what in (MOVING, ROW) else 1)


class Drawing(QObject):
    """Draws pictures while the window goes on, then has them written in the background.

    Parameters
    ----------
    window : MainWindow
    view : Viewport
    shot : Shot
    path : Path
    count : int
        Pictures of one turn around the head.
    """

    def __init__(
        self, window: MainWindow, view: Viewport, shot: Shot, path: Path, count: int
    ) -> None:
        super().__init__(window)
        from facewright.viewer.pictures import turned

        self._window = window
        self._view = view
        self._path = path
        self._pictures: list[ByteArray] = []
        self._source: Iterator[ByteArray] = turned(view, shot, count)
        self._bar = QProgressDialog(
            self.tr("Drawing {}").format(path.name), self.tr("Cancel"), 0, count, window
        )
        self._bar.setWindowModality(Qt.WindowModality.WindowModal)  # the view stands still
        self._bar.setMinimumDuration(600)
        QTimer.singleShot(0, self, self._draw)

    def _draw(self) -> None:
        if self._view.scene.settling and not self._bar.wasCanceled():
            QTimer.singleShot(_WAIT_MS, self, self._draw)  # for its soft shadows
            return
        picture = None if self._bar.wasCanceled() else next(self._source, None)
        if picture is not None:
            self._pictures.append(picture)
            self._bar.setValue(len(self._pictures))
            QTimer.singleShot(0, self, self._draw)
            return
        if not self._bar.wasCanceled():
            self._write()
        self._bar.deleteLater()
        self.deleteLater()

    def _write(self) -> None:
        window, path, pictures = self._window, self._path, self._pictures

        def work(progress: Progress) -> tuple[Path, ...]:
            from facewright.engine.files.pictures import write_pictures

            return write_pictures(pictures, path, progress=progress)

        def done(written: tuple[Path, ...]) -> None:
            text = window.tr("Saved {}")
            if len(written) > 1:
                text = window.tr("Saved {} and those after it")
            window.tell(Message("good", text.format(written[0].name), place=written[0]))

        title = window.tr("Writing {}").format(path.name)
        window.jobs.start(title, work, done, window.files.fail)

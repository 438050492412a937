"""Autosave: each minute, to a side file that a crash leaves behind and a clean end removes."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from facewright.app.dialogs import ask
from facewright.app.document import Document
from facewright.app.errors import Message, logger
from facewright.engine.errors import FacewrightError

if TYPE_CHECKING:
    from facewright.app.files import Files
    from facewright.engine.files.recovery import Recovered, Slot
    from facewright.engine.progress import Progress
    from facewright.engine.project import History

MINUTE_MS = 60_000
_FULL = (errno.ENOSPC, errno.EDQUOT)


class Autosave:
    """Writes unsaved work aside, and offers what a crash has left.

    Where it cannot, it says so once, and tries again each time.
    """

    def __init__(self, document: Document, files: Files, folder: Path, window: QWidget) -> None:
        self._document = document
        self._files = files
        self._folder = folder
        self._window = window
        self._slot: Slot | None = None
        self._written: History | None = None
        self._taken_up: Recovered | None = None
        self._in_trouble = False
        self._timer = QTimer(window)
        self._timer.setInterval(MINUTE_MS)
        self._timer.timeout.connect(self.write)
        self._timer.start()

    def every(self, minutes: int) -> None:
        """Write at this interval from now on."""
        self._timer.setInterval(minutes * MINUTE_MS)

    def write(self) -> None:
        """Write the project aside now if it holds changes that no file has."""
        document = self._document
        if not document.dirty:
            if self._slot is not None:
                self._slot.discard()
            self._written = None
            self._let_recovered_go()
            return
        if document.history is self._written:
            return
        history, path, models = document.history, document.path, document.models
        try:
            face = document.face_at()
            slot = self._open_slot()
        except FacewrightError as error:
            self._fail(error)
            return

        def work(_progress: Progress) -> None:
            slot.write(history, models, original=path, face=face)

        def done(_result: None) -> None:
            self._written = history
            self._let_recovered_go()
            if self._in_trouble:
                self._in_trouble = False
                text = self._window.tr("Unsaved work is kept in case of a crash again.")
                self._files.tell(Message("good", text))

        self._files.writer.start("", work, done, self._fail, key="autosave")

    def offer(self) -> None:
        """Ask whether to take up the newest work that a crash has left."""
        from facewright.engine.files.recovery import discard, leftovers

        left = leftovers(self._folder)
        if not left:
            return
        newest = left[0]
        tr = self._window.tr
        name = tr("an unsaved project") if newest.original is None else newest.original.name
        when = newest.saved.astimezone().strftime("%d %B, %H:%M")
        answer = ask.choose(
            self._window,
            tr("Recover unsaved work?"),
            tr("Facewright ended without saving {}. It was last kept on {}.").format(name, when),
            [("recover", tr("Recover")), ("discard", tr("Discard")), ("later", tr("Ask later"))],
            "recover",
        )
        if answer == "recover":
            self._files.recover(newest.path, newest.original, lambda: self._take_up(newest))
        elif answer == "discard":
            for item in left:
                discard(item)

    def close(self) -> None:
        """Stop, and remove the side file: the work was saved or given up."""
        self._timer.stop()
        if self._slot is not None:
            self._slot.close()
            self._slot = None

    def _fail(self, error: Exception) -> None:
        logger.warning("no autosave: %s", str(error))  # a record must not hold its frames
        if not self._in_trouble:
            self._in_trouble = True
            self._files.tell(Message("check", self._trouble(error)))

    def _trouble(self, error: Exception) -> str:
        """Return why a crash would lose what is not saved, and what to do."""
        tr, refused = self._window.tr, error.__cause__
        if not isinstance(refused, OSError):
            why = str(error) or type(error).__name__
        elif refused.errno in _FULL:
            why = tr("The disk of {} is full: free some space.").format(self._folder)
        else:
            why = tr("{} cannot be written: allow it.").format(self._folder)
        words = tr("A crash now would lose what you have not saved. {} Save often until then.")
        return words.format(why)

    def _take_up(self, item: Recovered) -> None:
        """Hold what was recovered in the side file of this run; then the old one may go."""
        self._taken_up = item
        self.write()

    def _let_recovered_go(self) -> None:
        from facewright.engine.files.recovery import discard

        item, self._taken_up = self._taken_up, None
        if item is not None:
            discard(item)

    def _open_slot(self) -> Slot:
        from facewright.engine.files.recovery import Slot

        if self._slot is None:
            self._slot = Slot(self._folder)
        return self._slot

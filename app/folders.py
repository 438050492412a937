"""Registering every scan in a folder: asks where, runs in the lane, tells of what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from facewright.app.dialogs.places import home
from facewright.app.errors import Message
from facewright.engine.progress import Progress

if TYPE_CHECKING:
    from facewright.app.files import Files
    from facewright.engine.scans.batch import Batch

INSIDE = "heads"
"""Where the results go: a folder inside that of the scans."""


def ask_folder(files: Files) -> None:
    """Ask for a folder of scans and register them."""
    tr = files.window.tr
    start = str(files.settings.get("folder", "")) or home()
    chosen = QFileDialog.getExistingDirectory(files.window, tr("Register a folder"), start)
    if chosen:
        register(files, Path(chosen))


def register(files: Files, folder: Path) -> None:
    """Register the scans in a folder in the background; the open project stays as it is.

    Heads, table and contact sheet go into a folder inside. What was done before is left, so that
    a run that was stopped goes on from there.
    """
    models, tr = files.document.models, files.window.tr

    def work(progress: Progress) -> Batch:
        from facewright.engine.scans.batch import register_folder

        return register_folder(folder, folder / INSIDE, models, progress=progress)

    def done(batch: Batch) -> None:
        heads = len(batch.lines) - batch.failed
        text = tr("{} of {} scans in {} have a head: see {}.").format(
            heads, len(batch.lines), folder.name, batch.sheet.name
        )
        files.tell(Message("check" if batch.failed else "good", text, place=batch.sheet))

    files.jobs.start(tr("Registering the scans in {}").format(folder.name), work, done, files.fail)

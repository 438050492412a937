"""The program `facewright [FILE...]`: shows the window first and loads the rest after."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from facewright.app.window import MainWindow
    from facewright.engine.progress import Progress


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window on `FILE...` and return the exit status."""
    options = _parser().parse_args(arguments)

    # Before Qt, whose bindings read the source of every module that is imported after them.
    import scipy.sparse.csgraph  # noqa: F401
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from facewright.app import errors, memory, theme
    from facewright.app.settings import DRAWING, Settings
    from facewright.app.window import MainWindow
    from facewright.engine.models.store import ModelStore

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C ends it; autosave keeps the work
    settings = Settings(options.settings)
    if settings.value(DRAWING) == "processor":
        os.environ["LIBGL_ALWAYS_SOFTWARE"] = "1"  # Mesa reads it
        os.environ["QT_OPENGL"] = "software"  # Qt reads it on Windows
    memory.forget_sources()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Facewright")
    theme.apply(app)
    errors.log_to(settings.folder / "log")
    window = MainWindow(ModelStore(), settings)
    stop_catching = errors.catch_unexpected(window.tell)
    window.show()

    def after_showing() -> None:
        warm_up(window)
        if options.files:
            window.files.open(options.files)
        else:
            window.autosave.offer()

    QTimer.singleShot(0, window, after_showing)
    try:
        status = int(app.exec())
    finally:
        stop_catching()
    if window.at_work:  # all is written; Python cannot end in order under a thread of Qt's
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    return status


def warm_up(window: MainWindow) -> None:
    """Import the 3D view and load the head model in the background, before they are asked for."""
    from facewright.app import memory

    models = window.document.models

    def work(progress: Progress) -> None:
        import facewright.viewer.viewport  # noqa: F401

        memory.forget_sources()
        progress(0.3, "")
        models.lifespan()
        progress(0.7, "")
        models.rig()

    window.jobs.start(window.tr("Loading the head model"), work, None, window.files.fail)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="facewright", description="Edit 3D heads: open a scan or a project, or start empty."
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a scan or a .face")
    parser.add_argument(
        "--settings", type=Path, metavar="DIR", help="keep settings, log and autosaves here"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())

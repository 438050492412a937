"""Errors in plain words, and a log for what was not expected."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication

from facewright.engine.errors import FacewrightError

logger = logging.getLogger("facewright")


@dataclass(frozen=True)
class Message:
    """What the user is told.

    Attributes
    ----------
    level : str
        "info", "check" or "poor".
    text : str
        One or two sentences: what happened and what to do.
    details : str
        For the curious; empty when the text says it all.
    place : Path or None
        A file that was written: the folder can be opened at it.
    """

    level: str
    text: str
    details: str = ""
    place: Path | None = None


def explain(error: BaseException) -> Message:
    """Return what to tell about an error; one that nobody foresaw is logged with its trace."""
    if isinstance(error, FacewrightError):
        return Message("poor", str(error))
    if isinstance(error, MemoryError):
        text = _tr(
            "There is not enough memory for this. Close other programs or use a smaller file."
        )
        return Message("poor", text)
    if isinstance(error, OSError) and error.filename:
        name, reason = Path(str(error.filename)).name, error.strerror or "it cannot be used"
        return Message("poor", f"{name}: {reason}. Choose another file or folder.")
    details = "".join(traceback.format_exception(error))
    logger.error("unexpected error\n%s", details)
    text = _tr(
        "Something went wrong inside Facewright. Your work is kept; what you did last was not."
    )
    return Message("poor", text, details)


def log_to(folder: Path) -> Path:
    """Log to a file in `folder`, at most 2 MB with one older copy, and return its path."""
    path = folder / "facewright.log"
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=2_000_000, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return path


def catch_unexpected(tell: Callable[[Message], None]) -> Callable[[], None]:
    """Tell of every exception that nobody caught; returns how to stop."""
    before = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            before(kind, error, trace)
        else:
            tell(explain(error))

    sys.excepthook = hook

    def stop() -> None:
        if sys.excepthook is hook:
            sys.excepthook = before

    return stop


def _tr(text: str) -> str:
    return QCoreApplication.translate("Errors", text)

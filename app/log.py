"""The log of one run: what was opened, done, warned of and failed, with the time."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Qt, Signal

from facewright.app.errors import Message, logger

_KEPT = 2000
_LEVELS = {
    logging.DEBUG: "info",
    logging.INFO: "info",
    logging.WARNING: "check",
    logging.ERROR: "poor",
    logging.CRITICAL: "poor",
}


@dataclass(frozen=True)
class Entry:
    """One line.

    Attributes
    ----------
    time : datetime
        Local.
    level : str
        As in `Message`.
    text, details : str
    """

    time: datetime
    level: str
    text: str
    details: str = ""

    def __str__(self) -> str:
        line = f"{self.time:%H:%M:%S}  {self.text}"
        return f"{line}\n{self.details}" if self.details else line


class Log(QObject):
    """Collects messages of the window and records of `logging`, from any thread.

    Attributes
    ----------
    added : Signal(Entry)
        In the window's thread.
    """

    added = Signal(object)
    _heard = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._heard.connect(self._add, Qt.ConnectionType.AutoConnection)
        self._handler = _Handler(self)
        logger.addHandler(self._handler)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All lines, the oldest first."""
        return tuple(self._entries)

    def tell(self, message: Message) -> None:
        """Take note of what the user was told."""
        self._add(Entry(datetime.now().astimezone(), message.level, message.text, message.details))

    def note(self, text: str) -> None:
        """Take note of what was done."""
        self.tell(Message("info", text))

    def note_job(self, title: str, how: str, seconds: float) -> None:
        """Take note of how a job of `JobLane.ended` went."""
        words = {
            "done": self.tr("{}: done in {:.1f} s"),
            "cancelled": self.tr("{}: cancelled after {:.1f} s"),
            "failed": self.tr("{}: gave up after {:.1f} s"),
        }
        self.note(words[how].format(title, seconds))

    def text(self) -> str:
        """Return the whole log, as it is copied and saved."""
        return "".join(f"{entry}\n" for entry in self._entries)

    def close(self) -> None:
        """Listen to `logging` no more."""
        logger.removeHandler(self._handler)

    def _add(self, entry: Entry) -> None:
        self._entries.append(entry)
        self.added.emit(entry)


class _Handler(logging.Handler):
    """Hands records over to the window's thread."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.INFO)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Take a record, from any thread."""
        text, _, details = record.getMessage().partition("\n")
        time = datetime.fromtimestamp(record.created).astimezone()
        self._log._heard.emit(Entry(time, _LEVELS.get(record.levelno, "info"), text, details))

"""Answering once to many askings of one turn of the event loop, before anything is painted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal


class Soon(QObject):
    """Calls `answer` after the events at hand, however often it was started.

    A timer of no time would call it after the window is painted. What the answer changes would
    then be painted once more, and in software the whole window is put together each time.

    Parameters
    ----------
    answer : callable
    """

    _asked = Signal()

    def __init__(self, answer: Callable[[], None]) -> None:
        super().__init__()
        self.waiting = False
        self._answer = answer
        self._asked.connect(self._come, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Call soon."""
        if not self.waiting:
            self.waiting = True
            self._asked.emit()

    def stop(self) -> None:
        """Do not call."""
        self.waiting = False

    def _come(self) -> None:
        if self.waiting:
            self.waiting = False
            self._answer()

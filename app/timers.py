"""Timers that answer after a pause."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def pause(interval_ms: int, answer: Callable[[], object], owner: QObject | None = None) -> QTimer:
    """Return a timer that answers once, so long after it was started last."""
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(answer)
    return timer

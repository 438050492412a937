"""Let the window work while a script waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

LIMIT_SECONDS = 300.0


def wait(ready: Callable[[], bool], seconds: float = LIMIT_SECONDS) -> bool:
    """Let the program run until `ready` or the time is over."""
    begun = time.monotonic()
    while not ready() and time.monotonic() - begun < seconds:
        QApplication.processEvents()
        time.sleep(0.005)
    return ready()

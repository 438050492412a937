"""Several views drawn by turns where the processor draws: what the hand is at comes first."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer

from facewright.viewer.viewport import Viewport

LULL_MS = 120
"""Stillness after which the views that wait are drawn, one in each turn of the event loop."""


class Turns:
    """Has the leading view drawn whenever it asks, and with each of its pictures one other's.

    On a graphics card, and while the leading view rests, everyone is drawn at once.

    Parameters
    ----------
    leading : callable
        Returns the view that is worked in.
    """

    def __init__(self, leading: Callable[[], Viewport]) -> None:
        self._leading = leading
        self._waiting: dict[Viewport, None] = {}
        self._sent: dict[Viewport, int] = {}
        self._moving_until = 0.0
        self._lull = QTimer()
        self._lull.setSingleShot(True)
        self._lull.timeout.connect(self._catch_up)

    def ask(self, view: Viewport) -> None:
        """Have a view drawn, at the end of this turn of the event loop or soon after."""
        now = time.monotonic()
        if view is self._leading():
            view.update()
            self._moving_until = now + LULL_MS / 1000
            self._send_one()
        elif now >= self._moving_until or not view.software:
            self._send(view)
        elif self._sent.get(view) != view.pictures:  # else its picture is still to come
            self._waiting[view] = None
        if self._waiting:
            self._lull.start(LULL_MS)

    def forget(self, view: Viewport) -> None:
        """Have a view that goes left out."""
        self._waiting.pop(view, None)
        self._sent.pop(view, None)

    def close(self) -> None:
        """Draw nobody any more."""
        self._lull.stop()
        self._waiting.clear()
        self._sent.clear()

    def _catch_up(self) -> None:
        self._send_one()
        if self._waiting:
            self._lull.start(0)

    def _send_one(self) -> None:
        if self._waiting:
            self._send(next(iter(self._waiting)))

    def _send(self, view: Viewport) -> None:
        self._waiting.pop(view, None)
        self._sent[view] = view.pictures
        view.update()

"""What moves a camera by itself: a glide to where it is sent, and the turntable."""

from __future__ import annotations

import time
from dataclasses import replace

from facewright.viewer.navigation import Stand

GLIDE_SECONDS = 0.2


class Glide:
    """A short way from one stand to another, slow at both ends.

    Parameters
    ----------
    start, end : Stand
    """

    def __init__(self, start: Stand, end: Stand) -> None:
        self.end = end
        self._start = start
        self._begun = time.monotonic()

    def step(self, _now: Stand) -> tuple[Stand, bool]:
        """Return where the camera is by now, and whether it has arrived."""
        share = (time.monotonic() - self._begun) / GLIDE_SECONDS
        if share >= 1.0:
            return self.end, True
        return self._start.toward(self.end, share * share * (3.0 - 2.0 * share)), False


class Spin:
    """The turntable: the same turn for each second, however many pictures that makes.

    Parameters
    ----------
    degrees_per_second : float
    """

    def __init__(self, degrees_per_second: float) -> None:
        self.degrees_per_second = degrees_per_second
        self._last = time.monotonic()

    def step(self, now: Stand) -> tuple[Stand, bool]:
        """Return where the camera is by now; it never arrives."""
        before, self._last = self._last, time.monotonic()
        turned = now.azimuth + self.degrees_per_second * (self._last - before)
        return replace(now, azimuth=(turned + 180.0) % 360.0 - 180.0), False

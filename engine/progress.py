"""Progress of long jobs: a plain callable that also carries the wish to stop."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""`progress(fraction, text)`: fraction in [0, 1]; raises `Cancelled` when asked to stop."""


def silent(fraction: float, text: str) -> None:
    """Ignore progress; never asks to stop."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """Return a progress that fills the range [start, end] of `progress`."""

    def report(fraction: float, text: str) -> None:
        progress(start + (end - start) * min(max(fraction, 0.0), 1.0), text)

    return report

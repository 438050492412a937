"""What a hand's moves cost a window, by the clock and by the processor."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtWidgets import QApplication


def settle(seconds: float) -> None:
    """Let the window do what it does by itself."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        QApplication.processEvents()


@dataclass(frozen=True)
class Timing:
    """Moves and what came of them.

    Attributes
    ----------
    wall, work : list of float
        From each move to its picture, ms: by the clock, and by the processor in all threads,
        those of the software that draws included. On a machine that does other work as well,
        the second alone tells what the program takes.
    asked, drawn : int
        Moves that want another picture, and pictures.
    """

    wall: list[float]
    work: list[float]
    asked: int
    drawn: int

    @property
    def dropped(self) -> int:
        """Pictures that were wanted and not drawn."""
        return max(self.asked - self.drawn, 0)

    def __str__(self) -> str:
        return (
            f"{np.median(self.wall):.1f} ms median, {np.percentile(self.wall, 95):.1f} ms p95 "
            f"(budget 66, 120); processor {np.median(self.work):.1f} ms; "
            f"{self.asked} asked, {self.drawn} pictures, {self.dropped} dropped; "
            f"load {os.getloadavg()[0]:.1f}"
        )


def moves(view: Any, move: Callable[[int], bool], count: int) -> Timing:
    """Time `count` moves, after one that is not counted, each to its picture in `view`.

    Parameters
    ----------
    view : Viewport
    move : callable
        Makes the move of a number from 0; returns whether it wants another picture.
    """

    def step(number: int) -> bool:
        wanted = move(number)
        QApplication.processEvents()
        QApplication.processEvents()
        return wanted

    step(0)
    before, asked = view.pictures, 0
    wall: list[float] = []
    work: list[float] = []
    for number in range(1, count + 1):
        begun, worked = time.perf_counter(), time.process_time()
        asked += step(number)
        wall.append(1000 * (time.perf_counter() - begun))
        work.append(1000 * (time.process_time() - worked))
    return Timing(wall, work, asked, view.pictures - before)

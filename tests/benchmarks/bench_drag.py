"""How long a slider takes to new vertices and to pixels, with the real model in the real window.

Run: `xvfb-run -a -s "-screen 0 1920x1200x24" python -m pytest -s tests/benchmarks/bench_drag.py`
Budgets (two cores, software rendering): 16 ms to vertices; 66 ms median and 120 ms p95 to
pixels at 1920 x 1080. The processor's time is printed beside the clock's: on a machine that does
other work as well, it alone tells what the program takes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from stopwatch import moves, settle

SLIDERS = {
    "identity": ("identity", lambda panel: panel.list.slider("identity_003"), (0.0, 2.5)),
    "measure": ("identity", lambda panel: panel.list.slider("nose_width"), (0.0, 2.5)),
    "controller": ("controllers", lambda panel: panel.list.reveal("nose_width"), (0.0, 2.5)),
    "whole face": ("controllers", lambda panel: panel.list.reveal("facial_width"), (0.0, 2.5)),
    "expression": ("expression", lambda panel: panel.list.slider("jawOpen"), (0.0, 0.9)),
    "age": ("subject", lambda panel: panel.age.control("years"), (30.0, 70.0)),
}
MOVES = 60


def timed(run: Callable[[int], None], count: int) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, after one round that is not counted."""
    run(0)
    times = []
    for step in range(1, count + 1):
        begun = time.perf_counter()
        run(step)
        times.append(1000 * (time.perf_counter() - begun))
    return float(np.median(times)), float(np.percentile(times, 95))


@pytest.mark.benchmark
@pytest.mark.parametrize("name", ["identity", "expression", "age"])
def test_to_vertices(window: Any, name: str) -> None:
    """Document to posed head: what the engine takes of a drag."""
    from facewright.engine.edits.age import Age
    from facewright.engine.edits.expression import Expression
    from facewright.engine.edits.identity import Identity

    document = window.document
    kind = {"identity": Identity, "expression": Expression, "age": Age}[name]
    index, edit = document.edit_for(kind)
    low, high = SLIDERS[name][2]
    numbers = np.linspace(low, high, MOVES + 2)
    key = {"identity": "identity_003", "expression": "jawOpen"}.get(name)
    rig = document.models.rig()

    def run(step: int) -> None:
        number = float(numbers[step])
        if key is None:
            tried = replace(edit, years=number)
        else:
            tried = replace(edit, weights=edit.weights.set(key, number))
        project = document.project
        new = index is None
        tried_project = project.with_edit(tried) if new else project.with_replaced(index, tried)
        rig.pose(document._heads.face(tried_project)[0])

    median, tail = timed(run, MOVES)
    print(f"\n{name}: slider to vertices {median:.1f} ms median, {tail:.1f} ms p95 (budget 16)")


@pytest.mark.benchmark
@pytest.mark.parametrize("name", SLIDERS)
def test_to_pixels(window: Any, name: str) -> None:
    """A hand that drags in the window: mouse move to finished picture."""
    drag_to_pixels(window, name)


@pytest.mark.benchmark
@pytest.mark.parametrize("count", [2, 4])
def test_to_pixels_of_several_views(window: Any, count: int) -> None:
    """The same with the window parted: every view is drawn for every value."""
    window.stage.arrange(count=count)
    settle(0.5)
    try:
        drag_to_pixels(window, "expression", f"{count} views, ")
    finally:
        window.stage.arrange(count=1)
        settle(0.3)


def drag_to_pixels(window: Any, name: str, note: str = "") -> None:
    panel_id, find, (low, high) = SLIDERS[name]
    window.raise_panel(panel_id)
    settle(0.3)
    slider = find(window.panels[panel_id])
    settle(0.3)  # a row that was folded away has its place now
    y = slider.height() // 2
    start, end = slider.position_of(low), slider.position_of(high)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(start), y))

    def move(step: int) -> bool:
        there = step % 30 / 30 if step // 30 % 2 == 0 else 1 - step % 30 / 30
        before = slider.number
        QTest.mouseMove(slider, QPoint(round(start + (end - start) * there), y))
        return bool(slider.number != before)

    timing = moves(window.viewport, move, MOVES)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(start), y))
    size = window.viewport.size()
    print(f"\n{note}{name}: slider to pixels {timing}; {size.width()} x {size.height()}")
    assert timing.dropped <= 1  # every value was drawn; none waited for the next


@pytest.mark.benchmark
def test_start(tmp_path: Path) -> None:
    """Process start to window on the screen, and what it had imported by then."""
    import subprocess
    import sys

    code = (
        "import sys, time; begun = time.perf_counter()\n"
        "import facewright.app.main as program\n"
        "from PySide6.QtWidgets import QMainWindow\n"
        "shown = QMainWindow.showEvent\n"
        "def show(self, event):\n"
        "    shown(self, event)\n"
        "    heavy = {'torch', 'numba', 'trimesh', 'pyvista'} & set(sys.modules)\n"
        "    print(f'{time.perf_counter() - begun:.2f} s to window, heavy: {heavy or None}')\n"
        "    sys.stdout.flush(); import os; os._exit(0)\n"
        "QMainWindow.showEvent = show\n"
        f"program.main(['--settings', {str(tmp_path)!r}])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    print("\nstart:", result.stdout.strip() or result.stderr[-300:])
    assert result.returncode == 0

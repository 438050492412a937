"""What a hand does with brushes and points in the view."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def sculpting_window(open_window, qtbot):
    """A window, made in the test: pytest would keep one that a fixture returns."""
    window = open_window()
    window.tools.use("sculpt")
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=60_000)
    window.tools.current.tune(radius=60.0)
    return window


def middle(window) -> QPoint:
    view = window.viewport
    return QPoint(view.width() // 2 + 12, view.height() // 2 + 9)


UP = QPoint(0, -40)


def pointer_at(window, place: QPoint):
    return window.viewport.pointer(place.x(), window.viewport.height() - 1 - place.y())


def drag(window, by=UP, mods=NONE, release=True) -> None:
    view, start = window.viewport, middle(window)
    QTest.mouseMove(view, start)
    QTest.mousePress(view, LEFT, mods, start)
    for step in (0.25, 0.5, 0.75, 1.0):
        QTest.mouseMove(view, start + QPoint(round(step * by.x()), round(step * by.y())))
        QApplication.processEvents()
    if release:
        QTest.mouseRelease(view, LEFT, mods, start + by)


def skin(window) -> np.ndarray:
    return window.document.shown.head.skin.vertices.astype(float)


HERE = QPoint(0, 0)


def hover(window, by=HERE) -> None:
    window.tools.point("hover", pointer_at(window, middle(window) + by))

"""Pulled points in the window: they stay under the hand, and the head follows."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from strokes import LEFT, NONE, drag, middle, pointer_at, sculpting_window, skin

from facewright.engine.edits.pull import Pull


@pytest.fixture
def pulling(open_window, qtbot):
    return partial(_pulling, open_window, qtbot)


def _pulling(open_window, qtbot):
    window = sculpting_window(open_window, qtbot)
    window.tools.use("pull")
    return window


def pull_step(window) -> Pull:
    return next(edit for edit in window.document.project.edits if isinstance(edit, Pull))


def test_a_pulled_point_stays_under_the_pointer(pulling):
    window = pulling()
    drag(window, QPoint(0, -20))
    (point,) = pull_step(window).points
    at = window.viewport.pointer(0, 0).project(point.on(skin(window))[None])[0]
    wanted = middle(window) + QPoint(0, -20)
    assert at == pytest.approx((wanted.x(), window.viewport.height() - 1 - wanted.y()), abs=2.5)
    assert window.document.history.undo_name == "Pull Point 1"


def test_a_click_pins_and_a_drag_takes_hold_again(pulling):
    window = pulling()
    view = window.viewport
    QTest.mouseClick(view, LEFT, NONE, middle(window))
    assert pull_step(window).points[0].is_pinned
    drag(window, QPoint(0, -20))
    (point,) = pull_step(window).points
    assert not point.is_pinned
    panel = window.panels["sculpt"].pulled
    assert panel.list.count() == 1
    panel.pin.click()
    assert pull_step(window).points[0].is_pinned
    panel.delete.click()
    assert not any(isinstance(edit, Pull) for edit in window.document.project.edits)
    assert panel.list.count() == 0
    assert not panel.delete.isEnabled()


def test_both_sides_are_pulled_alike(pulling):
    window = pulling()
    window.tools.current.mirror = True
    view = window.viewport
    start = middle(window) + QPoint(60, 0)
    QTest.mousePress(view, LEFT, NONE, start)
    QTest.mouseMove(view, start + QPoint(20, -10))
    QTest.mouseRelease(view, LEFT, NONE, start + QPoint(20, -10))
    other, point = pull_step(window).points
    np.testing.assert_allclose(np.array(other.move) * (-1, 1, 1), point.move, atol=1e-5)
    mirror = window.document.models.lifespan().topology.mirror
    assert tuple(mirror[list(point.corners)]) == other.corners


def test_points_are_drawn_while_the_tool_is_in_use(pulling):
    window = pulling()
    QTest.mouseClick(window.viewport, LEFT, NONE, middle(window))
    assert len(window.stage._overlays["pull"].markers) == 1
    window.document.undo()
    assert "pull" not in window.stage._overlays
    window.document.redo()
    window.tools.put_down()
    assert "pull" not in window.stage._overlays


def test_clear_takes_all_points(pulling):
    window = pulling()
    QTest.mouseClick(window.viewport, LEFT, NONE, middle(window))
    drag(window, QPoint(0, -25))
    window.panels["sculpt"].pulled.clear.click()
    assert not any(isinstance(edit, Pull) for edit in window.document.project.edits)


def test_the_menu_of_a_point_stays_until_it_is_answered(pulling):
    window = pulling()
    drag(window, QPoint(0, 0))
    pointer = pointer_at(window, middle(window))
    assert window.tools.current.menu(pointer, window.tools.hit(pointer))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    menu.actions()[-1].trigger()
    menu.close()
    assert not window.tools.current.points()

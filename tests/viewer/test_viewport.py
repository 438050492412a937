"""The viewport in Qt: one picture a turn, rough while moving and fine when still."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from facewright.engine.mesh import Mesh, Topology


@pytest.fixture
def view(qtbot):
    from facewright.viewer.viewport import Viewport

    view = Viewport()
    view.resize(500, 400)
    with qtbot.waitExposed(view):
        view.show()
    sphere = trimesh.creation.icosphere(subdivisions=3, radius=100.0)
    ball = Mesh(Topology.build(sphere.faces, len(sphere.vertices)), sphere.vertices)
    view.scene.show(ball)
    view.frame()
    qtbot.waitUntil(lambda: view.pictures > 0)
    qtbot.waitUntil(lambda: not view._refine.isActive())
    QApplication.processEvents()
    yield view
    view.close()
    view.deleteLater()


def test_many_changes_make_one_picture(view):
    before = view.pictures
    for _ in range(20):
        view.orbit.rotate(3, 0)
        view.redraw()
    QApplication.processEvents()
    assert view.pictures - before == 1


def test_still_view_is_refined_once_and_then_rests(view, qtbot):
    view.redraw()
    QApplication.processEvents()
    assert not view.renderer.GetUseFXAA()
    qtbot.waitUntil(view.renderer.GetUseFXAA)
    assert view.ren_win.GetSize() == (500, 400)
    qtbot.wait(50)
    rested = view.pictures
    qtbot.wait(400)
    assert view.pictures == rested


def test_rough_pictures_keep_the_framing(view, qtbot):
    from facewright.viewer.viewport import ROUGH

    if not view.software:
        pytest.skip("a graphics card draws here")
    size = view.orbit.millimetres_per_pixel
    view.redraw()
    assert view.ren_win.GetSize() == (round(500 * ROUGH), round(400 * ROUGH))
    QApplication.processEvents()
    assert view.orbit.millimetres_per_pixel == pytest.approx(size, rel=0.01)
    hit = view.pick(250, 200)
    assert hit is not None
    assert np.allclose(hit.position, [0, 0, 100], atol=3.0)
    assert view.pixels().shape == (400, 500, 3)  # what is kept is never rough


def test_left_drag_turns_and_wheel_zooms(view):
    azimuth, distance = view.orbit.azimuth, view.orbit.distance
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(250, 200))
    QTest.mouseMove(view, QPoint(300, 200))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    assert view.orbit.azimuth == pytest.approx(azimuth - 20.0, abs=0.5)
    assert view.orbit.distance == distance
    assert not view.bindings.dragging


def test_double_click_focuses_on_the_surface(view, qtbot):
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(290, 170))
    assert np.linalg.norm(view.orbit.focus) == pytest.approx(100.0, abs=3.0)
    assert view.orbit.focus[0] > 5
    assert view.orbit.focus[1] > 5


def test_keys_are_left_to_the_window(view):
    for key in (Qt.Key.Key_W, Qt.Key.Key_Q, Qt.Key.Key_E):
        QTest.keyClick(view, key)
    assert view._open
    assert view.isVisible()


def test_closing_twice_is_harmless(view):
    view.close()
    view.redraw()
    view.close()


def test_clicks_that_follow_fast_all_arrive(view):
    heard = []
    view.listener = lambda event, pointer: heard.append(event) or event == "press"
    middle = QPoint(view.width() // 2, view.height() // 2)
    for _ in range(4):
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle)
    assert [event for event in heard if event != "hover"] == ["press", "release"] * 4


def test_a_face_of_the_cube_turns_the_view_and_keeps_the_pointer(view):
    view.view("front")
    QApplication.processEvents()
    heard = []
    view.listener = lambda event, _pointer: bool(heard.append(event))
    view.orbit.rotate(-60, 0)
    view.redraw()
    QApplication.processEvents()
    x, y = (part / view.orbit.sharpness for part in view.scene.cube.centre)
    spot = QPoint(round(x) + 8, view.height() - 1 - round(y))
    face = view.scene.cube.pick((x + 8) * view.orbit.sharpness, y * view.orbit.sharpness)
    assert face in ("front", "left")
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseMove(view, spot + QPoint(-40, 30))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=spot)
    assert view.orbit.azimuth == pytest.approx({"front": 0.0, "left": 90.0}[face])
    assert not {"press", "drag", "release"} & set(heard)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert "press" in heard


def test_a_drag_that_comes_back_is_no_click_nor_is_another_button(view):
    heard = []
    view.listener = lambda event, pointer: heard.append(event)
    left, right = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
    here, there = QPoint(250, 200), QPoint(290, 200)
    QTest.mousePress(view, left, pos=here)
    QTest.mouseMove(view, there)
    QTest.mouseMove(view, here)
    QTest.mouseRelease(view, left, pos=here)
    assert "click" not in heard
    QTest.mousePress(view, left, pos=here)
    QTest.mouseRelease(view, right, pos=here)
    assert "click" not in heard
    QTest.mouseRelease(view, left, pos=here)
    heard.clear()
    QTest.mousePress(view, left, pos=here)
    QTest.mouseRelease(view, left, pos=here + QPoint(2, 1))
    assert heard.count("click") == 1

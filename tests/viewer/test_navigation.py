"""The camera: where it stands, what the mouse and keys do to it, and what moves it by itself."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow

from facewright.engine.mesh import Mesh, Topology
from facewright.viewer.motion import Glide, Spin
from facewright.viewer.mouse import DRAGS
from facewright.viewer.navigation import VIEWS, Orbit, Stand
from facewright.viewer.picking import pixel


@pytest.fixture
def orbit():
    window, renderer = vtkRenderWindow(), vtkRenderer()
    window.SetOffScreenRendering(True)
    window.SetSize(400, 300)
    window.AddRenderer(renderer)
    yield Orbit(renderer)
    window.Finalize()


@pytest.fixture
def view(qtbot):
    from facewright.viewer.viewport import Viewport

    view = Viewport()
    view.resize(500, 400)
    with qtbot.waitExposed(view):
        view.show()
    sphere = trimesh.creation.icosphere(subdivisions=3, radius=100.0)
    view.scene.show(Mesh(Topology.build(sphere.faces, len(sphere.vertices)), sphere.vertices))
    view.frame()
    qtbot.waitUntil(lambda: view.pictures > 0)
    yield view
    view.close()
    view.deleteLater()


def drag(view, button, to, keys=Qt.KeyboardModifier.NoModifier):
    QTest.mousePress(view, button, keys, QPoint(250, 200))
    QTest.mouseMove(view, QPoint(*to))
    QTest.mouseRelease(view, button, keys, QPoint(*to))


def stand(view):
    now = view.orbit.stand
    return np.array([now.azimuth, now.elevation, now.distance, *now.focus])


@pytest.mark.parametrize("name", VIEWS)
def test_presets_keep_focus_and_distance(orbit, name):
    orbit.stand = Stand(10.0, 10.0, np.array([1.0, 2.0, 3.0]), 500.0)
    orbit.view(name)
    assert (orbit.azimuth, orbit.elevation) == VIEWS[name]
    assert orbit.distance == 500.0
    assert list(orbit.focus) == [1.0, 2.0, 3.0]


def test_what_lies_under_the_cursor_stays_there_while_zooming(orbit):
    point = orbit.focus + 40 * orbit.rightward + 25 * orbit.upward
    before = pixel(orbit._renderer, point)
    orbit.zoom(1.5, *before)
    assert np.allclose(pixel(orbit._renderer, point), before, atol=1.5)
    assert orbit.distance == pytest.approx(400.0)


def test_parallel_keeps_the_size_at_the_focus_and_drops_perspective(orbit):
    side = 50 * orbit.rightward
    ahead = 100 * orbit.toward_viewer

    def width(at):
        ends = [pixel(orbit._renderer, at + sign * side)[0] for sign in (1, -1)]
        return ends[0] - ends[1]

    near, there = width(orbit.focus + ahead), width(orbit.focus)
    assert near > there + 5
    orbit.parallel = True
    assert abs(width(orbit.focus) - there) <= 1
    assert abs(width(orbit.focus + ahead) - there) <= 1
    size = orbit.millimetres_per_pixel
    assert 100 / size == pytest.approx(there, abs=1.5)


def test_a_way_goes_around_the_shorter_side():
    start = Stand(170.0, 0.0, np.zeros(3), 400.0)
    end = Stand(-170.0, 20.0, np.ones(3), 900.0)
    middle = start.toward(end, 0.5)
    assert abs(middle.azimuth) == pytest.approx(180.0)
    assert middle.elevation == 10.0
    assert middle.distance == pytest.approx(600.0)
    assert start.toward(end, 1.0).azimuth == pytest.approx(-170.0)


def test_a_glide_arrives_and_a_spin_does_not(monkeypatch):
    clock = [10.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    start = Stand(0.0, 0.0, np.zeros(3), 400.0)
    end = Stand(90.0, 0.0, np.zeros(3), 400.0)
    glide, spin = Glide(start, end), Spin(30.0)
    clock[0] = 10.1
    now, done = glide.step(start)
    assert now.azimuth == pytest.approx(45.0)
    assert not done
    clock[0] = 10.2001
    assert glide.step(now) == (end, True)
    clock[0] = 12.0
    turned, done = spin.step(start)
    assert turned.azimuth == pytest.approx(60.0)
    assert not done


def test_blender_mouse_turns_moves_and_zooms_with_the_middle_button(view):
    view.bindings.drags = DRAGS["blender"]
    before = stand(view)
    drag(view, Qt.MouseButton.MiddleButton, (300, 200))
    turned = stand(view)
    assert turned[0] == pytest.approx(before[0] - 20.0, abs=0.5)
    drag(view, Qt.MouseButton.MiddleButton, (300, 200), Qt.KeyboardModifier.ShiftModifier)
    moved = stand(view)
    assert moved[:3] == pytest.approx(turned[:3])
    assert np.linalg.norm(moved[3:] - turned[3:]) > 5
    drag(view, Qt.MouseButton.MiddleButton, (250, 150), Qt.KeyboardModifier.ControlModifier)
    assert stand(view)[2] < moved[2] * 0.7


def test_the_programs_own_mouse_moves_with_the_middle_button(view):
    before = stand(view)
    drag(view, Qt.MouseButton.MiddleButton, (300, 200))
    after = stand(view)
    assert after[:3] == pytest.approx(before[:3])
    assert np.linalg.norm(after[3:] - before[3:]) > 5


def test_arrow_keys_turn_move_and_zoom(view):
    seen = []
    view.moved.connect(lambda: seen.append(view.orbit.azimuth))
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert (view.orbit.azimuth, view.orbit.elevation) == (5.0, 5.0)
    distance, focus = view.orbit.distance, view.orbit.focus
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.orbit.distance < distance
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.orbit.distance == pytest.approx(distance)
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.orbit.azimuth == 5.0
    assert np.linalg.norm(view.orbit.focus - focus) > 3
    assert len(seen) == 5


def test_the_camera_glides_to_a_preset_and_lands_on_it(view, qtbot):
    view.glides = True
    passed = []
    view.moved.connect(lambda: passed.append(view.orbit.azimuth))
    view.view("left")
    assert view.orbit.azimuth < 90.0
    qtbot.waitUntil(lambda: view.orbit.azimuth == 90.0)
    assert view._motion is None
    assert any(0.0 < azimuth < 90.0 for azimuth in passed)
    view.view("back")
    view.frame()  # on the way: what is framed is still to be turned to the back
    qtbot.waitUntil(lambda: view.orbit.azimuth in (180.0, -180.0))


def test_the_turntable_turns_until_the_view_is_touched(view, qtbot):
    view.spin(360.0)
    assert view.spinning
    qtbot.waitUntil(lambda: abs(view.orbit.azimuth) > 20.0)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(250, 200))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(250, 200))
    assert not view.spinning
    there = view.orbit.azimuth
    qtbot.wait(60)
    assert view.orbit.azimuth == there
    view.spin(90.0)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert not view.spinning


def test_a_view_that_cannot_draw_says_so(view, monkeypatch):
    told = []
    view.lost.connect(told.append)
    monkeypatch.setattr(view, "context", lambda: None)
    view.update()
    QApplication.processEvents()
    assert told
    assert "driver" in told[0]

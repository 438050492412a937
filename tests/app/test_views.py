"""One, two and four views: what they show, how they go together, which one is worked in."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from facewright.app.settings import MOTION, MOUSE
from facewright.engine.edits.age import Age


def begin(open_window):
    window = open_window()
    window.settings.choose(MOTION, "reduced")  # cameras jump, so that tests need not wait
    return window


def trigger(window, id):
    action = window.actions_table[id]
    assert action.isEnabled(), action.toolTip()
    action.trigger()


def test_four_views_show_the_head_from_four_sides_and_follow_it(open_window, qtbot):
    window = begin(open_window)
    trigger(window, "view.4")
    views = window.stage.views
    assert len(views) == 4
    assert views[0] is window.viewport
    assert [view.orbit.azimuth for view in views] == [0.0, 90.0, -90.0, -35.0]
    qtbot.waitUntil(lambda: all(view.pictures for view in views))
    sides = [view.scene.sides for view in views]
    assert [text.GetInput() for text in sides[0].texts] == ["R", "L"]
    window.document.apply("Age", window.document.project.with_edit(Age(years=70.0)))
    skin = window.document.shown.head.skin.vertices
    assert all(np.array_equal(view.scene.vertices, skin) for view in views)
    trigger(window, "view.1")
    assert window.stage.views == (views[0],)
    assert not views[3]._open


def test_views_zoom_together_and_turn_together_when_told(open_window):
    window = begin(open_window)
    trigger(window, "view.2")
    first, second = window.stage.views
    QTest.keyClick(first, Qt.Key.Key_Plus)
    QTest.keyClick(first, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert second.orbit.distance == first.orbit.distance
    assert np.array_equal(second.orbit.focus, first.orbit.focus)
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert (first.orbit.azimuth, second.orbit.azimuth) == (5.0, 90.0)
    trigger(window, "view.turned")
    QTest.keyClick(second, Qt.Key.Key_Right)
    assert (first.orbit.azimuth, second.orbit.azimuth) == (10.0, 95.0)
    trigger(window, "view.linked")
    QTest.keyClick(first, Qt.Key.Key_Minus)
    assert second.orbit.distance != first.orbit.distance


def test_presets_turn_the_view_that_is_worked_in(open_window):
    window = begin(open_window)
    trigger(window, "view.2")
    first, second = window.stage.views
    QTest.mousePress(second, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    QTest.mouseRelease(second, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert window.stage.active is second
    trigger(window, "view.back")
    assert first.orbit.azimuth == 0.0
    assert second.orbit.azimuth == 180.0
    frames = window.pages.views._frames
    assert [frame._active for frame in frames] == [False, True]
    assert [frame.caption.text() for frame in frames] == ["Front", "Back"]
    trigger(window, "view.1")
    assert window.stage.active is first
    assert not frames[0].caption.isVisible()


def test_orthographic_holds_for_every_view_and_those_to_come(open_window):
    window = begin(open_window)
    trigger(window, "view.parallel")
    trigger(window, "view.4")
    cameras = [view.renderer.GetActiveCamera() for view in window.stage.views]
    assert all(camera.GetParallelProjection() for camera in cameras)
    trigger(window, "view.parallel")
    assert not any(camera.GetParallelProjection() for camera in cameras)


def test_the_turntable_plays_and_any_input_stops_it(open_window, qtbot):
    window = begin(open_window)
    trigger(window, "turntable.fast")
    assert window.actions_table["view.turntable"].isChecked()
    qtbot.waitUntil(lambda: abs(window.viewport.orbit.azimuth) > 5.0)
    QTest.keyClick(window.viewport, Qt.Key.Key_Up)
    assert not window.stage.spinning
    assert not window.actions_table["view.turntable"].isChecked()


def test_mouse_and_motion_follow_the_settings_in_every_view(open_window):
    window = begin(open_window)
    trigger(window, "view.2")
    window.settings.choose(MOUSE, "blender")
    window.settings.choose(MOTION, "full")
    for view in window.stage.views:
        assert view.bindings.drags["middle", ""] == "rotate"
        assert view.glides


def test_tools_and_overlays_reach_every_view(open_window):
    window = begin(open_window)
    from facewright.viewer.overlay import Marker, Overlay

    window.stage.overlay("test", Overlay(markers=(Marker(np.zeros(3)),)))
    trigger(window, "view.2")
    assert all("test" in view.overlays._layers for view in window.stage.views)
    heard = []
    window.stage.listener = lambda event, _pointer: heard.append(event) is not None
    QTest.mouseMove(window.stage.views[1], QPoint(40, 40))
    assert "hover" in heard


def test_losing_one_view_takes_all_away_and_keeps_the_document(open_window, qtbot):
    window = begin(open_window)
    trigger(window, "view.4")
    project = window.document.project
    window.stage.views[2].lost.emit("The driver stopped.")
    qtbot.waitUntil(lambda: window.viewport is None)
    assert window.stage.views == ()
    assert window.stage.active is None
    assert window.document.project is project
    assert not window.actions_table["view.front"].isEnabled()

"""The tool belt: a tool gets the pointer where the head is, the camera elsewhere."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from facewright.app.tools.base import Tool
from facewright.viewer.overlay import Line, Marker, Overlay, Ring


class Noting(Tool):
    id = "noting"
    label = "Noting"

    def __init__(self, bench):
        super().__init__(bench)
        self.seen = []

    def hover(self, pointer, hit):
        self.seen.append(("hover", hit))

    def press(self, pointer, hit):
        self.seen.append(("press", hit))
        return hit is not None

    def drag(self, pointer, hit):
        self.seen.append(("drag", hit))

    def release(self, pointer, hit):
        self.seen.append(("release", hit))

    def cancel(self):
        self.seen.append(("cancel", None))


def with_tool(open_window):
    window = open_window()
    window.tools._kinds = {"noting": Noting}
    window.tools.use("noting")
    return window


def drag(view, start, end):
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseMove(view, start)
    QTest.mousePress(view, left, none, start)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, left, none, end)


def test_a_drag_on_the_head_is_the_tools(open_window):
    window = with_tool(open_window)
    view, tool = window.viewport, window.tools.current
    middle = QPoint(view.width() // 2, view.height() // 2)
    before = view.orbit.azimuth
    drag(view, middle, middle + QPoint(20, 0))
    assert [event for event, _ in tool.seen if event != "hover"] == ["press", "drag", "release"]
    assert view.orbit.azimuth == before
    hit = next(hit for event, hit in tool.seen if event == "press")
    skin = window.document.shown.head.skin
    corners = skin.vertices[skin.topology.faces[hit.triangle]]
    np.testing.assert_allclose(hit.weights @ corners, hit.position, atol=1e-3)


def test_a_drag_beside_the_head_turns_the_camera(open_window):
    window = with_tool(open_window)
    view, tool = window.viewport, window.tools.current
    before = view.orbit.azimuth
    drag(view, QPoint(8, 8), QPoint(60, 8))
    assert "drag" not in [event for event, _ in tool.seen]
    assert view.orbit.azimuth != before


def test_the_ray_goes_through_what_is_under_the_pixel(open_window):
    window = with_tool(open_window)
    view = window.viewport
    pointer = view.pointer(view.width() / 2, view.height() / 2)
    hit = window.tools.hit(pointer)
    away = hit.position - view.orbit.focus
    assert np.linalg.norm(np.cross(away, pointer.ray)) < 1.0
    pointer = view.pointer(0.45 * view.width(), 0.6 * view.height())
    hit = window.tools.hit(pointer)
    np.testing.assert_allclose(
        pointer.project(hit.position[None])[0], [pointer.x, pointer.y], atol=0.1
    )


def test_an_open_project_puts_the_tool_down(open_window):
    window = with_tool(open_window)
    tool = window.tools.current
    window.document.open(window.document.history, title="Other", saved=True)
    assert window.tools.current is None
    assert tool is not None


def test_cancel_ends_the_drag(open_window):
    window = with_tool(open_window)
    view, tool = window.viewport, window.tools.current
    middle = QPoint(view.width() // 2, view.height() // 2)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    assert window.tools.cancel()
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    events = [event for event, _ in tool.seen]
    assert "cancel" in events
    assert "release" not in events


def test_overlays_are_drawn_and_taken_away(open_window, qtbot):
    window = with_tool(open_window)
    view = window.viewport
    qtbot.waitUntil(lambda: not view._refine.isActive())
    bare = view.pixels()
    hit = window.tools.hit(view.pointer(view.width() / 2, view.height() / 2))
    overlay = Overlay(
        markers=(Marker(hit.position, "prn", "chosen"),),
        lines=(Line(np.stack([hit.position, hit.position + 30]), "12.3 mm"),),
        rings=(Ring(hit.position, hit.normal, 30.0),),
        lasso=np.array([[5.0, 5.0], [60.0, 5.0], [60.0, 60.0]]),
    )
    window.stage.overlay("test", overlay)
    qtbot.waitUntil(lambda: not view._refine.isActive())
    assert (view.pixels() != bare).any(axis=2).sum() > 300
    window.stage.overlay("test", None)
    qtbot.waitUntil(lambda: not view._refine.isActive())
    assert (view.pixels() != bare).any(axis=2).sum() < 50


def words_of(view, layer):
    """The names that a layer says in the picture that is drawn now."""
    view.ren_win.Render()
    words = view.overlays._layers[layer]._words
    said = {word.actor.GetInput().strip() for word in words if word.actor.GetVisibility()}
    return said - {""}


def test_names_are_on_top_of_the_head_and_silent_from_behind(open_window, qtbot):
    window = with_tool(open_window)
    view = window.viewport
    hit = window.tools.hit(view.pointer(view.width() / 2, view.height() / 2))
    inside = hit.position - 30.0 * hit.normal  # where the head itself would hide the name
    window.stage.change(sides=False, cube=False, scale=False)

    def picture(label):
        marker = Marker(inside, label, "chosen", hit.normal)
        window.stage.overlay("test", Overlay(markers=(marker,)))
        qtbot.waitUntil(lambda: not view._refine.isActive())
        return view.pixels()

    assert (picture("The name") != picture("")).any(axis=2).sum() > 300
    picture("The name")
    assert words_of(view, "test") == {"The name"}
    view.orbit.view("back")
    assert words_of(view, "test") == set()
    view.orbit.view("front")
    assert words_of(view, "test") == {"The name"}


def test_pulled_points_and_landmarks_are_named_on_the_side_that_is_seen(open_window):
    window = open_window()
    view = window.viewport
    middle = QPoint(view.width() // 2, view.height() // 2)
    window.tools.use("pull")
    window.tools.current.mirror = True
    drag(view, middle + QPoint(60, 0), middle + QPoint(64, 0))
    assert words_of(view, "pull") == {"Point 1", "Point 1, other side"}
    view.orbit.view("right")
    assert len(words_of(view, "pull")) == 1
    window.tools.use("landmarks")
    window.tools.current.named = True
    window.tools.current.choose("sn")
    view.orbit.view("front")
    assert "sn" in words_of(view, "landmarks")
    view.orbit.view("back")
    assert "sn" not in words_of(view, "landmarks")

"""Landmarks by hand: dragged, mirrored, placed in turn, given back, imported."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from facewright.app import theme
from facewright.engine.files.landmarks import read_points
from facewright.engine.landmarks import Landmarks, Points
from facewright.engine.measure.vocabulary import (
    ESSENTIAL,
    WORDS,
    counterpart,
    side_of,
    view_of,
    word_of,
)
from facewright.engine.models.template import load_template

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def at(window, name):
    """The point of the view at which a landmark is drawn."""
    view, tool = window.viewport, window.tools.current
    x, y = view.pointer(0, 0).project(tool.points()[name][None])[0]
    return QPoint(round(x), round(view.height() - 1 - y))


def foremost(tool):
    """A landmark that faces the camera: those of the toy head lie all around it."""
    points = tool.points()
    return points.names[int(points.positions[:, 2].argmax())]


def drag(view, start, by):
    QTest.mouseMove(view, start)
    QTest.mousePress(view, LEFT, PLAIN, start)
    QTest.mouseMove(view, start + by / 2)
    QTest.mouseMove(view, start + by)
    QTest.mouseRelease(view, LEFT, PLAIN, start + by)


def test_every_landmark_of_the_template_is_explained():
    for name in load_template().landmarks.names:
        if not name.startswith("ibug"):
            word = word_of(name)
            assert word is not None, name
            assert word.definition.endswith(".")
            assert view_of(name)
    assert set(ESSENTIAL) <= set(load_template().landmarks.names)
    assert counterpart("en_l") == "en_r"
    assert counterpart("prn") is None
    assert side_of("prn") == ""
    assert view_of("t_r") == "right"
    assert len({word.name for word in WORDS.values()}) == len(WORDS)


def test_replaced_landmarks_keep_the_rest():
    own = Landmarks.build(("a", "b"), [[0, 1, 2], [1, 2, 3]], [[1, 0, 0], [0, 1, 0]])
    other = Landmarks.build(("b", "c"), [[4, 5, 6], [5, 6, 7]], [[0, 0, 1], [1, 0, 0]])
    both = own.replaced(other)
    assert both.names == ("a", "b", "c")
    np.testing.assert_array_equal(both.select(("b",)).corners, [[4, 5, 6]])
    assert own.replaced(None) is own


def test_a_drag_moves_a_landmark_as_one_step(open_window):
    window = open_window()
    window.raise_panel("landmarks")
    window.tools.use("landmarks")
    tool, document = window.tools.current, window.document
    name = foremost(tool)
    before = tool.points()[name].copy()
    drag(window.viewport, at(window, name), QPoint(30, 0))
    assert document.history.undo_name == f"Landmark {name}"
    assert document.project.landmarks.names == (name,)
    assert 1.0 < np.linalg.norm(tool.points()[name] - before) < 60.0
    document.undo()
    np.testing.assert_allclose(tool.points()[name], before, atol=1e-4)


def test_a_click_chooses_a_landmark_and_moves_nothing(open_window):
    window = open_window()
    window.raise_panel("landmarks")
    window.tools.use("landmarks")
    tool, document = window.tools.current, window.document
    name = foremost(tool)
    drag(window.viewport, at(window, name) + QPoint(4, 3), QPoint(1, 1))
    assert tool.chosen == name
    assert len(document.history.versions) == 1


def test_both_sides_and_back_to_automatic(open_window):
    window = open_window()
    window.raise_panel("landmarks")
    window.tools.use("landmarks")
    tool, panel = window.tools.current, window.panels["landmarks"]
    tool.mirror = True  # the toy head has landmarks of the midline alone: nothing follows
    drag(window.viewport, at(window, foremost(tool)), QPoint(0, 20))
    assert len(window.document.project.landmarks.names) == 1
    assert panel.back.isEnabled()
    panel.back.click()
    assert window.document.project.landmarks is None
    assert not panel.back.isEnabled()


def test_the_guide_asks_for_each_in_turn(open_window):
    window = open_window()
    window.raise_panel("landmarks")
    panel, view = window.panels["landmarks"], window.viewport
    panel.which.setCurrentIndex(1)
    panel.sync()
    panel.guide.click()
    tool = window.tools.current
    first, second = tool.queue[:2]
    assert first in panel.asked.text()
    middle = QPoint(view.width() // 2, view.height() // 2)
    drag(view, middle, QPoint(0, 0))
    assert tool.queue[0] == second
    assert window.document.project.landmarks.names == (first,)
    panel.skip.click()
    assert second not in tool.queue
    panel.guide.click()
    assert tool.queue == ()


def test_landmarks_go_to_a_file_and_come_back(open_window, tmp_path):
    window = open_window()
    window.raise_panel("landmarks")
    window.tools.use("landmarks")
    tool, panel = window.tools.current, window.panels["landmarks"]
    path = tmp_path / "points.json"
    panel.export_points(path)
    assert set(read_points(path).names) == set(tool.points().names)
    name = foremost(tool)
    before = tool.points()[name].copy()
    drag(window.viewport, at(window, name), QPoint(30, 0))
    panel.import_points(path)
    np.testing.assert_allclose(tool.points()[name], before, atol=0.05)
    assert window.document.history.undo_name == "Import landmarks"


def test_a_file_without_known_names_is_refused_in_words(open_window, tmp_path):
    from facewright.engine.files.landmarks import write_points

    window = open_window()
    window.raise_panel("landmarks")
    path = tmp_path / "odd.json"
    write_points(Points.build(("tip",), [[0.0, 0.0, 0.0]]), path)
    window.panels["landmarks"].import_points(path)
    assert "names no landmark" in window.banner.text.text()
    assert window.document.project.landmarks is None


def test_in_a_low_place_the_list_scrolls_and_not_the_panel(open_window, qtbot):
    window = open_window()
    window.resize(1366, 768)
    window.raise_panel("landmarks")
    panel = window.panels["landmarks"]
    outer = window.docks["landmarks"].widget().verticalScrollBar()
    for press in (panel.sync, panel.guide.click):
        press()
        qtbot.waitUntil(lambda: panel.list.viewport().height() > 2 * theme.ROW)
        assert outer.maximum() == 0
    side = panel.card.picture.width()
    panel.fit(2000)
    assert panel.card.picture.width() > side

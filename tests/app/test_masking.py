"""Painting, lassoing and shaping the mask in the window, each one step of the history."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from facewright.app.widgets.mask_field import MaskField

LEFT = Qt.MouseButton.LeftButton
PLAIN, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def stroke(view, points, keys=PLAIN):
    QTest.mouseMove(view, points[0])
    QTest.mousePress(view, LEFT, keys, points[0])
    for point in points[1:]:
        QTest.mouseMove(view, point)
    QTest.mouseRelease(view, LEFT, keys, points[-1])


def across(view):
    middle = QPoint(view.width() // 2, view.height() // 2)
    return [middle + QPoint(dx, 0) for dx in (-40, 0, 40)]


def under(window, point):
    """The vertex of the skin nearest to what lies under a point of the widget."""
    view = window.viewport
    hit = window.tools.hit(view.pointer(point.x(), view.height() - 1 - point.y()))
    skin = window.document.shown.head.skin
    return int(np.linalg.norm(skin.vertices - hit.position, axis=1).argmin())


def test_a_stroke_masks_what_it_passes_and_is_one_step(open_window):
    window = open_window()
    window.tools.use("mask")
    window.panels["mask"].radius.change(40.0)
    before = len(window.document.history.versions)
    stroke(window.viewport, across(window.viewport))
    mask = window.document.project.mask
    assert mask[[under(window, point) for point in across(window.viewport)]].min() > 0.3
    back = window.document.shown.head.skin.vertices[:, 2] < -40
    assert mask[back].max() == 0
    assert len(window.document.history.versions) == before + 1
    assert window.document.history.undo_name == "Paint mask"
    window.document.undo()
    assert window.document.project.mask is None


def test_keys_that_change_the_brush_move_its_slider(open_window):
    window = open_window()
    window.tools.use("mask")
    slider = window.panels["mask"].radius
    before = slider.number
    window.actions_table["tool.larger"].trigger()
    assert slider.number > before
    assert slider.number == round(window.tools.current.brush.radius, 3)


def test_the_mouse_sizes_the_brush(open_window):
    window = open_window()
    window.tools.use("mask")
    tool, view, panel = window.tools.current, window.viewport, window.panels["mask"]
    x, y = view.width() // 2, view.height() // 2

    def hover(dx: int) -> None:
        window.tools.point("hover", view.pointer(x + dx, y))

    hover(0)
    before, mask = tool.brush.radius, window.document.project.mask
    window.actions_table["tool.radius"].trigger()
    hover(20)
    wider = tool.brush.radius
    assert wider > before + 2.0
    assert panel.radius.number == pytest.approx(wider, abs=0.6)
    assert window.stage._overlays["mask"].markers[0].label == f"{wider:.0f} mm"
    assert not window.actions_table["tool.strength"].isEnabled()
    middle = QPoint(x + 20, view.height() - 1 - y)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, PLAIN, middle)
    assert not tool.is_busy
    assert tool.brush.radius == wider
    assert window.document.project.mask is mask, "the click painted nothing"
    window.actions_table["tool.radius"].trigger()
    hover(-10)
    assert tool.brush.radius < wider
    window.actions_table["tool.none"].trigger()
    assert window.tools.current is tool
    assert tool.brush.radius == wider
    window.actions_table["tool.radius"].trigger()
    window.tools.put_down()
    assert "mask" not in window.stage._overlays


def test_control_erases_and_an_empty_mask_is_none(open_window):
    window = open_window()
    window.tools.use("mask")
    panel = window.panels["mask"]
    panel.radius.change(40.0)
    panel.hard.click()
    stroke(window.viewport, across(window.viewport))
    assert window.document.project.mask is not None
    panel.radius.change(60.0)
    stroke(window.viewport, across(window.viewport), CONTROL)
    assert window.document.history.undo_name == "Erase mask"
    assert window.document.project.mask is None


def test_lasso_takes_what_is_seen_or_all_behind(open_window):
    window = open_window()
    window.tools.use("lasso")
    view = window.viewport
    x, y = view.width() // 2, view.height() // 2
    around = [QPoint(x + dx, y + dy) for dx, dy in ((-60, -60), (60, -60), (60, 60), (-60, 60))]
    stroke(view, around)
    seen = window.document.project.mask
    z = window.document.shown.head.skin.vertices[:, 2]
    assert seen.sum() > 2
    assert z[seen > 0].min() > 0
    window.document.undo()
    window.panels["mask"].through.click()
    stroke(view, around)
    through = window.document.project.mask
    assert z[through > 0].min() < 0
    assert (through >= seen).all()


def test_regions_invert_and_clear(open_window):
    window = open_window()
    panel, document = window.panels["mask"], window.document
    nose = document.shown.head.skin.topology.regions["nose"]
    panel._region("nose", "Nose", False)
    np.testing.assert_array_equal(document.project.mask, nose)
    panel.invert.click()
    np.testing.assert_allclose(document.project.mask, 1 - nose)
    panel.clear.click()
    assert document.project.mask is None
    assert [v.name for v in document.history.versions][-3:] == [
        "Mask nose", "Invert mask", "Clear mask",
    ]  # fmt: skip
    assert not panel.invert.isEnabled()
    assert "Nothing is masked" in panel.invert.toolTip()


def test_growing_previews_and_keeps_one_step(open_window):
    window = open_window()
    panel, document = window.panels["mask"], window.document
    panel._region("nose", "Nose", False)
    before = document.project.mask
    panel.growth.moved.emit(20.0)
    assert document.project.mask is before
    panel.growth.committed.emit(20.0)
    assert document.project.mask.sum() > before.sum()
    assert document.history.undo_name == "Grow mask 20 mm"


def test_escape_gives_a_stroke_up(open_window):
    window = open_window()
    window.tools.use("mask")
    view = window.viewport
    QTest.mousePress(view, LEFT, PLAIN, across(view)[0])
    QTest.mouseMove(view, across(view)[1])
    window.actions_table["tool.none"].trigger()
    QTest.mouseRelease(view, LEFT, PLAIN, across(view)[1])
    assert window.document.project.mask is None
    assert window.tools.current is not None
    window.actions_table["tool.none"].trigger()
    assert window.tools.current is None


def test_a_step_is_offered_parts_that_people_know_and_the_masks_that_are_there(qtbot):
    field = MaskField()
    qtbot.addWidget(field)
    nose, painted, inner = (np.full(4, share, np.float32) for share in (0.25, 0.5, 0.75))
    regions = {"nose": nose, "inner": inner, "part_nose": inner}

    def keys():
        return [field.itemData(row) for row in range(field.count())]

    field.show_mask(None, regions, painted)
    assert keys() == ["", "nose", "painted"]
    field.show_mask(None, regions, None)
    assert keys() == ["", "nose"], "a mask that was cleared is gone"
    field.show_mask(inner, regions, painted, step=1)
    assert field.currentText() == "Its own mask, 75 % of the points"
    field.show_mask(None, regions, painted, step=1)
    assert keys() == ["", "nose", "painted", "own"], "what the step had can be had again"
    field.show_mask(nose, regions, painted, step=2)
    assert keys() == ["", "nose", "painted"], "another step never had it"
    assert field.currentData() == "nose"
    chosen = []
    field.chosen.connect(chosen.append)
    field.activated.emit(field.currentIndex())
    assert chosen[0] is nose

"""Brushes and pulled points in the window: one step a stroke, and the head follows the hand."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from strokes import LEFT, NONE, drag, hover, middle, pointer_at, sculpting_window, skin

from facewright.app.tools.sculpt import RADII
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.sculpt import Sculpt
from facewright.engine.face import Weights

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def sculpting(open_window, qtbot):
    return partial(sculpting_window, open_window, qtbot)


def test_a_grab_follows_the_hand_and_is_one_step(sculpting):
    window = sculpting()
    before, steps = skin(window), window.document.history.index
    drag(window, release=False)
    during = skin(window)
    assert (during - before)[:, 1].max() > 3.0
    assert window.document.history.index == steps
    QTest.mouseRelease(window.viewport, LEFT, NONE, middle(window) + QPoint(0, -40))
    np.testing.assert_allclose(skin(window), during, atol=1e-4)
    assert window.document.history.index == steps + 1
    assert window.document.history.undo_name == "Grab"
    window.document.undo()
    np.testing.assert_array_equal(skin(window), before)


def test_the_skin_stays_under_the_pointer(sculpting):
    window = sculpting()
    grip = window.tools.hit(pointer_at(window, middle(window)))
    corners = window.document.shown.head.skin.topology.faces[grip.triangle]
    window.tools.current.tune(falloff="constant")
    drag(window, QPoint(25, -30))
    held = grip.weights @ skin(window)[corners]
    at = window.viewport.pointer(0, 0).project(held[None])[0]
    wanted = middle(window) + QPoint(25, -30)
    assert at == pytest.approx((wanted.x(), window.viewport.height() - 1 - wanted.y()), abs=1.5)


def test_the_rim_is_drawn_on_the_skin(sculpting):
    window = sculpting()
    window.tools.point("hover", pointer_at(window, middle(window)))
    (line,) = window.stage._overlays["sculpt"].lines
    gaps = np.linalg.norm(skin(window)[None] - line.points[:, None], axis=2).min(axis=1)
    assert gaps.max() < 20.0  # the toy head's edges are 30 mm long
    window.tools.current.tune(mirror=True)
    window.tools.point("hover", pointer_at(window, middle(window)))
    assert len(window.stage._overlays["sculpt"].lines) == 2


def test_strokes_add_to_one_layer_even_after_an_expression(sculpting):
    window = sculpting()
    drag(window)
    document = window.document
    document.apply("Smile", document.project.with_edit(Expression(weights=Weights(jawOpen=0.5))))
    drag(window, QPoint(30, 0))
    layers = [edit for edit in document.project.edits if isinstance(edit, Sculpt)]
    assert len(layers) == 1


def test_a_layer_under_another_shape_is_left_alone(sculpting):
    window = sculpting()
    from facewright.engine.edits.identity import Identity

    drag(window)
    document = window.document
    edit = Identity(weights=Weights(identity_000=1.0))
    document.apply("Wide", document.project.with_edit(edit))
    drag(window, QPoint(30, 0))
    kinds = [edit.kind for edit in document.project.edits]
    assert kinds == ["start", "sculpt", "identity", "sculpt"]


def test_shift_smooths_and_control_deflates(sculpting):
    window = sculpting()
    tool = window.tools.current
    drag(window, mods=SHIFT)
    assert window.document.history.undo_name == "Smooth"
    window.document.undo()
    tool.take_up("inflate")
    tool.tune(radius=60.0, strength=1.0)
    size = np.linalg.norm(skin(window), axis=1)
    drag(window)
    assert (np.linalg.norm(skin(window), axis=1) - size).max() > 0.5
    window.document.undo()
    drag(window, mods=CONTROL)
    assert (np.linalg.norm(skin(window), axis=1) - size).min() < -0.5


def test_cancelling_a_stroke_leaves_the_document_as_it_was(sculpting):
    window = sculpting()
    before, project = skin(window), window.document.project
    drag(window, release=False)
    assert window.tools.cancel()
    window.document.flush()
    np.testing.assert_array_equal(skin(window), before)
    QTest.mouseRelease(window.viewport, LEFT, NONE, middle(window))
    assert window.document.project is project


def test_inside_the_mask_nothing_else_moves(sculpting):
    window = sculpting()
    from dataclasses import replace

    document, tool = window.document, window.tools.current
    tool.confine("mask")
    assert "masked" in tool.reason
    before = document.project
    drag(window)
    assert document.project is before, "without a mask the stroke does nothing"
    mask = np.asarray(document.models.lifespan().topology.regions["left"], np.float32)
    document.apply("Mask", replace(document.project, mask=mask))
    rest = skin(window)
    drag(window)
    np.testing.assert_array_equal(skin(window)[mask == 0], rest[mask == 0])
    assert np.abs(skin(window) - rest)[mask == 1].max() > 2.0


def test_restoring_takes_back_what_was_sculpted_and_makes_no_step_of_nothing(sculpting):
    window = sculpting()
    document, tool, bare = window.document, window.tools.current, skin(window)
    tool.take_up("restore")
    tool.tune(strength=1.0, falloff="constant")
    drag(window)
    assert document.history.undo_name is None, "there was nothing to take back"
    assert "not sculpted" in window.banner.message.text
    tool.take_up("grab")
    drag(window)
    assert np.abs(skin(window) - bare).max() > 3.0
    tool.take_up("restore")
    tool.tune(strength=1.0, radius=80.0)
    drag(window, QPoint(0, -6))
    assert document.history.undo_name == "Restore"
    np.testing.assert_allclose(skin(window), bare, atol=1e-3)


def test_a_plausible_stroke_moves_coefficients(sculpting):
    window = sculpting()
    window.tools.current.confine("plausible")
    drag(window)
    layer = window.document.project.edits[-1]
    assert not layer.offsets
    assert len(layer.weights)


def test_the_panel_and_the_tool_say_the_same(sculpting):
    window = sculpting()
    panel = window.panels["sculpt"]
    tool = window.tools.current
    panel.brushes["flatten"].click()
    assert tool.hand.brush.kind == "flatten"
    panel.radius.change(33.0)
    panel.strength.change(0.8)
    assert (tool.hand.brush.radius, tool.hand.brush.strength) == (33.0, 0.8)
    window.actions_table["sculpt.mirror"].trigger()
    assert panel.mirror.isChecked()
    window.actions_table["tool.larger"].trigger()
    assert panel.radius.number == pytest.approx(33.0 * 1.15)
    window.actions_table["sculpt.grab"].trigger()
    assert panel.brushes["grab"].isChecked()
    assert panel.strength.number == 1.0
    window.actions_table["sculpt.flatten"].trigger()
    assert panel.strength.number == pytest.approx(0.8), "each brush keeps its strength"
    window.actions_table["sculpt.flatten"].trigger()
    assert window.tools.current is None
    assert not any(button.isChecked() for button in panel.brushes.values())


def test_clearing_takes_every_layer(sculpting):
    window = sculpting()
    panel, before = window.panels["sculpt"], skin(window)
    assert not panel.clear.isEnabled()
    assert "yet" in panel.clear.toolTip()
    drag(window)
    panel.clear.click()
    np.testing.assert_array_equal(skin(window), before)
    assert window.document.history.undo_name == "Clear sculpting"


def ring(window) -> np.ndarray:
    """The line of the brush on the skin."""
    return window.stage._overlays["sculpt"].lines[0].points


def press_key(window, key, mods=NONE) -> None:
    QTest.keyClick(window.viewport, key, mods)
    QApplication.processEvents()


def test_the_mouse_sizes_the_brush_and_a_click_keeps_it(sculpting):
    window = sculpting()
    tool, panel = window.tools.current, window.panels["sculpt"]
    tool.tune(radius=40.0)
    hover(window)
    small, project = ring(window), window.document.project
    press_key(window, Qt.Key.Key_F)
    assert tool.is_busy
    hover(window, QPoint(30, 0))
    per_pixel = pointer_at(window, middle(window)).millimetres_per_pixel
    assert tool.hand.brush.radius == pytest.approx(40.0 + 30 * per_pixel, rel=1e-3)
    assert panel.radius.number == pytest.approx(tool.hand.brush.radius, abs=0.5)
    (mark,) = window.stage._overlays["sculpt"].markers
    assert mark.label == f"{tool.hand.brush.radius:.0f} mm"
    large = ring(window)
    assert np.ptp(large, axis=0).max() > 1.1 * np.ptp(small, axis=0).max()
    np.testing.assert_allclose(large.mean(axis=0), small.mean(axis=0), atol=12.0)
    kept = tool.hand.brush.radius
    QTest.mouseClick(window.viewport, LEFT, NONE, middle(window) + QPoint(30, 0))
    assert not tool.is_busy
    hover(window, QPoint(60, 0))
    assert tool.hand.brush.radius == kept
    assert window.document.project is project, "the click made no stroke"
    drag(window)
    assert window.document.history.undo_name == "Grab"


def test_escape_and_the_right_button_give_up_sizing(sculpting):
    window = sculpting()
    tool = window.tools.current
    for give_up in (
        lambda: press_key(window, Qt.Key.Key_Escape),
        lambda: QTest.mouseClick(window.viewport, Qt.MouseButton.RightButton, NONE, middle(window)),
    ):
        tool.tune(strength=0.5)
        hover(window)
        press_key(window, Qt.Key.Key_F, SHIFT)
        hover(window, QPoint(-40, 0))
        assert tool.hand.brush.strength == pytest.approx(0.3)
        assert window.stage._overlays["sculpt"].markers[0].label == "30 %"
        assert len(window.stage._overlays["sculpt"].lines) == 2
        give_up()
        assert not tool.is_busy
        assert tool.hand.brush.strength == 0.5
        assert window.tools.current is tool
        assert not window.stage._overlays["sculpt"].markers


def test_limits_hold_while_sizing(sculpting):
    window = sculpting()
    tool = window.tools.current
    hover(window)
    press_key(window, Qt.Key.Key_F)
    hover(window, QPoint(-400, 0))
    assert tool.hand.brush.radius == RADII[0]
    press_key(window, Qt.Key.Key_F, SHIFT)  # another dial: the first is given up
    assert tool.hand.brush.radius == 60.0
    hover(window, QPoint(400, 0))
    assert tool.hand.brush.strength == 1.0
    window.tools.put_down()
    assert "sculpt" not in window.stage._overlays


def test_without_a_brush_f_fits_the_head_into_the_view(sculpting, qtbot):
    window = sculpting()
    view = window.viewport
    fitted = pytest.approx(view.fitted().distance)
    view.orbit.zoom(2.0)
    hover(window)
    press_key(window, Qt.Key.Key_F)
    press_key(window, Qt.Key.Key_Escape)
    assert view._motion is None, "F was the brush's"
    assert view.orbit.stand.distance != fitted
    press_key(window, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: view.orbit.stand.distance == fitted)
    view.orbit.zoom(2.0)
    window.tools.put_down()
    press_key(window, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: view.orbit.stand.distance == fitted)
    assert not window.actions_table["tool.radius"].isEnabled()


def test_undo_in_the_middle_of_a_stroke_gives_up_the_stroke(sculpting):
    window = sculpting()
    before = skin(window)
    drag(window)
    kept = skin(window)
    drag(window, QPoint(30, 0), release=False)
    window.actions_table["edit.undo"].trigger()
    QTest.mouseRelease(window.viewport, LEFT, NONE, middle(window) + QPoint(30, 0))
    QApplication.processEvents()
    np.testing.assert_allclose(skin(window), kept, atol=1e-4)
    window.actions_table["edit.undo"].trigger()
    np.testing.assert_array_equal(skin(window), before)

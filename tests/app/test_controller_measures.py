"""Millimetres in the Controllers panel: shown while a hand drags, typed, and held to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from controllers_panel import controllers_panel, listen, measure, names, type_in, weights
from PySide6.QtWidgets import QToolTip
from stores import shipped

from facewright.engine.edits.controllers import Controllers
from facewright.engine.edits.symmetrise import Symmetrise


@pytest.fixture
def store():
    return shipped()


def measured(panel, key, qtbot):
    """The slider of a key, once it says what its feature measures."""
    slider = panel.list.reveal(key)
    qtbot.waitUntil(lambda: slider.limits.measured is not None)
    return slider


def test_sliders_say_what_they_measure(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    slider = measured(panel, "nose_width", qtbot)
    assert slider.limits.measured == pytest.approx(measure(panel, "nose_width"), abs=0.01)
    slider.change(2.0)
    wide = measure(panel, "nose_width")
    qtbot.waitUntil(lambda: slider.limits.measured == pytest.approx(wide, abs=0.01))
    assert f"{wide:.1f} mm" in slider.limits.other(2.0)


def test_measures_follow_a_head_that_never_rests(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    slider = measured(panel, "nose_width", qtbot)
    before, shown = slider.limits.measured, panel.document.shown
    slider.preview(2.0)
    panel.document.flush()
    for _ in range(20):  # as many heads as a fast machine shows
        panel.document.head_changed.emit(panel.document.shown)
        qtbot.wait(20)
    assert panel.document.shown is not shown
    assert slider.limits.measured > before + 1.0


def test_a_typed_measure_is_reached(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    slider = measured(panel, "nose_width", qtbot)
    type_in(slider, "37 mm")
    assert measure(panel, "nose_width") == pytest.approx(37.0, abs=0.1)
    assert names(panel) == ["Nose width 37.0 mm"]


def test_a_measure_that_cannot_be_changes_nothing_and_is_told(open_window, qtbot, monkeypatch):
    panel = controllers_panel(open_window, qtbot)
    told = listen(panel, monkeypatch)
    measured(panel, "nose_width", qtbot)
    panel.list.measure_asked.emit("nose_width", 90.0)
    assert weights(panel) == {}
    assert told[0].startswith("Nose width cannot be 90.0 mm on this head: choose one nearer to")


def test_a_side_is_brought_to_its_own_measure(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    panel.list.link_asked.emit("eye_height", False)
    left = measured(panel, "eye_height_left", qtbot)
    right = measure(panel, "eye_height", "right")
    type_in(left, f"{left.limits.measured + 1.0:.2f} mm")
    assert measure(panel, "eye_height", "left") == pytest.approx(left.limits.measured + 1, abs=0.1)
    assert measure(panel, "eye_height", "right") == pytest.approx(right, abs=0.02)
    assert set(weights(panel)) == {"eye_height_left"}
    assert names(panel)[-1].startswith("Eye height, left ")


def test_a_side_without_a_measure_says_how_to_type_one(open_window, qtbot, monkeypatch):
    panel = controllers_panel(open_window, qtbot)
    said = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_rest: said.append(text))
    measured(panel, "nose_width", qtbot)
    panel.list.link_asked.emit("nose_width", False)
    left = panel.list.reveal("nose_width_left")
    panel._measure()
    assert left.limits.measured is None
    type_in(left, "34 mm")
    assert said == ["Left and right make this length together: link them (K) to type it."]
    assert weights(panel) == {}


@pytest.mark.parametrize("way", ["half", "mask", "later"])
def test_what_holds_back_the_step_is_made_up_for(open_window, qtbot, way):
    panel = controllers_panel(open_window, qtbot)
    document = panel.document
    slider = measured(panel, "nose_tip_up", qtbot)
    slider.change(0.5)
    index, edit = document.edit_for(Controllers)
    if way == "half":
        changed = document.project.with_replaced(index, replace(edit, strength=0.5))
    elif way == "mask":
        most = np.full(len(document.face_at().mesh.vertices), 0.7, np.float32)
        changed = document.project.with_replaced(index, replace(edit, mask=most))
    else:
        changed = document.project.with_edit(Symmetrise(strength=0.5))
    assert document.apply("held back", changed)
    wanted = measure(panel, "nose_tip_up") + 1.5
    panel.list.measure_asked.emit("nose_tip_up", wanted)
    assert measure(panel, "nose_tip_up") == pytest.approx(wanted, abs=0.1)
    assert names(panel)[-1] == f"Nose tip up {wanted:.1f} mm"


def test_a_step_that_moves_nothing_here_is_told(open_window, qtbot, monkeypatch):
    panel = controllers_panel(open_window, qtbot)
    document = panel.document
    measured(panel, "nose_width", qtbot).change(0.5)
    told = listen(panel, monkeypatch)
    index, edit = document.edit_for(Controllers)
    off = document.project.with_replaced(index, replace(edit, enabled=False))
    assert document.apply("off", off)
    panel.list.measure_asked.emit("nose_width", 37.0)
    assert told == ["The step Controllers is switched off: switch it on in Steps, then type again."]
    ears = np.asarray(document.models.controllers().topology.regions["ears"], np.float32)
    masked = document.project.with_replaced(index, replace(edit, mask=ears))
    assert document.apply("masked", masked)
    now = measure(panel, "nose_width")
    panel.list.measure_asked.emit("nose_width", 37.0)
    assert told[1].startswith(f"Nose width stays at {now:.1f} mm: a mask of the step Controllers")
    assert names(panel)[-1] == "masked"


def test_a_measure_beyond_the_bar_widens_it(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    slider = measured(panel, "nose_width", qtbot)
    per_sigma = shipped().controllers().steering.sigma(panel.document.face_at().subject.age.value)
    wanted = slider.limits.measured + 4.0 * per_sigma[9]
    panel.list.measure_asked.emit("nose_width", wanted)
    number = weights(panel)["nose_width"]
    assert number > 3.0
    assert slider.number == pytest.approx(number, abs=1e-3)
    assert slider.limits.high >= number
    assert slider.limits.low == -slider.limits.high
    panel.document.undo()
    assert (slider.limits.low, slider.limits.high) == (-3.0, 3.0)


def test_a_number_without_its_unit_is_told(open_window, qtbot, monkeypatch):
    panel = controllers_panel(open_window, qtbot)
    said = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_rest: said.append(text))
    slider = measured(panel, "nose_width", qtbot)
    type_in(slider, "34")
    assert said == ["Write 34 mm for a length, or a value from −3.00 σ to +3.00 σ."]
    assert weights(panel) == {}
    type_in(slider, "-4 σ")
    assert said[1:] == ["Write a value from −3.00 σ to +3.00 σ, or a length in mm."]
    type_in(slider, "-2")
    assert weights(panel) == {"nose_width": -2.0}

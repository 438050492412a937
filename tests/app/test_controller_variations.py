"""Faces to pick from and parts of other heads, beside the controllers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from controllers_panel import controllers_panel, measure, names, weights
from stores import shipped

from facewright.app.widgets.variations import Variations
from facewright.engine.edits.part_from import PartFrom
from facewright.engine.edits.start import Start
from facewright.engine.edits.transfer import Other
from facewright.engine.errors import InputError
from facewright.engine.evaluator import Evaluator
from facewright.engine.project import Project, Source


@pytest.fixture
def store():
    return shipped()


def with_variations(open_window, qtbot):
    """The panel with its variations drawn."""
    panel = controllers_panel(open_window, qtbot)
    panel.folds[1].head.setChecked(True)
    qtbot.waitUntil(panel.variations.isVisible)
    drawn(panel, qtbot)
    return panel


def drawn(panel, qtbot):
    tiles = panel.variations.grid.tiles
    qtbot.waitUntil(lambda: all(not t._picture.isNull() and not t._faded for t in tiles))


def test_one_of_nine_is_picked_and_the_next_are_others(open_window, qtbot, small_pictures):
    panel = with_variations(open_window, qtbot)
    edits = panel.variations._edits
    panel.variations.grid.tiles[3].click()
    assert weights(panel) == dict(edits[3].weights)
    assert names(panel) == ["Variation 3"]
    qtbot.waitUntil(lambda: panel.variations._edits is not edits)
    panel.document.undo()
    qtbot.waitUntil(lambda: panel.variations._edits[0].weights == edits[0].weights)
    assert panel.variations._edits[3].weights != edits[3].weights


def test_the_face_that_is_picked_is_the_one_that_was_drawn(open_window, qtbot, small_pictures):
    panel = with_variations(open_window, qtbot)
    picked = dict(panel.variations._edits[5].weights)
    panel.list.set_locks(["nose_width"])
    panel.random_bar.scale.change(1.2)
    panel.variations.grid.tiles[5].click()
    assert weights(panel) == picked


def test_locks_and_how_far_draw_others(open_window, qtbot, small_pictures):
    panel = with_variations(open_window, qtbot)
    edits = panel.variations._edits
    panel.list.set_locks(["nose_width"])
    qtbot.waitUntil(lambda: panel.variations._edits is not edits)
    locked = panel.variations._edits
    assert "nose_width" not in locked[1].weights
    assert "nose_width" in edits[1].weights
    panel.random_bar.scale.change(0.1)
    qtbot.waitUntil(lambda: panel.variations._edits is not locked)
    near = panel.variations._edits[1].weights
    assert max(map(abs, near.values())) < max(map(abs, locked[1].weights.values()))


def test_variations_stay_within_what_people_have(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    panel.list.reveal("nose_width").change(2.9)
    panel.list.link_asked.emit("eye_height", False)
    panel.list.reveal("eye_height_left").change(-2.9)
    panel.random_bar.scale.change(1.5)
    every = [panel._varied(number).weights for number in range(1, 40)]
    assert max(w["nose_width"] for w in every) == 3.0
    assert min(w["eye_height"] + w["eye_height_left"] for w in every) == -3.0
    assert len({w["eye_height_right"] for w in every}) > 30


def test_why_there_are_no_faces_is_told(open_window, qtbot, monkeypatch, small_pictures):
    panel = controllers_panel(open_window, qtbot)

    def fail(_edit, _face, _models):
        raise InputError("This head was made on another template.")

    monkeypatch.setattr("facewright.engine.edits.controllers.Controllers.apply", fail)
    panel.folds[1].head.setChecked(True)
    qtbot.waitUntil(panel.variations.problem.isVisible)
    assert panel.variations.problem.text() == "This head was made on another template."
    assert isinstance(panel.variations, Variations)


# -- a part of another head ------------------------------------------------------------------


def given(panel, part="nose"):
    other = Evaluator(shipped()).face(Project(edits=(Start(seed=9, age=30.0),)))
    panel.part_from._give(Other("kim of Rome", other, Source("kim.face", "0" * 64, "donor")), part)
    return panel.part_from


def choose(box, part):
    box.part.setCurrentIndex(box.part.findData(part))
    box.part.activated.emit(box.part.currentIndex())


def test_a_part_of_another_head_is_given_and_tuned(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    before = panel.document.face_at().mesh.vertices
    box = given(panel)
    index, edit = panel.document.edit_for(PartFrom)
    assert index is not None
    assert edit.called == "Nose of kim of Rome"
    whole = panel.document.face_at().mesh.vertices
    nose = shipped().controllers().segments.members["nose"]
    brows = shipped().controllers().segments.members["eyebrows"]
    assert np.abs(whole - before)[nose].max() > 0.5
    np.testing.assert_array_equal(whole[brows], before[brows])
    box.amount.change(0.5)
    half = panel.document.face_at().mesh.vertices
    np.testing.assert_allclose(half[nose], (before + whole)[nose] / 2, atol=1e-3)


def test_another_part_is_for_the_next_one_unless_its_step_is_chosen(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    box = given(panel)
    index, _ = panel.document.edit_for(PartFrom)
    choose(box, "eyes")
    assert panel.document.edit_for(PartFrom)[1].part == "nose"
    panel.document.project_changed.emit()
    assert box.part.currentData() == "eyes"
    panel.document.select(index)
    assert box.part.currentData() == "nose"
    choose(box, "eyes")
    step = panel.document.edit_for(PartFrom)[1]
    assert (step.part, step.called) == ("eyes", "Eyes of kim of Rome")
    own = panel.document.project.with_replaced(index, replace(step, title="My try"))
    assert panel.document.apply("renamed", own)
    choose(box, "nose")
    assert panel.document.edit_for(PartFrom)[1].called == "My try"


def test_a_nose_is_measured_as_given(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    given(panel)
    wide = measure(panel, "nose_width")
    slider = panel.list.reveal("nose_width")
    qtbot.waitUntil(lambda: slider.limits.measured == pytest.approx(wide, abs=0.01))

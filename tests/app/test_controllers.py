"""The Controllers panel on a real head: live, by part, side by side, undone in one step."""

from __future__ import annotations

import numpy as np
import pytest
from controllers_panel import controllers_panel, listen, measure, names, weights
from hands import drag
from PySide6.QtWidgets import QApplication
from stores import shipped

from facewright.app.panels.step_words import words_of
from facewright.app.tools.base import Hit
from facewright.engine.edits.controllers import Controllers
from facewright.engine.face import Weights


@pytest.fixture
def store():
    return shipped()


def test_a_slider_moves_its_feature_as_one_step(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    before = measure(panel, "nose_width")
    slider = panel.list.reveal("nose_width")
    slider.change(-2.0)
    assert weights(panel) == {"nose_width": -2.0}
    assert measure(panel, "nose_width") < before - 2.0
    assert names(panel) == ["Nose width −2.00 σ"]
    panel.document.undo()
    assert measure(panel, "nose_width") == before


# -- locks -----------------------------------------------------------------------------------


def test_locked_measures_stay(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    before = measure(panel, "nose_height")
    panel.list.set_locks(["nose_height"])
    panel.list.reveal("nose_width").change(3.0)
    assert measure(panel, "nose_height") == pytest.approx(before, abs=0.05)


def test_locks_of_the_lower_lip_stay_when_the_mouth_gets_wider(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    before = measure(panel, "lower_lip_width")
    panel.list.set_locks(["lower_lip_width"])
    panel.list.reveal("labial_fissure_width").change(2.0)
    assert measure(panel, "lower_lip_width") == pytest.approx(before, abs=0.05)


def test_a_slider_that_locks_hold_says_so_and_goes_back(open_window, qtbot, monkeypatch):
    from facewright.app.panels import controllers
    from facewright.engine.errors import InputError

    panel = controllers_panel(open_window, qtbot)
    panel.list.set_locks(["nose_height"])
    told = listen(panel, monkeypatch)
    slider = panel.list.reveal("nose_width")
    real = controllers.reached

    def held_beyond_one(head, amounts, targets):
        if amounts["nose_width"] > 1.0:
            raise InputError("nothing keeps them")
        return real(head, amounts, targets)

    monkeypatch.setattr(controllers, "reached", held_beyond_one)
    slider.preview(0.5)
    QApplication.processEvents()
    slider.preview(2.5)
    slider.commit()
    assert weights(panel)["nose_width"] == pytest.approx(0.5)
    assert slider.number == pytest.approx(0.5)
    assert names(panel) == ["Nose width +0.50 σ"]
    assert told[0].startswith("Nose width went as far as the locked measures let it")


def test_locks_follow_sides_that_are_parted_and_linked(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    panel.list.reveal("eye_height").change(1.0)
    panel.list.set_locks(["eye_height", "nose_width"])
    panel.list.link_asked.emit("eye_height", False)
    assert panel.list.locks == {"eye_height_left", "eye_height_right", "nose_width"}
    panel.list.set_locks(["eye_height_left"])
    panel.list.reveal("eye_height_right").change(2.0)
    assert panel.list.reveal("eye_height_left").locked
    panel.list.link_asked.emit("eye_height_right", True)
    assert panel.list.locks == {"eye_height"}
    assert weights(panel) == {"eye_height": pytest.approx(1.0, abs=0.02)}  # of the locked side


# -- sides -----------------------------------------------------------------------------------


def parted(panel, key="eye_height", right=1.0, left=2.0):
    panel.list.reveal(key).change(right)
    panel.list.link_asked.emit(key, False)
    panel.list.reveal(f"{key}_left").change(left)


def test_sides_are_parted_and_linked(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    panel.list.reveal("eye_height").change(1.0)
    panel.list.link_asked.emit("eye_height", False)
    left = panel.list.reveal("eye_height_left")
    assert left.number == pytest.approx(1.0)
    left.change(2.0)
    assert weights(panel) == {"eye_height_left": 2.0, "eye_height_right": 1.0}
    panel.list.link_asked.emit("eye_height_left", True)
    assert weights(panel) == {"eye_height": 1.5}
    assert panel.list.reveal("eye_height").number == pytest.approx(1.5)


def test_a_part_with_sides_apart_is_randomised_and_set_back(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    parted(panel, "nose_tip_up")
    keys = next(group.keys for group in panel.list.groups if group.title == "Nose")
    panel.list.group_random.emit("Nose", keys)
    right, left = (panel.numbers()[f"nose_tip_up_{side}"] for side in ("right", "left"))
    assert right == left != 0.0
    panel.list.group_reset.emit("Nose", keys)
    assert weights(panel) == {}


def test_a_number_of_both_sides_is_set_back_when_they_are_parted(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    panel.list.reveal("eye_height").change(1.0)
    panel.list.link_asked.emit("eye_height", False)
    panel.list.set_locks(["eye_height_left"])
    panel.list.group_reset.emit("Eyes", ("eye_height_right",))
    assert weights(panel) == {"eye_height_left": 1.0}
    panel.reset_all()
    assert weights(panel) == {"eye_height_left": 1.0}


def test_ideas_and_random_faces_replace_sides(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    parted(panel)
    panel.presets.buttons["Large eyes"].click()
    assert weights(panel) == {"eye_height": 2.0, "canthus_distance": 1.5}
    panel.list.reveal("eye_height_left").change(2.0)
    panel.list.reveal("eye_height_right").change(1.0)
    panel.list.set_locks(["eye_height_left"])
    panel.random_bar.asked.emit(5, 0.5)
    assert weights(panel)["eye_height_left"] == 2.0
    assert weights(panel)["eye_height_right"] not in (0.0, 1.0)
    assert "eye_height" not in weights(panel)


# -- many at once ----------------------------------------------------------------------------


def test_ideas_set_their_own_controllers_alone(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    panel.list.reveal("brow_curve").change(1.0)
    panel.presets.buttons["Full lips"].click()
    assert weights(panel)["brow_curve"] == 1.0
    assert weights(panel)["upper_lip_height"] == 2.0


def test_random_faces_leave_what_is_locked(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    panel.list.set_locks(["nose_width"])
    panel.random_bar.button.click()
    assert "nose_width" not in weights(panel)
    assert len(weights(panel)) == 29
    panel.random_bar.reset.click()
    assert weights(panel) == {}


def test_controllers_of_a_newer_version_are_named_and_can_be_reset(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    panel.list.reveal("nose_width").change(1.0)
    document = panel.document
    index, edit = document.edit_for(Controllers)
    strange = Weights({**edit.weights, "ear_size": 2.0})
    step = Controllers(weights=strange)
    said = words_of(step, Controllers(), document.models.lifespan())
    assert said == "ear_size +2.00 σ, Nose width +1.00 σ"
    document.history = document.history.commit(
        "Newer", document.project.with_replaced(index, step), 0.0
    )
    document.flush(force=True)
    document.project_changed.emit()
    assert document.failures[step]
    panel.reset_all()
    assert weights(panel) == {}
    assert not document.failures


# -- the head --------------------------------------------------------------------------------


def clicked(panel, part):
    skin = panel.document.shown.head.skin
    members = shipped().controllers().segments.members[part]
    inside = np.flatnonzero(np.isin(skin.topology.faces, members).all(axis=1))[0]
    corner = skin.vertices[skin.topology.faces[inside, 0]].astype(float)
    panel.bench.tools.clicked.emit(Hit(int(inside), np.array([1.0, 0, 0]), corner, corner))


def test_a_click_on_the_face_opens_its_part_and_one_elsewhere_nothing(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    panel.list.search.setText("chin")
    clicked(panel, "lower_lip")
    assert panel.list.opened() == ("Nose", "Lower lip")
    assert panel.list.search.text() == ""
    assert panel.list.slider("lower_lip_height").isVisible()
    clicked(panel, "rest")
    assert panel.list.opened() == ("Nose", "Lower lip")


def test_the_head_shows_what_a_slider_moves(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    slider = panel.list.reveal("nose_width")
    slider.hovered.emit(True)
    stage = panel.bench.stage
    qtbot.waitUntil(lambda: stage._values is not None)
    values = stage._values
    assert "Nose width" in values.title
    nose = shipped().controllers().segments.members["nose"]
    far = shipped().controllers().topology.regions["ears"] > 0.5
    assert np.nanmax(values.numbers[nose]) > 0.3
    assert np.isnan(values.numbers[far]).all()
    slider.hovered.emit(False)
    assert stage._values is None


@pytest.mark.parametrize("how", ["move", "hide", "open", "part"])
def test_the_colours_go_when_something_else_happens(open_window, qtbot, how):
    panel = controllers_panel(open_window, qtbot)
    slider = panel.list.reveal("nose_width")
    slider.hovered.emit(True)
    stage = panel.bench.stage
    qtbot.waitUntil(lambda: stage._values is not None)
    if how == "move":
        slider.preview(0.5)
    elif how == "hide":
        panel.hide()
    elif how == "open":
        panel.document.open(panel.document.history, saved=True)
    else:
        panel.list.link_asked.emit("nose_width", False)
    assert stage._values is None


def test_a_slider_that_is_held_shows_its_head_plain(open_window, qtbot):
    panel = controllers_panel(open_window, qtbot)
    slider = panel.list.reveal("nose_width")
    drag(slider, 1.0, release=False)
    slider.hovered.emit(True)
    qtbot.wait(400)
    assert panel.bench.stage._values is None

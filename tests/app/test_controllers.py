"""The Controllers panel on a real head: live, to the millimetre, by part, undone in one step."""

from __future__ import annotations

import numpy as np
import pytest
from stores import shipped

from facewright.app.tools.base import Hit
from facewright.engine.edits.controllers import Controllers
from facewright.engine.edits.part_from import PartFrom
from facewright.engine.edits.start import Start
from facewright.engine.edits.transfer import Other
from facewright.engine.evaluator import Evaluator
from facewright.engine.models.parts.steering import KEYS
from facewright.engine.project import Project, Source


@pytest.fixture
def store():
    return shipped()


@pytest.fixture
def panel(open_window, qtbot):
    window = open_window()
    window.raise_panel("controllers")
    panel = window.panels["controllers"]
    qtbot.waitUntil(panel.isVisible)
    qtbot.waitUntil(lambda: panel.list is not None)
    return panel


def weights(panel):
    return dict(panel.document.edit_for(Controllers)[1].weights)


def measure(panel, key):
    vertices = panel.document.face_at().mesh.vertices
    return shipped().controllers().ruler.measured(vertices)[KEYS[key]]


def test_a_slider_moves_its_feature_as_one_step(panel, qtbot):
    before = measure(panel, "nose_width")
    steps = len(panel.document.history.versions)
    slider = panel.list.reveal("nose_width")
    slider.change(-2.0)
    assert weights(panel) == {"nose_width": -2.0}
    assert measure(panel, "nose_width") < before - 2.0
    assert len(panel.document.history.versions) == steps + 1
    assert panel.document.history.versions[-1].name.startswith("Nose width −2")
    panel.document.undo()
    assert measure(panel, "nose_width") == before


def test_sliders_say_what_they_measure(panel, qtbot):
    slider = panel.list.reveal("nose_width")
    qtbot.waitUntil(lambda: slider.limits.measured is not None)
    assert slider.limits.measured == pytest.approx(measure(panel, "nose_width"), abs=0.01)
    slider.change(2.0)
    wide = measure(panel, "nose_width")
    qtbot.waitUntil(lambda: slider.limits.measured == pytest.approx(wide, abs=0.01))
    assert f"{wide:.1f} mm" in slider.limits.other(2.0)


def test_a_typed_measure_is_reached(panel, qtbot):
    slider = panel.list.reveal("nose_width")
    qtbot.waitUntil(lambda: slider.limits.measured is not None)
    slider.edit("37 mm")
    slider._editor._end("37 mm")
    assert measure(panel, "nose_width") == pytest.approx(37.0, abs=0.1)
    assert panel.document.history.versions[-1].name == "Nose width 37.0 mm"


def test_a_measure_that_cannot_be_changes_nothing_and_is_told(panel, qtbot, monkeypatch):
    told = []
    monkeypatch.setattr(type(panel.bench), "tell", lambda _self, message: told.append(message))
    object.__setattr__(panel.bench, "tell", told.append)
    slider = panel.list.reveal("nose_width")
    qtbot.waitUntil(lambda: slider.limits.measured is not None)
    panel.list.measure_asked.emit("nose_width", 90.0)
    assert weights(panel) == {}
    assert "cannot have a width of 90" in told[0].text


def test_locked_measures_stay(panel, qtbot):
    before = measure(panel, "nose_height")
    panel.list.set_locks(["nose_height"])
    panel.list.reveal("nose_width").change(3.0)
    assert measure(panel, "nose_height") == pytest.approx(before, abs=0.05)


def test_sides_are_parted_and_linked(panel, qtbot):
    panel.list.reveal("eye_height").change(1.0)
    panel.list.link_asked.emit("eye_height", False)
    left = panel.list.reveal("eye_height_left")
    assert left.number == pytest.approx(1.0)
    left.change(2.0)
    assert weights(panel) == {"eye_height_left": 2.0, "eye_height_right": 1.0}
    panel.list.link_asked.emit("eye_height_left", True)
    assert weights(panel) == {"eye_height": 1.5}
    assert panel.list.reveal("eye_height").number == pytest.approx(1.5)


def test_a_click_on_the_face_opens_its_part(panel, qtbot):
    skin = panel.document.shown.head.skin
    lip = shipped().controllers().segments.members["lower_lip"]
    inside = np.flatnonzero(np.isin(skin.topology.faces, lip).all(axis=1))[0]
    corner = skin.vertices[skin.topology.faces[inside, 0]].astype(float)
    panel.bench.tools.clicked.emit(Hit(int(inside), np.array([1.0, 0, 0]), corner, corner))
    assert panel.list.opened() == ("Lower lip",)


def test_the_head_shows_what_a_slider_moves(panel, qtbot):
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


def test_ideas_set_their_own_controllers_alone(panel, qtbot):
    panel.list.reveal("brow_curve").change(1.0)
    panel.presets.buttons["Full lips"].click()
    assert weights(panel)["brow_curve"] == 1.0
    assert weights(panel)["upper_lip_height"] == 2.0


def test_random_faces_leave_what_is_locked(panel, qtbot):
    panel.list.set_locks(["nose_width"])
    panel.random_bar.button.click()
    assert "nose_width" not in weights(panel)
    assert len(weights(panel)) == 29
    panel.random_bar.reset.click()
    assert weights(panel) == {}


def test_one_of_nine_is_picked(panel, qtbot):
    panel.variations.setVisible(True)
    panel.variations.parentWidget().setVisible(True)
    qtbot.waitUntil(panel.variations.isVisible)
    qtbot.waitUntil(lambda: not panel.variations.grid.tiles[3]._picture.isNull())
    panel.variations.grid.tiles[3].click()
    assert len(weights(panel)) == 30
    assert panel.document.history.versions[-1].name == "Variation 3"


def test_a_part_of_another_head_is_given_and_tuned(panel, qtbot):
    other = Evaluator(shipped()).face(Project(edits=(Start(seed=9, age=30.0),)))
    box = panel.part_from
    before = panel.document.face_at().mesh.vertices
    box._give(Other("kim", other, Source("kim.face", "0" * 64, "donor")))
    index, edit = panel.document.edit_for(PartFrom)
    assert index is not None
    assert edit.called == "Nose of kim"
    whole = panel.document.face_at().mesh.vertices
    nose = shipped().controllers().segments.members["nose"]
    lips = shipped().controllers().segments.members["upper_lip"]
    assert np.abs(whole - before)[nose].max() > 0.5
    np.testing.assert_array_equal(whole[lips], before[lips])
    box.amount.change(0.5)
    half = panel.document.face_at().mesh.vertices
    np.testing.assert_allclose(half[nose], (before + whole)[nose] / 2, atol=1e-3)
    box.part.setCurrentIndex(box.part.findData("eyes"))
    box.part.activated.emit(box.part.currentIndex())
    assert panel.document.edit_for(PartFrom)[1].called == "Eyes of kim"

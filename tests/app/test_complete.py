"""Filling in what is missing: each choice one step, alternatives and spread beside the window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from facewright.app import completing
from facewright.app.widgets.face_grid import FaceGrid
from facewright.app.widgets.step_row import ROW_ROLE
from facewright.engine.edits.base import Edit
from facewright.engine.edits.complete import PAINTED, Complete, area_of
from facewright.engine.edits.identity import Identity
from facewright.engine.edits.start import Start
from facewright.engine.errors import InputError
from facewright.engine.face import Weights
from facewright.engine.project import History, Project
from facewright.engine.scans.completion import WITHIN_90, Completion, Region


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch):
    monkeypatch.setattr(FaceGrid, "side", 32)


def begin(open_window):
    """A window with someone's head, and the panel in front."""
    window = open_window()
    someone = Identity(weights=Weights(identity_000=1.0, detail_000=-1.5))
    window.document.apply("Someone", window.document.project.with_edit(someone))
    window.raise_panel("complete")
    return window, window.panels["complete"]


def last(window) -> Edit:
    return window.document.project.edits[-1]


def choose(qtbot, window, panel, region):
    panel.tiles.buttons[region].click()
    qtbot.waitUntil(lambda: getattr(last(window), "region", "") == region)


def asked_of(window, before) -> Completion:
    """The completion of the last step, asked of the model anew."""
    model = window.document.models.lifespan()
    region = Region(area_of(last(window), model), model)
    return Completion(before.mesh, region, before.subject.traits, before.ours)


def mask_nose(window):
    document = window.document
    nose = document.shown.head.skin.topology.regions["nose"]
    document.apply("Mask nose", replace(document.project, mask=nose))
    return nose


def pictures(panel):
    tiles = panel.faces.tiles[: len(panel.faces.numbers)]
    return [tile for tile in tiles if not tile._picture.isNull() and not tile._faded]


def drawn(panel):
    return len(pictures(panel)) == len(panel.faces.numbers)


def test_a_tile_fills_its_region_in_as_one_step(open_window, qtbot):
    window, panel = begin(open_window)
    document = window.document
    before, versions = document.face_at(), len(document.history.versions)
    assert not panel.body.isVisible()
    choose(qtbot, window, panel, "nose")
    after = document.shown.face
    area = area_of(Complete(region="nose"), document.models.lifespan())
    moved = np.abs(after.mesh.vertices - before.mesh.vertices).max(axis=1)
    assert moved[area > 0].max() > 0.5
    assert moved[area == 0].max() == 0.0
    assert len(document.history.versions) == versions + 1
    assert document.history.undo_name == "Fill in nose"
    assert panel.tiles.buttons["nose"].isChecked()
    assert panel.body.isVisible()
    document.undo()
    np.testing.assert_array_equal(document.shown.face.mesh.vertices, before.mesh.vertices)
    assert not panel.tiles.buttons["nose"].isChecked()
    assert not panel.body.isVisible()


def test_another_region_retunes_the_last_step_and_a_further_one_is_asked_for(open_window, qtbot):
    window, panel = begin(open_window)
    choose(qtbot, window, panel, "nose")
    choose(qtbot, window, panel, "lips")
    assert [e.kind for e in window.document.project.edits].count("complete") == 1
    panel.another.click()
    assert not panel.body.isVisible()
    panel.back.click()
    assert panel.body.isVisible()
    panel.another.click()
    panel.tiles.buttons["nose"].click()
    qtbot.waitUntil(lambda: [e.kind for e in window.document.project.edits].count("complete") == 2)
    assert [e.region for e in window.document.project.edits[-2:]] == ["lips", "nose"]


def test_the_step_chosen_in_steps_is_the_one_that_is_tuned(open_window, qtbot):
    window, panel = begin(open_window)
    document = window.document
    choose(qtbot, window, panel, "nose")
    further = Identity(weights=Weights(identity_001=0.5))
    document.apply("Further", document.project.with_edit(further))
    assert not panel.tiles.buttons["nose"].isChecked()  # a new one would follow
    window.raise_panel("steps")
    window.panels["steps"].list.setCurrentRow(2)
    window.panels["steps"]._open_panel()
    assert panel.isVisible()
    assert panel.tiles.buttons["nose"].isChecked()
    panel.sliders["mirror"].setEnabled(True)
    panel.sliders["mirror"].change(0.5)
    assert [e.kind for e in document.project.edits] == ["start", "identity", "complete", "identity"]
    assert document.project.edits[2].mirror == 0.5
    row = window.panels["steps"].list.item(2).data(ROW_ROLE)
    assert row.values == "Nose, 50 % mirrored"
    assert row.icon == "complete"


def test_pointing_at_a_tile_shows_its_region_until_it_leaves(open_window, qtbot):
    window, panel = begin(open_window)
    tile, scene = panel.tiles.buttons["lips"], window.viewport.scene
    area = area_of(Complete(region="lips"), window.document.models.lifespan())
    window.stage.change(mask=False)
    point = QPointF(2, 2)
    QApplication.sendEvent(tile, QEnterEvent(point, point, point))
    np.testing.assert_array_equal(scene._mask_shown, area)
    QApplication.sendEvent(tile, QEvent(QEvent.Type.Leave))
    assert scene._mask_shown is None
    assert not window.stage.display.mask
    tile.setFocus(Qt.FocusReason.TabFocusReason)
    np.testing.assert_array_equal(scene._mask_shown, area)
    panel.tiles.buttons["nose"].setFocus(Qt.FocusReason.MouseFocusReason)
    assert scene._mask_shown is None


def test_the_mask_is_offered_once_something_is_painted(open_window, qtbot):
    window, panel = begin(open_window)
    tile = panel.tiles.buttons[PAINTED]
    assert tile.text() == "Paint a mask"
    assert not panel.about_mask.isVisible()
    tile.click()
    assert window.tools.current.id == "mask"
    assert panel.isVisible()
    assert "Drag over" in panel.about_mask.text()
    nose = mask_nose(window)
    assert tile.text() == "Painted mask"
    assert not panel.about_mask.isVisible()
    choose(qtbot, window, panel, PAINTED)
    assert last(window).area is nose
    assert window.tools.current is None
    assert window.viewport.scene._mask_shown is None  # its stripes would hide what was filled in
    document = window.document
    lips = document.shown.head.skin.topology.regions["upper_lip"]
    document.apply("Mask lip", replace(document.project, mask=lips))
    assert "was changed" in panel.about_mask.text()
    tile.click()
    qtbot.waitUntil(lambda: last(window).area is lips)
    assert not panel.about_mask.isVisible()


def test_alternatives_are_drawn_and_one_click_takes_one(open_window, qtbot):
    window, panel = begin(open_window)
    choose(qtbot, window, panel, "nasolabial")
    likely = window.document.shown.face.mesh.vertices
    qtbot.waitUntil(lambda: drawn(panel), timeout=60_000)
    shots = [tile._picture.toImage() for tile in pictures(panel)]
    assert all(shots[0] != shot for shot in shots[1:])
    panel.faces.tiles[3].click()
    assert last(window).alternative == 3
    assert window.document.history.undo_name == "Alternative 3"
    assert panel.faces.tiles[3].isChecked()
    assert not panel.faces.tiles[0].isChecked()
    assert np.abs(window.document.shown.face.mesh.vertices - likely).max() > 0.1
    assert panel.faces.tiles[0]._picture.toImage() == shots[0]  # faces stay: only the choice moved
    panel.faces.tiles[0].click()
    np.testing.assert_array_equal(window.document.shown.face.mesh.vertices, likely)
    panel.faces.more.click()
    page = panel.faces.page
    assert panel.faces.numbers == (0, *range(page + 1, 2 * page + 1))
    qtbot.waitUntil(lambda: drawn(panel), timeout=60_000)
    panel.faces.back.click()
    assert panel.faces.numbers == (0, *range(1, page + 1))
    assert drawn(panel)  # remembered
    assert not panel.faces.back.isEnabled()


def test_the_last_alternatives_and_turning_to_the_one_that_is_chosen(open_window, qtbot):
    window, panel = begin(open_window)
    choose(qtbot, window, panel, "nose")
    panel.faces.show_rows(3)
    window.document.replace_step("Alternative 99", 2, replace(last(window), alternative=99))
    assert panel.faces.numbers == (0, 97, 98, 99)
    assert not panel.faces.more.isEnabled()
    assert panel.faces.tiles[3].isChecked()
    panel.faces.show_rows(2)  # the page of five that 97 is on
    assert panel.faces.numbers == (0, 96, 97, 98, 99)
    panel.faces.back.click()
    assert panel.faces.numbers == (0, *range(91, 96))


def test_a_low_place_has_fewer_faces_and_no_scrolling(open_window, qtbot):
    window, panel = begin(open_window)
    choose(qtbot, window, panel, "nose")
    window.resize(1366, 768)
    scroll = window.docks["complete"].widget()
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() == 0)
    assert panel.faces.page == 5
    assert not panel.finer.head.isChecked()
    panel.finer.head.click()
    assert panel.sliders["variety"].isVisible()
    panel.fit(2000)
    assert panel.faces.page == 8
    panel.fit(300)
    assert panel.finer.head.isChecked()  # as the user left it


def test_variety_draws_other_faces_and_is_one_step(open_window, qtbot):
    window, panel = begin(open_window)
    choose(qtbot, window, panel, "nose")
    qtbot.waitUntil(lambda: drawn(panel), timeout=60_000)
    likely, other = (tile._picture.toImage() for tile in panel.faces.tiles[:2])
    versions = len(window.document.history.versions)
    panel.sliders["variety"].change(0.2)
    assert last(window).variety == 0.2
    assert len(window.document.history.versions) == versions + 1
    qtbot.waitUntil(lambda: drawn(panel), timeout=60_000)
    assert panel.faces.tiles[0]._picture.toImage() == likely
    assert panel.faces.tiles[1]._picture.toImage() != other


def test_the_other_side_is_taken_where_it_is_known(open_window, qtbot):
    window, panel = begin(open_window)
    document = window.document
    nose = document.shown.head.skin.topology.regions["nose"]
    choose(qtbot, window, panel, "nose")
    assert not panel.sliders["mirror"].isEnabled()
    assert "Both sides" in panel.one_sided.text()
    one_side = nose * document.shown.head.skin.topology.regions["left"]
    document.apply("Mask", replace(document.project, mask=one_side.astype(np.float32)))
    choose(qtbot, window, panel, PAINTED)
    assert panel.sliders["mirror"].isEnabled()
    assert panel.one_sided.isHidden()
    versions, likely = len(document.history.versions), document.shown.face.mesh.vertices
    panel.sliders["mirror"].preview(0.6)
    panel.sliders["mirror"].change(1.0)
    assert len(document.history.versions) == versions + 1
    assert np.abs(document.shown.face.mesh.vertices - likely).max() > 1e-3


def test_how_sure_is_told_and_coloured_and_leaves_again(open_window, qtbot):
    window, panel = begin(open_window)
    choose(qtbot, window, panel, "nose")
    sure, scene = panel.sure, window.viewport.scene
    sure.switch.click()
    qtbot.waitUntil(lambda: "Nine in ten" in sure.said.text(), timeout=60_000)
    asked = asked_of(window, window.document.face_at(2))
    area, spread = asked.region.mask, asked.spread()
    within = WITHIN_90 * spread[area > 0].mean()
    assert f"within {within:.1f} mm" in sure.said.text()
    np.testing.assert_allclose(scene._values[area > 0], spread[area > 0], rtol=1e-4)
    assert np.isnan(scene._values[area == 0]).all()
    assert scene.display.heat
    assert scene.display.heat_range[0] == 0.0
    window.stage.comparer.set(mode="difference")
    assert not sure.switch.isChecked()
    assert window.stage._values is not None  # the difference's
    sure.switch.click()
    assert window.stage.comparer.state.mode == ""
    window.docks["complete"].close()
    assert window.stage._values is None
    assert not scene.display.heat


def test_what_cannot_be_filled_in_says_what_to_do(open_window, qtbot, monkeypatch):
    window, panel = begin(open_window)
    document, tile = window.document, panel.tiles.buttons[PAINTED]
    everything = np.ones(document.shown.head.skin.topology.count, np.float32)
    document.apply("Mask all", replace(document.project, mask=everything))
    edits = document.project.edits
    tile.click()
    qtbot.waitUntil(lambda: "Too little of the face" in panel.problem.text())
    assert document.project.edits is edits
    assert panel.problem_row.isVisible()
    hidden = document.models.lifespan().template.visible & (everything > 2)
    monkeypatch.setattr(document.models.lifespan().template, "visible", hidden)
    tile.click()
    assert "covers no skin that is seen" in panel.problem.text()
    assert document.project.edits is edits


def test_a_step_that_fails_where_it_stands_says_why(open_window):
    window, panel = begin(open_window)
    document = window.document
    everything = np.ones(document.shown.head.skin.topology.count, np.float32)
    too_much = document.project.with_edit(Complete(region=PAINTED, area=everything))
    document.open(History.of(too_much, "Opened"), title="Toy", saved=True)
    assert "Too little of the face" in panel.problem.text()
    assert panel.problem_row.isVisible()


def test_changes_meanwhile_are_heeded(open_window, qtbot):
    window, panel = begin(open_window)
    document = window.document
    panel.tiles.buttons["nose"].click()
    further = Identity(weights=Weights(identity_001=0.5))
    document.apply("Further", document.project.with_edit(further))
    qtbot.waitUntil(lambda: last(window).kind == "complete")
    assert [e.kind for e in document.project.edits] == [
        "start", "identity", "identity", "complete",
    ]  # fmt: skip
    likely = asked_of(window, document.face_at(3)).likely()
    np.testing.assert_array_equal(document.shown.face.mesh.vertices, likely)


def test_remove_brings_the_skin_back(open_window, qtbot):
    window, panel = begin(open_window)
    before = window.document.shown.face.mesh.vertices
    choose(qtbot, window, panel, "lips")
    panel.remove.click()
    np.testing.assert_array_equal(window.document.shown.face.mesh.vertices, before)
    assert last(window).kind == "identity"
    assert not panel.body.isVisible()


def test_a_step_added_in_steps_is_filled_in_and_not_confined_to_the_mask(open_window, qtbot):
    window, panel = begin(open_window)
    mask_nose(window)
    add = {action.text(): action for action in window.panels["steps"].add.menu().actions()}
    add["Complete a region"].trigger()
    assert panel.isVisible()
    assert not panel.body.isVisible()
    assert last(window).mask is not None
    choose(qtbot, window, panel, "lips")
    assert [e.kind for e in window.document.project.edits] == ["start", "identity", "complete"]
    assert last(window).mask is None


def test_without_a_head_the_panel_says_so(open_window):
    window = open_window(head=False)
    panel = window.panels["complete"]
    window.raise_panel("complete")
    assert not panel.isEnabled()
    assert "no head yet" in panel.hint.text()


def test_another_head_begins_anew(open_window, qtbot):
    window, panel = begin(open_window)
    choose(qtbot, window, panel, "nose")
    panel.sure.switch.click()
    panel.faces.more.click()
    window.document.open(History.of(Project(edits=(Start(),)), "Other"), title="Other", saved=True)
    assert not panel.body.isVisible()
    assert not panel.sure.switch.isChecked()
    assert panel.faces.numbers[1] == 1
    assert panel.completing.question is None
    assert window.stage._values is None


def test_keys_reach_everything(open_window, qtbot):
    window, panel = begin(open_window)
    choose(qtbot, window, panel, "nose")
    qtbot.waitUntil(lambda: drawn(panel), timeout=60_000)
    panel.finer.suggest(True)
    seen = []
    panel.another.setFocus()
    for _ in range(30):
        seen.append(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    expected = {
        *panel.faces.tiles[: len(panel.faces.numbers)], panel.faces.more,
        panel.sliders["variety"], panel.sure.switch,
        panel.another, panel.remove, panel.tiles.buttons["lips"],
    }  # fmt: skip
    assert expected <= set(seen)
    panel.faces.tiles[2].setFocus()
    QTest.keyClick(panel.faces.tiles[2], Qt.Key.Key_Space)
    assert last(window).alternative == 2


def test_it_is_found_by_what_it_is_for(open_window):
    from facewright.app.finding import entries, search

    window = open_window()
    found = search("fill hole", entries(window), ())
    assert found[0].id == "action:panel.complete"


def test_pictures_stop_when_they_are_told_to(open_window):
    window, _panel = begin(open_window)

    def stop(_fraction, _text):
        raise InputError("stop")

    drawn = []
    question = completing.Question(window.document.face_at(), Complete(region="nose"))
    with pytest.raises(InputError, match="stop"):
        completing.pictures(
            question, (0, 1), 16, window.document.models, lambda *p: drawn.append(p), stop
        )
    assert drawn == []

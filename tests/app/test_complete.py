"""Filling in what is missing: each choice one step, alternatives and spread beside the window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from begun import begin, mask_nose
from completing import asked_of, choose, drawn, last
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from facewright.app.widgets.step_row import ROW_ROLE
from facewright.engine.edits.complete import PAINTED, Complete, area_of
from facewright.engine.edits.identity import Identity
from facewright.engine.edits.start import Start
from facewright.engine.face import Weights
from facewright.engine.project import History, Project

pytestmark = pytest.mark.usefixtures("small_pictures")


def test_a_tile_fills_its_region_in_as_one_step(open_window, qtbot):
    window, panel = begin(open_window, "complete")
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
    window, panel = begin(open_window, "complete")
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
    window, panel = begin(open_window, "complete")
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
    window, panel = begin(open_window, "complete")
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
    window, panel = begin(open_window, "complete")
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


def test_what_cannot_be_filled_in_says_what_to_do(open_window, qtbot, monkeypatch):
    window, panel = begin(open_window, "complete")
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
    window, panel = begin(open_window, "complete")
    document = window.document
    everything = np.ones(document.shown.head.skin.topology.count, np.float32)
    too_much = document.project.with_edit(Complete(region=PAINTED, area=everything))
    document.open(History.of(too_much, "Opened"), title="Toy", saved=True)
    assert "Too little of the face" in panel.problem.text()
    assert panel.problem_row.isVisible()


def test_changes_meanwhile_are_heeded(open_window, qtbot):
    window, panel = begin(open_window, "complete")
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
    window, panel = begin(open_window, "complete")
    before = window.document.shown.face.mesh.vertices
    choose(qtbot, window, panel, "lips")
    panel.remove.click()
    np.testing.assert_array_equal(window.document.shown.face.mesh.vertices, before)
    assert last(window).kind == "identity"
    assert not panel.body.isVisible()


def test_a_step_added_in_steps_is_filled_in_and_not_confined_to_the_mask(open_window, qtbot):
    window, panel = begin(open_window, "complete")
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
    window, panel = begin(open_window, "complete")
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
    window, panel = begin(open_window, "complete")
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

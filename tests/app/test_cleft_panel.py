"""The way to a cleft plan: each choice one step, undone in one, and no measure without points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from facewright.engine.edits.expression import Expression
from facewright.engine.edits.identity import Identity
from facewright.engine.edits.repair import Repair
from facewright.engine.face import Weights


def begin(open_window):
    """A window with someone's head, and the panel in front."""
    window = open_window()
    someone = Identity(weights=Weights(identity_000=1.0, detail_000=-1.5))
    window.document.apply("Someone", window.document.project.with_edit(someone))
    window.raise_panel("cleft")
    return window, window.panels["cleft"]


def mask_nose(window) -> None:
    document = window.document
    nose = document.shown.head.skin.topology.regions["nose"]
    document.apply("Mask", replace(document.project, mask=nose))


def kinds(window) -> list[str]:
    return [edit.kind for edit in window.document.project.edits]


def repair(window) -> Repair:
    edit = window.document.project.edits[-1]
    assert isinstance(edit, Repair)
    return edit


def choose_side(qtbot, window, panel, side):
    panel.sides.buttons[side].click()
    qtbot.waitUntil(lambda: getattr(window.document.project.edits[-1], "side", "") == side)


def test_a_side_is_all_that_a_proposal_needs(open_window, qtbot):
    window, panel = begin(open_window)
    before = window.document.face_at()
    assert panel.area_step.state == "now"
    assert panel.proposal_step.state == "todo"
    assert not panel.ways.isEnabled()
    assert not panel.report_step.isEnabled()
    choose_side(qtbot, window, panel, "left")
    assert kinds(window) == ["start", "identity", "repair"]
    assert repair(window).way == "blend"
    assert panel.proposal_step.state == "done"
    after = window.document.face_at()
    assert not np.array_equal(after.mesh.vertices, before.mesh.vertices)
    still = after.mesh.topology.regions["scalp"] > 0.5
    np.testing.assert_array_equal(after.mesh.vertices[still], before.mesh.vertices[still])
    window.document.undo()
    assert kinds(window) == ["start", "identity"]
    assert panel.area_step.state == "now"


def test_another_way_tunes_the_same_step(open_window, qtbot):
    window, panel = begin(open_window)
    choose_side(qtbot, window, panel, "right")
    heads = []
    for way in ("model", "mirror"):
        panel.ways.buttons[way].click()
        qtbot.waitUntil(lambda way=way: repair(window).way == way)
        heads.append(window.document.face_at().mesh.vertices)
    assert kinds(window).count("repair") == 1
    assert not np.array_equal(*heads)


def test_with_a_cleft_of_both_sides_nothing_is_mirrored(open_window, qtbot):
    window, panel = begin(open_window)
    choose_side(qtbot, window, panel, "both")
    assert repair(window).way == "model"
    for way in ("mirror", "blend"):
        assert not panel.ways.buttons[way].isEnabled()
        assert "no healthy one" in panel.ways.buttons[way].toolTip()
    choose_side(qtbot, window, panel, "left")
    assert panel.ways.buttons["mirror"].isEnabled()


def test_what_is_painted_bounds_the_plan(open_window, qtbot):
    window, panel = begin(open_window)
    assert not panel.areas.buttons["painted"].isEnabled()
    mask_nose(window)
    assert panel.areas.buttons["painted"].isEnabled()
    panel.areas.buttons["painted"].click()
    assert "which side" in panel.problem.text()  # first things first
    before = window.document.face_at().mesh.vertices
    choose_side(qtbot, window, panel, "left")
    panel.areas.buttons["painted"].click()
    qtbot.waitUntil(lambda: repair(window).area is not None)
    mask = window.document.project.mask
    assert repair(window).area is mask
    moved = (window.document.face_at().mesh.vertices != before).any(axis=1)
    assert moved.any()
    assert not moved[mask == 0].any()


def test_the_head_before_is_one_click_away(open_window, qtbot):
    window, panel = begin(open_window)
    before = window.document.face_at().mesh.vertices
    choose_side(qtbot, window, panel, "left")
    panel.compare_step.before.click()
    assert not repair(window).enabled
    np.testing.assert_array_equal(window.document.face_at().mesh.vertices, before)
    assert panel.compare_step.before.isChecked()
    panel.compare_step.before.click()
    assert repair(window).enabled


def test_a_head_without_eye_corners_is_not_measured_and_says_so(open_window, qtbot):
    window, panel = begin(open_window)  # the toy head has three landmarks
    choose_side(qtbot, window, panel, "left")
    qtbot.waitUntil(lambda: "eye corners" in panel.compare_step.notes.text())
    assert panel.compare_step.table.isHidden()
    assert not panel.save.isEnabled()
    assert not panel.compare_step.heat.isEnabled()


def test_landmarks_that_are_missing_are_named(open_window):
    _, panel = begin(open_window)
    assert panel.landmark_step.state == "check"
    for name in ("sn", "sbal_l", "cph_r"):
        assert name in panel.marked.text()


def test_an_expression_can_be_taken_away_before_the_plan(open_window, qtbot):
    window, panel = begin(open_window)
    assert panel.neutral.isHidden()
    smile = Expression(weights=Weights(mouthSmileLeft=0.8))
    window.document.apply("Smile", window.document.project.with_edit(smile))
    choose_side(qtbot, window, panel, "left")
    assert not panel.neutral.isHidden()
    panel.neutral.click()
    assert kinds(window)[-2:] == ["neutralise", "repair"]
    assert len(window.document.face_at().expression) == 0


def test_remove_brings_back_what_was_there(open_window, qtbot):
    window, panel = begin(open_window)
    choose_side(qtbot, window, panel, "left")
    panel.remove.click()
    assert kinds(window) == ["start", "identity"]
    assert panel.remove.isHidden()


def test_a_project_that_changed_meanwhile_is_not_overwritten(open_window, qtbot):
    window, panel = begin(open_window)
    panel.sides.buttons["left"].click()
    other = replace(window.document.project, notes="meanwhile")
    window.document.apply("Note", other)
    qtbot.waitUntil(lambda: "repair" in kinds(window))
    assert window.document.project.notes == "meanwhile"


def test_without_a_head_there_is_only_a_scan_to_open(open_window):
    window = open_window(head=False)
    panel = window.panels["cleft"]
    assert "no head yet" in panel.about.text()
    assert panel.area_step.isHidden()
    assert not panel.open.isHidden()

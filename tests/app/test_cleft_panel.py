"""The way to a cleft plan: each choice one step, undone in one, and no measure without points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from begun import begin, mask_nose

from facewright.app.widgets.cleft_repeat import RaterError
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.register import Register
from facewright.engine.edits.repair import Repair
from facewright.engine.face import Weights
from facewright.engine.landmarks import Landmarks
from facewright.engine.measure.agreement import Agreement, Correlation
from facewright.engine.measure.rounds import UNKNOWN
from facewright.engine.measure.vocabulary import CLEFT
from facewright.engine.project import Source
from facewright.engine.visits import Round


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
    window, panel = begin(open_window, "cleft")
    before = window.document.face_at()
    assert panel.area_step.state == "now"
    assert panel.proposal_step.state == "todo"
    for tile in panel.ways.buttons.values():
        assert not tile.isEnabled()
        assert "which side" in tile.toolTip()
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
    window, panel = begin(open_window, "cleft")
    choose_side(qtbot, window, panel, "right")
    heads = []
    for way in ("model", "mirror"):
        panel.ways.buttons[way].click()
        qtbot.waitUntil(lambda way=way: repair(window).way == way)
        heads.append(window.document.face_at().mesh.vertices)
    assert kinds(window).count("repair") == 1
    assert not np.array_equal(*heads)


def test_with_a_cleft_of_both_sides_nothing_is_mirrored(open_window, qtbot):
    window, panel = begin(open_window, "cleft")
    choose_side(qtbot, window, panel, "both")
    assert repair(window).way == "model"
    for way in ("mirror", "blend"):
        assert not panel.ways.buttons[way].isEnabled()
        assert "no healthy one" in panel.ways.buttons[way].toolTip()
    choose_side(qtbot, window, panel, "left")
    assert panel.ways.buttons["mirror"].isEnabled()


def test_what_is_painted_bounds_the_plan(open_window, qtbot):
    window, panel = begin(open_window, "cleft")
    painted = panel.areas.buttons["painted"]
    assert not painted.isEnabled()
    assert "paint over the cleft" in painted.toolTip()
    mask_nose(window)
    assert painted.isEnabled()
    assert painted.toolTip() == ""
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
    window, panel = begin(open_window, "cleft")
    before = window.document.face_at().mesh.vertices
    choose_side(qtbot, window, panel, "left")
    panel.compare_step.before.click()
    assert not repair(window).enabled
    np.testing.assert_array_equal(window.document.face_at().mesh.vertices, before)
    assert panel.compare_step.before.isChecked()
    panel.compare_step.before.click()
    assert repair(window).enabled


def test_a_head_without_eye_corners_is_not_measured_and_says_so(open_window, qtbot):
    window, panel = begin(open_window, "cleft")  # the toy head has three landmarks
    choose_side(qtbot, window, panel, "left")
    qtbot.waitUntil(lambda: "eye corners" in panel.compare_step.notes.text())
    assert panel.compare_step.table.isHidden()
    assert not panel.save.isEnabled()
    assert not panel.compare_step.heat.isEnabled()


def test_landmarks_that_are_missing_are_named(open_window):
    _, panel = begin(open_window, "cleft")
    assert panel.landmark_step.state == "check"
    for name in ("sn", "sbal_l", "cph_r"):
        assert name in panel.landmark_step.marked.text()


def test_landmarks_that_were_placed_on_the_scan_count(open_window):
    """They are not asked for, but in a round of repeated marking, which is blind."""
    window, panel = begin(open_window, "cleft")
    document = window.document
    face = document.face_at()
    rows = np.ones((len(CLEFT), 4), np.float32)
    step = Register(face=face, source="s", names="\n".join(CLEFT), placed=rows)
    project = replace(document.project, sources=(Source("a.ply", "s"),), edits=(step,))
    document.apply("Scan", project)
    assert panel.landmark_step.state == "done"
    assert "placed by hand" in panel.landmark_step.marked.text()
    document.apply("Blind", replace(project, rounds=(Round(),)))
    assert panel.landmark_step.state == "check"


def test_an_expression_can_be_taken_away_before_the_plan(open_window, qtbot):
    window, panel = begin(open_window, "cleft")
    assert panel.neutral.isHidden()
    smile = Expression(weights=Weights(mouthSmileLeft=0.8))
    window.document.apply("Smile", window.document.project.with_edit(smile))
    choose_side(qtbot, window, panel, "left")
    assert not panel.neutral.isHidden()
    panel.neutral.click()
    assert kinds(window)[-2:] == ["neutralise", "repair"]
    assert len(window.document.face_at().expression) == 0


def test_remove_brings_back_what_was_there(open_window, qtbot):
    window, panel = begin(open_window, "cleft")
    choose_side(qtbot, window, panel, "left")
    panel.remove.click()
    assert kinds(window) == ["start", "identity"]
    assert panel.remove.isHidden()


def test_a_project_that_changed_meanwhile_is_not_overwritten(open_window, qtbot):
    window, panel = begin(open_window, "cleft")
    panel.sides.buttons["left"].click()
    other = replace(window.document.project, notes="meanwhile")
    window.document.apply("Note", other)
    qtbot.waitUntil(lambda: "repair" in kinds(window))
    assert window.document.project.notes == "meanwhile"


def test_without_a_head_there_is_only_a_scan_to_open(open_window):
    window = open_window(head=False)
    panel = window.panels["cleft"]
    assert "no head yet" in panel.patient_step.about.text()
    assert panel.area_step.isHidden()
    assert not panel.patient_step.open.isHidden()


def place(window, shift: float = 0.0) -> None:
    """Anchor every landmark that the measures rest on, as if by hand."""
    weights = [[1.0 - shift, shift, 0.0]] * len(CLEFT)
    marks = Landmarks.build(CLEFT, [[n, n + 1, n + 2] for n in range(len(CLEFT))], weights)
    document = window.document
    document.apply("Place landmarks", replace(document.project, landmarks=marks))


def test_a_round_is_marked_blind_and_can_be_given_up(open_window):
    window, panel = begin(open_window, "cleft")
    step, document = panel.repeat_step, window.document
    assert not step.begin.isEnabled()
    assert "step 2" in step.said.text()
    place(window)
    first = document.project.landmarks
    assert step.begin.isEnabled()
    step.begin.click()
    assert document.project.landmarks is None  # nothing shows what was placed before
    assert window.tools.current.queue == CLEFT
    assert document.project.rounds[0].landmarks is first
    assert not step.begin.isVisibleTo(panel)
    assert not step.finish.isEnabled()
    assert "0 of 8" in step.said.text()
    step.give_up.click()
    assert document.project.landmarks is first
    assert document.project.rounds == ()
    step.begin.click()
    place(window, 0.3)
    second = document.project.landmarks
    assert step.finish.isEnabled()
    step.finish.click()
    assert [r.landmarks for r in document.project.rounds] == [first, second]
    assert step.state == "done"
    document.undo()
    assert document.project.rounds[-1].landmarks is None
    assert step.state == "now"


def test_the_error_of_rounds_is_shown_and_saved(open_window, tmp_path):
    _, panel = begin(open_window, "cleft")
    sure = Agreement(3, 0.12, 0.05, Correlation(0.91, 0.6, 0.98))
    alone = Agreement(1, 0.3, 0.1, UNKNOWN)
    step = panel.repeat_step
    errors = {"nostril width": sure, "columellar angle": alone, "all ratios": sure}
    step.show_error(RaterError("left", errors, {"sn": 0.4, "c": 1.2}, 0.93, 3))
    rows = [step.table.topLevelItem(n) for n in range(3)]
    assert [row.text(0) for row in rows] == [
        "Nostril width ratio", "Columellar angle (°)", "All ratios",
    ]  # fmt: skip
    assert [row.text(1) for row in rows] == ["0.12", "0.30", "0.12"]
    assert [row.text(2) for row in rows] == ["0.91", "–", "0.91"]
    for word in ("worst c, 1.2 mm", "agree by 93%", "3 heads"):
        assert word in step.found.text()
    step.show_error(None)
    assert step.table.isHidden()


def test_landmarks_are_asked_for_on_the_head_before(open_window, qtbot):
    window, panel = begin(open_window, "cleft")
    choose_side(qtbot, window, panel, "left")
    panel.landmark_step.place.click()
    assert not repair(window).enabled  # the cleft is seen
    assert window.tools.current.queue == CLEFT
    listed = window.panels["landmarks"].list
    assert {listed.topLevelItem(n).text(0) for n in range(listed.topLevelItemCount())} <= set(CLEFT)

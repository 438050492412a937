"""The edit stack: everything that can be done with steps, each as one named undo step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from facewright.app.widgets.step_row import ROW_ROLE
from facewright.engine.edits.age import Age
from facewright.engine.edits.base import Edit
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.symmetrise import Symmetrise
from facewright.engine.errors import InputError
from facewright.engine.face import Weights


@dataclass(frozen=True, eq=False, kw_only=True)
class Grown(Edit):
    """Works on adults alone."""

    kind: ClassVar[str] = "grown"
    label: ClassVar[str] = "Grown"

    def apply(self, face, models):
        if face.subject.age.value < 18:
            raise InputError("The head is too young: put this step after the ageing.")
        return face


def begin(open_window):
    window = open_window()
    for edit in (
        Age(years=62.0),
        Expression(weights=Weights(jawOpen=0.4, mouthSmileLeft=0.2)),
        Symmetrise(),
    ):
        assert window.document.apply(edit.label, window.document.project.with_edit(edit))
    window.raise_panel("steps")
    return window


def kinds(window):
    return [edit.kind for edit in window.document.project.edits]


def rows(window):
    steps = window.panels["steps"].list
    return [steps.item(row).data(ROW_ROLE) for row in range(steps.count())]


def test_rows_say_what_steps_are_set_to(open_window):
    window = begin(open_window)
    steps = window.panels["steps"]
    values = [row.values for row in rows(window)]
    assert values[1:3] == ["62 y", "Jawopen 0.40, Mouthsmileleft 0.20"]
    assert rows(window)[0].fixed
    spoken = steps.list.item(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Age, 62 y"


def test_alt_and_arrows_move_a_step_and_the_head_stays_first(open_window):
    window = begin(open_window)
    steps = window.panels["steps"]
    steps.list.setCurrentRow(2)
    QTest.keyClick(steps.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert kinds(window) == ["start", "expression", "age", "symmetrise"]
    assert window.document.history.undo_name == "Move Expression"
    assert window.document.selection == 1
    QTest.keyClick(steps.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert kinds(window) == ["start", "expression", "age", "symmetrise"]
    QTest.keyClick(steps.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert kinds(window) == ["start", "age", "expression", "symmetrise"]


@pytest.mark.parametrize(
    ("over", "low", "expected"),
    [
        (3, True, ["start", "expression", "symmetrise", "age"]),
        (3, False, ["start", "expression", "age", "symmetrise"]),
        (0, False, ["start", "age", "expression", "symmetrise"]),
    ],
)
def test_dropping_a_step_puts_it_there(open_window, over, low, expected):
    window = begin(open_window)
    steps = window.panels["steps"].list
    steps.setCurrentRow(1)
    rect = steps.visualItemRect(steps.item(over))
    at = QPointF(rect.center().x(), rect.bottom() - 2 if low else rect.top() + 2)
    event = QDropEvent(
        at, Qt.DropAction.MoveAction, QMimeData(),
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    steps.dropEvent(event)
    assert kinds(window) == expected
    assert steps.count() == 4


def test_a_click_on_the_eye_switches_and_on_the_name_tunes(open_window, monkeypatch):
    window = begin(open_window)
    raised = []
    steps = window.panels["steps"]
    monkeypatch.setattr(type(steps), "_open_panel", lambda _self: raised.append(1))
    rect = steps.list.visualItemRect(steps.list.item(1))
    eye = rect.center()
    eye.setX(rect.left() + 16)
    QTest.mouseClick(steps.list.viewport(), Qt.MouseButton.LeftButton, pos=eye)
    assert not window.document.project.edits[1].enabled
    assert window.document.history.undo_name == "Switch off Age"
    QTest.mouseClick(steps.list.viewport(), Qt.MouseButton.LeftButton, pos=eye)
    assert window.document.project.edits[1].enabled


def test_choosing_a_step_lets_its_panel_tune_that_one(open_window):
    window = begin(open_window)
    document, steps = window.document, window.panels["steps"]
    second = document.project.with_edit(Expression(weights=Weights(jawOpen=0.1)))
    document.apply("Expression", second)
    steps.list.setCurrentRow(2)
    panel = window.panels["expression"]
    window.raise_panel("expression")
    assert panel.list.slider("jawOpen").number == pytest.approx(0.4)
    panel.list.slider("jawOpen").change(0.7)
    edits = document.project.edits
    assert edits[2].weights["jawOpen"] == pytest.approx(0.7)
    assert edits[4].weights["jawOpen"] == pytest.approx(0.1)


def test_renaming_duplicating_deleting_and_solo_are_undone_by_name(open_window):
    window = begin(open_window)
    document, steps = window.document, window.panels["steps"]
    steps.list.setCurrentRow(1)
    steps.list.item(1).setText("As a grandmother")
    assert document.project.edits[1].called == "As a grandmother"
    assert document.history.undo_name == "Call age As a grandmother"
    QTest.keyClick(steps.list, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert kinds(window) == ["start", "age", "age", "expression", "symmetrise"]
    assert document.project.edits[1] is not document.project.edits[2]
    QTest.keyClick(steps.list, Qt.Key.Key_Delete)
    assert kinds(window) == ["start", "age", "expression", "symmetrise"]
    assert document.history.undo_name == "Delete As a grandmother"
    steps.list.setCurrentRow(2)
    solo = {action.text(): action for action in steps.menu().actions()}
    solo["Show this step alone"].trigger()
    assert [edit.enabled for edit in document.project.edits] == [True, False, True, False]
    again = {action.text(): action for action in steps.menu().actions()}
    again["Show all steps again"].trigger()
    assert all(edit.enabled for edit in document.project.edits)
    steps.list.item(1).setText("")
    assert document.project.edits[1].called == "Age"


def test_a_mask_confines_a_step(open_window):
    window = begin(open_window)
    document, steps = window.document, window.panels["steps"]
    steps.list.setCurrentRow(1)
    before = document.face_at().mesh.vertices.copy()
    steps.where.setCurrentIndex(steps.where.findData("nose"))
    steps.where.activated.emit(steps.where.currentIndex())
    assert rows(window)[1].masked
    assert not np.allclose(document.face_at().mesh.vertices, before)
    steps.where.setCurrentIndex(0)
    steps.where.activated.emit(0)
    assert document.project.edits[1].mask is None
    assert np.allclose(document.face_at().mesh.vertices, before)


def test_strength_is_previewed_and_kept_as_one_step(open_window):
    window = begin(open_window)
    document, steps = window.document, window.panels["steps"]
    steps.list.setCurrentRow(1)
    count = len(document.history.versions)
    steps.strength.change(0.5)
    assert document.project.edits[1].strength == 0.5
    assert len(document.history.versions) == count + 1
    assert rows(window)[1].share == "50 %"


def test_a_step_that_fails_where_it_stands_says_why_and_the_rest_goes_on(open_window):
    window = begin(open_window)
    document, steps = window.document, window.panels["steps"]
    document.apply("Grown", document.project.with_edit(Grown()))
    assert document.failures == {}
    whole = document.shown.head.skin.vertices
    document.replace_step("Age 5 years", 1, Age(years=5.0))
    grown = document.project.edits[-1]
    assert "too young" in document.failures[grown]
    assert "too young" in rows(window)[-1].problem
    assert not np.allclose(document.shown.head.skin.vertices, whole)
    steps.list.setCurrentRow(4)
    assert "too young" in steps.problem.text()
    document.undo()
    assert document.failures == {}
    assert rows(window)[-1].problem == ""
    document.replace_step("Age 5 years", 1, Age(years=5.0))
    told = []
    document.failed.connect(told.append)
    assert not document.apply("Grown", document.project.with_edit(Grown())), "a new one is refused"
    assert "too young" in str(told[0])


def test_undo_goes_back_a_hundred_steps_and_more(open_window):
    window = begin(open_window)
    document = window.document
    first = document.shown.head.skin.vertices.copy()
    begun = document.history.index
    for step in range(120):
        document.replace_step(f"Age {step}", 1, Age(years=20.0 + step / 2))
    for _ in range(120):
        document.undo()
    assert document.history.index == begun
    assert np.array_equal(document.shown.head.skin.vertices, first)


def test_a_step_added_under_a_mask_works_inside_it_alone(open_window):
    window = begin(open_window)
    steps, document = window.panels["steps"], window.document
    nose = document.shown.face.mesh.topology.regions["nose"]
    document.apply("Mask nose", replace(document.project, mask=nose))
    add = {action.text(): action for action in steps.add.menu().actions()}
    assert "Sculpt" not in add  # brushes begin it
    before = document.shown.face.mesh.vertices.copy()
    add["Shape"].trigger()
    assert kinds(window)[-1] == "identity"
    assert document.selection == len(document.project.edits) - 1
    window.panels["identity"].list.slider("identity_000").change(2.0)
    moved = np.linalg.norm(document.shown.face.mesh.vertices - before, axis=1)
    assert moved[nose > 0].max() > 0.1
    assert moved[nose == 0].max() < 1e-4


def test_a_new_step_is_in_view(open_window, qtbot):
    window = open_window()
    window.resize(1366, 700)
    document, panel = window.document, window.panels["steps"]
    for years in range(40, 52):
        document.apply("Age", document.project.with_edit(Age(years=float(years))))
    QApplication.processEvents()
    last = panel.list.visualItemRect(panel.list.item(panel.list.count() - 1))
    assert panel.list.verticalScrollBar().maximum() > 0
    assert panel.list.viewport().rect().contains(last.center())


def test_without_a_head_there_is_nothing_to_tune(open_window):
    window = open_window(head=False)
    window.workspaces.show_panels(True)
    window.raise_panel("steps")
    panel = window.panels["steps"]
    assert panel.isVisible()
    assert not panel.strength.isVisible()
    assert not panel.where.isVisible()

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hands import drag, drag_age
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit

from facewright.app.actions import ACTIONS
from facewright.app.errors import Message
from facewright.app.panels import PANELS
from facewright.app.widgets.slider import NamedSlider
from facewright.engine.face import Face


def test_drag_moves_vertices_live_and_makes_one_step(open_window, qtbot):
    window = open_window()
    window.raise_panel("expression")
    slider = window.panels["expression"].list.slider("jawOpen")
    qtbot.waitUntil(slider.isVisible)
    before = window.viewport.scene.vertices.copy()
    drag(slider, 0.8, release=False)
    assert slider.number == pytest.approx(0.8, abs=0.02)
    # A busy machine may answer late, but it must while the button is held.
    qtbot.waitUntil(lambda: np.abs(window.viewport.scene.vertices - before).max() > 3.0)
    assert slider.held
    assert len(window.document.history.versions) == 1
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=slider.rect().center())
    assert len(window.document.history.versions) == 2
    assert window.document.history.undo_name == f"Jawopen {slider.number:.2f}"
    drag(slider, 0.2)
    assert len(window.document.history.versions) == 3
    assert len(window.document.project.edits) == 2  # one step in the stack, tuned twice


def test_undo_and_redo_show_the_same_vertices(open_window, qtbot):
    window = open_window()
    first = window.viewport.scene.vertices.copy()
    window.raise_panel("identity")
    drag(window.panels["identity"].list.slider("identity_000"), 2.0)
    second = window.viewport.scene.vertices.copy()
    assert np.abs(second - first).max() > 1.0
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(window.viewport.scene.vertices, first)
    assert window.panels["identity"].list.slider("identity_000").number == 0.0
    window.actions_table["edit.redo"].trigger()
    assert np.array_equal(window.viewport.scene.vertices, second)


def test_moving_one_side_moves_the_other_unless_parted(open_window):
    window = open_window()
    panel = window.panels["expression"]
    window.raise_panel("expression")
    drag(panel.list.slider("mouthSmileLeft"), 0.5)
    weights = window.document.edit_for(panel.kinds[0])[1].weights
    assert weights["mouthSmileRight"] == weights["mouthSmileLeft"] > 0.4
    panel.together.click()
    drag(panel.list.slider("mouthSmileLeft"), 0.0)
    weights = window.document.edit_for(panel.kinds[0])[1].weights
    assert weights["mouthSmileLeft"] == 0.0
    assert weights["mouthSmileRight"] > 0.4


def test_picture_changes_where_the_mouth_moved(open_window, qtbot):
    from facewright.viewer.picking import pixel

    window = open_window()
    view = window.viewport
    window.stage.change(sides=False)
    view.view("front")
    view.frame()
    qtbot.wait(300)
    before = view.pixels().astype(int)
    mouth = np.array([0.0, -66.0, 72.0])
    top = np.array([0.0, 100.0, 20.0])
    window.raise_panel("expression")
    drag(window.panels["expression"].list.slider("jawOpen"), 1.0)
    qtbot.wait(300)
    change = np.abs(view.pixels().astype(int) - before).max(axis=2)

    def around(point):
        x, y = pixel(view.renderer, point)
        row = change.shape[0] - 1 - y
        return change[row - 12 : row + 12, x - 12 : x + 12].max()

    assert around(mouth) > 8
    assert around(top) <= 2


def test_lost_view_is_said_in_words_and_the_document_stays(open_window):
    window = open_window()
    project = window.document.project
    window.pages.lose_view("The driver stopped.")
    assert window.viewport is None
    assert "Your work is safe" in window.pages.no_view.text.text()
    drag_age(window)
    assert len(window.document.project.edits) == len(project.edits) + 1
    assert not window.actions_table["view.frame"].isEnabled()


def test_disabled_actions_say_why(open_window):
    window = open_window(head=False)
    for spec in ACTIONS:
        action = window.actions_table[spec.id]
        if not action.isEnabled():
            assert spec.reason(window) in action.toolTip()
    assert not window.actions_table["file.save"].isEnabled()
    assert window.actions_table["file.open"].isEnabled()


def test_shortcuts_are_unique():
    for instead in (False, True):  # what asks for a key only at times may share it with another
        keys = [key for spec in ACTIONS for key in spec.keys if spec.instead == instead]
        assert len(keys) == len(set(keys))


def test_every_control_has_an_accessible_name(open_window):
    window = open_window()
    for spec in PANELS:
        window.raise_panel(spec.id)
        for kind in (QAbstractButton, QComboBox, QLineEdit, NamedSlider):
            for control in window.panels[spec.id].findChildren(kind):
                named = control.accessibleName() or getattr(control, "text", lambda: "")()
                assert named or control.parent().inherits("QLineEdit"), control


def test_message_bar_shows_words(open_window):
    window = open_window(head=False)
    window.tell(Message("poor", "The file is empty. Choose another one."))
    assert window.banner.isVisible()
    assert window.banner.text.text() == "The file is empty. Choose another one."


def test_history_panel_jumps(open_window):
    window = open_window()
    drag_age(window)
    drag_age_to_child(window)
    window.raise_panel("history")
    steps = window.panels["history"].list
    place = steps.visualItemRect(steps.item(0)).center()
    QTest.mouseClick(steps.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.document.history.index == 0
    assert len(window.document.project.edits) == 1


def drag_age_to_child(window) -> None:
    drag(window.panels["subject"].age.control("years"), 5.0)


def test_steps_can_be_switched_weakened_moved_and_deleted(open_window):
    window = open_window()
    drag_age(window)
    window.raise_panel("expression")
    drag(window.panels["expression"].list.slider("jawOpen"), 0.6)
    whole = window.viewport.scene.vertices.copy()
    steps = window.panels["steps"]
    steps.list.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert not window.document.project.edits[1].enabled
    assert not np.allclose(window.viewport.scene.vertices, whole)
    window.document.undo()
    steps.list.setCurrentRow(2)
    steps.strength.change(0.5)
    assert window.document.project.edits[2].strength == 0.5
    steps.up.click()
    assert [edit.kind for edit in window.document.project.edits] == ["start", "expression", "age"]
    steps.delete.click()
    assert [edit.kind for edit in window.document.project.edits] == ["start", "age"]


def test_a_step_of_any_kind_has_a_form(open_window):
    window = open_window()
    steps = window.panels["steps"]
    steps.list.setCurrentRow(0)  # the model head: age, sex, ancestry, person, variety
    drag(steps._form.control("age"), 10.0)
    assert window.document.project.edits[0].age < 15
    labels = [action.text() for action in steps.add.menu().actions()]
    assert "Symmetrise" in labels
    assert "Neutral expression" in labels


def test_start_imports_nothing_heavy():
    code = (
        "import sys; sys.argv=['facewright']; import facewright.app.main as m;"
        "from PySide6.QtWidgets import QApplication; import facewright.app.window;"
        "heavy={'torch','numba','trimesh','pyvista','vtkmodules.all','matplotlib','ai_edge_litert'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
    )
    assert result.stdout.strip() == "[]"


def test_unexpected_errors_are_said_and_logged(open_window, caplog):
    from facewright.app.errors import catch_unexpected, explain

    window = open_window(head=False)
    stop = catch_unexpected(window.tell)
    try:
        sys.excepthook(ZeroDivisionError, ZeroDivisionError("boom"), None)
    finally:
        stop()
    assert window.banner.text.text().startswith("Something went wrong")
    assert "boom" in window.banner.message.details
    assert "boom" in caplog.text
    assert "No such file" in explain(FileNotFoundError(2, "No such file", "/a/b.obj")).text


def test_looks_and_switches_work_from_the_table(open_window):
    window = open_window()
    for spec in ACTIONS:
        if spec.checked is not None and not spec.reason(window):
            before = spec.checked(window)
            window.actions_table[spec.id].trigger()
            assert window.actions_table[spec.id].isChecked() == spec.checked(window)
            assert spec.group or spec.checked(window) != before


def test_the_skin_image_follows_when_the_hand_lets_go(open_window, qtbot, monkeypatch):
    from toy import ToyRig

    window = open_window()
    made = []

    def image(_rig: ToyRig, face: Face) -> np.ndarray:
        made.append(face.subject.age.value)
        return np.full((8, 8, 3), round(face.subject.age.value), np.uint8)

    monkeypatch.setattr(ToyRig, "skin_image", image)
    window.raise_panel("subject")
    slider = window.panels["subject"].age.control("years")
    resting = window.document._still
    usual = resting.interval()
    resting.setInterval(60_000)  # no machine is so slow that this hand seems to rest
    drag(slider, 60.0, release=False)
    assert made == []
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=slider.rect().center())
    assert made == [slider.number]
    assert window.document.shown.image[0, 0, 0] == round(slider.number)
    drag(slider, 20.0, release=False)
    resting.start(usual)
    qtbot.waitUntil(lambda: len(made) == 2)  # a hand that rests sees the image, too
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=slider.rect().center())
    assert len(made) == 2

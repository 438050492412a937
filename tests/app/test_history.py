"""The history panel: go to, name, search, compare with and delete versions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView

from facewright.engine.edits.age import Age


def begin(open_window):
    window = open_window()
    project = window.document.project.with_edit(Age(years=62.0))
    window.document.apply("Age 62 years", project)
    window.document.apply("Age 70 years", project.with_replaced(1, Age(years=70.0)))
    window.raise_panel("history")
    return window


def titles(panel):
    return [panel.list.item(row).text() for row in range(panel.list.count())]


def click(panel, row):
    place = panel.list.visualItemRect(panel.list.item(row)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_click_goes_there_and_arrows_only_choose(open_window):
    window = begin(open_window)
    panel, document = window.panels["history"], window.document
    click(panel, 1)
    assert document.history.index == 1
    QTest.keyClick(panel.list, Qt.Key.Key_Up)
    assert panel.list.currentRow() == 0
    assert document.history.index == 1
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert document.history.index == 0
    assert "undone" in panel.list.item(2).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_name_outlives_undo_and_its_version_can_be_shown_again(open_window):
    window = begin(open_window)
    panel, document = window.panels["history"], window.document
    panel.list.item(1).setText("Before surgery")
    assert [version.label for version in document.history.named] == ["Before surgery"]
    assert document.dirty
    document.jump(0)
    document.apply("Age 5 years", document.project.with_edit(Age(years=5.0)))
    assert titles(panel) == ["Before surgery", "Model head", "Age 5 years"]
    click(panel, 0)
    assert document.project.edits[1].years == 62.0
    assert document.history.undo_name == "Before surgery"
    assert [version.label for version in document.history.kept] == ["Before surgery"]
    panel.list.item(0).setText("")
    assert document.history.kept == ()


def test_naming_makes_the_file_unsaved_and_saving_keeps_the_name(
    open_window, qtbot, tmp_path, store
):
    window = begin(open_window)
    from facewright.engine.files.project import load

    document = window.document
    document.path = tmp_path / "named.face"
    window.files.save()
    qtbot.waitUntil(lambda: not document.dirty)
    document.name_version(document.history.versions[1], "A")
    assert document.dirty
    window.files.save()
    qtbot.waitUntil(lambda: not document.dirty)
    loaded = load(tmp_path / "named.face", store)
    assert [version.label for version in loaded.history.versions] == ["", "A", ""]
    assert loaded.history.versions[1].time is not None


def test_search_deleting_and_comparing(open_window):
    window = begin(open_window)
    panel, document = window.panels["history"], window.document
    panel.search.setText("62")
    assert [panel.list.item(row).isHidden() for row in range(3)] == [True, False, True]
    panel.search.clear()
    panel.list.setCurrentRow(2)
    assert not panel.delete.isEnabled()
    assert "shown" in panel.delete.toolTip()
    panel.list.setCurrentRow(1)
    panel.compare.click()
    comparing = window.stage.comparer.state
    assert comparing.mode == "wipe"
    assert comparing.reference.project is document.history.versions[1].project
    panel.list.setCurrentRow(1)
    panel.delete.click()
    assert titles(panel) == ["Model head", "Age 70 years"]
    assert document.history.undo_name == "Age 70 years"
    texts = [action.text() for action in panel.menu(document.history.versions[0]).actions()]
    assert "Compare with this" in texts


def test_a_version_that_a_search_hid_while_it_was_named_can_be_named(open_window, qtbot, qtlog):
    window = begin(open_window)
    panel = window.panels["history"]
    panel.name.click()
    qtbot.wait(20)
    panel.search.setText("nothing is called so")
    qtbot.wait(20)
    panel.name.click()
    item = panel.list.currentItem()
    assert not item.isHidden()
    assert panel.list.state() == QAbstractItemView.State.EditingState
    assert [record.message for record in qtlog.records] == []

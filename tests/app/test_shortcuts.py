from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from facewright.app.actions import ACTIONS
from facewright.app.dialogs.sheet import ShortcutSheet
from facewright.app.dialogs.shortcuts import ShortcutsDialog
from facewright.engine.edits.age import Age


def keys_of(window, id: str) -> list[str]:
    return [key.toString() for key in window.actions_table[id].shortcuts()]


def test_a_new_key_works_at_once_and_is_kept(open_window):
    window = open_window()
    dialog = ShortcutsDialog(window)
    assert dialog.assign("file.export", "Ctrl+J") == ""
    assert keys_of(window, "file.export") == ["Ctrl+J"]
    assert "Ctrl+J" in window.actions_table["file.export"].toolTip()
    assert window.settings.get("keys", {}) == {"file.export": ["Ctrl+J"]}
    dialog.reset("file.export")
    assert keys_of(window, "file.export") == ["Ctrl+E"]
    assert window.settings.get("keys", {}) == {}
    dialog.deleteLater()


def test_a_key_that_another_action_has_is_refused(open_window):
    window = open_window()
    dialog = ShortcutsDialog(window)
    trouble = dialog.assign("file.export", "Ctrl+S")
    assert "Save" in trouble
    assert keys_of(window, "file.export") == ["Ctrl+E"]
    assert dialog.assign("file.save", "") == ""
    assert dialog.assign("file.export", "Ctrl+S") == ""
    dialog.reset("file.save")
    assert keys_of(window, "file.save") == []  # its own key has another owner now
    assert "Export" in dialog.note.text()
    dialog.reset()
    assert keys_of(window, "file.save") == ["Ctrl+S"]
    dialog.deleteLater()


def test_keys_are_pressed_not_typed(open_window, qtbot):
    window = open_window()
    dialog = ShortcutsDialog(window)
    dialog.show()
    dialog.tree.setCurrentItem(dialog._items["view.frame"])
    QTest.keyClick(
        dialog.field,
        Qt.Key.Key_H,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier,
    )
    assert keys_of(window, "view.frame") == ["Ctrl+Alt+H"]
    assert dialog._items["view.frame"].text(1) == QKeySequence("Ctrl+Alt+H").toString(
        QKeySequence.SequenceFormat.NativeText
    )
    dialog.close()
    dialog.deleteLater()


def test_search_finds_actions_and_keys(open_window):
    window = open_window(head=False)
    dialog = ShortcutsDialog(window)
    dialog.search.setText("ctrl+e")
    assert not dialog._items["file.export"].isHidden()
    assert dialog._items["file.open"].isHidden()
    dialog.search.setText("undo")
    assert not dialog._items["edit.undo"].isHidden()
    assert dialog._items["file.export"].isHidden()
    dialog.deleteLater()


def test_sheet_names_every_key_and_prints(open_window, tmp_path):
    window = open_window(head=False)
    sheet = ShortcutSheet(window)
    text = sheet.page.toPlainText()
    for spec in ACTIONS:
        if spec.keys:
            assert spec.name in text, spec.id
    sheet.save(str(tmp_path / "keys.pdf"))
    assert (tmp_path / "keys.pdf").read_bytes().startswith(b"%PDF")
    sheet.deleteLater()


def test_keys_that_a_slider_uses_are_no_shortcuts_on_it(open_window, qtbot):
    window = open_window()
    window.raise_panel("expression")
    slider = window.panels["expression"].list.slider("jawOpen")
    slider.setFocus()
    qtbot.waitUntil(slider.hasFocus)
    looks = []
    window.actions_table["view.three-quarter"].triggered.connect(lambda: looks.append(1))
    QTest.keyClick(slider, Qt.Key.Key_2)
    assert not looks
    assert slider.findChild(QLineEdit).text() == "2"  # its field for typing has opened
    window.viewport.setFocus()
    QTest.keyClick(window.viewport, Qt.Key.Key_2)
    assert looks


def test_standard_keys_are_there():
    keys = {key: spec.id for spec in ACTIONS for key in spec.keys if not spec.instead}
    wanted = {
        "Ctrl+O": "file.open", "Ctrl+S": "file.save", "Ctrl+Shift+S": "file.save_as",
        "Ctrl+E": "file.export", "Ctrl+Z": "edit.undo", "Ctrl+Shift+Z": "edit.redo",
        "Ctrl+Y": "edit.redo", "F1": "help.panel", "F11": "view.full_screen", "?": "help.keys",
        "F": "view.frame", "1": "view.front", "3": "view.right", "Ctrl+K": "help.find",
        "F3": "help.find",
    }  # fmt: skip
    assert {key: keys.get(key) for key in wanted} == wanted


def test_escape_puts_the_tool_down_wherever_the_focus_is(open_window, qtbot):
    window = open_window()
    for panel, control in (("mask", "invert"), ("mask", "radius"), ("compare", "reference")):
        window.raise_panel(panel)
        widget = getattr(window.panels[panel], control)
        widget.setEnabled(True)
        widget.setFocus()
        qtbot.waitUntil(widget.hasFocus)
        window.tools.use("mask")
        QTest.keyClick(widget, Qt.Key.Key_Escape)
        assert window.tools.current is None, control


def test_escape_in_a_value_ends_the_typing_alone(open_window, qtbot):
    window = open_window()
    window.raise_panel("mask")
    window.tools.use("mask")
    radius = window.panels["mask"].radius
    before = radius.number
    radius.edit("9")
    qtbot.waitUntil(radius._editor.hasFocus)
    QTest.keyClick(radius._editor, Qt.Key.Key_Escape)
    assert radius._editor is None
    assert radius.number == before
    assert window.tools.current is not None
    steps = window.panels["steps"]
    window.raise_panel("steps")
    window.document.apply("Age", window.document.project.with_edit(Age(years=50.0)))
    steps.list.setCurrentRow(1)
    steps._rename()
    name = steps.list.findChild(QLineEdit)
    qtbot.waitUntil(name.hasFocus)
    QTest.keyClick(name, Qt.Key.Key_Escape)
    assert window.tools.current is not None


def test_letters_choose_in_a_combo_box_and_are_no_shortcuts(open_window, qtbot):
    window = open_window()
    window.document.apply("Age", window.document.project.with_edit(Age(years=50.0)))
    window.raise_panel("steps")
    steps = window.panels["steps"]
    steps.list.setCurrentRow(1)
    steps.where.setFocus()
    qtbot.waitUntil(steps.where.hasFocus)
    QTest.keyClick(steps.where, Qt.Key.Key_N)
    assert steps.where.currentData() in ("nose", "neck")
    QTest.keyClick(steps.where, Qt.Key.Key_K)
    assert window.tools.current is None, "K takes up the brush for masks elsewhere"
    QTest.keyClick(window, Qt.Key.Key_K)
    assert window.tools.current is not None
    QTest.keyClick(steps.where, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.history.index < len(window.document.history.versions) - 1

"""Workspaces, docks, log and status line."""

from __future__ import annotations

import logging

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from facewright.app import docks as docks_module
from facewright.app.errors import Message, logger
from facewright.app.workspaces import NARROW, WORKSPACES

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea


def there(window, space):
    ids = [id for group in (*space.left, *space.right) for id in group]
    return {id for id in ids if id in window.docks}


def out(window):
    return {dock.spec.id for dock in window.docks if not dock.isHidden()}


@pytest.mark.parametrize("space", WORKSPACES, ids=lambda space: space.id)
def test_each_workspace_shows_its_panels(open_window, qtbot, space):
    window = open_window()
    window.workspaces.use(space.id)
    assert out(window) == there(window, space)
    for groups, side in ((space.left, LEFT), (space.right, RIGHT)):
        for id in (id for group in groups for id in group if id in window.docks):
            assert window.dockWidgetArea(window.docks[id]) == side
    assert window.workspace_switch.buttons[space.id].isChecked()
    for name, value in space.display.items():
        assert getattr(window.stage.display, name) == value


def test_a_workspace_is_found_as_it_was_left(open_window, qtbot):
    window = open_window()
    window.docks["history"].close()
    window.raise_panel("log")
    window.stage.change(look="wireframe")
    left = out(window)
    window.workspace_switch.buttons["studio"].click()
    assert out(window) == there(window, WORKSPACES[1])
    assert window.stage.display.look == "skin"
    window.workspace_switch.buttons["clinic"].click()
    assert out(window) == left
    assert window.stage.display.look == "wireframe"
    window.workspaces.reset()
    assert out(window) == there(window, WORKSPACES[0])
    assert window.stage.display.look == "skin"


def test_layouts_survive_the_program(open_window):
    window = open_window()
    window.workspaces.use("forensic")
    window.docks["identity"].close()
    left = out(window)
    window.document._saved = window.document.project
    assert window.close()
    again = open_window()
    assert again.workspaces.current.id == "forensic"
    assert out(again) == left


def test_layouts_of_a_program_with_other_panels_are_not_taken_up(open_window):
    window = open_window()
    window.workspaces.remember()
    layouts = dict(window.settings.get("layouts"))
    layouts["studio"] = {**layouts["clinic"], "panels": ["scan", "of another time"]}
    window.settings.set("layouts", layouts)
    window.workspaces.use("studio")
    assert out(window) == there(window, WORKSPACES[1])


def test_tab_hides_the_panels_and_brings_them_back(open_window, qtbot):
    window = open_window()
    before = out(window)
    window.viewport.setFocus()
    QTest.keyClick(window.viewport, Qt.Key.Key_Tab)
    assert out(window) == set()
    QTest.keyClick(window.viewport, Qt.Key.Key_Tab)
    assert out(window) == before
    window.workspaces.show_panels(False)
    window.raise_panel("expression")
    assert "expression" in out(window)


def test_saved_layouts_are_taken_up_by_name(open_window):
    from facewright.app.dialogs.layouts import LayoutsDialog

    window = open_window()
    dialog = LayoutsDialog(window, window.workspaces)
    assert not dialog.save.isEnabled()
    dialog.name.setText("Mine")
    window.docks["subject"].close()
    left = out(window)
    dialog.save.click()
    window.workspaces.reset()
    assert out(window) != left
    dialog.list.setCurrentRow(0)
    dialog.use.click()
    assert out(window) == left
    again = LayoutsDialog(window, window.workspaces)
    again.list.setCurrentRow(0)
    again.delete.click()
    assert window.workspaces.names == ()
    dialog.deleteLater()
    again.deleteLater()


def test_a_narrow_window_has_one_column_of_panels(open_window):
    window = open_window()
    window.resize(NARROW - 100, 700)
    window.workspaces.reset()
    assert {window.dockWidgetArea(window.docks[id]) for id in out(window)} == {RIGHT}
    assert out(window) == there(window, WORKSPACES[0])


def test_panels_can_be_closed_floated_and_opened_again(open_window, qtbot):
    window = open_window()
    dock = window.docks["log"]
    window.raise_panel("log")
    qtbot.waitUntil(dock.title.isVisible)  # it stands alone
    qtbot.waitUntil(lambda: window.docks["steps"].title.isHidden())  # a tab says what it is
    dock.toggle_floating()
    assert dock.isFloating()
    dock.toggle_floating()
    buttons = {button.accessibleName(): button for button in dock.title.findChildren(
        docks_module.QToolButton)}  # fmt: skip
    buttons["Close Log"].click()
    assert dock.isHidden()
    window.actions_table["panel.log"].trigger()
    assert not dock.isHidden()


def test_a_title_that_is_hidden_takes_no_room(open_window, qtbot):
    window = open_window()

    def panels_begin_at_the_top() -> bool:
        out = [dock for dock in window.docks if not dock.isHidden()]
        return all(dock.title.isHidden() and dock.widget().y() == 0 for dock in out)

    for width in (NARROW - 100, NARROW + 200):
        window.resize(width, 700)
        window.workspaces.reset()
        qtbot.waitUntil(panels_begin_at_the_top)


def test_panels_scroll_in_a_low_window(open_window, qtbot):
    window = open_window()
    window.resize(1366, 500)
    window.raise_panel("scan")
    scroll = window.docks["scan"].widget()
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    assert window.panels["scan"].width() <= scroll.viewport().width()


def test_the_log_tells_what_was_said_and_logged(open_window, qtbot, tmp_path, monkeypatch):
    window = open_window(head=False)
    window.tell(Message("poor", "The file is empty.", "line 1"))
    before = logger.level
    logger.setLevel(logging.INFO)
    try:
        logger.warning("no autosave: %s", "full")
    finally:
        logger.setLevel(before)
    panel = window.panels["log"]
    texts = [panel.list.item(row).text() for row in range(panel.list.count())]
    assert texts[0].endswith("Failed: The file is empty.")
    assert texts[1].endswith("Check: no autosave: full")
    panel.copy.click()
    assert "line 1" in QGuiApplication.clipboard().text()
    path = tmp_path / "log.txt"
    monkeypatch.setattr("facewright.app.dialogs.places.ask_save", lambda *_: path)
    panel.save.click()
    assert "The file is empty." in path.read_text(encoding="utf-8")


def test_the_status_line_says_what_draws_and_explains(open_window, qtbot):
    window = open_window()
    status = window.status
    qtbot.waitUntil(lambda: status.device.isVisible())
    assert status.unit.text() == "mm"
    assert "162" in status.vertices.text()
    assert status.fit.isHidden()  # a model head has no fit
    for label in (status.unit, status.device, status.vertices):
        assert len(label.toolTip()) > 20
        assert label.accessibleName()


def test_no_opengl_is_said_in_words_and_can_be_tried_again(open_window, qtbot, monkeypatch):
    window = open_window(head=False)
    with monkeypatch.context() as patch:
        patch.setattr("facewright.app.pages.drawing_problem", lambda: "No OpenGL here.")
        window.files.new_head()
        qtbot.waitUntil(lambda: window.document.is_open)
        assert window.viewport is None
        assert window.pages.currentWidget() is window.pages.no_view
        assert "No OpenGL here." in window.pages.no_view.text.text()
        window.pages.no_view.again.click()
        assert window.viewport is None
    window.pages.no_view.again.click()
    assert window.viewport is not None
    qtbot.waitUntil(lambda: window.viewport.pictures > 0)
    assert len(window.viewport.scene.vertices) == 162


def test_a_view_that_cannot_be_made_is_no_crash(open_window, qtbot, monkeypatch, caplog):
    window = open_window(head=False)

    def broken(*_args):
        raise RuntimeError("no framebuffer")

    with monkeypatch.context() as patch:
        patch.setattr("facewright.app.views.ViewGrid.__init__", broken)
        window.files.new_head()
        qtbot.waitUntil(lambda: window.document.is_open)
    assert "no framebuffer" in window.pages.no_view.text.text()
    assert window.document.shown is not None
    assert "no framebuffer" in caplog.text
    caplog.clear()  # its trace holds the window


def test_a_lost_context_can_be_made_anew(open_window, qtbot):
    window = open_window()
    window.viewport.lost.emit("The graphics driver was reset.")
    qtbot.waitUntil(lambda: window.viewport is None)
    assert "was reset" in window.pages.no_view.text.text()
    window.pages.no_view.again.click()
    qtbot.waitUntil(lambda: window.viewport is not None and window.viewport.pictures > 0)
    assert len(window.viewport.scene.vertices) == 162


def test_a_job_is_noted_in_the_log_and_work_is_written_aside_before_it(open_window, qtbot):
    window = open_window()
    project = window.document.project
    window.document.apply("Note", type(project)(edits=project.edits, notes="kept"))
    window.jobs.start("Working", lambda progress: None)
    qtbot.waitUntil(lambda: not window.jobs.busy and not window.files.writer.busy)
    assert list((window.settings.folder / "recovery").glob("*.face"))
    assert any("Working: done in" in entry.text for entry in window.log.entries)


def test_the_end_of_a_job_asks_for_attention_when_the_window_is_not_in_front(
    open_window, qtbot, monkeypatch
):
    from facewright.app.widgets import job_bar

    window = open_window(head=False)
    alerts = []
    monkeypatch.setattr(job_bar.QApplication, "alert", lambda *a: alerts.append(a))
    monkeypatch.setattr(type(window), "isActiveWindow", lambda _self: False)
    window.jobs.start("Working", lambda progress: None)
    qtbot.waitUntil(lambda: bool(alerts))

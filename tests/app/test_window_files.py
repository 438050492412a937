"""Files in the window: opened, dropped, saved, refused, and nothing lost."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from hands import drag, drag_age
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from facewright.app.dialogs import ask
from facewright.app.errors import Message
from facewright.engine.edits.start import Start
from facewright.engine.project import History


def test_title_tells_unsaved_changes_and_saving_clears_it(open_window, qtbot, tmp_path):
    window = open_window()
    assert not window.isWindowModified()
    window.raise_panel("subject")
    drag(window.panels["subject"].age.control("years"), 60.0)
    assert window.isWindowModified()
    window.document.path = tmp_path / "kept.face"
    window.files.save()
    qtbot.waitUntil(lambda: not window.isWindowModified())
    assert (tmp_path / "kept.face").is_file()
    shown = window.viewport.scene.vertices.copy()
    window.document.jump(0)
    window.document._saved = window.document.project
    window.files.open([tmp_path / "kept.face"])
    qtbot.waitUntil(lambda: window.document.history.index == 1)
    assert np.array_equal(window.viewport.scene.vertices, shown)
    assert window.windowTitle().startswith("kept")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.face", b"PK\x03\x04 no zip at all"),
        ("hostile.obj", b"v 0 0 0\nf 1 2 999999999999999999999\n"),
        ("empty.ply", b""),
        ("note.txt", b"not a scan"),
    ],
)
def test_hostile_file_gives_a_message_and_loses_nothing(
    open_window, qtbot, tmp_path, name, content
):
    window = open_window()
    window.raise_panel("subject")
    drag(window.panels["subject"].age.control("years"), 60.0)
    window.document._saved = window.document.project
    before, project = window.viewport.scene.vertices.copy(), window.document.project
    path = tmp_path / name
    path.write_bytes(content)
    window.files.open([path])
    qtbot.waitUntil(window.banner.isVisible)
    assert window.banner.message.level == "poor"
    assert not window.banner.message.details  # foreseen, not a crash
    assert window.document.project is project
    assert np.array_equal(window.viewport.scene.vertices, before)


def test_drop_opens_the_file(open_window, qtbot, tmp_path):
    window = open_window()
    from facewright.engine.files.project import save

    path = tmp_path / "dropped.face"
    save(window.document.history, path, window.document.models)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(400, 300), Qt.DropAction.CopyAction, data,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dropEvent(event)
    qtbot.waitUntil(lambda: window.document.path == path)
    assert window.settings.recent == (path,)


def test_closing_asks_for_unsaved_work(open_window, monkeypatch):
    window = open_window()
    drag_age(window)
    asked = []

    def answer(_parent, title, *_rest):
        asked.append(title)
        return ask.CANCEL

    monkeypatch.setattr(ask, "choose", answer)
    assert not window.close()
    assert asked == ["Save the changes to Toy?"]
    assert window.isVisible()
    monkeypatch.setattr(ask, "choose", lambda *_: "discard")


def test_a_project_is_seen_as_it_was_saved_while_the_head_model_is_missing(
    open_window, qtbot, tmp_path, store, monkeypatch
):
    from facewright.engine.edits.age import Age
    from facewright.engine.errors import ModelUnavailable
    from facewright.engine.evaluator import Evaluator
    from facewright.engine.files.project import save
    from facewright.engine.project import Project

    project = Project(edits=(Start(), Age(years=60.0)), models=(store.reference("lifespan"),))
    path = tmp_path / "old.face"
    face = Evaluator(store).face(project)
    save(History.of(project, "Model head"), path, store, face=face)

    def missing(*_: object) -> None:
        raise ModelUnavailable("The head model is not installed.")

    for name in ("rig", "lifespan", "get", "reference"):
        monkeypatch.setattr(store, name, missing)
    window = open_window(head=False)
    window.files.open([path])
    qtbot.waitUntil(lambda: window.document.is_open)
    seen = window.viewport.scene.vertices
    assert np.abs(seen - face.mesh.vertices).max() < 1e-3
    assert window.banner.message.level == "check"


def test_trouble_that_is_over_leaves_the_message_bar(open_window, qtbot, tmp_path):
    window = open_window()
    broken = tmp_path / "broken.obj"
    broken.write_bytes(b"\x00\x01" * 40)
    window.files.open([broken])
    qtbot.waitUntil(window.banner.isVisible)
    assert window.banner.message.level == "poor"
    window.files.new_head()
    qtbot.waitUntil(lambda: not window.banner.isVisible())


def test_trouble_leaves_the_message_bar_when_another_file_is_begun(
    open_window, qtbot, tmp_path, monkeypatch
):
    window = open_window()
    window.tell(Message("poor", "broken.obj is empty. Choose another file."))
    go_on = threading.Event()
    monkeypatch.setattr("facewright.app.scanning.read", lambda *_: go_on.wait(30) and 1 / 0)
    window.files.open([tmp_path / "other.obj"])
    try:
        assert window.jobs.busy
        assert not window.banner.isVisible()
    finally:
        go_on.set()
    qtbot.waitUntil(window.banner.isVisible)
    assert window.banner.message.details, "and its own trouble is told"


def test_a_project_that_is_opened_while_another_is_saved_keeps_its_own_place(
    open_window, qtbot, tmp_path
):
    window = open_window()
    first = window.document.history
    assert window.document.apply("Notes", replace(first.project, notes="x"))
    window.files._write(tmp_path / "first.face")
    other = History.of(replace(first.project, notes="y"), "Second")
    window.document.open(other, title="Second")
    qtbot.waitUntil(lambda: not window.files.writer.busy)
    assert (tmp_path / "first.face").is_file()
    assert window.document.path is None
    assert window.document.title == "Second"

"""Work that is kept aside while it is done, and offered again when it was lost."""

from __future__ import annotations

import errno

from facewright.app.dialogs import ask
from facewright.engine.edits.age import Age
from facewright.engine.edits.start import Start
from facewright.engine.files.project import save
from facewright.engine.project import History, Project


def change(window) -> None:
    project = window.document.project
    window.document.apply("Older", project.with_edit(Age(years=40.0)))


def autosave(window, qtbot):
    window.autosave.write()
    qtbot.waitUntil(lambda: not window.files.writer.busy)


def test_autosave_leaves_work_that_can_be_recovered(open_window, qtbot, monkeypatch):
    window = open_window()
    change(window)
    window.autosave.write()
    qtbot.waitUntil(lambda: not window.files.writer.busy)
    side = list((window.settings.folder / "recovery").glob("*.face"))
    assert len(side) == 1
    window.files.recover(side[0], None)
    monkeypatch.setattr(ask, "choose", lambda *_: "discard")
    qtbot.waitUntil(lambda: window.document.title == "Recovered")
    assert window.document.dirty
    assert len(window.document.history.versions) == 2


def test_work_that_a_crash_left_is_offered_at_the_next_start(
    open_window, qtbot, monkeypatch, tmp_path, store
):
    folder = tmp_path / "settings" / "recovery"
    folder.mkdir(parents=True)
    history = History.of(Project(edits=(Start(age=50.0),)), "Model head")
    save(history, folder / "left.face", store)
    window = open_window(head=False)
    asked = []
    monkeypatch.setattr(ask, "choose", lambda *a: asked.append(a[1]) or "recover")
    window.autosave.offer()
    qtbot.waitUntil(lambda: window.document.is_open)
    assert asked == ["Recover unsaved work?"]
    assert window.document.project.edits[0].age == 50.0
    assert window.document.dirty


def test_a_failed_autosave_is_said_once_and_tried_again(open_window, qtbot, monkeypatch):
    window = open_window()
    told, tell = [], window.files.tell
    window.files.tell = lambda message: (told.append(message), tell(message))
    change(window)

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    folder = window.settings.folder / "recovery"
    with monkeypatch.context() as patch:
        patch.setattr("facewright.engine.files.atomic.os.fsync", full)
        for _ in range(3):
            autosave(window, qtbot)
    assert not list(folder.glob("*.face"))
    assert [message.level for message in told] == ["check"]
    assert f"The disk of {folder} is full: free some space." in window.banner.text.text()
    autosave(window, qtbot)
    assert len(list(folder.glob("*.face"))) == 1
    assert [message.level for message in told] == ["check", "good"]


def test_a_folder_that_takes_no_autosave_is_named(open_window, qtbot):
    window = open_window()
    folder = window.settings.folder / "recovery"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_bytes(b"in the way")
    change(window)
    autosave(window, qtbot)
    assert f"{folder} cannot be written" in window.banner.text.text()
    folder.unlink()
    autosave(window, qtbot)
    assert len(list(folder.glob("*.face"))) == 1

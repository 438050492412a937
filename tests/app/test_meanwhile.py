"""What the user does while a job runs is neither lost nor in its way."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from facewright.app.dialogs import ask
from facewright.engine.edits.age import Age
from facewright.engine.files import project as project_files
from facewright.engine.files.project import save
from facewright.engine.project import History


def grow_old(window, years=60.0):
    project = window.document.project
    window.document.apply("Age", replace(project, edits=(project.edits[0], Age(years=years))))


@pytest.fixture
def asked(monkeypatch):
    """What was asked; every question is answered by `answer`, the last option at first."""

    class Asked(list):
        answer = ask.CANCEL

    questions = Asked()

    def choose(_parent, title, *_rest):
        questions.append(title)
        return questions.answer

    monkeypatch.setattr(ask, "choose", choose)
    return questions


@pytest.fixture
def slow(monkeypatch):
    """Loading a project waits for this event."""
    go_on, load = threading.Event(), project_files.load

    def waiting(*args):
        assert go_on.wait(20)
        return load(*args)

    monkeypatch.setattr(project_files, "load", waiting)
    yield go_on
    go_on.set()


def test_edits_made_while_a_file_is_opened_are_asked_for(
    open_window, qtbot, tmp_path, store, slow, asked
):
    window = open_window()
    other = tmp_path / "other.face"
    save(History.of(replace(window.document.project, notes="other"), "Other"), other, store)
    window.files.open([other])
    assert asked == []
    grow_old(window)
    kept = window.document.project
    slow.set()
    qtbot.waitUntil(lambda: not window.jobs.busy)
    assert asked == ["Save the changes to Toy?"]
    assert window.document.project is kept
    assert window.document.title == "Toy"
    asked.answer = "discard"
    window.files.open([other])
    qtbot.waitUntil(lambda: window.document.title == "other")
    assert len(asked) == 2, "who has answered is not asked again"


def test_escape_and_undo_leave_a_job_alone(open_window, qtbot, tmp_path, store, slow, asked):
    window = open_window()
    grow_old(window)
    other = tmp_path / "other.face"
    save(window.document.history, other, store)
    asked.answer = "discard"
    window.files.open([other])
    window.tools.use("mask")
    for _ in range(2):
        QTest.keyClick(window.viewport, Qt.Key.Key_Escape)
    assert window.tools.current is None
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(window.document.project.edits) == 1
    assert window.jobs.busy
    QTest.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    assert not window.jobs.busy
    slow.set()
    qtbot.wait(50)
    assert window.document.title == "Toy"


def test_closing_while_an_export_runs_asks(open_window, qtbot, tmp_path, monkeypatch, asked):
    window = open_window()

    def export_face(*_args, progress, **_named):
        while True:
            progress(0.5, "Writing")
            time.sleep(0.01)

    monkeypatch.setattr("facewright.engine.files.export.export_face", export_face)
    window.files.export(tmp_path / "head.glb")
    assert not window.close()
    assert asked == ["Stop the export?"]
    assert window.jobs.busy
    asked.answer = "stop"
    assert window.close()
    assert not (tmp_path / "head.glb").exists()


def test_a_window_that_closes_is_gone_at_once_though_a_job_takes_its_time(
    open_window, qtbot, monkeypatch
):
    window = open_window()
    stubborn = threading.Event()
    seen = []
    wait = window.jobs._pool.waitForDone

    def waiting(milliseconds):
        seen.append(window.isVisible())
        stubborn.set()
        return wait(milliseconds)

    monkeypatch.setattr(window.jobs._pool, "waitForDone", waiting, raising=False)
    window.jobs.start("Fitting", lambda _progress: stubborn.wait(20))
    assert window.close()
    assert seen == [False]


def test_the_program_ends_though_a_thread_works_on(tmp_path):
    code = (
        "import sys, time; from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "import facewright.app.jobs as jobs, facewright.app.main as program\n"
        "jobs._STOP_WAIT_MS = 200\n"
        "def forever(_progress):\n"
        "    while True: time.sleep(0.01)\n"
        "def close():\n"
        "    window = next(w for w in app.topLevelWidgets() if hasattr(w, 'aside'))\n"
        "    window.aside.start('', forever)\n"
        "    QTimer.singleShot(200, window.close)\n"
        "app = QApplication([])\n"
        "program.warm_up = lambda window: None\n"
        "QTimer.singleShot(500, close)\n"
        f"sys.exit(program.main(['--settings', {str(tmp_path)!r}]))\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "settings.json").is_file()


def test_saves_that_follow_each_other_do_not_queue(open_window, qtbot, tmp_path, monkeypatch):
    window = open_window()
    written, real, all_asked = [], project_files.save, threading.Event()

    def slow_save(history, *args, **named):
        assert all_asked.wait(20)
        written.append(history)
        real(history, *args, **named)

    monkeypatch.setattr(project_files, "save", slow_save)
    window.document.path = tmp_path / "kept.face"
    for years in range(30, 40):
        grow_old(window, float(years))
        window.files.save()
    all_asked.set()
    qtbot.waitUntil(lambda: not window.files.writer.busy)
    assert len(written) <= 2, "the one that was begun, and the last"
    assert written[-1] is window.document.history
    assert not window.document.dirty

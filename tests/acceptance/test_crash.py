"""kill -9 at any moment: a minute of work is lost at most, and the saved file is never damaged."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from toy import ToyStore

from facewright.app.dialogs import ask
from facewright.app.settings import AUTOSAVE, Settings
from facewright.app.window import MainWindow
from facewright.engine.files.project import load
from facewright.engine.files.recovery import leftovers

pytestmark = pytest.mark.acceptance

TESTS = Path(__file__).resolve().parents[1]
AUTOSAVE_MS = 400
KILLS = 3

PROGRAM = f"""
import os, sys, time
sys.path.insert(0, {str(TESTS)!r})
from dataclasses import replace
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from toy import ToyStore
from facewright.app.settings import Settings
from facewright.app.window import MainWindow

folder, mode = Path(sys.argv[1]), sys.argv[2]
app = QApplication([])
window = MainWindow(ToyStore(), Settings(folder / "settings"))
window.resize(900, 600)
window.show()
window.files.new_head()
edits = 0

def opened():
    # until the head has its file nothing is edited and nothing kept
    window.document.path = folder / "work.face"
    window.autosave._timer.setInterval({AUTOSAVE_MS})

window.document.opened.connect(opened)

def edit():
    global edits
    document = window.document
    if document.path is None:
        return
    edits += 1
    document.apply("Note", replace(document.project, notes=str(edits)))
    if mode == "saving":
        window.files.save()
    (folder / "log").open("a").write(f"{{edits}} {{time.time()}}\\n")

timer = QTimer()
timer.setInterval(30)
timer.timeout.connect(edit)
timer.start()
app.exec()
"""


def edited(folder: Path) -> list[tuple[int, float]]:
    """The edits of the program that was killed, and when each was made."""
    log = folder / "log"
    if not log.is_file():
        return []
    lines = [line.split() for line in log.read_text().splitlines()]
    return [(int(line[0]), float(line[1])) for line in lines if len(line) == 2]


def run_and_kill(folder: Path, mode: str, after: float) -> float:
    """Let the program edit for `after` seconds, kill it, and return when that was."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", PROGRAM, str(folder), mode]
    program = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        begun = time.monotonic()
        while not edited(folder):
            assert program.poll() is None, program.stderr.read()
            assert time.monotonic() - begun < 60.0, "the program does not begin to edit"
            time.sleep(0.01)
        time.sleep(after)
        assert program.poll() is None, program.stderr.read()
    finally:
        killed = time.time()
        program.send_signal(signal.SIGKILL)
        program.wait(10)
        program.stderr.close()
    return killed


@pytest.mark.parametrize("mode", ["editing", "saving"])
def test_killed_at_any_moment(qtbot, tmp_path, mode):
    rng = random.Random(mode)
    for number in range(KILLS):
        folder = tmp_path / str(number)
        folder.mkdir()
        killed = run_and_kill(folder, mode, rng.uniform(0.3, 1.8))
        last = edited(folder)[-1][0]
        saved = 0
        if (folder / "work.face").exists():
            saved = int(load(folder / "work.face", ToyStore()).history.project.notes)
        left = leftovers(folder / "settings" / "recovery")
        kept = [int(load(item.path, ToyStore()).history.project.notes or 0) for item in left]
        best = max([saved, *kept])
        if mode == "saving":
            assert (folder / "work.face").exists() or last < 10
        lost = [when for note, when in edited(folder) if note > best]
        # the work since the last autosave, and what was being written
        assert not lost or killed - lost[0] < AUTOSAVE_MS / 1000 + 1.5, (number, best, last)
        assert not left or left[0].original == folder / "work.face"


def test_what_a_kill_left_is_offered_taken_up_and_offered_no_more_once_saved(
    qtbot, tmp_path, monkeypatch
):
    run_and_kill(tmp_path, "editing", 1.5)
    asked = []

    def answer(_parent, title, text, options, default):
        asked.append((title, text))
        return default

    monkeypatch.setattr(ask, "choose", answer)
    window = MainWindow(ToyStore(), Settings(tmp_path / "settings"))
    window.show()
    window.autosave.offer()
    assert asked[0][0] == "Recover unsaved work?"
    assert "work.face" in asked[0][1]
    qtbot.waitUntil(lambda: window.document.is_open, timeout=10_000)
    assert int(window.document.project.notes) > 0
    assert window.document.dirty
    assert window.document.path == tmp_path / "work.face"
    folder = tmp_path / "settings" / "recovery"
    own = window.autosave._slot
    qtbot.waitUntil(lambda: leftovers(folder) == (), timeout=10_000)  # this run holds it now
    assert own is None or own.path.exists()
    assert list(folder.glob("*.face"))
    window.files.save()
    qtbot.waitUntil(lambda: not window.document.dirty, timeout=10_000)
    assert window.close()
    window.deleteLater()
    assert leftovers(folder) == ()
    assert list(folder.glob("*.face")) == []


def test_work_is_kept_each_minute_unless_the_user_wants_otherwise(qtbot, tmp_path):
    window = MainWindow(ToyStore(), Settings(tmp_path / "settings"))
    assert window.autosave._timer.isActive()
    assert window.autosave._timer.interval() <= 60_000
    window.settings.choose(AUTOSAVE, 5)
    assert window.autosave._timer.interval() == 300_000
    window.close()
    window.deleteLater()
    text = (tmp_path / "settings" / "settings.json").read_text()
    assert json.loads(text)["autosave_minutes"] == 5

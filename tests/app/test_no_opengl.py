"""Screens without OpenGL, broken drivers and old ones: said in words, never a crash.

Each in a process of its own: what Qt and Mesa find out about a screen lasts as long as that.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

PROGRAM = f"""
import json, os, sys
sys.path.insert(0, {str(TESTS)!r})
from pathlib import Path
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from toy import ToyStore
from facewright.app import theme
from facewright.app.settings import Settings
from facewright.app.window import MainWindow
from facewright.engine.edits.age import Age

def wait(ready):
    for _ in range(1000):
        if ready():
            return
        QTest.qWait(20)

folder = Path(sys.argv[1])
app = QApplication([])
theme.apply(app)
window = MainWindow(ToyStore(), Settings(folder / "settings"))
window.show()
window.files.new_head()
wait(lambda: window.document.is_open)
QTest.qWait(300)
first = window.viewport is None
window.pages.no_view.again.click()
QTest.qWait(300)
document = window.document
document.apply("Age", document.project.with_edit(Age(years=60.0)))
document.path = folder / "work.face"
window.files.save()
wait(lambda: not document.dirty)
window.actions_table["view.front"].trigger()
said = dict(
    first=first,
    view=window.viewport is not None,
    page=window.pages.currentWidget() is window.pages.no_view,
    text=window.pages.no_view.text.text(),
    again=window.pages.no_view.again.isVisible(),
    told=[entry.text for entry in window.log.entries],
    status=window.status.device.text(),
    front=window.actions_table["view.front"].isEnabled(),
    saved=(folder / "work.face").is_file(),
    dirty=document.dirty,
)
closed = window.close()
window.deleteLater()
QTest.qWait(50)
print(json.dumps({{**said, "closed": closed}}))
"""


def run(folder: Path, **environment: str) -> dict[str, object]:
    """Open, edit, save and close on a screen that `environment` spoils."""
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", PROGRAM, str(folder)],
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.strip().splitlines()[-1])
    assert isinstance(said, dict)
    return said


@pytest.mark.skipif(sys.platform != "linux", reason="names what X11 and Mesa read")
@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"QT_XCB_GL_INTEGRATION": "none"}, "no OpenGL"),
        ({"QT_QPA_PLATFORM": "minimal"}, "no OpenGL"),
        ({"MESA_GL_VERSION_OVERRIDE": "2.1"}, "3.2 is needed"),
        ({"LIBGL_DRIVERS_PATH": "/nowhere", "GALLIUM_DRIVER": "none"}, "no OpenGL"),
    ],
    ids=["no integration", "no screen", "old", "no driver"],
)
def test_work_goes_on_without_opengl(tmp_path, environment, words):
    said = run(tmp_path, **environment)
    assert said["saved"]
    assert not said["dirty"]
    assert said["closed"]
    assert said["first"]
    assert not said["view"]
    assert said["page"]
    assert said["again"]
    assert words in said["text"]
    assert "Your work is safe" in said["text"]
    told = [text for text in said["told"] if words in text]
    assert len(told) == 2  # once at first, and once when tried again
    assert not said["front"]

"""Make a sample older and smiling by keys alone, from the welcome page to files on the disk."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

pytestmark = pytest.mark.acceptance

MOST_TABS = 60


@pytest.fixture
def window(qtbot, user_window):
    user_window.activateWindow()
    qtbot.waitUntil(user_window.isActiveWindow)
    return user_window


class Keyboard:
    """Presses keys where the focus is, and waits until the window has answered."""

    def __init__(self, qtbot) -> None:
        self._qtbot = qtbot
        self.pressed = 0

    def press(self, keys: str) -> None:
        """Press keys as `QKeySequence` writes them."""
        combination = QKeySequence(keys)[0]
        handle = self.front().windowHandle()
        QTest.keyClick(handle, combination.key(), combination.keyboardModifiers())
        self.pressed += 1
        QApplication.processEvents()

    def write(self, text: str) -> None:
        """Type letters and digits one after the other."""
        for letter in text:
            QTest.keyClick(self.front().windowHandle(), letter)
            self.pressed += 1
        QApplication.processEvents()

    def tab_to(self, name: str) -> None:
        """Press Tab until the control of that accessible name has the focus."""
        for _ in range(MOST_TABS):
            if self.focus().startswith(name):
                return
            self.press("Tab")
        raise AssertionError(f"{MOST_TABS} times Tab does not reach {name}: {self.focus()}")

    def answer(self, kind: type[QDialog], *texts: str) -> None:
        """Once a dialog of that kind asks, type into it and press Return."""
        end = time.monotonic() + 30.0

        def poll() -> None:
            dialog, focus = QApplication.activeModalWidget(), QApplication.focusWidget()
            if isinstance(dialog, kind) and focus is not None and dialog.isAncestorOf(focus):
                for text in texts:
                    self.write(text)
                self.press("Return")
                return
            if isinstance(dialog, kind):
                dialog.activateWindow()  # without a window manager nobody else does
            if time.monotonic() < end:
                QTimer.singleShot(20, poll)

        QTimer.singleShot(20, poll)

    @staticmethod
    def front() -> QWidget:
        """The window that keys go to."""
        front = QApplication.activeModalWidget() or QApplication.activeWindow()
        assert front is not None
        return front

    @staticmethod
    def focus() -> str:
        """The accessible name of what has the focus."""
        widget = QApplication.focusWidget()
        face = None if widget is None else QAccessible.queryAccessibleInterface(widget)
        return "" if face is None else face.text(QAccessible.Text.Name)


def test_older_and_smiling_by_keys_alone(window, qtbot, tmp_path):
    from facewright.app.dialogs.export import ExportDialog
    from facewright.app.dialogs.picture import PictureDialog
    from facewright.app.samples import shipped

    if not any(sample.path and sample.path.stem == "adult" for sample in shipped()):
        pytest.skip("the adult scan is not among the samples")
    keyboard, document = Keyboard(qtbot), window.document

    def back() -> bool:
        if QApplication.activeModalWidget() is not None:
            return False
        if not window.isActiveWindow():
            window.activateWindow()  # without a window manager nobody else does
        return window.isActiveWindow()

    def written(name: str) -> Path:
        path = tmp_path / name
        qtbot.waitUntil(lambda: path.is_file() and not window.jobs.busy, timeout=120_000)
        qtbot.waitUntil(back)
        return path

    keyboard.tab_to("Adult scan")
    keyboard.press("Return")
    qtbot.waitUntil(lambda: window.jobs.busy)
    qtbot.waitUntil(lambda: document.registration is not None, timeout=240_000)
    head = window.viewport.scene.vertices.copy()

    keyboard.press("Ctrl+K")
    keyboard.write("age")
    keyboard.press("Return")
    qtbot.waitUntil(back)
    assert keyboard.focus() == "Age"
    keyboard.write("70")
    keyboard.press("Return")
    qtbot.waitUntil(lambda: document.history.undo_name.startswith("Age"))
    assert document.face_at().subject.age.value == pytest.approx(70.0)

    keyboard.press("Ctrl+K")
    keyboard.write("panel expression")
    keyboard.press("Return")
    qtbot.waitUntil(back)
    keyboard.tab_to("Expression smile")
    keyboard.press("Space")
    qtbot.waitUntil(lambda: document.history.undo_name == "Expression smile")
    assert np.abs(window.viewport.scene.vertices - head).max() > 2.0

    keyboard.answer(QFileDialog, "older")
    keyboard.press("Ctrl+S")
    written("older.face")
    qtbot.waitUntil(lambda: not document.dirty)

    keyboard.answer(PictureDialog)
    keyboard.answer(QFileDialog, "older")
    keyboard.press("Ctrl+Shift+E")
    picture = np.asarray(PIL.Image.open(written("older.png")))
    assert picture.std() > 10.0

    keyboard.answer(ExportDialog)
    keyboard.answer(QFileDialog, "older")
    keyboard.press("Ctrl+E")
    assert b'"mouthSmileLeft"' in written("older.glb").read_bytes()
    assert keyboard.pressed < 150

"""What a new user does first, by clicks on what is visible; each task with its number of clicks.

Where `FACEWRIGHT_PICTURES` names a folder, the window is saved there after each click.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QLineEdit,
    QTabBar,
    QTreeWidget,
    QWidget,
)

from facewright.app.widgets.slider import NamedSlider

pytestmark = pytest.mark.acceptance

_LEFT = Qt.MouseButton.LeftButton


class Hand:
    """Clicks, drags and types on what the window shows, as one who sees it for the first time.

    Attributes
    ----------
    clicks : int
        Presses of a mouse button; letters are not counted.
    """

    def __init__(self, window, qtbot, task: str) -> None:
        self._window, self._qtbot, self._task = window, qtbot, task
        self.clicks = 0

    def click(self, text: str, inside: QWidget | None = None) -> None:
        """Press the visible button of that text."""
        button = self._shown(
            QAbstractButton,
            lambda b: b.text().strip().replace("&", "") == text and b.isEnabled(),
            text,
            inside,
        )
        self._press(button, button.rect().center())

    def tab(self, text: str) -> None:
        """Press the visible tab of that text."""
        bar = self._shown(
            QTabBar, lambda b: text in [b.tabText(at) for at in range(b.count())], text
        )
        at = next(at for at in range(bar.count()) if bar.tabText(at) == text)
        self._press(bar, bar.tabRect(at).center())

    def row(self, start: str) -> None:
        """Press the row of a table that begins with that text."""
        for tree in self._all(QTreeWidget):
            found = tree.findItems(
                start, Qt.MatchFlag.MatchStartsWith | Qt.MatchFlag.MatchRecursive
            )
            if found:
                spot = tree.visualItemRect(found[0]).center()
                assert tree.viewport().rect().contains(spot), f"{start} is not in view"
                self._press(tree.viewport(), spot)
                return
        raise AssertionError(f"no row is called {start}")

    def write(self, field: str, text: str) -> None:
        """Press into the field of that hint and type."""
        line = self._shown(QLineEdit, lambda box: box.placeholderText() == field, field)
        self._press(line, line.rect().center())
        QTest.keyClicks(line, text)
        self._wait(0.5)

    def slide(self, name: str, number: float) -> None:
        """Drag the handle of the visible slider of that name to a number."""
        slider = self._shown(NamedSlider, lambda s: s.label == name, name)
        bar = slider.bar()
        begin = QPointF(slider.position_of(slider.number), bar.center().y()).toPoint()
        end = QPointF(slider.position_of(number), bar.center().y()).toPoint()
        self._drag(slider, begin, end)

    def drag(self, begin: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag over the view, places as shares of its width and height."""
        view = self._window.viewport
        spots = [QPoint(round(x * view.width()), round(y * view.height())) for x, y in (begin, end)]
        self._drag(view, *spots)

    def answer(self, kind: type[QDialog], button: str, text: str = "") -> None:
        """Once a dialog of that kind asks, type into it and press a button."""
        end = time.monotonic() + 30.0

        def poll() -> None:
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, kind) and dialog.isVisible():
                self._see(dialog)
                if text:
                    QTest.keyClicks(dialog.findChild(QLineEdit), text)
                self.click(button, dialog)
            elif time.monotonic() < end:
                QTimer.singleShot(20, poll)

        QTimer.singleShot(20, poll)

    # -- inside ------------------------------------------------------------------------------

    def _all(self, kind: type) -> list:
        return [widget for widget in self._window.findChildren(kind) if widget.isVisible()]

    def _shown(self, kind: type, fits, text: str, inside: QWidget | None = None):
        holder = self._window if inside is None else inside
        for widget in holder.findChildren(kind):
            middle = widget.rect().center()
            if widget.isVisible() and fits(widget) and widget.visibleRegion().contains(middle):
                return widget
        raise AssertionError(f"{self._task}: nothing in view is called {text}")

    def _press(self, widget: QWidget, spot: QPoint) -> None:
        self.clicks += 1
        QTest.mouseClick(widget, _LEFT, Qt.KeyboardModifier.NoModifier, spot)
        self._wait(0.3)
        self._see(self._window)

    def _drag(self, widget: QWidget, begin: QPoint, end: QPoint) -> None:
        self.clicks += 1
        QTest.mouseMove(widget, begin)
        QTest.mousePress(widget, _LEFT, Qt.KeyboardModifier.NoModifier, begin)
        for share in np.linspace(0.1, 1.0, 8):
            QTest.mouseMove(widget, begin + (end - begin) * float(share))
            self._wait(0.03)
        QTest.mouseRelease(widget, _LEFT, Qt.KeyboardModifier.NoModifier, end)
        self._wait(0.5)
        self._see(self._window)

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.005)

    def _see(self, widget: QWidget) -> None:
        folder = os.environ.get("FACEWRIGHT_PICTURES")
        if folder:
            name = re.sub(r"\W+", "-", self._task)
            widget.grab().save(str(Path(folder) / f"{name}-{self.clicks}.png"))


@pytest.fixture
def begin(qtbot, user_window):
    """Return a hand for a task, in a new user's window with the sample scan open."""
    from facewright.app.samples import shipped
    from facewright.app.widgets.tile import Tile

    if not any(sample.path and sample.path.stem == "adult" for sample in shipped()):
        pytest.skip("the adult scan is not among the samples")
    window = user_window

    def make(task: str) -> tuple[Hand, object]:
        hand = Hand(window, qtbot, task)
        hand._wait(0.5)
        assert any(tile.isVisible() for tile in window.findChildren(Tile))
        hand.click("Adult scan")
        qtbot.waitUntil(lambda: window.document.registration is not None, timeout=240_000)
        qtbot.waitUntil(lambda: not window.jobs.busy, timeout=60_000)
        hand._wait(0.5)
        return hand, window

    return make


def shape(window) -> np.ndarray:
    return np.asarray(window.document.shown.face.mesh.vertices).copy()


def test_make_me_older_and_smiling(begin):
    hand, window = begin("older")
    before = shape(window)
    hand.slide("Age", 70.0)
    assert window.document.face_at().subject.age.value == pytest.approx(70.0, abs=1.5)
    hand.tab("Expression")
    hand.click("Smile")
    assert window.document.history.undo_name == "Expression smile"
    assert np.abs(shape(window) - before).max() > 2.0
    assert hand.clicks <= 4


def test_the_first_slider_changes_what_is_seen(begin):
    """Whoever comes to make someone older takes the first slider that says age."""
    _, window = begin("first-slider")
    sliders = [s for s in window.findChildren(NamedSlider) if s.isVisible()]
    top = min(sliders, key=lambda s: (s.mapTo(window, QPoint()).x() < window.width() / 2,
                                      s.mapTo(window, QPoint()).y()))  # fmt: skip
    assert top.label == "Age"


def test_narrow_this_scans_nose_by_a_slider(begin):
    hand, window = begin("nose-slider")
    before = shape(window)
    hand.tab("Shape")
    hand.write("Search", "nose")
    hand.slide("Nose width", -1.5)
    nose = window.document.shown.face.mesh.topology.regions["nose"] > 0.5
    moved = np.linalg.norm(shape(window) - before, axis=1)
    assert moved[nose].max() > 0.5
    assert hand.clicks <= 4


def test_push_this_scans_nose_by_a_brush(begin):
    hand, window = begin("nose-brush")
    before = shape(window)
    hand.tab("Sculpt")
    hand.click("Grab")
    hand.drag((0.5, 0.52), (0.53, 0.52))
    nose = window.document.shown.face.mesh.topology.regions["nose"] > 0.5
    moved = np.linalg.norm(shape(window) - before, axis=1)
    assert moved[nose].max() > 0.5
    assert hand.clicks <= 4


def test_measure_and_compare(begin, qtbot):
    hand, window = begin("measure")
    hand.slide("Age", 70.0)
    hand.tab("Measure")
    hand.row("zy-zy")
    hand.tab("Compare")
    hand.click("Difference map")
    hand._wait(1.0)
    assert window.stage.comparer.state.mode == "difference"
    hand._see(window)
    assert hand.clicks <= 6


def test_export_for_blender(begin, qtbot, tmp_path):
    from facewright.app.dialogs.export import ExportDialog

    hand, window = begin("export")
    hand.answer(ExportDialog, "Choose place…")
    hand.answer(QFileDialog, "Save", "head")
    hand.click("Export")
    path = tmp_path / "head.glb"
    qtbot.waitUntil(lambda: path.is_file() and not window.jobs.busy, timeout=120_000)
    assert path.read_bytes()[:4] == b"glTF"
    assert hand.clicks <= 4

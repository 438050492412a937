"""A window over the toy head, and the check that nothing of it stays behind."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from benches import shown, working
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from scan_answers import answering, write_scan
from toy import ToyStore

from facewright.app import theme
from facewright.app.panels.base import Panel
from facewright.app.panels.expression import ExpressionPanel
from facewright.app.settings import Settings
from facewright.app.widgets.face_grid import FaceGrid
from facewright.app.window import MainWindow
from facewright.engine.edits.start import Start
from facewright.engine.project import History, Project

PATIENCE = 60_000
"""Ms to wait for what must come; how soon is for the tests of speed."""

VTK_KINDS = ("Renderer", "RenderWindow", "Actor", "Texture", "PolyData")


def living_vtk() -> list[Any]:
    """Return the VTK objects of the kinds that views are made of that Python still holds."""
    names = [(thing, type(thing).__name__) for thing in gc.get_objects()]
    return [thing for thing, name in names if name.startswith("vtk") and name.endswith(VTK_KINDS)]


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """A bot that waits for what must come as long as a busy machine may take."""
    bot = QtBot(request)
    for name in ("waitUntil", "waitSignal", "waitExposed"):
        setattr(bot, name, partial(getattr(bot, name), timeout=PATIENCE))
    return bot


@pytest.fixture
def store() -> ToyStore:
    return ToyStore()


@pytest.fixture
def open_window(
    qtbot: QtBot, tmp_path: Path, store: ToyStore
) -> Iterator[Callable[..., MainWindow]]:
    """Open windows; afterwards no thread, timer, interactor or VTK object of them lives."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app)
    gc.collect()
    vtk_before, threads_before = living_vtk(), set(threading.enumerate())
    windows: list[MainWindow] = []

    def make(*, head: bool = True, **options: Any) -> MainWindow:
        window = MainWindow(store, Settings(tmp_path / "settings"), **options)  # type: ignore[arg-type]
        windows.append(window)
        window.resize(1280, 800)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        if head:
            project = Project(edits=(Start(),), models=(store.reference("lifespan"),))
            window.document.open(History.of(project, "Model head"), title="Toy", saved=True)
            assert window.viewport is not None
            qtbot.waitUntil(lambda: window.viewport.pictures > 0)
            qtbot.waitUntil(window.isActiveWindow)
        return window

    yield make
    alive: list[weakref.ref[Any]] = []
    for window in windows:
        window.document.saved_as(tmp_path / "left.face", window.document.history)  # it may go
        view = window.viewport
        lanes = (window.jobs, window.files.writer)
        alive += [weakref.ref(thing) for thing in (window.document, window.stage, window.files)]
        if view is not None:
            alive += [weakref.ref(thing) for thing in (view.scene, view.orbit, view.bindings)]
        assert window.close()
        assert all(not lane.busy and lane._pool.activeThreadCount() == 0 for lane in lanes)
        window.deleteLater()
        del window, view, lanes
    windows.clear()
    for _ in range(3):
        app.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
        app.processEvents()
        gc.collect()
    assert [ref() for ref in alive if ref() is not None] == []
    known = {id(thing) for thing in vtk_before}  # held until here, so no id stands for two
    assert [type(thing) for thing in living_vtk() if id(thing) not in known] == []
    left = set(threading.enumerate()) - threads_before
    assert not [thread for thread in left if "Dummy" not in thread.name]


@pytest.fixture
def small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw faces in tiles small, which is quick."""
    monkeypatch.setattr(FaceGrid, "side", 32)


@pytest.fixture
def scan_file(tmp_path: Path, store: ToyStore) -> Path:
    """The toy head as a scan."""
    return write_scan(tmp_path, store)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, store: ToyStore) -> SimpleNamespace:
    """What the engine would answer about a scan; tests change its fields."""
    return answering(monkeypatch, store)


@pytest.fixture
def bench() -> Iterator[Any]:
    """What panels need of a window, with the toy head."""
    with working() as bench:
        yield bench


@pytest.fixture
def shown_panel(qtbot: QtBot) -> Iterator[Callable[[Panel], Panel]]:
    """Shows panels at the least width they have in the window, and stops them afterwards."""
    panels: list[Panel] = []

    def show(panel: Panel) -> Panel:
        panels.append(shown(panel, qtbot))
        return panel

    yield show
    for panel in panels:
        panel.stop()


@pytest.fixture
def expression(bench: Any, shown_panel: Callable[[Panel], Panel]) -> Panel:
    """The panel of expressions over the test's own bench."""
    return shown_panel(ExpressionPanel(bench))

"""The models that ship, for tests on real heads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from stores import shipped

from facewright.engine.errors import ModelUnavailable
from facewright.engine.models.store import ModelStore

if TYPE_CHECKING:
    from facewright.app.window import MainWindow


@pytest.fixture(scope="module")
def models() -> ModelStore:
    """The head model; tests that need it skip without it."""
    store = shipped()
    try:
        store.lifespan()
    except ModelUnavailable as missing:
        pytest.skip(str(missing))
    return store


@pytest.fixture(scope="module")
def finding_models(models: ModelStore) -> ModelStore:
    """The same with the networks that find landmarks."""
    try:
        models.network("face_landmark")
    except ModelUnavailable as missing:
        pytest.skip(str(missing))
    return models


@pytest.fixture
def window_models() -> ModelStore:
    """What a window on a scan works with, the landmark networks included."""
    store = shipped()
    try:
        store.rig()
        store.faces()
    except ModelUnavailable as missing:
        pytest.skip(str(missing))
    return store


@pytest.fixture
def user_window(qtbot: Any, tmp_path: Path, window_models: ModelStore) -> Iterator[MainWindow]:
    """The window as a new user sees it, on a small screen; files are asked for in `tmp_path`."""
    from PySide6.QtWidgets import QApplication

    from facewright.app import theme
    from facewright.app.settings import Settings
    from facewright.app.window import MainWindow

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app)
    settings = Settings(tmp_path / "settings")
    settings.set("folder", str(tmp_path))
    window = MainWindow(window_models, settings)
    window.resize(1366, 768)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.document.saved_as(tmp_path / "left.face", window.document.history)
    window.close()
    window.deleteLater()

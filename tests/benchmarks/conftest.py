"""The window that benchmarks move things in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from stopwatch import settle

from facewright.engine.errors import ModelUnavailable


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The real window at 1920x1080 on a head of the model."""
    from facewright.app import theme
    from facewright.app.settings import Settings
    from facewright.app.window import MainWindow
    from facewright.engine.edits.start import Start
    from facewright.engine.models.store import ModelStore
    from facewright.engine.project import History, Project

    app = QApplication.instance() or QApplication([])
    theme.apply(app)  # type: ignore[arg-type]
    models = ModelStore()
    try:
        models.rig()
    except ModelUnavailable as missing:
        pytest.skip(str(missing))
    window = MainWindow(models, Settings(tmp_path_factory.mktemp("settings")))
    window.resize(1920, 1080)
    window.show()
    window.document.open(History.of(Project(edits=(Start(seed=3),))), title="Bench", saved=True)
    settle(0.5)
    yield window
    window.document._saved = window.document.project
    window.close()
    window.deleteLater()
    settle(0.1)

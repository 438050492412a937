"""Ages are prepared while the user rests, and never during a drag."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal

from facewright.app import ahead as module
from facewright.app.ahead import Ahead
from facewright.app.jobs import JobLane


class Document(QObject):
    head_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[float] = []
        model = SimpleNamespace(expression_basis=self.asked.append)
        self.models = SimpleNamespace(lifespan=lambda: model)


@pytest.fixture
def document(qtbot, monkeypatch):
    monkeypatch.setattr(module, "_AFTER_MS", 30)
    monkeypatch.setattr(module, "_CALM_MS", 80)
    return Document()


@pytest.fixture
def ahead(document):
    lane = JobLane()
    yield Ahead(document, lane)
    lane.close()


def test_every_age_is_prepared_once(qtbot, document, ahead):
    ahead.begin()
    qtbot.waitUntil(lambda: len(document.asked) == len(module._AGES))
    ahead.begin()
    qtbot.wait(200)
    assert document.asked == list(module._AGES)


def test_nothing_is_prepared_while_the_head_changes(qtbot, document, ahead):
    ahead.begin()
    for _ in range(15):
        document.head_changed.emit(None)
        qtbot.wait(20)
        assert document.asked == []
    qtbot.waitUntil(lambda: len(document.asked) == len(module._AGES))


def test_nothing_is_prepared_after_the_end(qtbot, document, ahead):
    ahead.begin()
    ahead.stop()
    qtbot.wait(200)
    assert document.asked == []

"""Views that a processor draws take turns; the one in hand never waits, and none is forgotten."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QApplication

from facewright.app import turns
from facewright.app.turns import Turns


@dataclass(eq=False)
class View:
    """Counts what it is asked for; draws when the test says so."""

    software: bool = True
    pictures: int = 0
    wanted: bool = False

    def update(self) -> None:
        self.wanted = True

    def draw(self) -> bool:
        drawn, self.wanted = self.wanted, False
        self.pictures += drawn
        return drawn


@pytest.fixture
def four(qapp: QApplication):
    views = [View() for _ in range(4)]
    turn = Turns(lambda: views[0])  # type: ignore[arg-type,return-value]
    yield views, turn
    turn.close()


def move(views, turn) -> list[int]:
    """Ask for all views, as a new head does, and return which of them are drawn."""
    for view in views:
        turn.ask(view)
    return [number for number, view in enumerate(views) if view.draw()]


def test_each_move_draws_the_leading_view_and_one_other(four):
    views, turn = four
    assert move(views, turn) == [0]
    assert [move(views, turn) for _ in range(6)] == [[0, 1], [0, 2], [0, 3]] * 2


def test_all_are_drawn_when_the_hand_is_still(four, qtbot, monkeypatch):
    monkeypatch.setattr(turns, "LULL_MS", 20)
    views, turn = four
    for _ in range(2):
        move(views, turn)
    missing = [view for view in views[1:] if view.pictures == 0]
    assert len(missing) == 2
    qtbot.waitUntil(lambda: all(view.wanted for view in missing))
    assert not turn._waiting


def test_a_leading_view_that_rests_holds_nobody_up(four, qtbot, monkeypatch):
    monkeypatch.setattr(turns, "LULL_MS", 20)
    views, turn = four
    turn.ask(views[2])
    assert views[2].draw()
    move(views, turn)
    qtbot.wait(60)
    for view in views:
        view.draw()
    turn.ask(views[3])
    assert views[3].draw()


def test_a_graphics_card_draws_all_at_once(four):
    views, turn = four
    for view in views:
        view.software = False
    assert [move(views, turn) for _ in range(2)] == [[0, 1, 2, 3]] * 2


def test_a_view_that_goes_is_forgotten(four):
    views, turn = four
    move(views, turn)
    for view in views[1:]:
        turn.forget(view)
    assert move(views[:1], turn) == [0]
    assert not turn._waiting

"""What the questions of a panel share: a thread of their own, and words for what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from facewright.app.errors import explain
from facewright.app.jobs import JobLane

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore
    from facewright.engine.progress import Progress

T = TypeVar("T")


class Aside(QObject):
    """Answers the questions of a panel in a thread of its own; of one kind the latest.

    Parameters
    ----------
    models : ModelStore
    """

    def __init__(self, models: ModelStore) -> None:
        super().__init__()
        self._models = models
        self._lane = JobLane(self)

    def close(self) -> None:
        """Stop, and wait for the thread to end."""
        self._lane.close()

    def forget(self) -> None:
        """Drop what is under way."""
        self._lane.cancel()

    def _ask(
        self,
        kind: str,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Callable[[str], None],
    ) -> None:
        """Work an answer out; `failed` gets a sentence."""
        self._lane.start("", work, done, lambda error: failed(explain(error).text), key=kind)

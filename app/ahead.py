"""What is done ahead of time, while the user does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from facewright.app.timers import pause

if TYPE_CHECKING:
    from facewright.app.document import Document
    from facewright.app.jobs import JobLane
    from facewright.engine.progress import Progress

_AGES = (70.0, 10.0, 1.0)
"""Where the model derives its shapes on first use, in a second each: no drag should wait for it."""
_AFTER_MS, _CALM_MS = 3000, 400
"""The first head, which needs none of these, should not wait for them; nor should any drag."""


class Ahead(QObject):
    """Prepares the model for other ages, one at a time, when the head has been at rest.

    Parameters
    ----------
    document : Document
    lane : JobLane
    """

    def __init__(self, document: Document, lane: JobLane) -> None:
        super().__init__()
        self._document, self._lane = document, lane
        self._left = list(_AGES)
        self._later = pause(_AFTER_MS, self._prepare, self)
        document.head_changed.connect(self._wait)

    def begin(self) -> None:
        """Begin in a while, if that was not done before."""
        if len(self._left) == len(_AGES) and not self._later.isActive():
            self._later.start(_AFTER_MS)

    def stop(self) -> None:
        """Prepare nothing more."""
        self._left.clear()
        self._later.stop()

    def _wait(self, _shown: object) -> None:
        if self._later.isActive():
            self._later.start(max(self._later.remainingTime(), _CALM_MS))

    def _prepare(self) -> None:
        models, age = self._document.models, self._left.pop(0)

        def work(_progress: Progress) -> None:
            models.lifespan().expression_basis(age)

        def done(_nothing: object) -> None:
            if self._left:
                self._later.start(_CALM_MS)

        self._lane.start("", work, done)

"""What a controller moves, in colours on the head, while the pointer rests on its slider."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject

from facewright.app.staging import Values
from facewright.app.timers import pause
from facewright.app.workbench import Workbench
from facewright.engine.edits.controllers import steered_head
from facewright.engine.errors import FacewrightError
from facewright.engine.models.parts.steering import called

_AFTER_MS = 250
"""How long the pointer rests on a slider before what it moves is shown."""
_STEP = 0.5
"""Mm by which the strongest colour grows."""
_SEEN = 1e-3
"""Mm from which skin moves."""


class ControllerHeat(QObject):
    """Colours the head, until the slider is moved or left.

    Parameters
    ----------
    bench : Workbench
    held : callable
        Whether a hand has the slider of a key.
    """

    def __init__(self, bench: Workbench, held: Callable[[str], bool]) -> None:
        super().__init__()
        self._bench, self._held = bench, held
        self._key = ""
        self._soon = pause(_AFTER_MS, self._show, self)

    def hover(self, key: str, on: bool) -> None:
        """Take note that the pointer came to a slider or left it."""
        if on:
            self._key = key
            self._soon.start()
        elif key == self._key:
            self.cool()

    def cool(self) -> None:
        """Give the head its own colours back."""
        self._forget()
        self._bench.stage.show_values(None, self)

    def give_way(self, owner: object) -> None:
        """Leave the colours to who asks for them now."""
        if owner is not self:
            self._forget()

    # -- inside ------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._key = ""
        self._soon.stop()

    def _show(self) -> None:
        document = self._bench.document
        if not self._key or document.shown is None or self._held(self._key):
            return
        face = document.shown.face
        try:
            model = document.models.controllers()
            head = steered_head(face.mesh, face.subject.age.value, model)
            moved = head.moved({self._key: 1.0})
        except FacewrightError:
            return
        way = np.linalg.norm(moved - face.mesh.vertices, axis=1)
        limit = max(_STEP, _STEP * float(np.ceil(way.max() / _STEP)))
        title = self.tr("{}, mm for 1 sd").format(called(self._key))
        shown = np.where(way > _SEEN, way, np.nan).astype(np.float32)
        self._bench.stage.show_values(Values(shown, limit, title, amounts=True), self)

"""The skin of what a step gives another shape, painted anew and kept while it stays the same."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from facewright.engine.arrays import BoolArray
from facewright.engine.face import Face, Subject, Texture

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore

KEPT = 3
"""Textures that are remembered, 7 MB each: of the last step, and of those beside it."""
_painted: deque[tuple[Texture, BoolArray, Subject, Texture]] = deque(maxlen=KEPT)
_lock = threading.Lock()


def painted(face: Face, where: BoolArray, models: ModelStore) -> Texture | None:
    """Return a face's texture with the vertices of `where`, `(V,)`, painted anew.

    It depends on texture, subject and place alone: distances are those of the mean head, so that
    nothing is painted again while a shape is changed. A head without a texture, or on a template
    that has no skin, keeps what it has.
    """
    from facewright.engine.models.skin import load_skin
    from facewright.engine.models.template import load_template
    from facewright.engine.scans.repainting import repainted

    old, model = face.texture, models.lifespan()
    if old is None or model.topology.id != load_template().fine.id or not where.any():
        return old
    with _lock:
        for before, place, whose, after in _painted:
            if before is old and whose == face.subject and (place == where).all():
                return after
    made = repainted(old, where, face.subject, model.mean(), load_skin())
    with _lock:
        _painted.append((old, where, face.subject, made))
    return made


def forget() -> None:
    """Let go of what was painted: the head has been closed."""
    with _lock:
        _painted.clear()

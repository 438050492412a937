"""Which step a tool adds to: the last of its kind, as long as what it made is what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.edits.base import Edit
from facewright.engine.face import Face

if TYPE_CHECKING:
    from facewright.app.document import Document
    from facewright.app.heads import Shown

E = TypeVar("E", bound=Edit)


def layer_of(document: Document, kind: type[E]) -> tuple[int | None, E, Face]:
    """Return the position (None for a new one, at the end), the step, and the face before it.

    A step that later ones have reshaped, or that is off, weakened or masked, is left alone: what
    the hand does there would arrive changed.
    """
    edits, last = document.project.edits, document.face_at()
    for index in range(len(edits) - 1, -1, -1):
        if document.face_at(index + 1).mesh is not last.mesh:
            break
        edit = edits[index]
        if isinstance(edit, kind) and edit.enabled and edit.strength == 1.0 and edit.mask is None:
            return index, edit, document.face_at(index)
    return None, kind(), last


def acting(shown: Shown) -> FloatArray:
    """Return what expression and lids add to the neutral skin, `(V, 3)` mm in the head frame."""
    turn, shift = shown.face.pose[:3, :3], shown.face.pose[:3, 3]
    upright = (shown.head.skin.vertices - shift) @ turn
    return np.asarray(upright - shown.face.mesh.vertices, dtype=np.float32)


def in_head(shown: Shown, vector: DoubleArray) -> DoubleArray:
    """Return a vector of the scene in the head frame, `(3,)`."""
    return np.asarray(vector @ shown.face.pose[:3, :3].astype(np.float64))

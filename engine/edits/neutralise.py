"""Take the expression out of a head: the person at rest."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakKeyDictionary

import numpy as np

from facewright.engine.edits.base import Edit
from facewright.engine.errors import InputError
from facewright.engine.face import Face, Weights
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore
    from facewright.engine.scans.resting import Rest


@dataclass(frozen=True, eq=False, kw_only=True)
class Neutralise(Edit):
    """Take the expression away; its strength says how much of it.

    The head of a scan also loses the folds and the form that belong to its expression, see
    `scans.resting`; its texture stays as the scanner saw it, with their shading.
    """

    kind: ClassVar[str] = "neutralise"
    label: ClassVar[str] = "Neutral expression"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face at rest.

        Raises
        ------
        InputError
            If the head of a scan lives on another topology than the model's.
        """
        if not face.expression:
            return face
        still = replace(face, expression=Weights())
        return still if face.inferred is None else still.with_vertices(rest(face, models).vertices)


@dataclass(frozen=True, eq=False)
class _Known:
    """A head at rest and, beside its mesh, what it was found from."""

    expression: Weights
    about: dict[str, float]
    inferred: Mask | None
    model: object
    answer: Rest

    def is_of(self, face: Face, about: dict[str, float], model: object) -> bool:
        same = self.inferred is face.inferred and self.model is model
        return same and self.expression == face.expression and self.about == about


_known: WeakKeyDictionary[Mesh, _Known] = WeakKeyDictionary()
_lock = threading.Lock()


def rest(face: Face, models: ModelStore) -> Rest:
    """Return the head of a scan at rest: found once, so that its share can be tuned live.

    Raises
    ------
    InputError
        If the head lives on another topology than the model's.
    """
    from facewright.engine.scans.resting import rest_of

    model, about = models.lifespan(), face.subject.traits
    if face.mesh.topology.id != model.topology.id:
        raise InputError(
            "This head was made on another template than the model's: register its scan again."
        )
    with _lock:
        known = _known.get(face.mesh)
    if known is None or not known.is_of(face, about, model):
        shown = face.mesh.vertices + model.expression_offsets(face.expression, about["age"])
        inferred = face.inferred
        measured = np.zeros(len(shown)) if inferred is None else 1.0 - inferred
        answer = rest_of(shown, face.expression, about, measured.astype(np.float32), model)
        known = _Known(face.expression, about, inferred, model, answer)
        with _lock:
            _known[face.mesh] = known
    return known.answer

"""Move named features of the face, each by itself (NEO-3DF's controllers)."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar
from weakref import WeakKeyDictionary

import numpy as np

from facewright.engine.edits.base import AxisSliders, Edit
from facewright.engine.edits.reshape import NOT_FINITE
from facewright.engine.errors import InputError
from facewright.engine.face import NO_WEIGHTS, Face, Weights
from facewright.engine.mesh import Mesh
from facewright.engine.models.parts.rules import WHOLE
from facewright.engine.models.parts.segments import PARTS
from facewright.engine.models.parts.steering import SteeredHead

if TYPE_CHECKING:
    from facewright.engine.models.parts.model import PartsModel
    from facewright.engine.models.store import ModelStore

MODEL = "controllers"


@dataclass(frozen=True, eq=False, kw_only=True)
class Controllers(Edit):
    """Move features of the face by standard deviations of people of the head's age.

    Each moves its own part, the skin around it follows, and nothing else moves; those of the
    whole face move the other parts along as they are. A name that ends with `_left` or `_right`
    moves one side.
    """

    kind: ClassVar[str] = "controllers"
    label: ClassVar[str] = "Controllers"
    needs: ClassVar[tuple[str, ...]] = ("lifespan", MODEL)

    weights: Annotated[Weights, AxisSliders(MODEL, (WHOLE, *PARTS), "Controllers")] = NO_WEIGHTS

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face with its features moved.

        Raises
        ------
        InputError
            If there is no such controller, or the values give no finite head.
        """
        if not self.weights:
            return face
        head = steered_head(face.mesh, face.subject.age.value, models.controllers())
        vertices = head.moved(self.weights)
        if not np.isfinite(vertices).all():
            raise InputError(NOT_FINITE)
        return face.with_vertices(vertices)


_heads: WeakKeyDictionary[Mesh, SteeredHead] = WeakKeyDictionary()
_lock = threading.Lock()


def steered_head(mesh: Mesh, age: float, model: PartsModel) -> SteeredHead:
    """Return a head to be moved; what is known of it is remembered with its mesh.

    Raises
    ------
    InputError
        If the head is on another template than the model.
    """
    if mesh.topology.id != model.topology.id:
        raise InputError(
            "This head was made on another template than the model's: register its scan again."
        )
    with _lock:
        known = _heads.get(mesh)
        if known is None or known.age != age or known.model is not model:
            known = _heads[mesh] = model.steering.head(mesh.vertices, age)
        return known

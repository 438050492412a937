"""Move named features of the face, each by itself (NEO-3DF's controllers)."""

from __future__ import annotations

from collections.abc import Mapping
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
from facewright.engine.models.parts.segments import PARTS, REST
from facewright.engine.models.parts.steering import controller_of

if TYPE_CHECKING:
    from facewright.engine.arrays import DoubleArray
    from facewright.engine.models.parts.model import Latents, PartsModel
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
        model = models.controllers()
        if face.mesh.topology.id != model.topology.id:
            raise InputError(
                "This head was made on another template than the model's: register its scan again."
            )
        age = face.subject.age.value
        latents = latents_of(face.mesh, age, self.weights, model)
        vertices = model.steering.steered(face.mesh.vertices, age, self.weights, latents)
        if not np.isfinite(vertices).all():
            raise InputError(NOT_FINITE)
        return face.with_vertices(vertices)


_known: WeakKeyDictionary[Mesh, tuple[float, dict[str, DoubleArray]]] = WeakKeyDictionary()


def latents_of(mesh: Mesh, age: float, weights: Mapping[str, float], model: PartsModel) -> Latents:
    """Return the latents of the parts that weights move; remembered with the mesh."""
    parts = {controller_of(name).part for name in weights}
    needed = {REST if part == WHOLE else part for part in parts}
    years, known = _known.get(mesh, (age, {}))
    if years != age:
        known = {}
    missing = sorted(needed - known.keys())
    if missing:
        found = model.latents(mesh.vertices, age, parts=missing)
        known = {**known, **found}
        _known[mesh] = (age, known)
    return known

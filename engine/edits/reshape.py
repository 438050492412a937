"""What every shape edit shares: change the model's coefficients, keep the person's detail.

A head is `decode(z) + residual`. The residual is what the model cannot explain: the fine
detail of a scan. `reshape` decodes changed coefficients and carries the residual along in the
local frames of the decoded surface, so that it turns and grows with the skin beneath it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from facewright.engine.arrays import FloatArray, frozen
from facewright.engine.face import Face, Subject, Weights
from facewright.engine.geometry.frames import Compass, local_frames, to_local, to_world
from facewright.engine.mesh import Mesh

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.models.store import ModelStore


@dataclass(frozen=True, eq=False)
class Encoding:
    """A neutral head as the model sees it.

    Attributes
    ----------
    coefficients : (K,) float32
    detail : (V, 3) float32 or None
        The residual in local frames of the decoded surface; None where there is none.
    """

    coefficients: FloatArray
    detail: FloatArray | None


@dataclass(frozen=True, eq=False)
class _Memory:
    """What is remembered for one model: its compass and the encodings of meshes in use."""

    compass: Compass
    encodings: WeakKeyDictionary[Mesh, Encoding]


_memories: WeakKeyDictionary[LifespanModel, _Memory] = WeakKeyDictionary()


def _memory(model: LifespanModel) -> _Memory:
    memory = _memories.get(model)
    if memory is None:
        mean = model.mean()
        compass = Compass.build(mean.vertices, mean.topology.faces)
        memory = _memories[model] = _Memory(compass, WeakKeyDictionary())
    return memory


def traits(subject: Subject) -> dict[str, float]:
    """Return the model's named axes that the subject holds fixed."""
    return {
        "age": subject.age.value,
        "sex": subject.sex.value,
        "african": subject.african.value,
        "asian": subject.asian.value,
    }


def encode(face: Face, model: LifespanModel) -> Encoding:
    """Return the coefficients and the detail of a face's neutral shape.

    The subject's traits are held, so that changing one by an edit means what it says. A head
    that an edit decoded keeps the encoding that it was decoded from: ageing there and back
    returns to where it began, and a drag through several edits fits the model only once.
    """
    memory = _memory(model)
    known = memory.encodings.get(face.mesh)
    if known is None:
        coefficients = model.coefficients(face.mesh, given=traits(face.subject))
        smooth = model.vertices(coefficients)
        frames = local_frames(smooth, memory.compass)
        detail = frozen(to_local(face.mesh.vertices - smooth, frames))
        known = memory.encodings[face.mesh] = Encoding(frozen(coefficients), detail)
    return known


def decode(encoding: Encoding, model: LifespanModel) -> Mesh:
    """Return the head of an encoding; the encoding is remembered with it."""
    memory = _memory(model)
    vertices = model.vertices(encoding.coefficients)
    if encoding.detail is not None:
        vertices = vertices + to_world(encoding.detail, local_frames(vertices, memory.compass))
    mesh = Mesh(model.topology, np.asarray(vertices, dtype=np.float32))
    memory.encodings[mesh] = encoding
    return mesh


def reshape(face: Face, model: LifespanModel, change: Callable[[FloatArray], FloatArray]) -> Face:
    """Return the face with `change` applied to a copy of its `(K,)` coefficients.

    The same face comes back where nothing changes.
    """
    encoding = encode(face, model)
    changed = change(encoding.coefficients.copy())
    if np.array_equal(changed, encoding.coefficients):
        return face
    mesh = decode(Encoding(frozen(changed), encoding.detail), model)
    return replace(face, mesh=mesh)


def shifted(face: Face, model: LifespanModel, amounts: Mapping[str, float]) -> Face:
    """Return the face with amounts added to named axes, in the axes' units."""
    if not amounts:
        return face
    columns = axis_columns(model)

    def add(coefficients: FloatArray) -> FloatArray:
        for name, amount in amounts.items():
            coefficients[columns[name]] += amount
        return coefficients

    return reshape(face, model, add)


def axis_columns(model: LifespanModel) -> dict[str, int]:
    """Return the position of each named axis in a coefficient vector."""
    return {axis.name: column for column, axis in enumerate(model.axes)}


def subject_of(coefficients: FloatArray, model: LifespanModel, like: Subject) -> Subject:
    """Return `like` with the values of the traits that `coefficients` hold."""
    columns = axis_columns(model)
    return Subject(
        **{
            name: replace(getattr(like, name), value=float(coefficients[columns[name]]))
            for name in traits(like)
        }
    )


def mean_face(models: ModelStore) -> Face:
    """Return the face that every project starts from: the mean adult, without expression."""
    model = models.lifespan()
    default = np.array([axis.default for axis in model.axes], dtype=np.float32)
    mesh = decode(Encoding(frozen(default), None), model)
    subject = subject_of(default, model, Subject())
    return Face(mesh=mesh, subject=subject, expression=Weights())

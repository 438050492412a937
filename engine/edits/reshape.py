"""What every shape edit shares: change the model's coefficients, keep the person's detail.

A head is `decode(z) + residual`. The residual is what the model cannot explain: the fine
detail of a scan. `reshape` decodes changed coefficients and carries the residual along in the
local frames of the decoded surface, so that it turns and grows with the skin beneath it. It is
always carried from where it was measured, so the order and number of steps leave no trace.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from facewright.engine.arrays import FloatArray, frozen
from facewright.engine.errors import InputError
from facewright.engine.face import TRAITS, Face, Subject, Trait
from facewright.engine.geometry.frames import Carrier
from facewright.engine.geometry.threads import one_thread
from facewright.engine.mesh import Mesh, Topology

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.models.store import ModelStore


NOT_FINITE = "it gives no finite head with these values: choose smaller ones."


@dataclass(frozen=True, eq=False)
class Detail:
    """What the model cannot explain of a head.

    Attributes
    ----------
    residual : (V, 3) float32
        Millimetres, head frame, where it was measured.
    frames : (C, 3, 3) float32
        Local frames there, of the decoded surface at the coarse level.
    coefficients : (K,) float32
        Of the head that it was measured on.
    """

    residual: FloatArray
    frames: FloatArray
    coefficients: FloatArray


@dataclass(frozen=True, eq=False)
class Encoding:
    """A neutral head as the model sees it.

    Attributes
    ----------
    coefficients : (K,) float32
    detail : Detail or None
        None where the model explains all of it.
    """

    coefficients: FloatArray
    detail: Detail | None


@dataclass(frozen=True, eq=False)
class _Memory:
    """What is remembered for one model: how detail is carried, and meshes' encodings."""

    carrier: Carrier
    columns: dict[str, int]
    encodings: WeakKeyDictionary[Mesh, dict[tuple[float, ...], Encoding]]

    def of(self, mesh: Mesh) -> dict[tuple[float, ...], Encoding]:
        """Return the encodings of a mesh by the traits held; what was stated may change."""
        return self.encodings.setdefault(mesh, {})

    def key(self, about: Mapping[str, float]) -> tuple[float, ...]:
        """Return traits as coefficients hold them."""
        return tuple(float(np.float32(about[name])) for name in TRAITS)


class _Decoded(Mesh):
    """A mesh whose vertices are computed when they are first asked for.

    Steps that only change coefficients pass on encodings, so a row of them decodes once.
    """

    _make: Callable[[], FloatArray]

    @classmethod
    def later(cls, topology: Topology, make: Callable[[], FloatArray]) -> Mesh:
        mesh = object.__new__(cls)
        object.__setattr__(mesh, "topology", topology)
        object.__setattr__(mesh, "_make", make)
        return mesh

    @cached_property
    def vertices(self) -> FloatArray:
        vertices: FloatArray = frozen(self._make())
        return vertices


_memories: WeakKeyDictionary[LifespanModel, _Memory] = WeakKeyDictionary()
_lock = threading.Lock()


def _memory(model: LifespanModel) -> _Memory:
    with _lock:
        memory = _memories.get(model)
        if memory is None:
            template = model.template
            typical = model.mean().vertices[template.subset]
            carrier = Carrier(typical, template.coarse.faces, template.lift)
            columns = {axis.name: column for column, axis in enumerate(model.axes)}
            memory = _memories[model] = _Memory(carrier, columns, WeakKeyDictionary())
        return memory


@one_thread()  # a second one would wait for the next fit at full speed, 40 ms of a stroke's step
def encode(face: Face, model: LifespanModel) -> Encoding:
    """Return the coefficients and the detail of a face's neutral shape.

    The subject's traits are held, so that changing one by an edit means what it says. A head
    that an edit decoded keeps the encoding that it was decoded from: ageing there and back
    returns to where it began, and a drag through several edits fits the model only once.

    Raises
    ------
    InputError
        If the head lives on another topology than the model's.
    """
    if face.mesh.topology.id != model.topology.id:
        raise InputError(
            "This head was made on another template than the model's: register its scan again."
        )
    memory = _memory(model)
    about = face.subject.traits
    known = memory.of(face.mesh).get(memory.key(about))
    if known is None:
        coefficients = frozen(model.coefficients(face.mesh, given=about))
        smooth = model.vertices(coefficients)
        detail = detail_on(smooth, face.mesh.vertices - smooth, coefficients, model)
        known = Encoding(coefficients, detail)
        memory.of(face.mesh)[memory.key(about)] = known
    return known


def detail_on(
    smooth: FloatArray, residual: FloatArray, coefficients: FloatArray, model: LifespanModel
) -> Detail:
    """Return `(V, 3)` mm beside the head `smooth` of `(K,)` coefficients as detail of it."""
    frames = _memory(model).carrier.frames(smooth[model.template.subset])
    return Detail(frozen(residual), frozen(frames), coefficients)


def decode(encoding: Encoding, model: LifespanModel) -> Mesh:
    """Return the head of an encoding; the encoding is remembered with it.

    Vertices are computed when they are first asked for.
    """
    memory = _memory(model)

    def vertices() -> FloatArray:
        smooth, detail = model.vertices(encoding.coefficients), encoding.detail
        if detail is None:
            return smooth
        frames = memory.carrier.frames(smooth[model.template.subset])
        return smooth + memory.carrier.carry(detail.residual, detail.frames, frames)

    mesh = _Decoded.later(model.topology, vertices)
    about = {name: encoding.coefficients[memory.columns[name]] for name in TRAITS}
    memory.of(mesh)[memory.key(about)] = encoding
    return mesh


def carried(
    vectors: FloatArray, before: FloatArray, after: FloatArray, model: LifespanModel
) -> FloatArray:
    """Return `(V, 3)` mm on the head of `(K,)` coefficients `before` as they are on `after`.

    They turn and grow with the skin beneath them, as detail does.
    """
    if np.array_equal(before, after):
        return vectors
    carrier, subset = _memory(model).carrier, model.template.subset
    frames = [carrier.frames(model.vertices(row)[subset]) for row in (before, after)]
    return carrier.carry(vectors, frames[0], frames[1])


def reshape(face: Face, model: LifespanModel, change: Callable[[FloatArray], FloatArray]) -> Face:
    """Return the face with `change` applied to a copy of its `(K,)` coefficients.

    The same face comes back where nothing changes.

    Raises
    ------
    InputError
        If a changed coefficient is no finite number.
    """
    encoding = encode(face, model)
    changed = change(encoding.coefficients.copy())
    if np.array_equal(changed, encoding.coefficients):
        return face
    if not np.isfinite(changed).all():
        raise InputError(NOT_FINITE)
    mesh = decode(Encoding(frozen(changed), encoding.detail), model)
    return replace(face, mesh=mesh)


def shifted(
    face: Face, model: LifespanModel, amounts: Mapping[str, float], groups: tuple[str, ...]
) -> Face:
    """Return the face with amounts added to named axes of these groups, in the axes' units.

    Raises
    ------
    InputError
        If there is no axis of such a name among them.
    """
    columns = _memory(model).columns
    for name in amounts:
        if name not in columns or model.axes[columns[name]].group not in groups:
            raise InputError(
                f"The model has no axis named {name} for {' and '.join(groups)}: take it out."
            )

    def add(coefficients: FloatArray) -> FloatArray:
        for name, amount in amounts.items():
            coefficients[columns[name]] += amount
        return coefficients

    return reshape(face, model, add) if amounts else face


def placed(face: Face, model: LifespanModel, targets: Mapping[str, float]) -> Face:
    """Return the face with traits of its subject, and its shape with them, at `targets`.

    Where a trait comes from (given, estimated, unknown) stays: the change starts from it.
    """
    now = face.subject.traits
    changed = {name: value for name, value in targets.items() if value != now[name]}
    if not changed:
        return face
    columns = _memory(model).columns

    def put(coefficients: FloatArray) -> FloatArray:
        for name, value in changed.items():
            coefficients[columns[name]] = value
        return coefficients

    about = {n: replace(getattr(face.subject, n), value=v) for n, v in changed.items()}
    return replace(reshape(face, model, put), subject=replace(face.subject, **about))


def subject_of(coefficients: FloatArray, model: LifespanModel) -> Subject:
    """Return the subject of a head made from `coefficients`: all traits given."""
    columns = _memory(model).columns
    return Subject(**{name: Trait(float(coefficients[columns[name]]), "given") for name in TRAITS})


def mean_face(models: ModelStore) -> Face:
    """Return the face that every project starts from: the mean adult, without expression."""
    model = models.lifespan()
    default = np.array([axis.default for axis in model.axes], dtype=np.float32)
    mesh = decode(Encoding(frozen(default), None), model)
    return Face(mesh=mesh, subject=subject_of(default, model))

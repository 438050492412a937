"""How well the life-span head keeps its sources and published norms; measured, never assumed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.face import Subject, Trait
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.landmarks import Points
from facewright.engine.measure.anthropometry import judged, measure_head
from facewright.engine.measure.distance import Distances, face_samples
from facewright.engine.mesh import Mesh
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.training.measures import circumference
from facewright.engine.training.norms import HEAD_CIRCUMFERENCE, Norm, norms
from facewright.engine.training.registering import Registered

SAMPLES, SEED = 20, 11
FACE_VERTICES = 9409
"""ICT-FaceKit's face area; behind it lie head and neck."""
EYEBALLS = slice(21451, 24591)
FACE_AGES = (1.0, 3.0, 5.0, 10.0, 18.0, 30.0)
FACE_MEASURES = (
    "al-al", "ch-ch", "cph-cph", "en-en", "ex-ex", "go-go", "li-sl", "ls-sto", "n-gn", "n-sn",
    "sn-ls", "sn-prn", "sn-sto", "sto-li", "zy-zy",
)  # fmt: skip
CIRCUMFERENCE_AGES = (0.0, 1.0, 3.0, 5.0, 10.0, 18.0, 30.0)
CIRCUMFERENCE_SD = 14.0


@dataclass(frozen=True)
class Measured:
    """A norm, and what the mean head of that age and sex has."""

    norm: Norm
    found: float

    @property
    def deviation(self) -> float:
        """How far off it is, in published sd."""
        return (self.found - self.norm.mean) / self.norm.sd


def against_norms(model: LifespanModel) -> list[Measured]:
    """Return every measured norm beside the model's mean head."""
    rows = []
    for norm in norms():
        if norm.measured:
            marks = _head(model, norm.age, norm.sex)
            a, b = (marks[name].astype(np.float64) for name in norm.pair)
            rows.append(Measured(norm, float(np.linalg.norm(a - b))))
    return rows


def against_shipped_norms(model: LifespanModel) -> list[tuple[str, float]]:
    """Return code and z of the face's distances on mean heads of 1 to 30 years, by sex.

    The norms are those that the program shows (`measure.norms`), which are not the ones that the
    heads were calibrated on: curves fitted to the same people's measures, but not by their authors.
    """
    found = []
    for age in FACE_AGES:
        for sex in (-1.0, 1.0):
            c = model.defaults
            c[:2] = age, sex
            head = Mesh(model.topology, model.vertices(c))
            subject = Subject(Trait(age, "given"), Trait(sex, "given"))
            values = measure_head(head, model.template.landmarks, along_surface=False)
            found += [
                (row.value.definition.code, row.z)
                for row in judged(values, subject)
                if row.value.definition.code in FACE_MEASURES and row.norm is not None
            ]
    return found


def circumferences(model: LifespanModel) -> list[tuple[float, float, float, float]]:
    """Return age, sex, published and found head circumference in mm."""
    rows = []
    table = {row[0]: row[1:] for row in HEAD_CIRCUMFERENCE}
    for age in CIRCUMFERENCE_AGES:
        for sex, published in zip((1.0, -1.0), table[age], strict=True):
            c = model.defaults
            c[:2] = age, sex
            coarse = model.vertices(c)[model.template.subset].astype(np.float64)
            rows.append((age, sex, float(published), circumference(coarse, model.template)))
    return rows


def _head(model: LifespanModel, age: float, sex: float) -> Points:
    c = model.defaults
    c[:2] = age, sex
    return model.template.landmarks.on(model.vertices(c))


def transfer_errors(
    registered: Registered, identity: DoubleArray, count: int = SAMPLES
) -> Iterator[Distances]:
    """Yield distances from ICT's face to the template: its neutral, then random identities.

    Samples lie on the face area's outer visible surface of ICT's head; the template has the
    same coefficients on the axes carried over, `(100, V_coarse, 3)`, lifted to the fine level.
    """
    kit, template = registered.kit, registered.template
    rng = np.random.default_rng(SEED)
    faces = kit.skin_faces[(kit.skin_faces < FACE_VERTICES).all(axis=1)]
    balls = kit.quads[((kit.quads >= EYEBALLS.start) & (kit.quads < EYEBALLS.stop)).all(axis=1)]
    solid = np.concatenate([kit.skin_faces, balls[:, [0, 1, 2]], balls[:, [0, 2, 3]]])
    names = ("prn", "ex_r", "ex_l")
    for number in range(count + 1):
        z = rng.standard_normal(len(identity)) if number else np.zeros(len(identity))
        theirs = kit.neutral + np.tensordot(z, kit.identity, 1)
        ours = registered.fine + template.lift @ np.tensordot(z, identity, 1)
        marks = Points.build(names, theirs[kit.landmarks[[30, 36, 45]]])
        samples = face_samples(theirs, faces, marks, tree=SurfaceTree(theirs, solid))
        found = SurfaceTree(ours, template.fine.faces).nearest(samples.points)
        yield Distances.of(found.distances)

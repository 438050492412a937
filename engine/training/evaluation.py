"""How well the life-span head keeps its sources and published norms; measured, never assumed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.landmarks import Points
from facewright.engine.measure.anthropometry import measure_head
from facewright.engine.measure.distance import Distances, face_samples
from facewright.engine.measure.norms import NormAt, curves
from facewright.engine.mesh import Mesh
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.training.measures import circumference
from facewright.engine.training.norms import AXIS, fitted, head_circumference
from facewright.engine.training.registering import Registered

SAMPLES, SEED = 20, 11
FACE_VERTICES = 9409
"""ICT-FaceKit's face area; behind it lie head and neck."""
EYEBALLS = slice(21451, 24591)
FACE_AGES = (1.0, 3.0, 5.0, 10.0, 18.0, 30.0)
CIRCUMFERENCE_AGES = (0.0, 1.0, 3.0, 5.0, 10.0, 18.0, 30.0)
CIRCUMFERENCE_SD = 14.0


@dataclass(frozen=True)
class Measured:
    """A norm, and what the mean head of that age and sex has.

    Attributes
    ----------
    code : str
        Of the measure.
    age, sex : float
    norm : NormAt
    found : float
        Mm or degrees.
    fitted : bool
        Whether heads were calibrated on this source at this age; else it was held out.
    """

    code: str
    age: float
    sex: float
    norm: NormAt
    found: float
    fitted: bool

    @property
    def z(self) -> float:
        """How far off it is, in published sd."""
        return self.norm.z(self.found)


def against_norms(model: LifespanModel) -> list[Measured]:
    """Return every norm between landmarks, of all sources, beside the mean heads of 1 to 30 years.

    They are measured as the program measures.
    """
    rows = []
    for age in FACE_AGES:
        for sex, place in AXIS.items():
            c = model.defaults
            c[:2] = age, place
            head = Mesh(model.topology, model.vertices(c))
            for value in measure_head(head, model.template.landmarks, along_surface=False):
                code = value.definition.code
                used = [curve for curve, _ in fitted(code, age)]
                rows += [
                    Measured(code, age, place, curve.at(age), value.number, curve in used)
                    for curve in curves().get(code, ())
                    if curve.sex == sex and curve.covers(age) and np.isfinite(value.number)
                ]
    return rows


def circumferences(model: LifespanModel) -> list[tuple[float, float, float, float]]:
    """Return age, sex, published and found head circumference in mm."""
    rows = []
    table = {row[0]: row[1:] for row in head_circumference().tolist()}
    for age in CIRCUMFERENCE_AGES:
        for sex, published in zip((1.0, -1.0), table[age], strict=True):
            c = model.defaults
            c[:2] = age, sex
            coarse = model.vertices(c)[model.template.subset].astype(np.float64)
            rows.append((age, sex, float(published), circumference(coarse, model.template)))
    return rows


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

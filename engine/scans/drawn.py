"""A head that was drawn onto a scan: how far the scan bears it out, and whose head it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray, frozen
from facewright.engine.face import Face, Subject, Trait
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import vertex_normals
from facewright.engine.geometry.rigid import align_trimmed, moved
from facewright.engine.geometry.target import Target
from facewright.engine.landmarks import Points
from facewright.engine.mask import Mask
from facewright.engine.measure.distance import Distances, face_samples
from facewright.engine.mesh import Mesh
from facewright.engine.models.base import plausibility
from facewright.engine.scans.fitting import Fit, certainty, expression_of
from facewright.engine.scans.placement import Placed
from facewright.engine.scans.verdict import Verdict, judge, parts_of, size_of

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

NEAR = 1.5
"""Millimetres within which a vertex counts as measured."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """What was registered, before it is told as a face.

    Attributes
    ----------
    model : LifespanModel
    fit : Fit
        What the drawing began from.
    shown : (V, 3) float32
        The head as the scan shows it, head frame, mm.
    error : (V,) float32
        Signed mm to the scan; NaN where it shows nothing.
    inferred : (V,) mask
    """

    model: LifespanModel
    fit: Fit
    shown: FloatArray
    error: FloatArray
    inferred: Mask

    @classmethod
    def of(
        cls, model: LifespanModel, fit: Fit, shown: FloatArray, target: Target, seek: DoubleArray
    ) -> Drawn:
        """Compare a head with the scan where it sought it, `seek` being `(V,)`."""
        normals = vertex_normals(shown, model.topology.faces)
        match = target.match(shown, normals, limit=5.0, cosine=0.5)
        matched = (match.trust > 0.5) & (seek > 0)
        error = np.where(matched, match.distances, np.nan).astype(np.float32)
        measured = matched & (np.abs(match.distances) <= NEAR)
        return cls(model, fit, shown, frozen(error), frozen(1.0 - measured))

    @cached_property
    def marks(self) -> Points:
        """All landmarks of the template on the head."""
        return self.model.template.landmarks.on(self.shown)

    def distances(self, target: Target) -> Distances:
        """Return how far the scan lies from the head in the face area."""
        samples = face_samples(target.vertices, target.faces, self.marks, tree=target.tree)
        if len(samples.points) == 0:
            return Distances.of([])
        head = SurfaceTree(self.shown, self.model.topology.faces)
        return Distances.of(head.nearest(samples.points).distances)

    def face(self, years: float, *, given: bool) -> Face:
        """Return the face: the expression taken off the skin and named."""
        expression = expression_of(self.model, self.fit.coefficients)
        offsets = self.model.expression_offsets(expression, years)
        sex = self.fit.coefficients[self.model.groups["sex"]]
        ancestry = self.fit.coefficients[self.model.groups["ancestry"]]

        def share(value: float) -> Trait:
            return Trait(float(np.clip(value, 0, 1)), "estimated")

        subject = Subject(
            age=Trait(float(years), "given" if given else "estimated"),
            sex=Trait(float(np.clip(sex[0], -1, 1)), "estimated"),
            african=share(ancestry[0]),
            asian=share(ancestry[1]),
        )
        mesh = Mesh(self.model.topology, self.shown - offsets)
        return Face(mesh, subject, expression, inferred=self.inferred)

    def verdict(self, placed: Placed, distances: Distances) -> Verdict:
        """Return what to think of it, the landmarks that were placed included."""
        model, fit, marks = self.model, self.fit, self.marks
        shared = tuple(n for n in placed.points.names if n in marks.names and certainty(n) > 0.1)
        found = moved(np.stack([placed.points[n] for n in shared]), fit.scan_to_head)
        carried = np.stack([marks[n] for n in shared])
        age = float(fit.coefficients[model.groups["age"]][0])
        basis_mean = model.vertices(np.where(np.arange(len(fit.coefficients)) == 0, age, 0.0))
        expected = model.template.landmarks.select(shared).on(basis_mean).positions
        standard = (fit.coefficients / model.prior_sd)[model.groups["identity"]]
        return judge(
            distances,
            parts_of(self.shown, marks, self.error, model.template.face),
            size=size_of(align_trimmed(found, expected, scale=True)),
            unit=placed.unit,
            implausible=plausibility(standard),
            astray=float(np.linalg.norm(found - carried, axis=1).mean()),
        )

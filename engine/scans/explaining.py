"""The head that explains a scan, and what of the scan it does not explain, found together.

A hand in front of a face bends the head that is fitted to both, until only the hand's rim stands
out from it. So all that lies within half a palm of what stands out is suspected, too: the head is
fitted to the rest, says anew what it does not explain, and what it then does explain is believed
again. Where something large hides much of the face, one round uncovers the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import BoolArray, DoubleArray
from facewright.engine.geometry.masking import border_distance, edge_lengths
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.geometry.rigid import moved
from facewright.engine.geometry.settle import grown
from facewright.engine.geometry.target import Target
from facewright.engine.landmarks import Points
from facewright.engine.mesh import Scan
from facewright.engine.progress import Progress, part
from facewright.engine.scans import artefacts, fitting
from facewright.engine.scans.artefacts import UNSEEN, Artefacts
from facewright.engine.scans.placement import Placed

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

LEAST_SHARE = 0.02
"""Share of the face that artefacts must cover to be worth another fit without them, and that
what may hide more must cover for more to be suspected."""

HALF_A_PALM = 35.0
"""Mm along the skin from what is found within which all is suspected: what a hand hides lies no
farther from its rim."""

RIM = 5.0
"""Mm about what is found in the end that the last fit does not believe either."""

SUSPICIONS = 3
"""How often at most; fewer where what is found stays the same."""

SAME = 0.8
"""Share of all that two rounds found which both must have found to be the same."""

BRIEF = fitting.ROUNDS[::3]
"""How a head is fitted that only has to show what it does not explain."""

LEAST_MARKS = 8
"""Landmarks without which a head is not placed safely: rather then some of the suspected."""

DEEP = 3
"""Rings of triangles inside an artefact from which a landmark is taken to lie on it."""


@dataclass(frozen=True, eq=False)
class Sitting:
    """A scan to be explained, upright in mm.

    Attributes
    ----------
    model : LifespanModel
    whole : Scan
        For its colours.
    placed : Placed
    target : Target
    seek : (V_fine,)
        How far each vertex of the template seeks the scan.
    given : bool
        Whether a person placed the landmarks: then those on artefacts count as well.
    """

    model: LifespanModel
    whole: Scan
    placed: Placed
    target: Target
    seek: DoubleArray
    given: bool

    def explained(self, fit: fitting.Fit, progress: Progress) -> tuple[fitting.Fit, Artefacts]:
        """Return the fit without what it does not explain, which is found once more by it.

        Every fit begins anew: one before may have been led astray too far to come back.
        """
        progress(0.0, "Looking for artefacts")
        others = self._unlike(fit)
        if others.share < LEAST_SHARE:
            return fit, others
        for turn in range(SUSPICIONS):
            rim = self._rims(others, fit)
            if not rim.any():
                break
            near = others.found | self._about(rim, fit, HALF_A_PALM)
            steps = part(progress, 0.2 * turn, 0.2 * turn + 0.2)
            brief = self._fitted(fit, near, self._suspected(near, others), BRIEF, steps)
            before, others = others, self._unlike(brief)
            if self._same(before, others):
                break
        near = others.found | self._about(self._rims(others, fit), fit, RIM)
        steps = part(progress, 0.6, 0.9)
        last = self._fitted(fit, near, self.uncovered(others), fitting.ROUNDS, steps)
        return last, self._unlike(last)

    def uncovered(self, others: Artefacts) -> Placed:
        """Return the scan without the landmarks that pictures showed amid artefacts."""
        if self.given or others.share < LEAST_SHARE:
            return self.placed
        believed = self.model.template.visible & ~others.found
        return self._without(~grown(believed, self.model.topology.faces, DEEP))

    def _without(self, hidden: BoolArray) -> Placed:
        """Return the scan without the landmarks on hidden vertices of the template."""
        marks, points = self.model.template.landmarks, self.placed.points
        lost = np.all(hidden[marks.corners], axis=1).tolist()
        covered = {name for name, gone in zip(marks.names, lost, strict=True) if gone}
        rows = [row for row, name in enumerate(points.names) if name not in covered]
        names = tuple(points.names[row] for row in rows)
        shown = Points.build(names, points.positions[rows], points.confidence[rows])
        return replace(self.placed, points=shown)

    def _unlike(self, fit: fitting.Fit) -> Artefacts:
        assert fit.spread is not None
        vertices = moved(self.placed.vertices, fit.scan_to_head)
        there = Target(vertices, self.target.faces, self.target.trust)
        return artefacts.find(self.model, there, fit.vertices, fit.spread, self.whole)

    def _rims(self, others: Artefacts, fit: fitting.Fit) -> BoolArray:
        """Return what of the found may hide more; nothing where it is little of the face."""
        template, places = self.model.template, fit.vertices
        rims = artefacts.rims_of_more(others.found, places, template.fine.faces)
        areas = vertex_areas(places, template.fine.faces) * template.face * (others.met != UNSEEN)
        return rims & bool(areas[rims].sum() >= LEAST_SHARE * areas.sum())

    def _about(self, found: BoolArray, fit: fitting.Fit, mm: float) -> BoolArray:
        """Return what lies within some mm of what was found along a fitted head."""
        lengths = edge_lengths(fit.vertices, self.model.topology.faces)
        return np.asarray(border_distance(found.astype(np.float32), lengths) > -mm)

    def _suspected(self, near: BoolArray, others: Artefacts) -> Placed:
        """Return the scan without the landmarks that are suspected, if enough are left."""
        if self.given:
            return self.placed
        believed = self._without(near)
        enough = len(believed.points.names) >= LEAST_MARKS
        return believed if enough else self.uncovered(others)

    def _fitted(
        self,
        before: fitting.Fit,
        hidden: BoolArray,
        placed: Placed,
        rounds: Sequence[fitting.Round],
        progress: Progress,
    ) -> fitting.Fit:
        """Return the head fitted to what is not hidden, at the age of one before."""
        return fitting.fit(
            self.model,
            self.target,
            placed.points,
            age=float(before.coefficients[self.model.groups["age"]][0]),
            weights=self.seek * ~hidden,
            free_scale=not placed.unit,
            rounds=rounds,
            progress=progress,
        )

    def _same(self, one: Artefacts, other: Artefacts) -> bool:
        face = self.model.template.face
        both = np.count_nonzero(one.found & other.found & face)
        either = np.count_nonzero((one.found | other.found) & face)
        return bool(both >= SAME * either)

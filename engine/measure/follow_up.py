"""The visits of one patient side by side: in order, laid together, measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.edits.complete import Complete
from facewright.engine.edits.from_model import FromModel
from facewright.engine.edits.neutralise import Neutralise
from facewright.engine.edits.register import Register, scan_of
from facewright.engine.edits.start import Start
from facewright.engine.edits.subject import About
from facewright.engine.face import Face, Trait
from facewright.engine.geometry.rigid import moved
from facewright.engine.measure.anthropometry import NAN
from facewright.engine.measure.cleft import checked_norm, measure_cleft
from facewright.engine.measure.cleft_words import Definition, Side, definitions
from facewright.engine.measure.comparison import Comparison, compare
from facewright.engine.measure.norms import NormAt
from facewright.engine.project import Project
from facewright.engine.scans.follow_up import Stable, align_stable
from facewright.engine.scans.marked import marked_on_scan
from facewright.engine.visits import Visit, years_between

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore
    from facewright.engine.models.template import Template

SEEN = (Start, Register, FromModel, About, Neutralise, Complete)
"""Steps that say how a patient looked; others propose or try something."""


HERE = "here"
"""What stands for the hash of the head that is open."""


def as_seen(project: Project) -> Project:
    """Return the project without the steps that propose something."""
    return replace(project, edits=tuple(e for e in project.edits if isinstance(e, SEEN)))


def visit_of(project: Project, face: Face, name: str, sha256: str, models: ModelStore) -> Visit:
    """Return a head as a visit; `face` is that of `as_seen(project)`."""
    source = scan_of(project)
    unit = "mm" if source is None else source.unit
    marks = marked_on_scan(project, face, models)
    return Visit(name, sha256, face, project.day, unit, marks)


def with_visit(project: Project, visit: Visit) -> Project:
    """Return the project with a visit; one from the same file gives way."""
    others = (kept for kept in project.visits if kept.sha256 != visit.sha256)
    return replace(project, visits=(*others, visit))


def dated(visit: Visit, by: Visit) -> Visit:
    """Return a visit with the age that its day and the known age at another day tell.

    An age that was given stays.
    """
    away = years_between(by.day, visit.day)
    known = by.face.subject.age
    if away is None or known.origin != "given" or visit.face.subject.age.origin == "given":
        return visit
    return aged(visit, max(0.0, known.value + away))


def aged(visit: Visit, years: float) -> Visit:
    """Return a visit with the age that was said."""
    subject = replace(visit.face.subject, age=Trait(float(years), "given"))
    return replace(visit, face=replace(visit.face, subject=subject))


def in_order(visits: Sequence[Visit]) -> tuple[Visit, ...]:
    """Return visits from the first to the last: by day where all have one, else by age."""
    if all(visit.day for visit in visits):
        return tuple(sorted(visits, key=lambda visit: visit.day))
    return tuple(sorted(visits, key=lambda visit: visit.face.subject.age.value))


def timeline(project: Project, here: Visit) -> tuple[Visit, ...]:
    """Return the visits of a project and the head that is open, in order of time."""
    return in_order([*(dated(visit, here) for visit in project.visits), here])


@dataclass(frozen=True, eq=False)
class Change:
    """What came about between two visits.

    Attributes
    ----------
    first, second : Visit
    stable : Stable
        How the second lies on the first.
    comparison : Comparison
        From the first to the second, laid together on forehead and eye corners.
    """

    first: Visit
    second: Visit
    stable: Stable
    comparison: Comparison

    @property
    def limit(self) -> float:
        """Mm at which colours are full: few points of the face change more."""
        face = self.comparison.first.topology.regions["face"] > 0.5
        return max(0.5, round(float(np.quantile(np.abs(self.comparison.signed[face]), 0.95)), 1))


def change(first: Visit, second: Visit, template: Template) -> Change:
    """Return what came about from one visit to another.

    Raises
    ------
    InputError
        As `align_stable`.
    """
    one, two = first.face, second.face
    stable = align_stable(one.mesh, two.mesh, template, inferred=(one.inferred, two.inferred))
    there = moved(two.mesh.vertices, stable.motion).astype(np.float32)
    return Change(first, second, stable, compare(one.mesh, two.mesh.moved(there), align=False))


@dataclass(frozen=True)
class Course:
    """A measure of the cleft at every visit.

    Attributes
    ----------
    definition : Definition
    values : tuple of float
        NaN where it cannot be measured.
    norms : tuple of NormAt or None
        For the age at each visit.
    """

    definition: Definition
    values: tuple[float, ...]
    norms: tuple[NormAt | None, ...]


def courses(visits: Sequence[Visit], side: Side, template: Template) -> tuple[Course, ...]:
    """Return every measure of the cleft at every visit.

    Raises
    ------
    InputError
        As `measure_cleft`.
    """
    own = template.landmarks
    measured = [
        measure_cleft(v.face.mesh, own.replaced(v.face.landmarks), side, v.marks) for v in visits
    ]
    return tuple(
        Course(
            definition,
            tuple(values.get(definition.code, NAN) for values in measured),
            tuple(checked_norm(definition, visit.face.subject)[0] for visit in visits),
        )
        for definition in definitions(side)
    )

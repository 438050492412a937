"""The report of a cleft plan: what is there, what is proposed, how it was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from facewright.engine.arrays import BoolArray
from facewright.engine.edits.repair import Repair, plan_of
from facewright.engine.errors import InputError
from facewright.engine.face import Face
from facewright.engine.geometry.rigid import moved as moved_by
from facewright.engine.landmarks import Landmarks
from facewright.engine.measure.agreement import LEAST_PAIRS, Agreement
from facewright.engine.measure.anthropometry import Scale, scale_of
from facewright.engine.measure.cleft import Row, compare_cleft
from facewright.engine.measure.cleft_words import Side
from facewright.engine.measure.comparison import Comparison, compare
from facewright.engine.measure.follow_up import HERE, timeline, visit_of
from facewright.engine.measure.rounds import errors_of, finished, measured, point_errors
from facewright.engine.measure.vocabulary import CLEFT
from facewright.engine.mesh import Scan
from facewright.engine.project import ModelRef, Project, Source
from facewright.engine.scans.marked import marked_on_scan
from facewright.engine.scans.visits import read_rounds

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore
    from facewright.engine.reports.visits import FollowUp

NO_DEVICE = (
    "Facewright is no medical device. This report helps to talk about a plan; it does not show "
    "what an operation will achieve, and no decision may rest on it alone."
)
TELLING = frozenset(CLEFT)
"""Landmarks that the measures of severity rest on."""
NOT_PLACED = (
    "The landmarks of nose and lip come from the fit of a head of one piece, which an open cleft "
    "misleads: place them by hand on the scan, or do not trust the measures before."
)


@dataclass(frozen=True, eq=False)
class CleftPlan:
    """All that a report tells.

    Attributes
    ----------
    head : str
        What the head is called.
    side, way : str
        Of the cleft, and of the proposal.
    before, proposed : Face
    rows : tuple of Row
    change : Comparison
        From before to proposed, where they stand.
    within : float
        Mm within which nine in ten points of the truth are expected about the likeliest shape.
    known_moved : float
        Mm that skin outside the plan was moved; 0 by construction, and measured.
    sources : tuple of Source
    models : tuple of ModelRef
    scale : str
        What is known of the unit: "known", "unknown" or "model".
    program : str
        Version of this program.
    made : datetime
    notes : tuple of str
    errors : mapping of str to Agreement
        The rater's error by code of the measure, where repeats were taken.
    points : mapping of str to float
        The rater's error of each landmark, mm.
    follow_up : FollowUp or None
        Where the project holds other visits of the patient.
    scan : Scan or None
        What the head was registered to, brought into the head frame.
    """

    head: str
    side: Side
    way: str
    before: Face
    proposed: Face
    rows: tuple[Row, ...]
    change: Comparison
    within: float
    known_moved: float
    sources: tuple[Source, ...]
    models: tuple[ModelRef, ...]
    scale: Scale
    program: str
    made: datetime
    notes: tuple[str, ...] = ()
    errors: Mapping[str, Agreement] = field(default_factory=dict)
    points: Mapping[str, float] = field(default_factory=dict)
    follow_up: FollowUp | None = None
    scan: Scan | None = None


def planned(
    project: Project,
    face: Face,
    edit: Repair,
    name: str,
    models: ModelStore,
    notes: Sequence[str] = (),
    errors: Mapping[str, Agreement] | None = None,
    scan: Scan | None = None,
    others: Sequence[Path] = (),
) -> CleftPlan:
    """Return what a step proposes for a head, measured and compared.

    Before it, points that were placed on the scan go before where the head has them.

    Parameters
    ----------
    project : Project
        That the head belongs to.
    face : Face
        Before the step.
    edit : Repair
    name : str
        What the head is called.
    notes : sequence of str
        What a reader should know about head and scan.
    scan : Scan, optional
        What the head was registered to, for pictures of what was there.
    errors : mapping of str to Agreement, optional
        The rater's, by code of the measure; without, what the project's own rounds tell.
    others : sequence of Path
        Projects of other heads that were marked in rounds by the same rater.

    Raises
    ------
    InputError
        If no side is said, or as `Repair.apply` and `compare_cleft`.
    """
    from facewright.engine.edits.register import scan_of
    from facewright.engine.files.project import program_version
    from facewright.engine.reports.visits import followed

    plan = plan_of(edit, face, models)
    if plan is None:
        raise InputError("Say on which side the cleft is: left, right or both.")
    side = cast("Side", edit.side)
    proposed = edit.apply(face, models)
    template = models.lifespan().template
    own, free = template.landmarks, plan.asked.free
    placed = marked_on_scan(project, face, models)
    rows = compare_cleft(
        face.mesh, proposed.mesh, own.replaced(face.landmarks), side, face.subject,
        afterwards=own.replaced(_outside(face.landmarks, free)), placed=placed,
    )  # fmt: skip
    moved = np.linalg.norm(proposed.mesh.vertices - face.mesh.vertices, axis=1)
    source = scan_of(project)
    by_hand = {*(face.landmarks.names if face.landmarks else ()), *(placed.names if placed else ())}
    if source is not None and not by_hand & TELLING:
        notes = (*notes, NOT_PLACED)
    return CleftPlan(
        head=name,
        side=side,
        way=edit.way,
        before=face,
        proposed=proposed,
        rows=rows,
        change=compare(face.mesh, proposed.mesh, align=False),
        within=plan.asked.within_90(plan.spread),
        known_moved=float(moved[~free].max(initial=0.0)),
        sources=project.sources,
        models=project.models or (models.reference("lifespan"),),
        scale=scale_of(None if source is None else source.unit),
        scan=None if scan is None or source is None else _laid(scan, source),
        program=program_version(),
        made=datetime.now(UTC).astimezone(),
        notes=tuple(notes),
        errors=dict(errors or rater_of(project, face, side, models, others)),
        points=point_errors(project.rounds, face.mesh),
        follow_up=followed(
            timeline(project, visit_of(project, face, name, HERE, models)), side, template
        )
        if project.visits
        else None,
    )


def rater_of(
    project: Project, face: Face, side: Side, models: ModelStore, others: Sequence[Path] = ()
) -> dict[str, Agreement]:
    """Return the rater's error that rounds tell; nothing from fewer than two of this head.

    Raises
    ------
    InputError
        If one of the other projects cannot be read or was not marked twice.
    """
    if len(finished(project.rounds)) < LEAST_PAIRS:
        return {}
    own = models.lifespan().template.landmarks
    heads = [read_rounds(path, models, side) for path in others]
    return errors_of([measured(project.rounds, face.mesh, own, side), *heads])


def _laid(scan: Scan, source: Source) -> Scan:
    """Return a scan in the frame of the head, mm."""
    return replace(scan, vertices=moved_by(scan.vertices, source.transform).astype(np.float32))


def _outside(placed: Landmarks | None, free: BoolArray) -> Landmarks | None:
    """Return the points of the user that stand on skin which a plan keeps."""
    if placed is None:
        return None
    kept = ~free[placed.corners].any(axis=1)
    return placed.select(tuple(np.array(placed.names)[kept]))


def to_data(plan: CleftPlan) -> dict[str, object]:
    """Return the report's numbers as plain data."""
    from facewright.engine.measure.cleft import row_data
    from facewright.engine.reports.visits import visits_data

    return {
        "head": plan.head,
        "side": plan.side,
        "proposal": plan.way,
        "measures": [row_data(row) for row in plan.rows],
        "change": plan.change.summary,
        "within_90": plan.within,
        "known_skin_moved": plan.known_moved,
        "scale": plan.scale,
        "rater": {code: asdict(agreement) for code, agreement in plan.errors.items()},
        "points": dict(plan.points),
        "visits": [] if plan.follow_up is None else visits_data(plan.follow_up),
        "sources": [{"name": s.name, "sha256": s.sha256, "unit": s.unit} for s in plan.sources],
        "models": [{"id": m.id, "version": m.version, "sha256": m.sha256} for m in plan.models],
        "program": plan.program,
        "medical_device": False,
    }

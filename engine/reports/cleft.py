"""The report of a cleft plan: what is there, what is proposed, how it was found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import numpy as np

from facewright.engine.arrays import BoolArray, ByteArray
from facewright.engine.camera import Camera, turned
from facewright.engine.edits.repair import Repair, plan_of
from facewright.engine.errors import InputError
from facewright.engine.face import Face, Subject
from facewright.engine.geometry.rigid import moved as moved_by
from facewright.engine.landmarks import Landmarks, Points
from facewright.engine.measure.agreement import Agreement
from facewright.engine.measure.anthropometry import Scale, scale_of
from facewright.engine.measure.cleft import Row, compare_cleft
from facewright.engine.measure.cleft_words import Side
from facewright.engine.measure.comparison import Comparison, compare
from facewright.engine.measure.norms import sex_of
from facewright.engine.mesh import Scan
from facewright.engine.progress import Progress, silent
from facewright.engine.project import ModelRef, Project, Source
from facewright.engine.reports.html import Markup, facts, page, pictures, table, text

if TYPE_CHECKING:
    from facewright.engine.models.rig import PosedHead
    from facewright.engine.models.store import ModelStore

NO_DEVICE = (
    "Facewright is no medical device. This report helps to talk about a plan; it does not show "
    "what an operation will achieve, and no decision may rest on it alone."
)
SIDE_WORDS = {"left": "left", "right": "right", "both": "both sides"}
WAY_WORDS = {
    "model": "the likeliest shape given the skin around it",
    "mirror": "the mirror image of the healthy side",
    "blend": "the likeliest shape and the mirror image, each where it is surer",
}
TELLING = frozenset(("sn", "c", "sn1_r", "sn1_l", "sbal_r", "sbal_l", "cph_r", "cph_l"))
"""Landmarks that the measures of severity rest on."""
NOT_PLACED = (
    "The landmarks of nose and lip come from the fit of a head of one piece, which an open cleft "
    "misleads: place them by hand on the scan, or do not trust the measures before."
)
REGIONS = ("nose", "upper_lip", "lower_lip", "rest", "face")
_SIZE = (420, 360)
_WIDTH = 200
_FIELD = math.radians(16.0)


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
    scan: Scan | None = None


def planned(
    project: Project,
    face: Face,
    edit: Repair,
    name: str,
    models: ModelStore,
    notes: Sequence[str] = (),
    errors: Mapping[str, Agreement] | None = None,
    placed: Points | None = None,
    scan: Scan | None = None,
) -> CleftPlan:
    """Return what a step proposes for a head, measured and compared.

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
    placed : Points, optional
        Points of the scan, in the head frame, that were placed by hand.
    scan : Scan, optional
        What the head was registered to, for pictures of what was there.
    errors : mapping of str to Agreement, optional
        The rater's, by code of the measure.

    Raises
    ------
    InputError
        If no side is said, or as `Repair.apply` and `compare_cleft`.
    """
    from facewright.engine.edits.register import scan_of
    from facewright.engine.files.project import program_version

    plan = plan_of(edit, face, models)
    if plan is None:
        raise InputError("Say on which side the cleft is: left, right or both.")
    side = cast("Side", edit.side)
    proposed = edit.apply(face, models)
    own, free = models.lifespan().template.landmarks, plan.asked.free
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
        errors=dict(errors or {}),
    )


def _laid(scan: Scan, source: Source) -> Scan:
    """Return a scan in the frame of the head, mm."""
    return replace(scan, vertices=moved_by(scan.vertices, source.transform).astype(np.float32))


def _outside(placed: Landmarks | None, free: BoolArray) -> Landmarks | None:
    """Return the points of the user that stand on skin which a plan keeps."""
    if placed is None:
        return None
    kept = ~free[placed.corners].any(axis=1)
    return placed.select(tuple(np.array(placed.names)[kept]))


def views(side: Side, face: Face) -> tuple[Camera, ...]:
    """Return cameras at nose and mouth: from the front, from the side of the cleft, from below."""
    vertices = face.mesh.vertices.astype(np.float64)
    regions = face.mesh.topology.regions
    part = np.maximum.reduce([regions[name] for name in ("nose", "upper_lip", "lower_lip")]) > 0.5
    low, high = vertices[part].min(axis=0), vertices[part].max(axis=0)
    middle, height = 0.5 * (low + high), 1.1 * float(np.linalg.norm((high - low)[:2]))
    yaw = -38.0 if side == "right" else 38.0
    found = []
    for turn, pitch in ((0.0, 2.0), (yaw, 4.0), (0.0, -40.0)):
        back = turned(math.radians(turn), math.radians(pitch))
        found.append(
            Camera.looking(middle, -back, (0, 1, 0), size=_SIZE, height=height, field=_FIELD)
        )
    return tuple(found)


def drawn(
    plan: CleftPlan, models: ModelStore, progress: Progress = silent
) -> list[tuple[str, list[ByteArray]]]:
    """Return the report's pictures by caption: before, proposed, and where they differ."""
    from facewright.engine.photos.shading import picture, picture_surface

    rig = models.rig()
    cameras = views(plan.side, plan.before)
    seen = plan.scan
    heads: list[tuple[str, PosedHead, ByteArray | None, ByteArray | None]] = []
    colors = plan.change.colors()
    for name, face in (("Head before", plan.before), ("Proposed (inferred)", plan.proposed)):
        shown = Face(face.mesh, face.subject, texture=face.texture)
        heads.append((name, rig.pose(shown), rig.skin_image(shown), None))
    change = f"Change, on the head before: {_scale_words(plan.change.limit)}"
    heads.append((change, heads[0][1], None, colors))
    count = len(cameras) * (len(heads) + 1)
    rows: list[tuple[str, list[ByteArray]]] = []

    def next_one() -> None:
        progress(sum(len(images) for _, images in rows) / count, "Drawing")

    if seen is not None and len(seen.faces):
        rows.append(("Scan", []))
        for camera in cameras:
            next_one()
            image = picture_surface(
                seen.vertices, seen.faces, seen.colors, texture=seen.texture,
                corner_uv=seen.corner_uv, size=_SIZE, camera=camera,
            )  # fmt: skip
            rows[-1][1].append(image)
    for name, head, skin, values in heads:
        rows.append((name, []))
        for camera in cameras:
            next_one()
            rows[-1][1].append(picture(head, skin, size=_SIZE, camera=camera, values=values))
    return rows


def to_html(plan: CleftPlan, models: ModelStore, progress: Progress = silent) -> str:
    """Return the report as one page of HTML; drawing its pictures takes some seconds."""
    parts = [
        text("h1", "Cleft plan"),
        text("p", f"{plan.head} · cleft on {_side_words(plan.side)} · {_when(plan.made)}", "quiet"),
        text("p", NO_DEVICE, "warning"),
        _who(plan),
        text("h2", "Before and proposed"),
        text("p", "Left and right are the patient's: the patient's left is on the right side of "
             "pictures from the front.", "quiet"),
        pictures(drawn(plan, models, progress), _WIDTH),
        text("h2", "Measures"),
        _measures(plan),
        text("p", "Ratios are the side of the cleft over the other one. z: standard deviations "
             "from the norm for age and sex, before and as proposed, where one was checked.",
             "quiet"),
        text("h2", "What changes, by region"),
        _regions(plan),
        text("h2", "How sure"),
        text("p", f"Nine in ten points of the true skin are expected within {plan.within:.1f} mm "
             f"of the likeliest shape. Skin outside the plan moved by {plan.known_moved:.2f} mm."),
        *_rater(plan),
        text("h2", "How this was made"),
        *_method(plan),
        _inputs(plan),
    ]  # fmt: skip
    return page(f"Cleft plan: {plan.head}", parts)


def to_data(plan: CleftPlan) -> dict[str, object]:
    """Return the report's numbers as plain data."""
    from facewright.engine.measure.cleft import row_data

    return {
        "head": plan.head,
        "side": plan.side,
        "proposal": plan.way,
        "measures": [row_data(row) for row in plan.rows],
        "change": plan.change.summary,
        "within_90": plan.within,
        "known_skin_moved": plan.known_moved,
        "scale": plan.scale,
        "sources": [{"name": s.name, "sha256": s.sha256, "unit": s.unit} for s in plan.sources],
        "models": [{"id": m.id, "version": m.version, "sha256": m.sha256} for m in plan.models],
        "program": plan.program,
        "medical_device": False,
    }


def _who(plan: CleftPlan) -> Markup:
    subject = plan.before.subject
    scale = {
        "known": "known",
        "unknown": "unknown: the file names no unit that fits, so lengths are not to be trusted",
        "model": "a model's head, no scan",
    }[plan.scale]
    return facts(
        (
            ("Head", plan.head),
            ("Age", _age_words(subject)),
            ("Sex", {"male": "male", "female": "female", "both": "not said"}[sex_of(subject)]),
            ("Cleft on", _side_words(plan.side)),
            ("Proposal", WAY_WORDS.get(plan.way, plan.way)),
            ("Scale", scale),
        )
    )


def _measures(plan: CleftPlan) -> Markup:
    header = ("Measure", "Before", "Proposed", "Without a cleft", "z", "Norm")
    return table(header, [_measure(row) for row in plan.rows], 4, (29, 12, 12, 14, 11, 22))


def _measure(row: Row) -> tuple[str, ...]:
    definition, norm = row.definition, row.norm
    unit = f" {definition.unit}" if definition.unit == "mm" else definition.unit
    ideal = "" if definition.ideal is None else f"{definition.ideal:g}{unit}"
    if norm is not None:
        ideal = f"{norm.mean:.1f} ± {norm.sd:.1f}{unit}"
    z = ""
    if norm is not None:
        z = f"{_number(row.z_before, sign=True)} → {_number(row.z_proposed, sign=True)}"
        source = norm.source.title
    else:
        source = "both sides alike" if definition.ideal is not None else row.reason
    return (
        definition.name, _number(row.before, unit), _number(row.proposed, unit), ideal, z, source,
    )  # fmt: skip


def _regions(plan: CleftPlan) -> Markup:
    found = plan.change.summary["regions"]
    rows = [
        (
            name.replace("_", " ").capitalize(),
            *(f"{found[name][key]:.2f}" for key in ("mean", "p95", "max")),
            f"{found[name]['signed_mean']:+.2f}",
        )
        for name in REGIONS
        if name in found
    ]
    header = ("Region", "Mean (mm)", "95 % within", "Largest", "Mean outward")
    return table(header, rows, 4)


def _rater(plan: CleftPlan) -> list[Markup]:
    if not plan.errors:
        return []
    names = {row.definition.code: row.definition for row in plan.rows}
    rows = [
        (
            names[code].name, str(a.count), f"{a.dahlberg:.2f} {names[code].unit}".strip(),
            f"{a.bias:+.2f}",
            f"{a.correlation.value:.2f} ({a.correlation.low:.2f} to {a.correlation.high:.2f})",
        )
        for code, a in plan.errors.items()
        if code in names
    ]  # fmt: skip
    header = ("Measure", "Heads", "Dahlberg's error", "Bias", "ICC(2,1), 95 %")
    return [text("h2", "The rater's error"), table(header, rows, 4)]


def _method(plan: CleftPlan) -> list[Markup]:
    return [
        text("p", "The scan was registered to Facewright's head template. In the area of the plan "
             "its shape is not believed; the head model's posterior given the skin around it "
             "(Albrecht and others, Medical Image Analysis 17, 2013; INFACE, section 5.1) tells "
             "what is likely there. A mirrored proposal takes the healthy side in the plane of "
             "the whole likely face. The seam is a field of least bending that fades inwards; "
             "skin outside the area stays as it was measured."),
        text("p", "The head model was taught without a scan of an infant: its infants are adults' "
             "shapes carried along published growth, calibrated on norms. Measures are between "
             "landmarks of the template or those placed by hand; the vertical is the line "
             "perpendicular to that of the outer eye corners, the midline the plane of the face's "
             "own mirror symmetry."),
        *(text("p", f"Note: {note}", "quiet") for note in plan.notes),
    ]  # fmt: skip


def _inputs(plan: CleftPlan) -> Markup:
    rows = [("Program", f"Facewright {plan.program}")]
    rows += [("Model", f"{m.id} {m.version}, sha256 {m.sha256}") for m in plan.models]
    rows += [("File", f"{s.name}, unit {s.unit}, sha256 {s.sha256}") for s in plan.sources]
    return facts(rows)


def _number(value: float, unit: str = "", *, sign: bool = False) -> str:
    if not math.isfinite(value):
        return "–"
    return f"{value:+.1f}{unit}" if sign else f"{value:.2f}{unit}"


def _scale_words(limit: float) -> str:
    return f"orange outward, blue inward, full colour at {limit:.1f} mm"


def _side_words(side: str) -> str:
    return SIDE_WORDS.get(side, side)


def _age_words(subject: Subject) -> str:
    age = subject.age
    if age.origin == "unknown":
        return "not said"
    words = f"{12 * age.value:.0f} months" if age.value < 2 else f"{age.value:.1f} years"
    return words if age.origin == "given" else f"{words} (estimated)"


def _when(made: datetime) -> str:
    return made.strftime("%Y-%m-%d %H:%M")

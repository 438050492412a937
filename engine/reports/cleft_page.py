"""A cleft plan as one page of HTML: pictures, measures, how sure, how it was made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import ByteArray
from facewright.engine.camera import Camera, turned
from facewright.engine.face import Face
from facewright.engine.measure.cleft import Row
from facewright.engine.measure.cleft_words import NOT_MEASURED, Side
from facewright.engine.measure.norms import sex_of
from facewright.engine.measure.rounds import name_of
from facewright.engine.progress import Progress, part, silent
from facewright.engine.reports.cleft import NO_DEVICE, CleftPlan
from facewright.engine.reports.html import Markup, facts, page, pictures, table, text
from facewright.engine.reports.visits import section
from facewright.engine.reports.words import (
    age_words,
    change_rows,
    number,
    scale_words,
    side_words,
    when,
)

if TYPE_CHECKING:
    from facewright.engine.models.rig import PosedHead
    from facewright.engine.models.store import ModelStore

WAY_WORDS = {
    "model": "the likeliest shape given the skin around it",
    "mirror": "the mirror image of the healthy side",
    "blend": "the likeliest shape and the mirror image, each where it is surer",
}
_SIZE = (420, 360)
_WIDTH = 190
_FIELD = math.radians(16.0)


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
    change = f"Change, on the head before: {scale_words(plan.change.limit)}"
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
    early, late = part(progress, 0.0, 0.7), part(progress, 0.7, 1.0)
    parts = [
        text("h1", "Cleft plan"),
        text("p", f"{plan.head} · cleft on {side_words(plan.side)} · {when(plan.made)}", "quiet"),
        text("p", NO_DEVICE, "warning"),
        _who(plan),
        text("h2", "Before and proposed"),
        text("p", "Left and right are the patient's: the patient's left is on the right side of "
             "pictures from the front.", "quiet"),
        pictures(drawn(plan, models, early), _WIDTH),
        text("h2", "Measures"),
        _measures(plan),
        text("p", "Ratios are the side of the cleft over the other one. z: standard deviations "
             "from the norm for age and sex, before and as proposed, where one was checked.",
             "quiet"),
        text("p", "Not measured: " + " ".join(f"{name}: {why}" for name, why in NOT_MEASURED),
             "quiet"),
        text("h2", "What changes, by region"),
        change_rows(plan.change),
        text("h2", "How sure"),
        text("p", f"Nine in ten points of the true skin are expected within {plan.within:.1f} mm "
             f"of the likeliest shape. Skin outside the plan moved by {plan.known_moved:.2f} mm. "
             "The distance was set on scans of adults; no scan of an infant was at hand to test "
             "it."),
        *([] if plan.follow_up is None else section(plan.follow_up, models, late)),
        *_rater(plan),
        text("h2", "How this was made"),
        *_method(plan),
        _inputs(plan),
    ]  # fmt: skip
    return page(f"Cleft plan: {plan.head}", parts)


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
            ("Age", age_words(subject)),
            ("Sex", {"male": "male", "female": "female", "both": "not said"}[sex_of(subject)]),
            ("Cleft on", side_words(plan.side)),
            ("Proposal", WAY_WORDS.get(plan.way, plan.way)),
            ("Scale", scale),
        ),
        columns=2,
    )


def _measures(plan: CleftPlan) -> Markup:
    header = ("Measure", "Before", "Proposed", "Without a cleft", "z", "Norm")
    return table(header, [_measure(row) for row in plan.rows], 4, (26, 13, 13, 13, 10, 25))


def _measure(row: Row) -> tuple[str, ...]:
    definition, norm = row.definition, row.norm
    unit = f" {definition.unit}" if definition.unit == "mm" else definition.unit
    ideal = "" if definition.ideal is None else f"{definition.ideal:g}{unit}"
    if norm is not None:
        ideal = f"{norm.mean:.1f} ± {norm.sd:.1f}{unit}"
    z = ""
    if norm is not None:
        z = f"{number(row.z_before, sign=True)} → {number(row.z_proposed, sign=True)}"
        source = norm.source.title
    else:
        source = "both sides alike" if definition.ideal is not None else row.reason
    return (
        definition.name, number(row.before, unit), number(row.proposed, unit), ideal, z, source,
    )  # fmt: skip


def _rater(plan: CleftPlan) -> list[Markup]:
    if not plan.errors:
        return []
    rows = []
    for code, a in plan.errors.items():
        name, unit = name_of(code, plan.side)
        told = number(a.correlation.value)
        if math.isfinite(a.correlation.low):
            told += f" ({a.correlation.low:.2f} to {a.correlation.high:.2f})"
        error = number(a.dahlberg, unit.replace("mm", " mm"))
        rows.append((name, str(a.count), error, number(a.bias, sign=True), told))
    header = ("Measure", "Subjects", "Dahlberg's error", "Bias", "ICC(2,1), 95 %")
    said = (
        "The error of a single marking. A correlation of one measure wants several heads; that of "
        "all measures of one unit takes each of them as a subject."
    )
    if plan.points:
        worst = max(plan.points, key=lambda name: plan.points[name])
        mean = sum(plan.points.values()) / len(plan.points)
        said += (
            f" A landmark was placed within {mean:.2f} mm of its mean, root mean square; worst "
            f"{worst}, {plan.points[worst]:.2f} mm."
        )
    return [text("h2", "The rater's error"), table(header, rows, 4), text("p", said, "quiet")]


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

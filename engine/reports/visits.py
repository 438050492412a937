"""The visits of a patient in a report: pictures, measures over time, what changed between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import ByteArray
from facewright.engine.camera import Camera, turned
from facewright.engine.errors import InputError
from facewright.engine.face import Face
from facewright.engine.measure.cleft_words import Side
from facewright.engine.measure.comparison import Comparison
from facewright.engine.measure.follow_up import HERE, Change, Course, change, courses
from facewright.engine.mesh import Mesh
from facewright.engine.progress import Progress, silent
from facewright.engine.reports.html import Markup, img, table, text
from facewright.engine.reports.words import NONE, age_words, change_rows, number, scale_words
from facewright.engine.visits import Visit

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore
    from facewright.engine.models.template import Template

PORTRAIT = (240, 280)
ALONG = ((0.0, 4.0), (40.0, 6.0), (-40.0, 6.0))
"""Yaw to the subject's left and pitch of the pictures of a change, degrees."""
BETWEEN = " · "
MOST = 5
"""Visits side by side in a table or row of pictures."""
_FIELD = math.radians(16.0)


@dataclass(frozen=True, eq=False)
class FollowUp:
    """What a report tells of several visits.

    Attributes
    ----------
    visits : tuple of Visit
        From the first to the last.
    courses : tuple of Course
    changes : tuple of Change
        From each visit to the next, where both show the forehead.
    apart : tuple of str
        Why others could not be laid together.
    """

    visits: tuple[Visit, ...]
    courses: tuple[Course, ...]
    changes: tuple[Change, ...]
    apart: tuple[str, ...] = ()


def followed(
    visits: Sequence[Visit], side: Side | None, template: Template, most: int = MOST
) -> FollowUp:
    """Return what visits tell, in order of time; of more than `most` the first and the last ones.

    Without a `side` of a cleft nothing is measured.

    Raises
    ------
    InputError
        As `courses`.
    """
    shown = tuple(visits) if len(visits) <= most else (visits[0], *visits[1 - most :])
    changes, apart = [], []
    for first, second in pairwise(shown):
        try:
            changes.append(change(first, second, template))
        except InputError as error:
            apart.append(f"{title_of(first)} and {title_of(second)}: {error}")
    measured = () if side is None else courses(shown, side, template)
    return FollowUp(shown, measured, tuple(changes), tuple(apart))


def title_of(visit: Visit) -> str:
    """Return the day and the age of a visit in words, its name where neither is known."""
    age = age_words(visit.face.subject)
    known = visit.face.subject.age.origin != "unknown"
    return BETWEEN.join(word for word in (visit.day, age if known else "") if word) or visit.name


def portrait(face: Face, models: ModelStore, size: tuple[int, int] = PORTRAIT) -> ByteArray:
    """Return a picture `(H, W, 3)` of a face from the front, without its expression."""
    from facewright.engine.photos.shading import picture

    rig, shown = models.rig(), Face(face.mesh, face.subject, texture=face.texture)
    camera = _towards(face.mesh, 0.0, 4.0, size)
    return picture(rig.pose(shown), rig.skin_image(shown), size=size, camera=camera)


def mapped(
    comparison: Comparison, models: ModelStore, limit: float, size: tuple[int, int] = PORTRAIT
) -> list[ByteArray]:
    """Return pictures of a difference as colours on the first head, from `ALONG`."""
    from facewright.engine.photos.shading import picture

    head, colors = models.rig().pose(Face(comparison.first)), comparison.colors(limit)
    return [
        picture(head, None, size=size, values=colors,
                camera=_towards(comparison.first, yaw, pitch, size))
        for yaw, pitch in ALONG
    ]  # fmt: skip


def _towards(mesh: Mesh, yaw: float, pitch: float, size: tuple[int, int]) -> Camera:
    """Return a camera that sees the whole face."""
    here = mesh.vertices[mesh.topology.regions["face"] > 0.5].astype(np.float64)
    low, high = here.min(axis=0), here.max(axis=0)
    back = turned(math.radians(yaw), math.radians(pitch))
    height = 1.12 * float(high[1] - low[1])
    return Camera.looking(
        0.5 * (low + high), -back, (0, 1, 0), size=size, height=height, field=_FIELD
    )


def section(found: FollowUp, models: ModelStore, progress: Progress = silent) -> list[Markup]:
    """Return the part of a report that tells of visits; drawing its pictures takes seconds."""
    parts = [text("h2", "Visits")]
    faces = []
    for place, visit in enumerate(found.visits):
        progress(place / (2 * len(found.visits)), "Drawing")
        faces.append((title_of(visit), portrait(visit.face, models)))
    parts.append(_captioned(faces))
    if found.courses:
        titles = (Markup(escape(title_of(v)).replace(BETWEEN, "<br>")) for v in found.visits)
        header = ("Measure", *titles, "Norm at the last")
        rows = [_course(course) for course in found.courses]
        width = 100 // (len(header) + 1)
        widths = (2 * width, *(width for _ in header[1:]))
        parts.append(table(header, rows, len(header) - 1, widths))
    for place, item in enumerate(found.changes):
        progress(0.5 + place / (2 * len(found.changes)), "Drawing")
        parts += _changed(item, models)
    parts += [text("p", f"Not laid together: {reason}", "quiet") for reason in found.apart]
    return parts


def visits_data(found: FollowUp) -> list[dict[str, object]]:
    """Return the visits with their measures as plain data; what cannot be told is None."""
    return [
        {
            "name": visit.name,
            "sha256": None if visit.sha256 == HERE else visit.sha256,
            "day": visit.day or None,
            "age": visit.face.subject.age.value,
            "measures": {
                course.definition.code: round(course.values[place], 4)
                if math.isfinite(course.values[place])
                else None
                for course in found.courses
            },
        }
        for place, visit in enumerate(found.visits)
    ]


def changes_data(found: FollowUp) -> list[dict[str, object]]:
    """Return what changed from visit to visit as plain data, mm."""
    return [
        {
            "from": item.first.name,
            "to": item.second.name,
            "forehead_rms": item.stable.left,
            "eye_corners": item.stable.corners,
            "doubtful": item.stable.doubtful,
            **item.comparison.summary,
        }
        for item in found.changes
    ]


def _captioned(shown: Sequence[tuple[str, ByteArray]]) -> Markup:
    """Return pictures in one row, each over its caption."""
    width = min(150, 640 // max(1, len(shown)))
    return _row(
        [img(image, width, name) for name, image in shown],
        [text("p", name, "quiet") for name, _ in shown],
    )


def _row(*lines: Sequence[Markup]) -> Markup:
    """Return what stands side by side, line by line."""
    rows = ("".join(f"<td>{cell}</td>" for cell in line) for line in lines)
    body = "".join(f"<tr>{cells}</tr>" for cells in rows)
    return Markup(f'<table cellspacing="0" cellpadding="2">{body}</table>')


def _course(course: Course) -> tuple[str, ...]:
    unit = course.definition.unit.replace("mm", " mm")
    norm, ideal = course.norms[-1], course.definition.ideal
    usual = NONE
    if norm is not None:
        usual = f"{norm.mean:.1f} ± {norm.sd:.1f}{unit}"
    elif ideal is not None:
        usual = f"{ideal:g}{unit}"
    return (course.definition.name, *(number(value, unit) for value in course.values), usual)


def _changed(item: Change, models: ModelStore) -> list[Markup]:
    limit = item.limit
    title = f"From {title_of(item.first)} to {title_of(item.second)}"
    stable = item.stable
    laid = (
        f"Laid together on forehead ({stable.left:.1f} mm left) and eye corners "
        f"({stable.corners:.1f} mm left). {scale_words(limit).capitalize()}. Growth counts as "
        "change."
    )
    views = mapped(item.comparison, models, limit)
    parts = [
        text("h3", title),
        _row([img(view, 200, title) for view in views]),
        text("p", laid, "quiet"),
    ]
    if stable.doubtful:
        parts.append(
            text("p", "They differ where they are laid together, too: check that both are of one "
                 "patient and in one unit.", "warning")
        )  # fmt: skip
    return [*parts, change_rows(item.comparison)]

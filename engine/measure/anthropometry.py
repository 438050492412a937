"""The standard measures of a head: every value of the table, and its norm.

Measured is the neutral head in its own frame, without expression and pose, between the
template's landmarks or those that the user placed.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.face import Subject
from facewright.engine.landmarks import Landmarks
from facewright.engine.measure.farkas import DEFINITIONS, Definition, landmarks_of
from facewright.engine.measure.geodesic import shortest_path
from facewright.engine.measure.norms import NormAt, norm_for, sex_of
from facewright.engine.measure.surface import girth
from facewright.engine.mesh import Mesh

Side = Literal["", "r", "l"]

NAN = float("nan")


@dataclass(frozen=True)
class Value:
    """One measure of a head.

    Attributes
    ----------
    definition : Definition
    number : float
        Mm, degrees, per cent or a ratio; the mean of both sides of a paired one. NaN where it
        cannot be measured.
    right, left : float
        The sides of a paired measure, else NaN.
    moved : bool
        Whether the user placed one of its landmarks.
    missing : tuple of str
        Landmarks that the head does not have.
    """

    definition: Definition
    number: float
    right: float = NAN
    left: float = NAN
    moved: bool = False
    missing: tuple[str, ...] = ()


def measure_head(
    mesh: Mesh,
    landmarks: Landmarks,
    *,
    moved: Collection[str] = (),
    along_surface: bool = True,
    definitions: tuple[Definition, ...] = DEFINITIONS,
) -> tuple[Value, ...]:
    """Return every measure of a head.

    Parameters
    ----------
    mesh : Mesh
        The neutral skin in the head frame, mm.
    landmarks : Landmarks
        The template's, with those of the user in their place.
    moved : collection of str
        Landmarks that the user placed.
    along_surface : bool
        Whether arcs and girths, which take most of the time, are measured too; else NaN.
    definitions : tuple of Definition
    """
    names = landmarks.names
    places = dict(zip(names, landmarks.on(mesh.vertices).positions.astype(np.float64), strict=True))
    known: dict[str, Value] = {}
    for definition in definitions:
        needed = landmarks_of(definition)
        missing = tuple(name for name in needed if name not in places)
        number, right, left = NAN, NAN, NAN
        if definition.kind in ("index", "sides"):
            number = _composed(definition, known)
        elif not missing and definition.kind in ("arc", "girth"):
            if along_surface:
                number = _taped(definition, mesh, landmarks, places)
        elif not missing and definition.paired:
            right, left = (_between(definition, places, side) for side in ("r", "l"))
            number = 0.5 * (right + left)
        elif not missing:
            number = _between(definition, places, "")
        by_hand = any(name in moved for name in needed)
        known[definition.code] = Value(definition, number, right, left, by_hand, missing)
    return tuple(known.values())


def _between(definition: Definition, places: Mapping[str, DoubleArray], side: str) -> float:
    """Return a measure between landmarks, of one side where it is paired."""
    points = [places[name] for name in definition.on_side(side)]
    way = points[1] - points[0]
    match definition.kind:
        case "depth":
            return float(way[2])
        case "height":
            return float(way[1])
        case "angle":
            return angle(*points)
        case "slope":
            return float(np.degrees(np.arctan2(way[1], abs(way[0]))))
        case "tilt":
            across = places["ex_l"] - places["ex_r"]
            level = np.arctan2(across[1], across[0])
            return float(np.degrees(np.arctan2(way[0], way[1]) + level))
    return float(np.linalg.norm(way))


def angle(first: DoubleArray, corner: DoubleArray, last: DoubleArray) -> float:
    """Return the angle at `corner`, degrees, 0 to 180; NaN where two points are one."""
    a, b = first - corner, last - corner
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    if lengths == 0.0:
        return NAN
    return float(np.degrees(np.arccos(np.clip(a @ b / lengths, -1.0, 1.0))))


def _composed(definition: Definition, known: Mapping[str, Value]) -> float:
    """Return a ratio of measures that were taken before."""
    parts = [known[code] for code in definition.points if code in known]
    if len(parts) < len(definition.points):
        return NAN
    if definition.kind == "sides":
        return parts[0].right / parts[0].left if parts[0].left else NAN
    return 100.0 * parts[0].number / parts[1].number if parts[1].number else NAN


def _taped(
    definition: Definition, mesh: Mesh, landmarks: Landmarks, places: Mapping[str, DoubleArray]
) -> float:
    """Return a length that a tape would have."""
    topology = mesh.topology
    if definition.kind == "girth":
        ears = topology.regions.get("ears")
        faces = topology.faces
        if ears is not None:
            faces = faces[~(ears > 0.0)[faces].any(axis=1)]
        return girth(mesh.vertices, faces, *(places[name] for name in definition.points))
    rows = [landmarks.names.index(name) for name in definition.points]
    anchors = [(landmarks.corners[row], landmarks.weights[row]) for row in rows]
    return sum(
        shortest_path(topology, mesh.vertices, a, b).length for a, b in itertools.pairwise(anchors)
    )


@dataclass(frozen=True)
class Judged:
    """A measure beside its norm.

    Attributes
    ----------
    value : Value
    norm : NormAt or None
    reason : str
        Why there is no norm.
    """

    value: Value
    norm: NormAt | None
    reason: str = ""

    @property
    def z(self) -> float:
        """Standard deviations above the norm's mean; NaN without a norm."""
        return NAN if self.norm is None else self.norm.z(self.value.number)


def judged(values: Iterable[Value], subject: Subject) -> tuple[Judged, ...]:
    """Return measures beside the norms of a subject."""
    found = []
    for value in values:
        norm = norm_for(value.definition.code, subject)
        if isinstance(norm, str):
            found.append(Judged(value, None, norm))
        else:
            found.append(Judged(value, norm))
    return tuple(found)


Scale = Literal["known", "unknown", "model"]


@dataclass(frozen=True)
class Whose:
    """Whose measures a table holds; in each row, so that tables can be put together.

    Attributes
    ----------
    head : str
        What the head is called.
    subject : Subject
    scale : str
        "known", "unknown" where no unit fits the scan and it was scaled to an average adult,
        "model" for a head without a scan.
    """

    head: str
    subject: Subject
    scale: Scale

    @property
    def data(self) -> dict[str, str | float]:
        """The columns of `HEADER` that are the same in each row."""
        age, sex = self.subject.age, self.subject.sex
        return {
            "head": self.head,
            "age_years": round(age.value, 2),
            "age_is": age.origin,
            "sex": sex_of(self.subject),
            "sex_is": sex.origin,
            "scale": self.scale,
        }


def scale_of(unit: str | None) -> Scale:
    """Return what the unit of a head's scan, None for a head without one, says of lengths."""
    if unit is None:
        return "model"
    return "unknown" if unit == "arbitrary" else "known"


HEADER = (
    "head", "age_years", "age_is", "sex", "sex_is", "scale",
    "group", "code", "name", "kind", "unit", "value", "right", "left", "landmarks_moved",
    "norm_mean", "norm_sd", "z", "norm_sex", "norm_n", "norm_source", "norm_population",
    "norm_method", "norm_note", "norm_verified", "norm_checked", "no_norm_because",
)  # fmt: skip


def to_csv(rows: Iterable[Judged], whose: Whose) -> str:
    """Return measures as CSV: one row each, mm and degrees, a point as decimal mark."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for row in rows:
        data = {**whose.data, **row_data(row)}
        writer.writerow(["" if data[name] is None else data[name] for name in HEADER])
    return text.getvalue()


def row_data(row: Judged) -> dict[str, str | float | int | bool | None]:
    """Return a measure beside its norm as plain data, by the names in `HEADER`."""
    value, norm, definition = row.value, row.norm, row.value.definition
    return {
        "group": definition.group,
        "code": definition.code,
        "name": definition.name,
        "kind": definition.kind,
        "unit": definition.unit,
        "value": _rounded(value.number),
        "right": _rounded(value.right),
        "left": _rounded(value.left),
        "landmarks_moved": value.moved,
        "norm_mean": None if norm is None else _rounded(norm.mean),
        "norm_sd": None if norm is None else _rounded(norm.sd),
        "z": _rounded(row.z),
        "norm_sex": None if norm is None else norm.sex,
        "norm_n": None if norm is None else norm.count or None,
        "norm_source": None if norm is None else norm.source.title,
        "norm_population": None if norm is None else norm.source.population,
        "norm_method": None if norm is None else norm.source.method,
        "norm_note": None if norm is None else norm.source.note,
        "norm_verified": None if norm is None else norm.source.verified,
        "norm_checked": None if norm is None else norm.source.checked,
        "no_norm_because": row.reason or None,
    }


def _rounded(number: float) -> float | None:
    return round(number, 4) if np.isfinite(number) else None

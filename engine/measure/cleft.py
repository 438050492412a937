"""Measures of cleft lip and nose: before, after a proposal, and beside norms.

What is measured, and after whom, is in `cleft_words`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.errors import InputError
from facewright.engine.face import Subject
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.landmarks import Landmarks, Points
from facewright.engine.measure.anthropometry import NAN
from facewright.engine.measure.cleft_words import (
    ASYMMETRY,
    Definition,
    Places,
    Side,
    definitions,
)
from facewright.engine.measure.norms import NormAt, norm_for
from facewright.engine.measure.symmetry import SelfMirror, asymmetry
from facewright.engine.mesh import Mesh

NO_NORM = "No norm: compare with the other side."
UNCHECKED = "No checked norm at this age."
NASOLABIAL = ("nose", "upper_lip")


@dataclass(frozen=True)
class Row:
    """A measure of a cleft before and after, beside its norm.

    Attributes
    ----------
    definition : Definition
    before, proposed : float
        NaN where it cannot be measured, or nothing is proposed.
    norm : NormAt or None
    reason : str
        Why there is no norm.
    """

    definition: Definition
    before: float
    proposed: float
    norm: NormAt | None
    reason: str

    @property
    def z_before(self) -> float:
        """Standard deviations above the norm; NaN without one."""
        return NAN if self.norm is None else self.norm.z(self.before)

    @property
    def z_proposed(self) -> float:
        """The same of the proposal."""
        return NAN if self.norm is None else self.norm.z(self.proposed)


def measure_cleft(
    mesh: Mesh, landmarks: Landmarks, side: Side, placed: Points | None = None
) -> dict[str, float]:
    """Return the measures of a neutral head in its own frame, by their codes.

    Parameters
    ----------
    mesh : Mesh
        Mm.
    landmarks : Landmarks
        The template's, with those of the user in their place.
    side : str
        Of the cleft, the subject's "left" or "right", or "both".
    placed : Points or None
        Points of the scan in the frame of the head, which go before the landmarks of their
        names: a head of one piece cannot follow an open cleft everywhere.

    Raises
    ------
    InputError
        If there is no such side, or the eye corners are missing.
    """
    if side not in ("left", "right", "both"):
        raise InputError("Say on which side the cleft is: left, right or both.")
    points = landmarks.on(mesh.vertices)
    named = dict(zip(points.names, points.positions.astype(np.float64), strict=True))
    if placed is not None:
        given = zip(placed.names, placed.positions.astype(np.float64), strict=True)
        named.update(given)
    mirror = asymmetry(mesh)
    places = Places(_level(named), _across(named, mesh, mirror), "r" if side == "right" else "l")
    found = {}
    for definition in definitions(side):
        needed = [name.replace("*", f"_{letter}") for name in definition.points for letter in "rl"]
        there = all(name in named for name in needed)
        found[definition.code] = definition.take(places) if there else NAN
    found[ASYMMETRY.code] = _nasolabial(mesh, mirror)
    return found


def compare_cleft(
    before: Mesh,
    proposed: Mesh | None,
    landmarks: Landmarks,
    side: Side,
    subject: Subject,
    *,
    afterwards: Landmarks | None = None,
    placed: Points | None = None,
) -> tuple[Row, ...]:
    """Return every measure before and as proposed, beside its norm for age and sex.

    `afterwards` are the landmarks of the proposal where they differ from `landmarks`; `placed`
    those points of the scan that go before both on the head before.

    Raises
    ------
    InputError
        As `measure_cleft`.
    """
    first = measure_cleft(before, landmarks, side, placed)
    second = {} if proposed is None else measure_cleft(proposed, afterwards or landmarks, side)
    rows = []
    for definition in definitions(side):
        norm, reason = checked_norm(definition, subject)
        code = definition.code
        rows.append(Row(definition, first[code], second.get(code, NAN), norm, reason))
    return tuple(rows)


def _nasolabial(mesh: Mesh, mirror: SelfMirror) -> float:
    """Return the root mean square distance of nose and upper lip from their mirror image, mm."""
    regions = mesh.topology.regions
    part = np.maximum.reduce([regions[name] for name in NASOLABIAL]) > 0.5
    part &= regions["inner"] < 0.5
    weights = vertex_areas(mesh.vertices, mesh.topology.faces)[part]
    return float(np.sqrt(np.average(np.square(mirror.comparison.distances[part]), weights=weights)))


def row_data(row: Row) -> dict[str, str | float | None]:
    """Return a row as plain data; what cannot be told is None."""

    def number(value: float) -> float | None:
        return round(value, 4) if math.isfinite(value) else None

    definition, norm = row.definition, row.norm
    return {
        "code": definition.code,
        "name": definition.name,
        "unit": definition.unit,
        "before": number(row.before),
        "proposed": number(row.proposed),
        "ideal": definition.ideal,
        "norm_mean": None if norm is None else number(norm.mean),
        "norm_sd": None if norm is None else number(norm.sd),
        "z_before": number(row.z_before),
        "z_proposed": number(row.z_proposed),
        "norm_source": None if norm is None else norm.source.title,
        "no_norm_because": row.reason or None,
        "definition": definition.text,
        "source": definition.source,
    }


def checked_norm(definition: Definition, subject: Subject) -> tuple[NormAt | None, str]:
    """Return the norm that a measure is held against, or None and why there is none."""
    if not definition.norm:
        return None, NO_NORM if definition.ideal is not None else "None that we could check."
    norm = norm_for(definition.norm, subject)
    if isinstance(norm, str):
        return None, norm
    return (norm, "") if norm.source.verified else (None, UNCHECKED)


def _level(named: Mapping[str, DoubleArray]) -> dict[str, DoubleArray]:
    """Return places about the middle of the outer eye corners, their line level from the front."""
    try:
        right, left = named["ex_r"], named["ex_l"]
    except KeyError as missing:
        raise InputError("The outer eye corners are not marked: place them first.") from missing
    turn = math.atan2(left[1] - right[1], left[0] - right[0])
    c, s = math.cos(turn), math.sin(turn)
    level = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    return {name: level @ (place - 0.5 * (left + right)) for name, place in named.items()}


def _across(named: Mapping[str, DoubleArray], mesh: Mesh, mirror: SelfMirror) -> dict[str, float]:
    """Return how far places lie to the left of the plane between the face and its mirror image."""
    assert mesh.topology.mirror is not None
    other = mesh.vertices.astype(np.float64)[mesh.topology.mirror]
    ways = other - mirror.mirrored
    _, directions = np.linalg.eigh(ways.T @ ways)
    normal = directions[:, -1] * (1.0 if directions[0, -1] > 0 else -1.0)
    through = 0.5 * (other + mirror.mirrored).mean(axis=0)
    return {name: float((place - through) @ normal) for name, place in named.items()}

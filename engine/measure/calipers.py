"""Calipers: measures between points that the user set on the head; they follow it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.errors import InputError
from facewright.engine.landmarks import Landmarks
from facewright.engine.mesh import Mesh

if TYPE_CHECKING:
    from facewright.engine.measure.geodesic import SurfacePath

CaliperKind = Literal["straight", "surface", "angle", "area"]
KINDS: tuple[CaliperKind, ...] = get_args(CaliperKind)

FEWEST: dict[CaliperKind, int] = {"straight": 2, "surface": 2, "angle": 3, "area": 3}
"""Points that each kind needs; an area takes any number from there."""

UNITS: dict[CaliperKind, str] = {"straight": "mm", "surface": "mm", "angle": "°", "area": "mm²"}
PLANES = ("frontal", "sagittal", "horizontal")
"""Planes of the head that an angle is projected to: seen from the front, side and above."""


@dataclass(frozen=True, eq=False)
class Caliper:
    """A measure between points on the skin.

    Attributes
    ----------
    kind : str
        "straight", "surface" (along the skin), "angle" (at the second of three points) or
        "area" (inside a loop along the skin).
    points : Landmarks
        Anchors in order; their names are "1", "2", ...
    name : str
        The user's own; may be empty.
    """

    kind: CaliperKind
    points: Landmarks
    name: str = ""

    @classmethod
    def build(
        cls, kind: CaliperKind, corners: ArrayLike, weights: ArrayLike, name: str = ""
    ) -> Caliper:
        """Return a caliper through points in triangles: `(N, 3)` vertices and `(N, 3)` weights."""
        names = tuple(str(number + 1) for number in range(len(np.asarray(corners))))
        return cls(kind, Landmarks.build(names, corners, weights), name)

    @property
    def unit(self) -> str:
        """One of "mm", "°" and "mm²"."""
        return UNITS[self.kind]


@dataclass(frozen=True, eq=False)
class Reading:
    """What a caliper reads on a head.

    Attributes
    ----------
    number : float
        Mm, degrees or mm^2; NaN while points are missing.
    way : SurfacePath
        What was measured, to draw on any shape of the head.
    projected : tuple of three float
        An angle seen in the frontal, sagittal and horizontal plane of the head; else empty.
    """

    number: float
    way: SurfacePath
    projected: tuple[float, ...] = ()


def read(caliper: Caliper, mesh: Mesh) -> Reading:
    """Return what a caliper reads on a mesh of its topology, in the head frame, mm.

    Raises
    ------
    InputError
        If its points are not on this topology, or lie so that nothing can be measured.
    """
    from facewright.engine.measure.anthropometry import angle
    from facewright.engine.measure.geodesic import SurfacePath
    from facewright.engine.measure.surface import loop_area

    anchors = caliper.points
    if len(anchors.corners) and anchors.corners.max() >= mesh.topology.count:
        raise InputError("This caliper was set on another head: take it away and set it again.")
    points = anchors.on(mesh.vertices).positions.astype(np.float64)
    ends = SurfacePath(anchors.corners, anchors.weights.astype(np.float64), float("nan"))
    if len(points) < FEWEST[caliper.kind]:
        return Reading(float("nan"), ends)
    if caliper.kind == "angle":
        a, b, c = points[:3]
        flat = [np.delete(points[:3], axis, axis=1) for axis in (2, 0, 1)]
        projected = tuple(angle(first, corner, last) for first, corner, last in flat)
        return Reading(angle(a, b, c), ends, projected)
    if caliper.kind == "straight":
        return Reading(float(np.linalg.norm(points[1] - points[0])), ends)
    way = _along(caliper, mesh, closed=caliper.kind == "area")
    if caliper.kind == "surface":
        return Reading(way.length, way)
    return Reading(loop_area(mesh.vertices, mesh.topology.faces, way.on(mesh.vertices)), way)


def _along(caliper: Caliper, mesh: Mesh, *, closed: bool) -> SurfacePath:
    """Return the way along the skin through all points."""
    from facewright.engine.measure.geodesic import SurfacePath, shortest_path

    anchors = list(zip(caliper.points.corners, caliper.points.weights, strict=True))
    pairs = list(itertools.pairwise(anchors))
    if closed:
        pairs.append((anchors[-1], anchors[0]))
    paths = [shortest_path(mesh.topology, mesh.vertices, a, b) for a, b in pairs]
    return SurfacePath(
        np.concatenate([path.corners for path in paths]),
        np.concatenate([path.weights for path in paths]),
        sum(path.length for path in paths),
    )

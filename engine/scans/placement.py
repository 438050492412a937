"""Putting a scan upright and into millimetres, with landmarks, before it is registered."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.errors import InputError
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import face_normals
from facewright.engine.geometry.rigid import align_trimmed, moved, scale_of
from facewright.engine.landmarks import Points
from facewright.engine.mesh import Scan
from facewright.engine.progress import Progress, part
from facewright.engine.units import ADULT_EYES, UNITS, guess_unit

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.models.store import ModelStore
    from facewright.engine.scans.landmarking import Found


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Take the time of what is done inside."""
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start


@dataclass(frozen=True, eq=False)
class Placed:
    """A scan upright in mm, with landmarks.

    `unit` is "" where nothing tells the scan's size.
    """

    vertices: DoubleArray
    points: Points
    to_upright: DoubleArray
    unit: str


def prepare(
    scan: Scan,
    models: ModelStore,
    found: Found | None,
    landmarks: Points | None,
    unit: str,
    clock: Clock,
    progress: Progress,
) -> tuple[Scan, Placed]:
    """Return the scan with faces, and upright with landmarks.

    Raises
    ------
    InputError
        If the unit is not known, no face is found, or landmarks are too few.
    """
    from facewright.engine.scans.surfacing import surface

    if unit not in ("auto", *UNITS):
        raise InputError(f'"{unit}" is no unit: use auto, {", ".join(UNITS)}.')
    with clock("surface"):
        progress(0.0, "Preparing the surface")
        whole = surface(scan)
    with clock("landmarks"):
        if landmarks is not None and found is None:
            return whole, _place(whole, models.lifespan(), landmarks, unit)
        if found is None:
            from facewright.engine.scans.landmarking import find_landmarks

            found = find_landmarks(whole, models, unit=unit, progress=part(progress, 0.2, 1.0))
    points = found.points if landmarks is None else landmarks
    motion = np.array(found.to_upright, dtype=np.float64)
    known = found.unit if found.unit in UNITS else ""
    if unit != "auto":
        known = unit
        motion[:3] *= UNITS[unit] / scale_of(motion)
    return whole, _put(whole, points, motion, known)


def _put(scan: Scan, points: Points, motion: DoubleArray, unit: str) -> Placed:
    upright = Points.build(points.names, moved(points.positions, motion), points.confidence)
    return Placed(moved(scan.vertices, motion), upright, motion, unit)


def outward(scan: Scan, placed: Placed) -> Scan:
    """Return the scan with its faces turned over if the face looks away from its own front."""
    inner = [not name.startswith("ibug") or int(name[4:]) >= 17 for name in placed.points.names]
    marks = placed.points.positions[np.array(inner)]
    near = SurfaceTree(placed.vertices, scan.faces).nearest(marks).triangles
    facing = face_normals(placed.vertices, scan.faces[near])[:, 2]
    if np.median(facing) >= 0:
        return scan
    turned = scan.faces[:, ::-1]
    uv = None if scan.corner_uv is None else scan.corner_uv[:, ::-1]
    normals = None if scan.normals is None else -scan.normals
    return replace(scan, faces=turned, corner_uv=uv, normals=normals)


def _place(scan: Scan, model: LifespanModel, points: Points, unit: str) -> Placed:
    """Return a scan placed by landmarks alone; an unnamed unit is the one nearest in size."""
    template = model.template.landmarks
    shared = tuple(name for name in points.names if name in template.names)
    if len(shared) < 4:
        raise InputError(
            "These landmarks are too few to place a head: name at least four, "
            "such as en_l, en_r, prn and ch_l."
        )
    mean = template.select(shared).on(model.mean().vertices).positions
    own = np.stack([points[name] for name in shared])
    motion = align_trimmed(own, mean, scale=True)
    if unit == "auto":
        unit = guess_unit(ADULT_EYES / scale_of(motion), scan.unit).name
    factor = UNITS.get(unit, scale_of(motion))
    motion[:3, :3] *= factor / scale_of(motion)
    motion[:3, 3] = mean.mean(axis=0) - motion[:3, :3] @ own.mean(axis=0)
    return _put(scan, points, motion, unit if unit in UNITS else "")

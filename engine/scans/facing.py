"""A face of a scan looked at again from the front: whether it is one, and pictures of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import BoolArray, DoubleArray
from facewright.engine.camera import Camera, turned
from facewright.engine.photos.detection import EYE_RIM_L, EYE_RIM_R, FaceFinder, FaceMesh
from facewright.engine.progress import Progress
from facewright.engine.scans.search import CLEAR_SCORE, Sighting, face_axes
from facewright.engine.scans.views import Shot, Stage, bare, near, photograph

CONFIRM_PIXELS = 256
LEAST_SCORE, LEAST_PRESENCE = 0.6, 0.85

INNER_LIPS = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 95, 88, 178, 87, 14, 317, 402)
JAW_LINE = (
    *(234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288),
    *(361, 323, 454, 227, 137, 215, 138, 135, 447, 366, 435, 367, 364),
)
EDGES = [*EYE_RIM_R, *EYE_RIM_L, *INNER_LIPS, 318, 324, *JAW_LINE]
"""Points of the face mesh on rims, which are kept on what the picture shows in front."""


@dataclass(frozen=True, eq=False)
class Head:
    """A face that was confirmed, in file coordinates.

    Attributes
    ----------
    axes : (3, 3) float64
        Rows left, up, front of the plane of eyes and mouth.
    centre : (3,) float64
        Middle of the face mesh.
    span : float
        Longer side of the face mesh.
    eyes : float
        Distance of the eyes' centres.
    score : float
        Of the face detector, in [0, 1].
    painted : bool
        It was seen with the scan's own colours.
    """

    axes: DoubleArray
    centre: DoubleArray
    span: float
    eyes: float
    score: float
    painted: bool


def confirmed(
    full: Stage, sightings: list[Sighting], finder: FaceFinder, progress: Progress
) -> list[Head]:
    """Return the distinct faces among the best sightings."""
    heads: list[Head] = []
    few = sightings[:8]
    for count, sighting in enumerate(few):
        progress(count / len(few), "Looking closer")
        look = near(full, sighting.nose, 5.0 * sighting.eyes)
        head = confirm(look, sighting, finder)
        if look.painted and (head is None or head.score < CLEAR_SCORE):
            plain = confirm(bare(look), sighting, finder)
            head = max((h for h in (head, plain) if h), key=lambda h: h.score, default=None)
        if head is None:
            continue
        if all(np.linalg.norm(head.centre - h.centre) > max(head.span, h.span) for h in heads):
            heads.append(head)
    return heads


def confirm(full: Stage, sighting: Sighting, finder: FaceFinder) -> Head | None:
    """Return a sighting looked at again from the front, or None if it is no face after all."""
    axes, centre, eyes = sighting.axes, sighting.nose, sighting.eyes
    height, score = 5.0 * eyes, 0.0
    points = np.empty((0, 3))
    for _ in range(3):
        shot = shoot(full, axes, centre, height, (0.0, 0.0), CONFIRM_PIXELS)
        seen = finder.detect(shot.image, threshold=0.3)
        if not seen:
            return None
        middle = np.full(2, 0.5 * CONFIRM_PIXELS)
        apart = [np.linalg.norm(s.keypoints[:4].mean(axis=0) - middle) for s in seen]
        best = seen[int(np.argmin(apart))]
        mesh = finder.mesh(shot.image, best, iris=False)
        points, _, hit = cast(shot, mesh, eyes)
        if best.score < 0.4 or mesh.presence < 0.3 or hit.mean() < 0.8:
            return None
        right, left, nose, mouth = _features(points)
        turned_axes = face_axes(right, left, mouth)
        if turned_axes is None:
            return None
        axes, eyes, score = turned_axes, float(np.linalg.norm(left - right)), best.score
        flat = points[hit] @ axes.T
        low, high = flat.min(axis=0), flat.max(axis=0)
        centre, height = (0.5 * (low + high)) @ axes, 1.65 * float((high - low)[:2].max())
        proud = float((nose - 0.25 * (right + left) - 0.5 * mouth) @ axes[2])
        tall = float((0.5 * (right + left) - mouth) @ axes[1])
        if not (0.1 < proud / eyes < 0.9 and 0.7 < tall / eyes < 1.7):
            return None
    if score < LEAST_SCORE or mesh.presence < LEAST_PRESENCE:
        return None
    return Head(axes, centre, height / 1.65, eyes, score, full.painted)


def shoot(
    look: Stage,
    axes: DoubleArray,
    centre: DoubleArray,
    height: float,
    angles: tuple[float, float],
    pixels: int,
) -> Shot:
    """Return a picture of a face from `angles`, yaw and pitch, beside its front."""
    towards = -turned(*angles) @ axes
    camera = Camera.looking(centre, towards, axes[1], size=(pixels, pixels), height=height)
    return photograph(look, camera, pixels)


def cast(shot: Shot, mesh: FaceMesh, eyes: float) -> tuple[DoubleArray, DoubleArray, BoolArray]:
    """Return `Shot.locate` of a face mesh, with the edges of lips and lids kept on them."""
    pixels = mesh.points[:, :2].copy()
    reach = max(2, round(0.035 * eyes * shot.camera.scale))
    pixels[EDGES] = shot.lifted(pixels[EDGES], reach, 0.06 * eyes)
    return shot.locate(pixels, reach=2.0)


def _features(points: DoubleArray) -> tuple[DoubleArray, DoubleArray, DoubleArray, DoubleArray]:
    """Return right eye, left eye, nose and mouth of a face mesh."""
    return (
        0.5 * (points[33] + points[133]),
        0.5 * (points[263] + points[362]),
        points[4],
        0.5 * (points[61] + points[291]),
    )

"""Finding the faces of a scan in any pose: look from everywhere, keep what looks like a face."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import ByteArray, DoubleArray
from facewright.engine.camera import Camera
from facewright.engine.photos.detection import KEYPOINTS, Detection, FaceFinder
from facewright.engine.progress import Progress, silent
from facewright.engine.scans.views import Shot, Stage, bare, coarse, photograph

DIRECTIONS = 40
SEARCH_PIXELS = 160
SEARCH_CELLS = 90
SEARCH_SCORE = 0.5
CLEAR_SCORE = 0.8
TILTS = (0.0, math.pi / 4)
"""Leans of the camera; quarter turns of each picture give the rest of the eight."""


@dataclass(frozen=True, eq=False)
class Sighting:
    """A face as seen from somewhere, in file coordinates.

    Attributes
    ----------
    axes : (3, 3) float64
        Rows: the subject's left, up and front.
    nose : (3,) float64
    eyes : float
        Distance between the eyes.
    score : float
        Of the detector.
    """

    axes: DoubleArray
    nose: DoubleArray
    eyes: float
    score: float


def find_faces(
    full: Stage,
    finder: FaceFinder,
    progress: Progress = silent,
    *,
    directions: int = DIRECTIONS,
    threshold: float = SEARCH_SCORE,
) -> list[Sighting]:
    """Return one sighting of each thing in a scan that may be a face, the best first.

    Draws the scan small from directions spread over the sphere, leaning eight ways, runs the
    face detector on every picture, and takes the eyes, nose and mouth it names back to the
    surface. What is hollow (a mask seen from behind) or out of proportion is dropped. Looks
    without the scan's own colours where they show no clear face.

    Parameters
    ----------
    full : Stage
    finder : FaceFinder
    progress : Progress
    directions : int
        How many to look from.
    threshold : float
        Least score of the detector.
    """
    small = coarse(full, SEARCH_CELLS)
    low, high = extent(small.vertices)
    centre, height = 0.5 * (low + high), 1.05 * float(np.linalg.norm(high - low))
    found: list[Sighting] = []
    for look in [small, bare(small)] if small.painted else [small]:
        for count, direction in enumerate(spread(directions)):
            progress(count / directions, "Looking for a face")
            for shot, picture, turns in pictures(look, direction, centre, height):
                for seen in finder.detect(picture, threshold=threshold):
                    sighting = sight(shot, unturned(seen, turns), seen.score)
                    if sighting is not None:
                        found.append(sighting)
        if max((sighting.score for sighting in found), default=0.0) >= CLEAR_SCORE:
            break
    return merged(found)


def pictures(
    look: Stage, direction: DoubleArray, centre: DoubleArray, height: float
) -> Iterator[tuple[Shot, ByteArray, int]]:
    """Yield shots from a direction with each picture and the quarter turns it was given."""
    helper = np.eye(3)[int(np.argmin(np.abs(direction)))]
    side = np.cross(helper, direction)
    side /= np.linalg.norm(side)
    for tilt in TILTS:
        up = math.cos(tilt) * np.cross(direction, side) + math.sin(tilt) * side
        size = (SEARCH_PIXELS, SEARCH_PIXELS)
        camera = Camera.looking(centre, -direction, up, size=size, height=height)
        shot = photograph(look, camera, SEARCH_PIXELS)
        for turns in range(4):
            yield shot, np.rot90(shot.image, turns), turns


def unturned(seen: Detection, turns: int, side: int = SEARCH_PIXELS) -> DoubleArray:
    """Return keypoints `(6, 2)` in the picture before `np.rot90(picture, turns)`."""
    points = seen.keypoints
    for _ in range(turns):
        points = np.stack([side - points[:, 1], points[:, 0]], axis=1)
    return points


def sight(shot: Shot, keypoints: DoubleArray, score: float) -> Sighting | None:
    """Return the face whose keypoints `(6, 2)` lie on a shot's surface so, or None."""
    names = ("eye_r", "eye_l", "nose", "mouth")
    rows = [KEYPOINTS.index(name) for name in names]
    positions, _, hit = shot.locate(keypoints[rows], reach=4.0)
    if not hit.all():
        return None
    right, left, nose, mouth = positions
    axes = face_axes(right, left, mouth)
    eyes = float(np.linalg.norm(left - right))
    if axes is None or not eyes > 0:
        return None
    middle = 0.5 * (right + left)
    tall = float((middle - mouth) @ axes[1])
    proud = float((nose - (middle + mouth) / 2) @ axes[2])
    towards = float(axes[2] @ -shot.camera.rotation[2])
    if not (0.6 < tall / eyes < 1.9 and 0.08 < proud / eyes < 1.0 and towards > 0.3):
        return None
    return Sighting(axes, nose, eyes, score)


def face_axes(right: DoubleArray, left: DoubleArray, mouth: DoubleArray) -> DoubleArray | None:
    """Return rows left, up, front of a face from eyes and mouth; None if they lie in a line."""
    x = left - right
    y = 0.5 * (left + right) - mouth
    if not np.linalg.norm(x) > 0:
        return None
    x = x / np.linalg.norm(x)
    y = y - x * (x @ y)
    if not np.linalg.norm(y) > 1e-6 * np.linalg.norm(left - right):
        return None
    y = y / np.linalg.norm(y)
    return np.stack([x, y, np.cross(x, y)])


def merged(found: list[Sighting]) -> list[Sighting]:
    """Return the best sighting of each place, the best first.

    A place that was sighted often counts for more than one lucky picture.
    """
    rest = sorted(found, key=lambda s: -s.score)
    places: list[tuple[float, Sighting]] = []
    while rest:
        best = rest[0]
        same = [
            s for s in rest if np.linalg.norm(s.nose - best.nose) < 1.2 * max(s.eyes, best.eyes)
        ]
        rest = [s for s in rest if s not in same]
        places.append((sum(s.score for s in same), best))
    places.sort(key=lambda place: -(place[1].score + 0.1 * math.log1p(place[0])))
    return [best for _, best in places]


def extent(vertices: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    """Return the corners of the box that holds a scan but for far stray points."""
    low, middle, high = np.percentile(vertices, (0.5, 50.0, 99.5), axis=0)
    reach = 0.35 * float((high - low).max())
    low, high = low - reach, high + reach
    kept = vertices[((vertices >= low) & (vertices <= high)).all(axis=1)]
    if not len(kept):
        return np.asarray(middle), np.asarray(middle)
    return kept.min(axis=0), kept.max(axis=0)


def spread(count: int) -> DoubleArray:
    """Return `count` directions spread evenly over the sphere, a Fibonacci lattice."""
    k = np.arange(count) + 0.5
    z = 1.0 - 2.0 * k / count
    turn = math.pi * (1.0 + math.sqrt(5.0)) * k
    flat = np.sqrt(1.0 - z * z)
    return np.stack([flat * np.cos(turn), flat * np.sin(turn), z], axis=1)

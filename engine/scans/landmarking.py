"""Landmarks on a scan in any pose and unit: seen in pictures of it, voted on the surface."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray, frozen
from facewright.engine.errors import InputError
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.landmarks import Points
from facewright.engine.mesh import Scan
from facewright.engine.models.store import ModelStore
from facewright.engine.photos.detection import FaceFinder, Region
from facewright.engine.photos.vocabulary import BLENDS, BROWS, JAW, named_points
from facewright.engine.progress import Progress, part, silent
from facewright.engine.scans.facing import Head, cast, confirmed, shoot
from facewright.engine.scans.search import DIRECTIONS, SEARCH_SCORE, extent, find_faces
from facewright.engine.scans.surfacing import check_finite, surface
from facewright.engine.scans.views import Stage, bare, coarse, near, stage
from facewright.engine.units import guess_unit

LOOKS = (
    *((0, 0), (12, 0), (-12, 0), (25, 0), (-25, 0)),
    *((0, 8), (0, -8), (0, -16), (0, -24)),
)
"""Yaw and pitch in degrees of the pictures that vote: from below, the nose shows its base."""

VOTE_PIXELS = 384
MOST_FACES, MOST_MENDED = 300_000, 1_000_000
"""Above the first, faces are sought on a coarser copy; above the second, as they are in the file,
since nothing here depends on winding or crumbs."""

BARE_BROWS, BARE_EYES = 0.25, 0.951
"""Trust in brows on a surface without colours, and how far apart the eyes seem there as a share
of how they seem with skin: on heads of our model 5 % (sd 1 %) too close together, and brows,
which only hair shows, 5 mm too low."""

DEEP = 0.5
"""How far, in distances of the eyes, a point may lie behind where the network sees it: through
an empty eye socket or a hole, a picture shows the inside of the back of the head."""

LEAN = 0.2
"""Radians that the line from mouth to eyes leans back from upright in a mean adult's head."""

_PAIRS = (("en_r", "en_l"), ("ex_r", "ex_l"), ("al_r", "al_l"), ("ch_r", "ch_l"))


@dataclass(frozen=True, eq=False)
class Found:
    """What was found on a scan.

    Attributes
    ----------
    points : Points
        `ibug0` to `ibug67` and Farkas codes in the file's own frame; what lies off the surface
        is left out. The confidence says how far the pictures agreed.
    to_upright : (4, 4) float32
        Rotation times the unit factor: file coordinates to mm with y up and z to the front.
    unit : str
        As in `units.Unit`.
    faces : int
        How many faces the scan shows; the points are on one.
    confidence : float
        In [0, 1], of the whole.
    notes : tuple of str
        Sentences for the user.
    """

    points: Points
    to_upright: FloatArray
    unit: str
    faces: int
    confidence: float
    notes: tuple[str, ...] = ()


def find_landmarks(
    scan: Scan, models: ModelStore, *, unit: str = "auto", progress: Progress = silent
) -> Found:
    """Find the face in a scan, its pose, its unit and its landmarks.

    The scan is drawn from all around and the face detector run on the pictures; what it takes
    for a face is looked at again from the front, and the face mesh is placed in pictures from
    five directions, cast back to the surface and put to the vote. Nothing about the pose, the
    unit or the winding of the file is assumed. A mirrored scan cannot be told from its shape.

    Parameters
    ----------
    scan : Scan
        A mesh or a point cloud.
    models : ModelStore
    unit : str
        "auto", or a key of `units.UNITS`.
    progress : Progress

    Raises
    ------
    InputError
        If the scan shows no face.
    ModelUnavailable
        If the networks were not fetched.
    """
    finder = models.faces()
    progress(0.0, "Looking at the scan")
    check_finite(scan)
    full = stage(scan if len(scan.faces) > MOST_MENDED else surface(scan))
    rough = coarse(full, 300) if len(full.faces) > MOST_FACES else full
    heads: list[Head] = []
    for start, directions, threshold in ((0.05, DIRECTIONS, SEARCH_SCORE), (0.3, 70, 0.35)):
        search = part(progress, start, start + 0.2)
        sightings = find_faces(rough, finder, search, directions=directions, threshold=threshold)
        heads = confirmed(rough, sightings, finder, part(progress, start + 0.2, start + 0.25))
        if heads:
            break
    if not heads:
        raise InputError(
            f"{scan.name}: no face was found in this scan. Check that it shows eyes, nose and "
            "mouth, or place the landmarks by hand."
        )
    head, notes = _chosen(rough, heads)
    mesh, certainty = vote(full, head, finder, part(progress, 0.6, 1.0))
    found = _result(_named(mesh, full, head), certainty, head, scan.unit, unit)
    progress(1.0, "Landmarks found")
    return replace(found, faces=len(heads), notes=notes + found.notes)


def vote(
    full: Stage, head: Head, finder: FaceFinder, progress: Progress = silent
) -> tuple[DoubleArray, DoubleArray]:
    """Return the face mesh on the surface, `(478, 3)`, and how certain each point is, `(478,)`.

    Points that no picture places on the surface are nan with certainty 0.
    """
    look = near(full, head.centre, 1.2 * head.span)
    if not head.painted:
        look = bare(look)
    if len(look.faces) > MOST_FACES:
        look = coarse(look, 400)
    positions, weights = [], []
    for count, (yaw, pitch) in enumerate(LOOKS):
        progress(count / len(LOOKS), "Placing landmarks")
        angles = (math.radians(yaw), math.radians(pitch))
        shot = shoot(look, head.axes, head.centre, 1.65 * head.span, angles, VOTE_PIXELS)
        half = 0.5 * VOTE_PIXELS
        mesh = finder.mesh(shot.image, Region(half, half, 0.92 * VOTE_PIXELS, 0.0))
        if mesh.presence < 0.5:
            continue
        where, facing, hit = cast(shot, mesh, head.eyes)
        deep = where @ shot.camera.rotation[2] - mesh.points[:, 2] / shot.camera.scale
        hit &= deep - np.median(deep[hit]) < DEEP * head.eyes if hit.any() else False
        positions.append(where)
        weights.append(np.where(hit, mesh.presence * facing**2, 0.0))
    if not positions:
        return np.full((478, 3), np.nan), np.zeros(478)
    return agree(np.stack(positions), np.stack(weights), 0.04 * head.eyes)


def agree(
    positions: DoubleArray, weights: DoubleArray, tolerance: float
) -> tuple[DoubleArray, DoubleArray]:
    """Return robust means `(N, 3)` of votes `(K, N, 3)` and certainties `(N,)`.

    Starts at the weighted median of each coordinate and reweights by distance (Geman and
    McClure's function with scale `tolerance`), so that a stray vote counts for nothing. The
    certainty is the share of the possible weight that agrees.
    """
    votes = np.where(weights[..., None] > 0, positions, 0.0)
    total = weights.sum(axis=0)
    seen = total > 1e-6
    mean = _weighted_median(votes, weights)
    close = weights
    for _ in range(10):
        apart = np.sum((votes - mean) ** 2, axis=2)
        close = weights / (1.0 + apart / tolerance**2) ** 2
        share = close / np.maximum(close.sum(axis=0), 1e-12)
        mean = np.einsum("kn,knd->nd", share, votes)
    mean[~seen] = np.nan
    possible = np.maximum(weights.max(axis=0), 0.5) * len(weights)
    return mean, np.where(seen, np.clip(close.sum(axis=0) / possible, 0.0, 1.0), 0.0)


def _weighted_median(votes: DoubleArray, weights: DoubleArray) -> DoubleArray:
    """Return the weighted median over the first axis of `(K, N, 3)`, each coordinate alone."""
    order = np.argsort(votes, axis=0)
    spread = np.broadcast_to(weights[..., None], votes.shape)
    ranked = np.take_along_axis(votes, order, axis=0)
    summed = np.cumsum(np.take_along_axis(spread, order, axis=0), axis=0)
    middle = np.argmax(summed >= 0.5 * summed[-1:], axis=0)
    return np.asarray(np.take_along_axis(ranked, middle[None], axis=0)[0])


def _chosen(full: Stage, heads: list[Head]) -> tuple[Head, tuple[str, ...]]:
    """Return the largest face, of equals the most central one, and a note if there are more."""
    if len(heads) == 1:
        return heads[0], ()
    low, high = extent(full.vertices)
    size = float(np.linalg.norm(high - low))

    def prominence(head: Head) -> float:
        aside = float(np.linalg.norm(head.centre - 0.5 * (low + high)))
        return head.eyes * (1.0 - 0.5 * aside / size)

    largest = max(heads, key=prominence)
    note = (
        f"The scan shows {len(heads)} faces; the larger or more central one was taken: "
        "cut the scan to use another."
    )
    return largest, (note,)


def _named(mesh: DoubleArray, full: Stage, head: Head) -> DoubleArray:
    """Return the points of `BLENDS`; what lies between points of a bulging brow, on its skin."""
    positions = named_points(mesh)
    brows = [row for row, name in enumerate(BLENDS) if name in BROWS]
    brows = [row for row in brows if np.isfinite(positions[row]).all()]
    if brows:
        look = near(full, head.centre, 1.2 * head.span)
        positions[brows] = SurfaceTree(look.vertices, look.faces).nearest(positions[brows]).points
    return positions


def _result(
    positions: DoubleArray, certainty: DoubleArray, head: Head, stated: str | None, wanted: str
) -> Found:
    """Return what was found from the points of `BLENDS` and the mesh points' certainties."""
    names = tuple(BLENDS)
    certain = named_points(certainty[:, None])[:, 0]
    for row, name in enumerate(names):
        if name in JAW:
            certain[row] *= 0.4
        elif name in BROWS and not head.painted:
            certain[row] *= BARE_BROWS
    kept = np.flatnonzero(np.isfinite(positions).all(axis=1) & (certain > 0.05))
    points = Points.build(
        tuple(names[k] for k in kept), positions[kept], np.clip(certain[kept], 0.0, 1.0)
    )
    where = {name: positions[names.index(name)] for name in points.names}
    axes = _upright_axes(where, head)
    unit = guess_unit(_eye_distance(where, head), stated, wanted)
    if unit.name == "arbitrary" and not head.painted:
        unit = replace(unit, millimetres=unit.millimetres * BARE_EYES)
    notes = unit.notes
    lost = sum(f"ibug{k}" not in where for k in range(17, 68))
    if lost:
        notes += (f"{lost} of 51 landmarks lie where the scan has no surface: they were left out.",)
    upright = np.eye(4)
    upright[:3, :3] = axes * unit.millimetres
    inner = [row for row, name in enumerate(points.names) if name not in JAW]
    belief = float(points.confidence[inner].mean()) if inner else 0.0
    confidence = float(np.clip(head.score * belief**0.5, 0.0, 1.0))
    return Found(points, frozen(upright), unit.name, 1, confidence, notes)


def _upright_axes(where: dict[str, DoubleArray], head: Head) -> DoubleArray:
    """Return rows left, up, front of the head from all paired landmarks."""
    pairs = [where[left] - where[right] for right, left in _PAIRS if {left, right} <= set(where)]
    x = np.sum(pairs, axis=0) if pairs else head.axes[0]
    x = x / np.linalg.norm(x)
    eyes = [where[k] for k in ("en_r", "en_l", "ex_r", "ex_l") if k in where]
    mouth = [where[k] for k in ("ch_r", "ch_l") if k in where]
    y = head.axes[1]
    if len(eyes) == 4 and len(mouth) == 2:
        y = np.mean(eyes, axis=0) - np.mean(mouth, axis=0)
    y = y - x * (x @ y)
    y = y / np.linalg.norm(y)
    z = np.cross(x, y)
    up = math.cos(LEAN) * y + math.sin(LEAN) * z
    return np.stack([x, up, np.cross(x, up)])


def _eye_distance(where: dict[str, DoubleArray], head: Head) -> float:
    """Return the distance between the middles of the eyes' corners, file units."""
    if all(f"{code}_{side}" in where for code in ("en", "ex") for side in "rl"):
        right, left = (0.5 * (where[f"en_{s}"] + where[f"ex_{s}"]) for s in "rl")
        return float(np.linalg.norm(left - right))
    return head.eyes

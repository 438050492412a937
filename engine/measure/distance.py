"""The distance that is quoted for a registered head: from the scan to the head, on the face.

Face area: points of the scan's outer visible surface within 95 mm x (ex-ex / 90 mm) of prn and
in front of the plane one third of that radius behind the outer eye corners. Samples are uniform
over the scan's area; samples beyond the head's border count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import BoolArray, DoubleArray, IntArray
from facewright.engine.errors import InputError
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import face_areas, unit
from facewright.engine.landmarks import Points

RADIUS = 95.0 / 90.0
"""Radius of the face area about prn, in distances between the outer eye corners."""


@dataclass(frozen=True)
class Distances:
    """Distances from scan to head in the face area, mm, unsigned.

    Attributes
    ----------
    median, mean, p95 : float
    samples : int
        How many points of the scan they are taken over.
    """

    median: float
    mean: float
    p95: float
    samples: int

    @classmethod
    def of(cls, values: ArrayLike) -> Distances:
        """Return the summary of `(N,)` distances; their sign does not matter."""
        size = np.abs(np.asarray(values, dtype=np.float64))
        if size.size == 0:
            return cls(float("nan"), float("nan"), float("nan"), 0)
        median, p95 = np.quantile(size, [0.5, 0.95])
        return cls(float(median), float(size.mean()), float(p95), int(size.size))


@dataclass(frozen=True, eq=False)
class Samples:
    """Points on a surface.

    Attributes
    ----------
    points, normals : (N, 3) float64
    triangles : (N,) int32
    weights : (N, 3) float64
        Barycentric in the triangle.
    """

    points: DoubleArray
    normals: DoubleArray
    triangles: IntArray
    weights: DoubleArray

    def select(self, chosen: BoolArray | IntArray) -> Samples:
        """Return the chosen samples."""
        return Samples(
            self.points[chosen], self.normals[chosen], self.triangles[chosen], self.weights[chosen]
        )


def sample_surface(
    vertices: ArrayLike,
    faces: IntArray,
    count: int,
    rng: np.random.Generator,
    among: BoolArray | None = None,
) -> Samples:
    """Return `count` points uniform over the area of the faces, or of those in `among`."""
    x = np.asarray(vertices, dtype=np.float64)
    areas = face_areas(x, faces)
    if among is not None:
        areas = areas * among
    heap = np.cumsum(areas)
    if not heap.size or heap[-1] <= 0:
        empty = np.zeros((0, 3))
        return Samples(empty, empty, np.zeros(0, np.int32), empty)
    # One point in each of `count` equal shares of the area: uniform, with less scatter.
    shares = (np.arange(count) + rng.random(count)) / count * heap[-1]
    chosen = np.minimum(np.searchsorted(heap, shares, side="right"), len(faces) - 1)
    root, along = np.sqrt(rng.random(count)), rng.random(count)
    weights = np.stack([1 - root, root * (1 - along), root * along], axis=1)
    corners = x[faces[chosen]]
    normals = unit(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
    points = np.einsum("nk,nkd->nd", weights, corners)
    return Samples(points, normals, chosen.astype(np.int32), weights)


def face_radius(landmarks: Points) -> float:
    """Return the radius of the face area in mm.

    Raises
    ------
    InputError
        If `ex_l`, `ex_r` or `prn` is missing or the eye corners coincide.
    """
    missing = [name for name in ("ex_l", "ex_r", "prn") if name not in landmarks]
    if missing:
        raise InputError(
            f"The face area cannot be found without {', '.join(missing)}: place these landmarks."
        )
    width = float(np.linalg.norm(landmarks["ex_l"] - landmarks["ex_r"]))
    if width <= 0:
        raise InputError("Both outer eye corners lie at one point: place ex_l and ex_r again.")
    return RADIUS * width


def in_face_area(points: ArrayLike, landmarks: Points) -> BoolArray:
    """Return `(N,)` whether points in the head frame lie in the face area, seen or not.

    `landmarks` must hold prn, ex_l and ex_r in the head frame, mm.
    """
    x = np.asarray(points, dtype=np.float64)
    radius = face_radius(landmarks)
    near = ((x - landmarks["prn"]) ** 2).sum(axis=1) <= radius**2
    plane = 0.5 * float(landmarks["ex_l"][2] + landmarks["ex_r"][2]) - radius / 3
    return np.asarray(near & (x[:, 2] >= plane))


def view_directions() -> DoubleArray:
    """Return `(17, 3)` unit directions towards viewers of a face: front, sides, above and below."""
    yaw, pitch = np.meshgrid(np.radians([-75, -40, 0, 40, 75]), np.radians([-50, 0, 50]))
    x = np.stack([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)], -1)
    near = np.array([[0.0, 0.34, 0.94], [0.0, -0.34, 0.94]])
    return unit(np.concatenate([x.reshape(-1, 3), near]))


def visible(points: ArrayLike, normals: ArrayLike, tree: SurfaceTree, size: float) -> BoolArray:
    """Return `(N,)` whether points on a surface are seen from outside, from any view.

    Parameters
    ----------
    points, normals : (N, 3)
        On the surface of `tree`, in the head frame.
    size : float
        mm; views start a thousandth of it above the surface.
    """
    x, n = np.asarray(points, dtype=np.float64), np.asarray(normals, dtype=np.float64)
    seen = np.zeros(len(x), dtype=bool)
    for direction in view_directions():
        todo = np.flatnonzero(~seen & (n @ direction > 0.1))
        rays = np.broadcast_to(direction, (len(todo), 3))
        seen[todo] = ~tree.blocked(x[todo] + 1e-3 * size * n[todo], rays)
    return seen


def face_samples(
    vertices: ArrayLike,
    faces: IntArray,
    landmarks: Points,
    *,
    count: int = 20_000,
    seed: int = 0,
    tree: SurfaceTree | None = None,
) -> Samples:
    """Return area-uniform samples of a scan on the face area's outer visible surface.

    Parameters
    ----------
    vertices : (V, 3)
        The scan in the head frame, mm.
    faces : (F, 3) int32
    landmarks : Points
        prn, ex_l and ex_r in the head frame, mm.
    count : int
        Samples drawn about the face; those on its seen surface are returned.
    seed : int
    tree : SurfaceTree, optional
        Of the same surface, if there is one already.
    """
    x = np.asarray(vertices, dtype=np.float64)
    radius = face_radius(landmarks)
    center = np.asarray(landmarks["prn"], dtype=np.float64)
    low, high = x[faces].min(axis=1), x[faces].max(axis=1)
    among = ((low <= center + radius) & (high >= center - radius)).all(axis=1)
    samples = sample_surface(x, faces, count, np.random.default_rng(seed), among)
    samples = samples.select(in_face_area(samples.points, landmarks))
    surface = SurfaceTree(x, faces) if tree is None else tree
    return samples.select(visible(samples.points, samples.normals, surface, radius))


def scan_to_head(
    vertices: ArrayLike,
    faces: IntArray,
    head_vertices: ArrayLike,
    head_faces: IntArray,
    landmarks: Points,
    *,
    count: int = 20_000,
    seed: int = 0,
) -> Distances:
    """Return the distances from a scan to a head in the face area.

    Parameters
    ----------
    vertices, faces
        The scan in the head frame, mm.
    head_vertices, head_faces
        The head's skin.
    landmarks : Points
        prn, ex_l and ex_r on the head.
    """
    samples = face_samples(vertices, faces, landmarks, count=count, seed=seed)
    return Distances.of(SurfaceTree(head_vertices, head_faces).nearest(samples.points).distances)

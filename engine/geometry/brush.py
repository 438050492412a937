"""Sculpting brushes: which part of a surface a brush reaches, and how it moves it.

The reach of a brush is measured along the surface, so that a lip moves without the other one.
Distances are those of fast marching with a virtual source laid flat triangle by triangle
(Novotni and Klein, Computing geodesic distances on triangular meshes, WSCG 2002): too long by
less than a quarter of an edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.geometry.laplacian import edges_of
from facewright.engine.geometry.normals import unit
from facewright.engine.mesh import Mesh, Topology

Kind = Literal["grab", "smooth", "inflate", "flatten", "restore"]
Falloff = Literal["smooth", "sharp", "constant"]

KINDS: tuple[Kind, ...] = get_args(Kind)
FALLOFFS: tuple[Falloff, ...] = get_args(Falloff)

INFLATION = 0.08
"""Share of the radius that a full dab of the inflating brush adds along the normal."""
SMOOTHED = 4.0
"""Mm of radius for each pass of smoothing in a dab: wide brushes level wide forms."""
RIM = 0.8
"""Share of the radius within which the constant falloff is 1; beyond, it fades to 0."""
ACROSS = np.array([-1.0, 1.0, 1.0])
"""What mirroring does to a vector in the head frame."""


@dataclass(frozen=True)
class Brush:
    """How a stroke acts.

    Attributes
    ----------
    kind : str
        "grab" drags the skin along, "smooth" levels it, "inflate" moves it along its normals,
        "flatten" towards the plane through it, "restore" towards the head before sculpting.
    radius : float
        Mm along the surface.
    strength : float
        0 to 1: share of what a full dab does, or of the drag that the skin follows.
    falloff : str
        "smooth", "sharp" or "constant" from the middle to the rim.
    mirror : bool
        Whether the other side of the face does the same.
    invert : bool
        Whether it does the opposite: deflate, sharpen, exaggerate. A grab has none.
    """

    kind: Kind = "grab"
    radius: float = 25.0
    strength: float = 1.0
    falloff: Falloff = "smooth"
    mirror: bool = False
    invert: bool = False


@dataclass(frozen=True, eq=False)
class Footprint:
    """Where a brush touches.

    Attributes
    ----------
    rows : (N,) int32
        Vertices.
    weights : (N,) float64
        1 in the middle, 0 at the rim.
    is_mirrored : bool
        Whether it is the image of where the hand is.
    """

    rows: IntArray
    weights: DoubleArray
    is_mirrored: bool = False


class Skin:
    """The neighbourhoods of a topology, made once, asked on any of its shapes.

    Parameters
    ----------
    topology : Topology
    """

    def __init__(self, topology: Topology) -> None:
        self.faces: IntArray = np.ascontiguousarray(topology.faces, np.int32)
        self.mirror = topology.mirror
        corners = self.faces.ravel()
        self._around = np.asarray(np.argsort(corners, kind="stable") // 3, np.int32)
        self._around_start = _starts(corners, topology.count)
        edges = edges_of(self.faces)
        pairs = np.concatenate([edges, edges[:, ::-1]])
        pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
        self._ring = np.ascontiguousarray(pairs[:, 1])
        self._ring_start = _starts(pairs[:, 0], topology.count)

    def within(
        self, vertices: DoubleArray, corners: IntArray, weights: ArrayLike, limit: float
    ) -> tuple[IntArray, DoubleArray]:
        """Return vertices and their distance along the surface from a point in a triangle.

        Parameters
        ----------
        vertices : (V, 3) float64
            Mm.
        corners : (3,) int32
            Vertices of the triangle.
        weights : (3,)
            Barycentric.
        limit : float
            Mm.

        Returns
        -------
        rows : (N,) int32
        distances : (N,) float64
            Mm.
        """
        rows, distances = self.reached(vertices, corners, weights, limit)
        inside = distances <= limit
        return rows[inside], distances[inside]

    def reached(
        self, vertices: DoubleArray, corners: IntArray, weights: ArrayLike, limit: float
    ) -> tuple[IntArray, DoubleArray]:
        """Return what `within` does, and the vertices one edge beyond the limit as well."""
        from facewright.engine.geometry._brush import march

        seeds = np.asarray(corners, np.int32)
        start = np.asarray(weights, np.float64) @ vertices[seeds]
        gaps = np.linalg.norm(vertices[seeds] - start, axis=1)
        return march(
            vertices, self.faces, self._around_start, self._around, seeds, gaps, float(limit)
        )

    def around(self, rows: IntArray) -> IntArray:
        """Return the triangles around vertices, each once."""
        starts = self._around_start[rows]
        counts = self._around_start[rows + 1] - starts
        skipped = np.repeat(starts - np.cumsum(counts) + counts, counts)
        return np.unique(self._around[skipped + np.arange(counts.sum())])

    def offsets(self, vertices: DoubleArray, rows: IntArray) -> DoubleArray:
        """Return the way from each of `rows` to the mean of its neighbours, `(N, 3)` mm."""
        from facewright.engine.geometry._brush import ring_offsets

        return ring_offsets(vertices, rows, self._ring_start, self._ring)

    def normals(self, vertices: DoubleArray, rows: IntArray) -> DoubleArray:
        """Return the outward unit normals of `rows`, `(N, 3)`."""
        from facewright.engine.geometry._brush import normals_at

        return normals_at(vertices, self.faces, rows, self._around_start, self._around)


_skins: WeakKeyDictionary[Topology, Skin] = WeakKeyDictionary()


def skin_of(topology: Topology) -> Skin:
    """Return the neighbourhoods of a topology, the same object each time."""
    skin = _skins.get(topology)
    if skin is None:
        skin = _skins[topology] = Skin(topology)
    return skin


def rehearse(mesh: Mesh) -> None:
    """Use every brush once: the first use of a loop compiles it, which takes seconds."""
    skin, vertices = skin_of(mesh.topology), mesh.vertices.astype(np.float64)
    for kind in KINDS[1:]:
        brush = Brush(kind, radius=1.0)
        prints = footprints(skin, vertices, skin.faces[0], (1.0, 0.0, 0.0), brush)
        dabbed(brush, skin, vertices, prints, vertices)
    rims(skin, vertices, skin.faces[0], (1.0, 0.0, 0.0), 1.0)


def faded(falloff: Falloff, share: ArrayLike) -> DoubleArray:
    """Return the weight at each share of the radius, 1 in the middle and 0 at the rim."""
    rest = np.clip(1.0 - np.asarray(share, np.float64), 0.0, 1.0)
    if falloff == "constant":
        rest = np.minimum(rest / (1.0 - RIM), 1.0)
    if falloff == "sharp":
        return np.asarray(rest**2)
    return np.asarray(rest**2 * (3.0 - 2.0 * rest))


def rims(
    skin: Skin, vertices: DoubleArray, corners: IntArray, weights: ArrayLike, radius: float
) -> list[DoubleArray]:
    """Return the lines on the surface at `radius` mm from a point in a triangle.

    Returns
    -------
    list of (N, 3) float64
        Closed ones end where they begin; those that meet a border of the surface are open.
    """
    from facewright.engine.geometry._brush import chained

    rows, found = skin.reached(vertices, corners, weights, radius)
    distance = np.full(len(vertices), np.inf)
    distance[rows] = found
    near = skin.faces[skin.around(rows[found > radius])]
    inside = (distance[near] <= radius).sum(axis=1)
    cut = near[(inside > 0) & (inside < 3)]
    within = distance[cut] <= radius
    apex = (within == (within.sum(axis=1) == 1)[:, None]).argmax(axis=1)  # alone on its side
    each = np.arange(len(cut))
    tip, ends = cut[each, apex], (cut[each, (apex + 1) % 3], cut[each, (apex + 2) % 3])
    sides = np.concatenate([np.stack([tip, end], axis=1) for end in ends])
    low, high = sides.min(axis=1).astype(np.int64), sides.max(axis=1).astype(np.int64)
    crossed, place = np.unique(low * len(vertices) + high, return_inverse=True)
    low, high = np.divmod(crossed, len(vertices))
    share = (radius - distance[low]) / (distance[high] - distance[low])
    points = vertices[low] + share[:, None] * (vertices[high] - vertices[low])
    order, starts = chained(np.asarray(place.reshape(2, -1).T, np.int32), len(points))
    return [points[run] for run in np.split(order, starts[1:])] if len(order) else []


def footprints(
    skin: Skin, vertices: DoubleArray, corners: IntArray, weights: ArrayLike, brush: Brush
) -> tuple[Footprint, ...]:
    """Return where a brush touches `(V, 3)` mm at a point in a triangle, and its image."""
    rows, distances = skin.within(vertices, corners, weights, brush.radius)
    here = Footprint(rows, faded(brush.falloff, distances / brush.radius))
    if not brush.mirror or skin.mirror is None:
        return (here,)
    return (here, Footprint(skin.mirror[rows], here.weights, is_mirrored=True))


def grabbed(prints: tuple[Footprint, ...], drag: ArrayLike, count: int) -> DoubleArray:
    """Return how `count` vertices follow a drag, `(3,)` mm, as `(V, 3)` mm."""
    along = np.asarray(drag, np.float64)
    vectors = [np.broadcast_to(along * ACROSS if p.is_mirrored else along, (len(p.rows), 3))
               for p in prints]  # fmt: skip
    return merged(prints, vectors, count)


def dabbed(
    brush: Brush,
    skin: Skin,
    vertices: DoubleArray,
    prints: tuple[Footprint, ...],
    goal: DoubleArray,
    pressure: float = 1.0,
) -> DoubleArray:
    """Return what one touch of a brush does to `vertices`, as `(V, 3)` mm.

    Parameters
    ----------
    brush : Brush
        Any kind but "grab".
    skin : Skin
    vertices : (V, 3) float64
    prints : tuple of Footprint
    goal : (V, 3)
        What the restoring brush goes back to.
    pressure : float
        0 to 1.
    """
    amount = brush.strength * pressure * (-1.0 if brush.invert else 1.0)
    vectors = [amount * _motion(brush, skin, vertices, print_, goal) for print_ in prints]
    return merged(prints, vectors, len(vertices))


def merged(prints: tuple[Footprint, ...], vectors: list[DoubleArray], count: int) -> DoubleArray:
    """Return `(V, 3)`: the vectors of each footprint by its weights, as one motion.

    Where a footprint overlaps its image (along the midline) they are averaged, not added, so
    that the middle of the face moves as far as the sides.
    """
    total, peak, moved = np.zeros(count), np.zeros(count), np.zeros((count, 3))
    for print_, motion in zip(prints, vectors, strict=True):
        moved[print_.rows] += print_.weights[:, None] * motion
        total[print_.rows] += print_.weights
        peak[print_.rows] = np.maximum(peak[print_.rows], print_.weights)
    share = np.divide(peak, total, out=np.zeros(count), where=total > 0)
    return np.asarray(moved * share[:, None])


def peak_weights(prints: tuple[Footprint, ...], count: int) -> DoubleArray:
    """Return `(V,)`: how much each vertex is touched, the most of all footprints."""
    peak = np.zeros(count)
    for print_ in prints:
        peak[print_.rows] = np.maximum(peak[print_.rows], print_.weights)
    return peak


def _motion(
    brush: Brush, skin: Skin, vertices: DoubleArray, print_: Footprint, goal: DoubleArray
) -> DoubleArray:
    """Return what a full dab does to the vertices of a footprint, `(N, 3)` mm."""
    rows = print_.rows
    if brush.kind == "restore":
        return np.asarray(goal[rows] - vertices[rows])
    normals = skin.normals(vertices, rows)
    if brush.kind == "smooth":
        passes = max(1, round(brush.radius / SMOOTHED))
        return _levelled(skin, vertices, rows, normals, passes)
    facing = unit(print_.weights @ normals)
    if brush.kind == "inflate":
        return INFLATION * brush.radius * _outward(normals, facing)
    middle = print_.weights @ vertices[rows] / max(float(print_.weights.sum()), 1e-9)
    return np.asarray(-np.outer((vertices[rows] - middle) @ facing, facing))


def _outward(normals: DoubleArray, facing: DoubleArray) -> DoubleArray:
    """Return the normals, but the brush's direction where they turn away from it.

    In folds, such as between the lips, skin that moved along its own normals would crumple.
    """
    share = np.clip(normals @ facing, 0.0, 1.0)[:, None]
    return unit(share * normals + (1.0 - share) * facing)


def _levelled(
    skin: Skin, vertices: DoubleArray, rows: IntArray, normals: DoubleArray, passes: int
) -> DoubleArray:
    """Return the motion of smoothing: along the normals alone, so that no vertex slides."""
    shape = vertices.copy()
    for _ in range(passes):
        offsets = skin.offsets(shape, rows)
        shape[rows] += np.einsum("nd,nd->n", offsets, normals)[:, None] * normals
    return np.asarray(shape[rows] - vertices[rows])


def _starts(sorted_by: IntArray, count: int) -> IntArray:
    """Return where the entries of each vertex begin, `(V + 1,)`."""
    counts = np.bincount(sorted_by, minlength=count)
    return np.asarray(np.concatenate([[0], np.cumsum(counts)]), np.int32)

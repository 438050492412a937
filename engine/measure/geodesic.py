"""The shortest way between two points along a surface, as a tape would lie.

A strip of triangles is found first, near the distances of fast marching. In a strip that is laid
flat the shortest way is exact (the funnel algorithm of Lee and Preparata, 1984); where it bends
at a vertex, the strip is led around the other side of that vertex, as long as this shortens it
(Xin and Wang, Efficiently determining a locally exact shortest path on polyhedral surfaces,
Computer-Aided Design 39, 2007).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.errors import InputError
from facewright.engine.geometry.brush import skin_of
from facewright.engine.measure.funnel import Funnel
from facewright.engine.mesh import Topology

BETWEEN = 2
"""Points set on each side of a triangle when the first strip is looked for."""
CREDIBLE = 1.05
"""How much longer than by marching the way over points on sides may be."""
PASSES = 6
"""How often a way is looked over for vertices to lead it around; two or three do."""


@dataclass(frozen=True, eq=False)
class SurfacePath:
    """A way along a surface, held by triangles, so that it can be drawn on any of its shapes.

    Attributes
    ----------
    corners : (N, 3) int32
        Vertices of the triangle that holds each point.
    weights : (N, 3) float64
        Barycentric.
    length : float
        Mm.
    """

    corners: IntArray
    weights: DoubleArray
    length: float

    def on(self, vertices: ArrayLike) -> DoubleArray:
        """Return the points `(N, 3)` on `(V, 3)` vertices."""
        x = np.asarray(vertices, np.float64)
        return np.asarray(np.einsum("nk,nkd->nd", self.weights, x[self.corners]))


def shortest_path(
    topology: Topology,
    vertices: ArrayLike,
    start: tuple[IntArray, ArrayLike],
    end: tuple[IntArray, ArrayLike],
) -> SurfacePath:
    """Return the shortest way between two points of a surface.

    Parameters
    ----------
    topology : Topology
    vertices : (V, 3)
        Mm.
    start, end : ((3,) int32, (3,))
        Vertices of a triangle and barycentric weights.

    Raises
    ------
    InputError
        If no way leads from one point to the other.
    """
    x = np.asarray(vertices, np.float64)
    weave = _weave_of(topology)
    ends = [weave.face_of(corners) for corners, _ in (start, end)]
    places = [np.asarray(w, np.float64) @ x[c] for c, w in (start, end)]
    rough, strip = _first_way(topology, weave, x, (start, end), ends)
    way = Funnel(x, topology.faces, strip, places[0], places[1])
    for _ in range(PASSES):
        before, tried = way.length, set[int]()
        while (bend := next((v for v in way.bends if v not in tried), None)) is not None:
            tried.add(bend)
            other = weave.around(way.strip, bend)
            if other is not None:
                shorter = Funnel(x, topology.faces, other, places[0], places[1])
                way = min(way, shorter, key=lambda tight: tight.length)
        if way.length > before - 1e-6:
            break
    # Around a sharp spike the flat strip may lie over itself and mislead the funnel.
    if rough.length < way.length:
        return rough
    return SurfacePath(*way.points(start, end), way.length)


class _Weave:
    """Which triangles of a topology share a side."""

    def __init__(self, faces: IntArray, count: int) -> None:
        self.faces = faces
        sides = np.concatenate([faces[:, [1, 2]], faces[:, [2, 0]], faces[:, [0, 1]]]).astype(
            np.int64
        )
        low, high = sides.min(axis=1), sides.max(axis=1)
        order = np.argsort(low * count + high, kind="stable")
        keys = (low * count + high)[order]
        twin = np.flatnonzero(keys[1:] == keys[:-1])
        owner = np.tile(np.arange(len(faces)), 3)
        pairs = np.stack([owner[order[twin]], owner[order[twin + 1]]], axis=1)
        self.sides: IntArray = (low * count + high).reshape(3, -1).T
        # Arrays, not lists of lists: with those a head takes 40 MB.
        both = np.concatenate([pairs, pairs[:, ::-1]]).astype(np.int32)
        both = both[np.argsort(both[:, 0], kind="stable")]
        self._beside = both[:, 1]
        self._starts = np.searchsorted(both[:, 0], np.arange(len(faces) + 1)).astype(np.int32)
        self._count = count
        names = self._names(faces)
        self._rows = np.argsort(names, kind="stable").astype(np.int32)
        self._sorted = names[self._rows]

    def _names(self, corners: IntArray) -> IntArray:
        """Return one number for each triangle of `(N, 3)` vertices, whatever their order."""
        low, middle, high = np.sort(np.asarray(corners, np.int64), axis=1).T
        named: IntArray = (low * self._count + middle) * self._count + high
        return named

    def face_of(self, corners: IntArray) -> int:
        """Return the row of the triangle with these vertices."""
        name = self._names(np.asarray(corners)[None])[0]
        place = int(np.searchsorted(self._sorted, name))
        if place == len(self._sorted) or self._sorted[place] != name:
            raise InputError("A point does not lie on this head: place it again.")
        return int(self._rows[place])

    def next_to(self, face: int) -> list[int]:
        """Return the triangles that share a side with one."""
        beside: list[int] = self._beside[self._starts[face] : self._starts[face + 1]].tolist()
        return beside

    def touches(self, face: int, vertex: int) -> bool:
        """Return whether a vertex is a corner of a triangle."""
        return vertex in self.faces[face].tolist()

    def step(self, strip: list[int], face: int, vertex: int) -> None:
        """Lead a strip on to a triangle: next to its last one, or about a vertex of both."""
        if face == strip[-1]:
            return
        before, queue = {strip[-1]: -1}, [strip[-1]]
        while queue and face not in before:
            here = queue.pop(0)
            for other in self.next_to(here):
                about = vertex < 0 or self.touches(other, vertex)
                if other not in before and (about or other == face):
                    before[other] = here
                    queue.append(other)
        fan = [face]
        while before[fan[-1]] != -1:
            fan.append(before[fan[-1]])
        strip.extend(fan[-2::-1])

    def around(self, strip: list[int], vertex: int) -> list[int] | None:
        """Return the strip led around the other side of a vertex; None at a border."""
        held = [i for i, face in enumerate(strip) if self.touches(face, vertex)]
        if not held:
            return None
        first, last = strip[held[0]], strip[held[-1]]
        used = set(strip[held[0] + 1 : held[-1]])
        queue, before = [first], {first: -1}
        # The triangles about a vertex form a ring; the way through those not used is the other.
        while queue:
            here = queue.pop(0)
            if here == last and here != first:
                break
            for face in self.next_to(here):
                direct = here == first and face == last and not used
                if face in before or face in used or direct:
                    continue
                if self.touches(face, vertex):
                    before[face] = here
                    queue.append(face)
        if last not in before or first == last:
            return None
        fan = [last]
        while fan[-1] != first:
            fan.append(before[fan[-1]])
        return _without_loops([*strip[: held[0]], *fan[::-1], *strip[held[-1] + 1 :]])


def _without_loops(strip: list[int]) -> list[int]:
    """Return the strip without the triangles between two visits of the same one."""
    kept: list[int] = []
    place: dict[int, int] = {}
    for face in strip:
        if face in place:
            for dropped in kept[place[face] + 1 :]:
                del place[dropped]
            kept = kept[: place[face] + 1]
        else:
            place[face] = len(kept)
            kept.append(face)
    return kept


_weaves: WeakKeyDictionary[Topology, _Weave] = WeakKeyDictionary()


def _weave_of(topology: Topology) -> _Weave:
    weave = _weaves.get(topology)
    if weave is None:
        weave = _weaves[topology] = _Weave(topology.faces, topology.count)
    return weave


def _first_way(
    topology: Topology,
    weave: _Weave,
    vertices: DoubleArray,
    points: tuple[tuple[IntArray, ArrayLike], tuple[IntArray, ArrayLike]],
    ends: list[int],
) -> tuple[SurfacePath, list[int]]:
    """Return a short way, and triangles along it, each next to the one before it."""
    skin = skin_of(topology)
    places = [np.asarray(w, np.float64) @ vertices[c] for c, w in points]
    reach = 1.5 * float(np.linalg.norm(places[1] - places[0])) + 10.0
    while True:
        sums = np.zeros(topology.count)
        for corners, weights in points:
            rows, lengths = skin.within(vertices, corners, weights, reach)
            far = np.full(topology.count, np.inf)
            far[rows] = lengths
            sums += far
        least = float(sums[topology.faces[ends]].min())
        if np.isfinite(least) or reach > 1e5:
            break
        reach *= 3.0
    if not np.isfinite(least):
        raise InputError("No way along the skin leads from one point to the other.")
    about = sums[topology.faces].min(axis=1)
    for slack in (1.01, 1.2, np.inf):
        inside = about <= least * slack + 1.5
        inside[ends] = True
        chosen = np.flatnonzero(inside).astype(np.int32)
        found = _through(weave, vertices, chosen, points, ends)
        # A way much longer than marching found has left out triangles that the best one needs.
        if found is not None and (found[0].length <= CREDIBLE * least or slack == np.inf):
            return found
    raise InputError("No way along the skin leads from one point to the other.")


def _through(
    weave: _Weave,
    vertices: DoubleArray,
    rows: IntArray,
    points: tuple[tuple[IntArray, ArrayLike], tuple[IntArray, ArrayLike]],
    ends: list[int],
) -> tuple[SurfacePath, list[int]] | None:
    """Return the shortest way over points set on the sides of triangles `rows`, and its strip.

    None where none of these leads from end to end.
    """
    count = len(vertices)
    corners = weave.faces[rows].astype(np.int64)
    sides, place = np.unique(weave.sides[rows], return_inverse=True)
    place = place.reshape(len(rows), 3)
    low, high = vertices[sides // count], vertices[sides % count]
    steps = (np.arange(BETWEEN) + 1.0) / (BETWEEN + 1.0)
    between = low[:, None] + steps[:, None] * (high - low)[:, None]
    ends_at = np.stack([np.asarray(w, np.float64) @ vertices[c] for c, w in points])
    nodes = np.concatenate([vertices, between.reshape(-1, 3), ends_at])
    on_sides = count + place[:, :, None] * BETWEEN + np.arange(BETWEEN)
    rim = np.concatenate([corners, on_sides.reshape(len(rows), -1)], axis=1)
    first, second = np.triu_indices(rim.shape[1], 1)
    a, b = rim[:, first].ravel(), rim[:, second].ravel()
    owner = np.repeat(rows, len(first))
    last = len(nodes) - 2
    for k, end in enumerate(ends):
        own = rim[np.searchsorted(rows, end)]
        a, b = np.concatenate([a, np.full(len(own), last + k)]), np.concatenate([b, own])
        owner = np.concatenate([owner, np.full(len(own), end)])
    # Two triangles share the arcs along their side: the first of them stands for both.
    keys = np.minimum(a, b) * len(nodes) + np.maximum(a, b)
    keys, kept = np.unique(keys, return_index=True)
    a, b, owner = a[kept], b[kept], owner[kept]
    lengths = np.linalg.norm(nodes[a] - nodes[b], axis=1) + 1e-9
    graph = sparse.csr_array((lengths, (a, b)), shape=(len(nodes),) * 2)
    lengths_to, before = dijkstra(graph, directed=False, indices=last, return_predecessors=True)
    if before[last + 1] < 0:
        return None
    way = [last + 1]
    while way[-1] != last:
        way.append(int(before[way[-1]]))
    way.reverse()
    strip = [ends[0]]
    for here, there in itertools.pairwise(way):
        key = min(here, there) * len(nodes) + max(here, there)
        weave.step(strip, int(owner[np.searchsorted(keys, key)]), here if here < count else -1)
    weave.step(strip, ends[1], -1)
    held, shares = [points[0][0]], [np.asarray(points[0][1], np.float64)]
    for node in way[1:-1]:
        side, step = divmod(node - count, BETWEEN)
        share = 0.0 if node < count else steps[step]
        here, there = (node, node) if node < count else divmod(int(sides[side]), count)
        held.append(np.array([here, there, there], np.int32))
        shares.append(np.array([1.0 - share, share, 0.0]))
    held.append(points[1][0])
    shares.append(np.asarray(points[1][1], np.float64))
    rough = SurfacePath(np.stack(held), np.stack(shares), float(lengths_to[last + 1]))
    return rough, _without_loops(strip)

"""The shortest way between two points along a surface, as a calliper's tape would lie.

A strip of triangles is found first, near the distances of fast marching. In a strip that is laid
flat the shortest way is exact (the funnel algorithm of Lee and Preparata, 1984); where it bends
at a vertex, the strip is led around the other side of that vertex, as long as this shortens it
(Xin and Wang, Efficiently determining a locally exact shortest path on polyhedral surfaces,
Computer-Aided Design 39, 2007).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.errors import InputError
from facewright.engine.geometry.brush import skin_of
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
    way = _Funnel(x, topology.faces, strip, places[0], places[1])
    for _ in range(PASSES):
        before, tried = way.length, set[int]()
        while (bend := next((v for v in way.bends if v not in tried), None)) is not None:
            tried.add(bend)
            other = weave.around(way.strip, bend)
            if other is not None:
                shorter = _Funnel(x, topology.faces, other, places[0], places[1])
                way = min(way, shorter, key=lambda tight: tight.length)
        if way.length > before - 1e-6:
            break
    # Around a sharp spike the flat strip may lie over itself and mislead the funnel.
    return rough if rough.length < way.length else way.path(start, end)


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
        self.next_to: list[list[int]] = [[] for _ in range(len(faces))]
        for a, b in pairs.tolist():
            self.next_to[a].append(b)
            self.next_to[b].append(a)
        self._row = {tuple(sorted(corners)): row for row, corners in enumerate(faces.tolist())}
        self.corner_sets = [frozenset(corners) for corners in faces.tolist()]

    def face_of(self, corners: IntArray) -> int:
        """Return the row of the triangle with these vertices."""
        row = self._row.get(tuple(sorted(int(c) for c in corners)))
        if row is None:
            raise InputError("A point does not lie on this head: place it again.")
        return row

    def step(self, strip: list[int], face: int, vertex: int) -> None:
        """Lead a strip on to a triangle: next to its last one, or about a vertex of both."""
        if face == strip[-1]:
            return
        before, queue = {strip[-1]: -1}, [strip[-1]]
        while queue and face not in before:
            here = queue.pop(0)
            for other in self.next_to[here]:
                about = vertex < 0 or vertex in self.corner_sets[other]
                if other not in before and (about or other == face):
                    before[other] = here
                    queue.append(other)
        fan = [face]
        while before[fan[-1]] != -1:
            fan.append(before[fan[-1]])
        strip.extend(fan[-2::-1])

    def around(self, strip: list[int], vertex: int) -> list[int] | None:
        """Return the strip led around the other side of a vertex; None at a border."""
        held = [i for i, face in enumerate(strip) if vertex in self.corner_sets[face]]
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
            for face in self.next_to[here]:
                direct = here == first and face == last and not used
                if face in before or face in used or direct:
                    continue
                if vertex in self.corner_sets[face]:
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


class _Funnel:
    """The shortest way through a strip of triangles that is laid flat.

    Attributes
    ----------
    bends : list of int
        Vertices at which it turns.
    length : float
    """

    def __init__(
        self,
        vertices: DoubleArray,
        faces: IntArray,
        strip: list[int],
        start: DoubleArray,
        end: DoubleArray,
    ) -> None:
        self.strip = strip
        self._flat(vertices, faces, start, end)
        self._pull()

    def _flat(self, x: DoubleArray, faces: IntArray, start: DoubleArray, end: DoubleArray) -> None:
        """Lay the strip flat: gates between triangles as left and right ends, complex numbers."""
        used = faces[self.strip]
        rows = used.tolist()
        at_vertex = dict(
            zip(used.ravel().tolist(), map(tuple, x[used.ravel()].tolist()), strict=True)
        )
        a, b, c = rows[0]
        place = {a: 0j, b: complex(math.dist(at_vertex[a], at_vertex[b]))}
        place[c] = _third(at_vertex, a, b, c, place)
        self.start = _laid(x, rows[0], place, start)
        self.gates: list[tuple[int, int]] = []
        self.left: list[complex] = []
        self.right: list[complex] = []
        for here, there in itertools.pairwise(rows):
            at = next(k for k in range(3) if here[k] not in there)
            # Counter-clockwise triangles: seen on leaving, the later corner lies to the left.
            right, left = here[(at + 1) % 3], here[(at + 2) % 3]
            fresh = next(v for v in there if v not in (left, right))
            self.gates.append((left, right))
            self.left.append(place[left])
            self.right.append(place[right])
            place = {left: place[left], right: place[right]}
            place[fresh] = _third(at_vertex, left, right, fresh, place)
        self.end = _laid(x, rows[-1], place, end)

    def _pull(self) -> None:
        """Pull the string tight: the funnel algorithm."""
        left, right = [*self.left, self.end], [*self.right, self.end]
        points: list[tuple[complex, int]] = [(self.start, -1)]
        apex, at_left, at_right = self.start, self.start, self.start
        i, left_at, right_at = 0, -1, -1
        self.bends: list[int] = []
        self._stops: list[tuple[int, complex]] = []  # gate after which the way turns, and where
        while i < len(left):
            if _cross(at_right - apex, right[i] - apex) >= 0.0:
                if apex == at_right or _cross(at_left - apex, right[i] - apex) < 0.0:
                    at_right, right_at = right[i], i
                else:
                    apex, i = self._turn(at_left, left_at, 0)
                    at_left = at_right = apex
                    left_at = right_at = i
                    i += 1
                    continue
            if _cross(at_left - apex, left[i] - apex) <= 0.0:
                if apex == at_left or _cross(at_right - apex, left[i] - apex) > 0.0:
                    at_left, left_at = left[i], i
                else:
                    apex, i = self._turn(at_right, right_at, 1)
                    at_left = at_right = apex
                    left_at = right_at = i
                    i += 1
                    continue
            i += 1
        points += [(place, gate) for gate, place in self._stops]
        points.append((self.end, len(self.gates)))
        self._points = points
        self.length = float(sum(abs(b[0] - a[0]) for a, b in itertools.pairwise(points)))

    def _turn(self, place: complex, gate: int, side: int) -> tuple[complex, int]:
        if gate < len(self.gates):
            self.bends.append(self.gates[gate][side])
        self._stops.append((gate, place))
        return place, gate

    def path(
        self, start: tuple[IntArray, ArrayLike], end: tuple[IntArray, ArrayLike]
    ) -> SurfacePath:
        """Return the way with a point on every side that it crosses."""
        corners: list[list[int]] = [list(map(int, start[0]))]
        weights = [list(map(float, np.asarray(start[1])))]
        for (a, first), (b, last) in zip(self._points[:-1], self._points[1:], strict=True):
            for gate in range(first + 1, min(last + 1, len(self.gates))):
                share = _crossing(a, b, self.left[gate], self.right[gate])
                left, right = self.gates[gate]
                corners.append([left, right, right])
                weights.append([1.0 - share, share, 0.0])
        corners.append(list(map(int, end[0])))
        weights.append(list(map(float, np.asarray(end[1]))))
        return SurfacePath(np.asarray(corners, np.int32), np.asarray(weights), self.length)


def _cross(a: complex, b: complex) -> float:
    return a.real * b.imag - a.imag * b.real


def _third(
    x: dict[int, tuple[float, ...]], a: int, b: int, c: int, place: dict[int, complex]
) -> complex:
    """Return where `c` lies flat beyond the side from `a` to `b`.

    Sides that are crossed run from left to right, so what lies beyond them is to their left;
    the first triangle is counter-clockwise too.
    """
    length = max(math.dist(x[a], x[b]), 1e-12)
    to_a, to_b = math.dist(x[a], x[c]), math.dist(x[b], x[c])
    along = (to_a * to_a - to_b * to_b + length * length) / (2.0 * length)
    height = math.sqrt(max(to_a * to_a - along * along, 0.0))
    return place[a] + complex(along, height) * ((place[b] - place[a]) / length)


def _laid(
    x: DoubleArray, corners: list[int], place: dict[int, complex], point: DoubleArray
) -> complex:
    a, b, c = (x[v] for v in corners)
    solved, *_ = np.linalg.lstsq(np.stack([b - a, c - a], axis=1), point - a, rcond=None)
    u, v = (float(value) for value in solved)
    return (1.0 - u - v) * place[corners[0]] + u * place[corners[1]] + v * place[corners[2]]


def _crossing(a: complex, b: complex, left: complex, right: complex) -> float:
    """Return the share from left to right at which the way from `a` to `b` crosses a gate."""
    way, side = b - a, right - left
    divisor = _cross(way, side)
    if abs(divisor) < 1e-15:
        return 0.0 if abs(left - b) <= abs(right - b) else 1.0
    return min(max(_cross(way, a - left) / divisor, 0.0), 1.0)

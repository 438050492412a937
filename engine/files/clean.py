"""Mend what scanners and converters leave behind: soup, doubles, bad numbers, wrong winding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from facewright.engine.mesh import Scan

MOSTLY_CLOSED = 0.03
"""Share of boundary edges below which a part counts as closed."""

CLEARLY_TURNED = 0.1
"""Mean cosine between normals and directions from the middle, from which a sign is trusted."""


EDGES_AT_ONCE = 8_000_000
"""Edges sorted together; more take more memory and are no faster."""


FACES_AT_ONCE = 1 << 20
"""Faces whose normals are held together."""


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun: `1 face`, `12,000 faces`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def weld(vertices: FloatArray) -> tuple[IntArray, IntArray]:
    """Return the first of each group of vertices at the same place, and everyone's group.

    Parameters
    ----------
    vertices : (V, 3) float32

    Returns
    -------
    first : (W,) int32
        Rows of `vertices`, ascending.
    group : (V,) int32
        `vertices[first[group]]` equals `vertices`.
    """
    key = np.zeros(len(vertices), dtype=np.uint64)
    for column in range(3):
        key ^= key >> np.uint64(29)
        key *= np.uint64(0xBF58476D1CE4E5B9)
        key += (vertices[:, column] + np.float32(0)).view(np.uint32)  # -0 becomes 0
    order = np.argsort(key, kind="stable").astype(np.int32)
    key = key[order]
    fresh = np.concatenate([[True], key[1:] != key[:-1]]) if len(key) else np.zeros(0, bool)
    del key
    first, group = order[fresh], np.empty(len(order), dtype=np.int32)
    group[order] = np.cumsum(fresh, dtype=np.int32) - 1
    if not (vertices[first[group]] == vertices).all():  # two places share a key
        _, index, inverse = np.unique(vertices, axis=0, return_index=True, return_inverse=True)
        first, group = index.astype(np.int32), inverse.reshape(-1).astype(np.int32)
    ascending = np.argsort(first)
    rank = np.empty(len(first), dtype=np.int32)
    rank[ascending] = np.arange(len(first), dtype=np.int32)
    return first[ascending], rank[group]


def sound_faces(faces: IntArray) -> BoolArray:
    """Return which of `(F, 3)` faces have three corners and are the first with those corners."""
    a, b, c = faces.T
    sound: BoolArray = (a != b) & (b != c) & (c != a)
    low, high = faces.min(axis=1), faces.max(axis=1)
    middle = a + b + c - low - high
    key = (low.astype(np.int64) << 32) | middle.astype(np.int64)
    order = np.lexsort((high, key))
    same = (np.diff(key[order]) == 0) & (np.diff(high[order]) == 0)
    sound[order[1:][same]] = False
    return sound


@dataclass(frozen=True, eq=False)
class Joints:
    """How faces meet: pairs over edges that exactly two share.

    Edge `3 f + k` of a mesh runs from corner `k` of face `f` to the next one.

    Attributes
    ----------
    one, other : (J,) int32
        The edge as either face has it.
    agrees : (J,) bool
        Both faces wind the same way round.
    border : (B,) int32
        Edges that one face has alone.
    crowded : (C,) int32
        Edges that more than two faces share, each once.
    """

    one: IntArray
    other: IntArray
    agrees: BoolArray
    border: IntArray
    crowded: IntArray


def ends(faces: IntArray, edge: IntArray) -> tuple[IntArray, IntArray]:
    """Return the vertices where the given edges of `(F, 3)` faces start and end."""
    corner = edge % 3
    start: IntArray = faces.reshape(-1)[edge]
    stop: IntArray = faces.reshape(-1)[edge - corner + (corner + 1) % 3]
    return start, stop


def joints(faces: IntArray) -> Joints:
    """Return how `(F, 3)` faces meet, sorting a few million edges at a time."""
    slices = 1 + faces.size // EDGES_AT_ONCE
    low = np.minimum(faces, faces[:, [1, 2, 0]]).reshape(-1)
    bounds = np.linspace(0, int(low.max(initial=0)) + 1, slices + 1).astype(np.int64)
    found: list[tuple[IntArray, ...]] = []
    for start, stop in pairwise(bounds):
        edge = np.flatnonzero((low >= start) & (low < stop)).astype(np.int32)
        a, b = ends(faces, edge)
        key = (low[edge].astype(np.int64) << 32) | np.maximum(a, b)
        order = np.argsort(key, kind="stable").astype(np.int32)
        first = np.flatnonzero(np.diff(key[order], prepend=np.int64(-1)))
        count = np.diff(first, append=len(order))
        edge = edge[order]
        pair = first[count == 2]
        found.append((edge[pair], edge[pair + 1], edge[first[count == 1]], edge[first[count > 2]]))
    one, other, border, crowded = (np.concatenate(column) for column in zip(*found, strict=True))
    agrees = ends(faces, one)[0] != ends(faces, other)[0]
    return Joints(one, other, agrees, border, crowded)


def cut_apart(faces: IntArray, count: int, met: Joints) -> tuple[IntArray, IntArray]:
    """Return faces whose surfaces no longer share vertices across crowded edges.

    Round each vertex of a crowded edge, faces that meet over ordinary edges stay together;
    each further group gets a copy of the vertex.

    Returns
    -------
    faces : (F, 3) int32
    source : (V',) int32
        The old vertex of each new one; the first `count` are themselves.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    crowded = np.zeros(count, dtype=bool)
    for vertex in ends(faces, met.crowded):
        crowded[vertex] = True
    corner = np.flatnonzero(crowded[faces].reshape(-1))
    number = np.full(faces.size, -1, dtype=np.int64)
    number[corner] = np.arange(len(corner))
    rows: list[NDArray[np.int64]] = []
    columns: list[NDArray[np.int64]] = []
    for vertex in ends(faces, met.one):
        near = crowded[vertex]
        for edge, kept in ((met.one[near], rows), (met.other[near], columns)):
            face = edge.astype(np.int64) // 3
            kept.append(number[3 * face + (faces[face] == vertex[near, None]).argmax(axis=1)])
    row, column = np.concatenate(rows), np.concatenate(columns)
    graph = coo_array((np.ones(len(row), np.int8), (row, column)), shape=(len(corner),) * 2)
    _, group = connected_components(graph, directed=False)
    old = faces.reshape(-1)[corner]
    _, head = np.unique(group, return_index=True)
    owner = old[head]  # the vertex of each group
    order = np.argsort(owner, kind="stable")
    repeated = np.concatenate([[False], np.diff(owner[order]) == 0])
    new = owner.astype(np.int64)
    extra = order[repeated]
    new[extra] = count + np.arange(len(extra))
    out = faces.reshape(-1).copy()
    out[corner] = new[group]
    source = np.concatenate([np.arange(count, dtype=np.int32), owner[extra].astype(np.int32)])
    return out.reshape(-1, 3).astype(np.int32), source


def flips(vertices: FloatArray, faces: IntArray, met: Joints) -> BoolArray:
    """Return which faces must be turned so that all look outward.

    Faces of one part are made to agree first. A part that is closed, or nearly so, must then
    have a positive volume; an open one must look away from its middle, where that is clear.
    Parts that cannot agree (a Moebius band) are left alone.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(faces)
    left, right = met.one // 3, met.other // 3
    if met.agrees.all():
        graph = coo_array((np.ones(len(left), np.int8), (left, right)), (count, count))
        parts, part = connected_components(graph, directed=False)
        turned = np.zeros(count, dtype=bool)
    else:
        same, turn = np.where(met.agrees, 0, count), np.where(met.agrees, count, 0)
        row, column = (
            np.concatenate([left, left + count]),
            np.concatenate([right + same, right + turn]),
        )
        graph = coo_array((np.ones(len(row), np.int8), (row, column)), (2 * count, 2 * count))
        _, label = connected_components(graph, directed=False)
        plain, mirrored = label[:count], label[count:]
        _, part = np.unique(np.minimum(plain, mirrored), return_inverse=True)
        parts = int(part.max(initial=-1)) + 1
        turned = plain > mirrored  # equal labels: the part cannot agree
        share = np.bincount(part, turned, parts) / np.bincount(part, minlength=parts)
        turned ^= share[part] > 0.5  # keep the winding that most faces have
        turned &= plain != mirrored
    inward = _inward(vertices, faces, met, part, parts, turned)
    turned ^= inward[part]
    return turned


def _inward(
    vertices: FloatArray,
    faces: IntArray,
    met: Joints,
    part: IntArray,
    parts: int,
    turned: BoolArray,
) -> BoolArray:
    """Return which parts look inward once `turned` faces are turned."""

    def measured() -> Iterator[tuple[IntArray, FloatArray, DoubleArray, FloatArray]]:
        for start in range(0, len(faces), FACES_AT_ONCE):
            some = slice(start, start + FACES_AT_ONCE)
            a, b, c = (vertices[faces[some, k]] for k in range(3))
            normal: FloatArray = np.cross(b - a, c - a).astype(np.float32)
            normal[turned[some]] *= -1
            area = np.linalg.norm(normal, axis=1).astype(np.float64)
            middle: FloatArray = ((a + b + c) / 3).astype(np.float32)
            yield part[some], normal, area, middle

    weight, heart = np.full(parts, 1e-30), np.zeros((parts, 3))
    for label, _, area, middle in measured():
        weight += np.bincount(label, area, parts)
        for k in range(3):
            heart[:, k] += np.bincount(label, area * middle[:, k], parts)
    heart /= weight[:, None]
    volume, reach = np.zeros(parts), np.full(parts, 1e-30)
    for label, normal, area, middle in measured():
        away = middle - heart[label]
        volume += np.bincount(label, np.einsum("ij,ij->i", normal, away), parts)
        reach += np.bincount(label, area * np.linalg.norm(away, axis=1), parts)
    open_share = np.bincount(part[met.border // 3], minlength=parts) / np.maximum(
        np.bincount(part, minlength=parts), 1
    )
    needed = np.where(open_share < MOSTLY_CLOSED, 1e-6, CLEARLY_TURNED)
    return np.asarray(volume / reach < -needed)


def orient(scan: Scan) -> Scan:
    """Return the scan with every part's faces wound alike and looking outward.

    Faces that were turned keep their texture; a note says how many they were.
    """
    if not len(scan.faces):
        return scan
    turned = flips(scan.vertices, scan.faces, joints(scan.faces))
    count = int(turned.sum())
    if not count:
        return scan
    faces = scan.faces.copy()
    faces[turned] = faces[turned][:, ::-1]
    corner_uv = scan.corner_uv
    if corner_uv is not None:
        corner_uv = corner_uv.copy()
        corner_uv[turned] = corner_uv[turned][:, ::-1]
    which = "all triangles were inside out" if count == len(faces) else plural(count, "triangle")
    note = f"{which} turned to look outward" if count < len(faces) else f"{which} and were turned"
    return replace(scan, faces=faces, corner_uv=corner_uv, notes=(*scan.notes, note))

"""Mend what scanners and converters leave behind: soup, doubles, bad numbers, wrong winding."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from facewright.engine.arrays import BoolArray, FloatArray, IntArray
from facewright.engine.mesh import Scan

MOSTLY_CLOSED = 0.03
"""Share of boundary edges below which a part counts as closed."""

CLEARLY_TURNED = 0.1
"""Mean cosine between normals and directions from the middle, from which a sign is trusted."""


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
    bits = np.ascontiguousarray(vertices + np.float32(0)).view(np.uint32).astype(np.uint64)
    key = bits[:, 0] * np.uint64(0x9E3779B97F4A7C15)
    for column in (1, 2):
        key = (key ^ (key >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) + bits[:, column]
    del bits
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    if not (vertices[first[group]] == vertices).all():  # two places share a key
        _, first, group = np.unique(vertices, axis=0, return_index=True, return_inverse=True)
        group = group.reshape(-1)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return first[order].astype(np.int32), rank[group]


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


def _edges(faces: IntArray) -> tuple[IntArray, IntArray]:
    """Return the directed edges of faces as a sortable key and as `(3 F, 2)` vertices."""
    directed = faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    low, high = directed.min(axis=1).astype(np.int64), directed.max(axis=1).astype(np.int64)
    return (low << 32) | high, directed


@dataclass(frozen=True, eq=False)
class Joints:
    """How faces meet: pairs over edges that exactly two share.

    Attributes
    ----------
    left, right : (J,) int32
        Faces.
    edge : (J, 2) int32
        Vertices of the edge.
    agrees : (J,) bool
        Both faces wind the same way round.
    border : (B,) int32
        Faces, once for each edge of theirs that no other face shares.
    crowded : (C, 2) int32
        Edges that more than two faces share.
    """

    left: IntArray
    right: IntArray
    edge: IntArray
    agrees: BoolArray
    border: IntArray
    crowded: IntArray


def joints(faces: IntArray) -> Joints:
    """Return how `(F, 3)` faces meet."""
    key, directed = _edges(faces)
    order = np.argsort(key, kind="stable").astype(np.int32)
    key = key[order]
    start = np.flatnonzero(np.diff(key, prepend=np.int64(-1)))
    count = np.diff(start, append=len(key))
    pair = start[count == 2]
    one, other = order[pair], order[pair + 1]
    return Joints(
        left=(one // 3).astype(np.int32),
        right=(other // 3).astype(np.int32),
        edge=directed[one],
        agrees=directed[one, 0] != directed[other, 0],
        border=(order[start[count == 1]] // 3).astype(np.int32),
        crowded=directed[order[start[count > 2]]],
    )


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
    crowded[met.crowded.reshape(-1)] = True
    corner = np.flatnonzero(crowded[faces].reshape(-1))
    number = np.full(faces.size, -1, dtype=np.int64)
    number[corner] = np.arange(len(corner))
    rows, columns = [], []
    for end in (0, 1):
        vertex = met.edge[:, end]
        near = crowded[vertex]
        for faces_of, kept in ((met.left[near], rows), (met.right[near], columns)):
            at = (faces[faces_of] == vertex[near][:, None]).argmax(axis=1)
            kept.append(number[3 * faces_of.astype(np.int64) + at])
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
    if met.agrees.all():
        graph = coo_array((np.ones(len(met.left), np.int8), (met.left, met.right)), (count, count))
        parts, part = connected_components(graph, directed=False)
        turned = np.zeros(count, dtype=bool)
    else:
        same, turn = np.where(met.agrees, 0, count), np.where(met.agrees, count, 0)
        left, right = met.left.astype(np.int64), met.right.astype(np.int64)
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
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    normal = np.cross(b - a, c - a)
    normal[turned] *= -1
    area = np.linalg.norm(normal, axis=1).astype(np.float64)
    middle = (a + b + c) / 3
    weight = np.maximum(np.bincount(part, area, parts), 1e-30)
    heart = np.stack([np.bincount(part, area * middle[:, k], parts) / weight for k in range(3)], 1)
    away = middle - heart[part].astype(np.float32)
    facing = np.einsum("ij,ij->i", normal, away).astype(np.float64)
    reach = area * np.linalg.norm(away, axis=1)
    volume = np.bincount(part, facing, parts)
    cosine = volume / np.maximum(np.bincount(part, reach, parts), 1e-30)
    open_share = np.bincount(part[met.border], minlength=parts) / np.maximum(
        np.bincount(part, minlength=parts), 1
    )
    needed = np.where(open_share < MOSTLY_CLOSED, 1e-6, CLEARLY_TURNED)
    return np.asarray(cosine < -needed)


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
    which = "all faces were inside out" if count == len(faces) else plural(count, "face")
    note = f"{which} turned to look outward" if count < len(faces) else f"{which} and were turned"
    return replace(scan, faces=faces, corner_uv=corner_uv, notes=(*scan.notes, note))

"""Interpolating subdivision of quad meshes as one fixed sparse matrix.

The four-point rule of Dyn, Gregory and Levin (1987), `9/16 (b + c) - 1/16 (a + d)`, in both
directions of each quad, as Kobbelt (1996) does for open quad meshes. Coarse vertices keep their
place, so they are a subset of the fine ones.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from facewright.engine.arrays import IntArray

INNER, OUTER = 9 / 16, -1 / 16


@dataclass(frozen=True, eq=False)
class Subdivision:
    """A quad mesh subdivided once.

    Attributes
    ----------
    quads : (4 Q, 4) int32
        Fine quads; rows `4 i .. 4 i + 3` lie in coarse quad i, in the order of its corners.
    lift : (V_fine, V_coarse) csr_array
        Fine vertices from coarse ones: coarse vertices first, then edges, then quad centres.
    linear : (V_fine, V_coarse) csr_array
        The same by plain averages: texture coordinates, colours, masks.
    edges : (E, 2) int32
        Coarse ends of the fine vertices `V_coarse + e`.
    """

    quads: IntArray
    lift: sparse.csr_array
    linear: sparse.csr_array
    edges: IntArray


def triangles(quads: IntArray) -> IntArray:
    """Return two triangles per quad, `(2 Q, 3)` int32: rows 2 i and 2 i + 1 are quad i."""
    return np.stack([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]], axis=1).reshape(-1, 3)


def subdivide(quads: ArrayLike, count: int) -> Subdivision:
    """Return `quads`, `(Q, 4)` over `count` vertices, subdivided once.

    Borders are curves of their own: the four-point rule runs along them.
    """
    coarse = np.asarray(quads, dtype=np.int32)
    sides = np.stack([coarse, np.roll(coarse, -1, axis=1)], axis=2)
    edges, number = np.unique(np.sort(sides.reshape(-1, 2), axis=1), axis=0, return_inverse=True)
    side_edge: IntArray = np.asarray(number.reshape(-1, 4), dtype=np.int32)
    fine = _fine_quads(coarse, side_edge, count, len(edges))
    middle = _average(edges, count)
    centre = _average(coarse, count)
    smooth = _edge_rule(coarse, edges, side_edge, count)
    lifted = _centre_rule(side_edge, len(edges)) @ smooth
    identity = sparse.eye_array(count, format="csr")
    return Subdivision(
        fine,
        sparse.csr_array(sparse.vstack([identity, smooth, lifted])),
        sparse.csr_array(sparse.vstack([identity, middle, centre])),
        edges.astype(np.int32),
    )


def _fine_quads(coarse: IntArray, side_edge: IntArray, count: int, edges: int) -> IntArray:
    centre = count + edges + np.arange(len(coarse))
    before = count + np.roll(side_edge, 1, axis=1)
    after = count + side_edge
    spread = np.repeat(centre[:, None], 4, axis=1)
    return np.stack([coarse, after, spread, before], axis=2).reshape(-1, 4).astype(np.int32)


def _average(rows: IntArray, count: int) -> sparse.csr_array:
    number, width = rows.shape
    values = np.full(rows.size, 1 / width)
    return sparse.csr_array(
        (values, (np.repeat(np.arange(number), width), rows.ravel())), (number, count)
    )


def _rings(coarse: IntArray) -> dict[int, list[int]]:
    """Return the neighbours of each vertex in order; a border vertex starts at its border."""
    following: dict[int, dict[int, int]] = defaultdict(dict)
    for quad in coarse.tolist():
        for i, vertex in enumerate(quad):
            following[vertex][quad[(i + 1) % 4]] = quad[i - 1]
    rings = {}
    for vertex, step in following.items():
        starts = set(step) - set(step.values())
        ring = [min(starts) if starts else min(step)]
        while ring[-1] in step and step[ring[-1]] != ring[0]:
            ring.append(step[ring[-1]])
        rings[vertex] = ring
    return rings


def _beyond(vertex: int, neighbour: int, ring: list[int], border: bool) -> dict[int, float]:
    """Return the point opposite `neighbour` across `vertex` as weights of vertices.

    Regular vertices have it; at irregular ones the ring's mean and first harmonic give it; a
    border vertex has it along the border and mirrors the neighbour elsewhere.
    """
    number, place = len(ring), ring.index(neighbour)
    if border:
        if place in (0, number - 1) and number > 2:
            return {ring[number - 1 - place]: 1.0}
        return {vertex: 2.0, neighbour: -1.0}
    if number == 4:
        return {ring[(place + 2) % 4]: 1.0}
    angles = 2 * np.pi * (np.arange(number) - place) / number
    weights = (1 - 2 * np.cos(angles)) / number
    return dict(zip(ring, weights.tolist(), strict=True))


def _edge_rule(
    coarse: IntArray, edges: IntArray, side_edge: IntArray, count: int
) -> sparse.csr_array:
    rings = _rings(coarse)
    uses = np.bincount(side_edge.ravel(), minlength=len(edges))
    border = set(edges[uses == 1].ravel().tolist())
    rows, columns, values = [], [], []
    for row, (a, b) in enumerate(edges.tolist()):
        weights = {a: INNER, b: INNER}
        for end, other in ((a, b), (b, a)):
            for vertex, share in _beyond(end, other, rings[end], end in border).items():
                weights[vertex] = weights.get(vertex, 0.0) + OUTER * share
        rows += [row] * len(weights)
        columns += list(weights)
        values += list(weights.values())
    return sparse.csr_array((values, (rows, columns)), (len(edges), count))


def _centre_rule(side_edge: IntArray, edges: int) -> sparse.csr_array:
    """Return quad centres from edge points: the four-point rule in both directions."""
    opposite: dict[int, dict[int, int]] = defaultdict(dict)
    for number, sides in enumerate(side_edge.tolist()):
        for i, side in enumerate(sides):
            opposite[side][number] = sides[(i + 2) % 4]
    rows, columns, values = [], [], []
    for number, sides in enumerate(side_edge.tolist()):
        for i, side in enumerate(sides):
            across = sides[(i + 2) % 4]
            outside = [far for quad, far in opposite[side].items() if quad != number]
            rule = [(side, INNER)]
            if outside:
                rule.append((outside[0], OUTER))
            else:
                rule += [(side, 2 * OUTER), (across, -OUTER)]
            for column, value in rule:
                rows.append(number)
                columns.append(column)
                values.append(value / 2)
    return sparse.csr_array((values, (rows, columns)), (len(side_edge), edges))

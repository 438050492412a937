"""The compiled loops of `brush`."""

from __future__ import annotations

import math
from heapq import heappop, heappush
from typing import Any

import numpy as np

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.geometry.compiled import compiled

Index = int | np.integer[Any]


@compiled
def length_of(x: DoubleArray) -> float:
    """Return the length of `(3,)`; small vectors are faster by hand than through BLAS."""
    return math.sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2])


@compiled
def gap(vertices: DoubleArray, i: Index, j: Index) -> float:
    """Return the distance of two vertices; no array is made on the way."""
    x = vertices[i, 0] - vertices[j, 0]
    y = vertices[i, 1] - vertices[j, 1]
    z = vertices[i, 2] - vertices[j, 2]
    return math.sqrt(x * x + y * y + z * z)


@compiled
def unfolded(
    near: DoubleArray, other: DoubleArray, target: DoubleArray, d_near: float, d_other: float
) -> float:
    """Return how far `target` is from a source that lies `d_near` and `d_other` from a side.

    The source is laid flat into the triangle's plane, on the other side of the side; inf where
    the straight way to it does not cross the side.
    """
    side = other - near
    length = length_of(side)
    if length == 0.0:
        return np.inf
    way = target - near
    along = (way[0] * side[0] + way[1] * side[1] + way[2] * side[2]) / length
    height = np.sqrt(max(length_of(way) ** 2 - along * along, 0.0))
    source = (d_near * d_near - d_other * d_other + length * length) / (2.0 * length)
    depth = d_near * d_near - source * source
    if depth < 0.0 or height == 0.0:
        return np.inf
    depth = np.sqrt(depth)
    crossing = source + (along - source) * depth / (depth + height)
    if crossing < -1e-9 * length or crossing > (1.0 + 1e-9) * length:
        return np.inf
    return math.sqrt((along - source) ** 2 + (height + depth) ** 2)


@compiled
def march(
    vertices: DoubleArray,
    faces: IntArray,
    around_start: IntArray,
    around: IntArray,
    seeds: IntArray,
    seed_distances: DoubleArray,
    limit: float,
) -> tuple[IntArray, DoubleArray]:
    """Return the vertices within `limit` of the seeds along the surface, and those beside them."""
    distance = np.full(vertices.shape[0], np.inf)
    done = np.zeros(vertices.shape[0], np.bool_)
    heap = [(0.0, np.int64(-1))]
    heap.clear()
    for i in range(seeds.shape[0]):
        if seed_distances[i] < distance[seeds[i]]:
            distance[seeds[i]] = seed_distances[i]
            heappush(heap, (seed_distances[i], np.int64(seeds[i])))
    while len(heap) > 0:
        d, here = heappop(heap)
        if done[here] or d > limit:
            continue
        done[here] = True
        for k in range(around_start[here], around_start[here + 1]):
            corners = faces[around[k]]
            for j in range(3):
                target = corners[j]
                if target == here or done[target]:
                    continue
                other = corners[0] + corners[1] + corners[2] - here - target
                way = d + gap(vertices, target, here)
                if done[other]:
                    way = min(
                        way,
                        unfolded(
                            vertices[here], vertices[other], vertices[target], d, distance[other]
                        ),
                    )
                if way < distance[target]:
                    distance[target] = way
                    heappush(heap, (way, np.int64(target)))
    found = np.flatnonzero(np.isfinite(distance)).astype(np.int32)
    return found, distance[found]


@compiled
def ring_offsets(
    vertices: DoubleArray, rows: IntArray, ring_start: IntArray, ring: IntArray
) -> DoubleArray:
    """Return how far each of `rows` lies from the mean of its neighbours, near ones more."""
    result = np.zeros((rows.shape[0], 3))
    for i in range(rows.shape[0]):
        v, total = rows[i], 0.0
        for k in range(ring_start[v], ring_start[v + 1]):
            length = gap(vertices, ring[k], v)
            if length > 0.0:
                total += 1.0 / length
                for axis in range(3):
                    result[i, axis] += (vertices[ring[k], axis] - vertices[v, axis]) / length
        if total > 0.0:
            for axis in range(3):
                result[i, axis] /= total
    return result


@compiled
def normals_at(
    vertices: DoubleArray,
    faces: IntArray,
    rows: IntArray,
    around_start: IntArray,
    around: IntArray,
) -> DoubleArray:
    """Return the unit normal of each of `rows`, the faces around it weighted by area."""
    result = np.zeros((rows.shape[0], 3))
    for i in range(rows.shape[0]):
        for k in range(around_start[rows[i]], around_start[rows[i] + 1]):
            a, b, c = faces[around[k]]
            u, w = vertices[b] - vertices[a], vertices[c] - vertices[a]
            result[i, 0] += u[1] * w[2] - u[2] * w[1]
            result[i, 1] += u[2] * w[0] - u[0] * w[2]
            result[i, 2] += u[0] * w[1] - u[1] * w[0]
        length = length_of(result[i])
        if length > 0.0:
            result[i] /= length
    return result


@compiled
def chained(pairs: IntArray, count: int) -> tuple[IntArray, IntArray]:
    """Return the places of `(N, 2)` neighbours in runs, those with an end first.

    Returns
    -------
    order : (M,) int32
        Places one after the other; a run that closes ends with its first place.
    starts : (R,) int32
        Where each run begins in it.
    """
    beside = np.full((count, 2), -1, np.int32)
    known = np.zeros(count, np.int64)
    for i in range(pairs.shape[0]):
        for j in range(2):
            here = pairs[i, j]
            if known[here] < 2:
                beside[here, known[here]] = pairs[i, 1 - j]
                known[here] += 1
    used = np.zeros(count, np.bool_)
    order = np.empty(2 * count, np.int32)
    starts = np.empty(count, np.int32)
    length, runs = 0, 0
    for closed in range(2):
        for start in range(count):
            if used[start] or (closed == 0 and known[start] > 1):
                continue
            starts[runs] = length
            runs += 1
            here = start
            while here >= 0:
                used[here] = True
                order[length] = here
                length += 1
                after = -1
                for k in range(known[here]):
                    if not used[beside[here, k]]:
                        after = beside[here, k]
                last, here = here, after
            if length - starts[runs - 1] > 2 and start in beside[last]:
                order[length] = start
                length += 1
    return order[:length], starts[:runs]

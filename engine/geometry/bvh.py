"""Compiled loops of the bounding-volume tree in `nearest`; import inside functions only."""

from __future__ import annotations

import numpy as np

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.geometry.compiled import compiled

LEAF = 4
DEPTH = 128


@compiled
def build(corners: DoubleArray) -> tuple[IntArray, DoubleArray, IntArray]:
    """Split `(F, 3, 3)` triangles into a tree by the middle of their centres' longest axis.

    Returns
    -------
    order : (F,) int32
        Triangles in leaf order.
    boxes : (N, 6) float64
        Lower and upper corner of each node.
    links : (N, 3) int32
        First triangle and count of a leaf, or (left child, 0); the right child's index is in
        the third column.
    """
    count = corners.shape[0]
    order = np.arange(count).astype(np.int32)
    centers = np.empty((count, 3))
    for f in range(count):
        for d in range(3):
            centers[f, d] = (corners[f, 0, d] + corners[f, 1, d] + corners[f, 2, d]) / 3.0
    boxes = np.empty((2 * count + 1, 6))
    links = np.zeros((2 * count + 1, 3), np.int32)
    stack = np.empty((2 * DEPTH, 4), np.int64)  # node, first, last, depth
    stack[0] = (0, 0, count, 0)
    top, nodes = 1, 1
    low, high = np.empty(3), np.empty(3)
    while top > 0:
        top -= 1
        node, first, last, depth = stack[top]
        boxes[node, :3] = np.inf
        boxes[node, 3:] = -np.inf
        low[:], high[:] = np.inf, -np.inf
        for i in range(first, last):
            f = order[i]
            for d in range(3):
                low[d] = min(low[d], centers[f, d])
                high[d] = max(high[d], centers[f, d])
                for k in range(3):
                    boxes[node, d] = min(boxes[node, d], corners[f, k, d])
                    boxes[node, 3 + d] = max(boxes[node, 3 + d], corners[f, k, d])
        if last - first <= LEAF:
            links[node] = (first, last - first, 0)
            continue
        axis = 0
        for d in range(1, 3):
            if high[d] - low[d] > high[axis] - low[axis]:
                axis = d
        split = 0.5 * (low[axis] + high[axis])
        middle = first
        for i in range(first, last):
            if centers[order[i], axis] < split:
                order[i], order[middle] = order[middle], order[i]
                middle += 1
        if middle in (first, last) or depth > DEPTH // 2:
            part = order[first:last]
            part[:] = part[np.argsort(centers[part, axis])]
            middle = (first + last) // 2
        links[node] = (nodes, 0, nodes + 1)
        stack[top] = (nodes, first, middle, depth + 1)
        stack[top + 1] = (nodes + 1, middle, last, depth + 1)
        top += 2
        nodes += 2
    return order, boxes[:nodes].copy(), links[:nodes].copy()


@compiled
def closest_on_triangle(
    p: DoubleArray, corners: DoubleArray, weights: DoubleArray, point: DoubleArray
) -> float:
    """Write the point of a `(3, 3)` triangle closest to p and its weights; return distance².

    Voronoi regions of the triangle: Ericson, Real-Time Collision Detection, 5.1.5.
    """
    d1 = d2 = d3 = d4 = d5 = d6 = 0.0
    for k in range(3):
        ab = corners[1, k] - corners[0, k]
        ac = corners[2, k] - corners[0, k]
        d1 += ab * (p[k] - corners[0, k])
        d2 += ac * (p[k] - corners[0, k])
        d3 += ab * (p[k] - corners[1, k])
        d4 += ac * (p[k] - corners[1, k])
        d5 += ab * (p[k] - corners[2, k])
        d6 += ac * (p[k] - corners[2, k])
    va, vb, vc = d3 * d6 - d5 * d4, d5 * d2 - d1 * d6, d1 * d4 - d3 * d2
    v = w = 0.0
    if d1 <= 0.0 and d2 <= 0.0:
        pass
    elif d3 >= 0.0 and d4 <= d3:
        v = 1.0
    elif vc <= 0.0 and d1 >= 0.0 and d3 <= 0.0 and d1 > d3:
        v = d1 / (d1 - d3)
    elif d6 >= 0.0 and d5 <= d6:
        w = 1.0
    elif vb <= 0.0 and d2 >= 0.0 and d6 <= 0.0 and d2 > d6:
        w = d2 / (d2 - d6)
    elif va <= 0.0 and d4 >= d3 and d5 >= d6 and d4 - d3 > d6 - d5:
        w = (d4 - d3) / ((d4 - d3) + (d5 - d6))
        v = 1.0 - w
    elif va + vb + vc > 0.0:
        v, w = vb / (va + vb + vc), vc / (va + vb + vc)
    weights[0], weights[1], weights[2] = 1.0 - v - w, v, w
    square = 0.0
    for k in range(3):
        point[k] = weights[0] * corners[0, k] + v * corners[1, k] + w * corners[2, k]
        square += (p[k] - point[k]) ** 2
    return square


@compiled
def box_distance(p: DoubleArray, box: DoubleArray) -> float:
    """Return the squared distance from p to a box, 0 inside."""
    square = 0.0
    for k in range(3):
        gap = max(box[k] - p[k], p[k] - box[3 + k], 0.0)
        square += gap * gap
    return square


@compiled
def nearest(
    points: DoubleArray,
    normals: DoubleArray,
    cosine: float,
    limit: float,
    tree: tuple[DoubleArray, DoubleArray, IntArray, DoubleArray, IntArray],
) -> tuple[IntArray, DoubleArray, DoubleArray, DoubleArray]:
    """Return triangle (-1 beyond `limit`), weights, closest point and distance of each point.

    Triangles whose normal makes a smaller cosine with the point's are passed over; `normals`
    has no rows where this is not wanted.
    """
    corners, face_normals, order, boxes, links = tree
    count = points.shape[0]
    triangles = np.full(count, -1, np.int32)
    weights = np.zeros((count, 3))
    closest = np.full((count, 3), np.nan)
    distances = np.full(count, np.inf)
    stack = np.empty(2 * DEPTH, np.int32)
    reach = np.empty(2 * DEPTH)
    weight, point = np.empty(3), np.empty(3)
    for i in range(count):
        p = points[i]
        best = limit * limit
        stack[0], reach[0] = 0, box_distance(p, boxes[0])
        top = 1
        while top > 0:
            top -= 1
            node = stack[top]
            if reach[top] >= best:
                continue
            first, size, right = links[node]
            if size > 0:
                for j in range(first, first + size):
                    f = order[j]
                    if normals.shape[0] > 0:
                        agree = 0.0
                        for k in range(3):
                            agree += normals[i, k] * face_normals[f, k]
                        if agree < cosine:
                            continue
                    square = closest_on_triangle(p, corners[f], weight, point)
                    if square < best:
                        best = square
                        triangles[i] = f
                        weights[i], closest[i] = weight, point
                continue
            near, far = first, right
            near_gap, far_gap = box_distance(p, boxes[near]), box_distance(p, boxes[far])
            if far_gap < near_gap:
                near, far, near_gap, far_gap = far, near, far_gap, near_gap
            stack[top], reach[top] = far, far_gap
            stack[top + 1], reach[top + 1] = near, near_gap
            top += 2
        if triangles[i] >= 0:
            distances[i] = np.sqrt(best)
    return triangles, weights, closest, distances


@compiled
def hit_triangle(origin: DoubleArray, ray: DoubleArray, corners: DoubleArray) -> float:
    """Return how many lengths of `ray` lie before the triangle, inf where it misses it.

    Möller and Trumbore 1997; both sides of the triangle count.
    """
    e1x = corners[1, 0] - corners[0, 0]
    e1y = corners[1, 1] - corners[0, 1]
    e1z = corners[1, 2] - corners[0, 2]
    e2x = corners[2, 0] - corners[0, 0]
    e2y = corners[2, 1] - corners[0, 1]
    e2z = corners[2, 2] - corners[0, 2]
    px = ray[1] * e2z - ray[2] * e2y
    py = ray[2] * e2x - ray[0] * e2z
    pz = ray[0] * e2y - ray[1] * e2x
    volume = e1x * px + e1y * py + e1z * pz
    if volume == 0.0:
        return np.inf
    tx = origin[0] - corners[0, 0]
    ty = origin[1] - corners[0, 1]
    tz = origin[2] - corners[0, 2]
    u = (tx * px + ty * py + tz * pz) / volume
    if u < 0.0 or u > 1.0:
        return np.inf
    qx = ty * e1z - tz * e1y
    qy = tz * e1x - tx * e1z
    qz = tx * e1y - ty * e1x
    v = (ray[0] * qx + ray[1] * qy + ray[2] * qz) / volume
    if v < 0.0 or u + v > 1.0:
        return np.inf
    length: float = (e2x * qx + e2y * qy + e2z * qz) / volume
    return length


@compiled
def cross_box(origin: DoubleArray, inverse: DoubleArray, box: DoubleArray, end: float) -> bool:
    """Return whether a ray meets a box before `end`."""
    enter, leave = 0.0, end
    for k in range(3):
        a = (box[k] - origin[k]) * inverse[k]
        b = (box[3 + k] - origin[k]) * inverse[k]
        if a > b:
            a, b = b, a
        if a > enter:  # written so that NaN (a ray in the plane of a face) changes nothing
            enter = a
        if b < leave:
            leave = b
    return enter <= leave


@compiled
def cast(
    origins: DoubleArray,
    rays: DoubleArray,
    first_only: bool,
    tree: tuple[DoubleArray, DoubleArray, IntArray, DoubleArray, IntArray],
) -> tuple[IntArray, DoubleArray]:
    """Return the triangle that each ray meets (-1 for none) and at how many ray lengths.

    With `first_only` the nearest one, otherwise any.
    """
    corners, _, order, boxes, links = tree
    count = origins.shape[0]
    triangles = np.full(count, -1, np.int32)
    lengths = np.full(count, np.inf)
    stack = np.empty(2 * DEPTH, np.int32)
    inverse = np.empty(3)
    for i in range(count):
        for k in range(3):
            inverse[k] = 1.0 / rays[i, k]
        stack[0] = 0
        top = 1
        while top > 0:
            top -= 1
            node = stack[top]
            if not cross_box(origins[i], inverse, boxes[node], lengths[i]):
                continue
            first, size, right = links[node]
            if size == 0:
                stack[top], stack[top + 1] = first, right
                top += 2
                continue
            for j in range(first, first + size):
                length = hit_triangle(origins[i], rays[i], corners[order[j]])
                if 0.0 < length < lengths[i]:
                    lengths[i], triangles[i] = length, order[j]
            if triangles[i] >= 0 and not first_only:
                break
    return triangles, lengths

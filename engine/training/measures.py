"""Distances and circumferences of coarse heads, for calibration on published norms."""

from __future__ import annotations

import numpy as np

from facewright.engine.arrays import BoolArray, DoubleArray
from facewright.engine.models.template import Template

EN_LEFT = 2264
EAR_BEYOND = 74.0


def inner_eye_middle(vertices: DoubleArray) -> DoubleArray:
    """Return the point midway between the inner eye corners of a coarse head, `(3,)`."""
    corner = vertices[EN_LEFT]
    return np.asarray([0.0, corner[1], corner[2]])


def _ear(template: Template) -> BoolArray:
    return np.asarray(np.abs(template.reference[: template.coarse.count, 0]) > EAR_BEYOND)


def circumference(vertices: DoubleArray, template: Template) -> float:
    """Return the occipitofrontal circumference in mm: the largest tape around brow and occiput.

    The tape lies in a plane through the most forward point of the brow and a point of the back
    of the head, ears left out, and is convex.
    """
    from scipy.spatial import ConvexHull

    faces = template.coarse.faces
    usable = faces[~_ear(template)[faces].any(axis=1)]
    middle = np.flatnonzero(np.abs(template.reference[: template.coarse.count, 0]) < 1e-3)
    line = vertices[middle[template.visible[middle]]]
    brow = line[(line[:, 1] > 8) & (line[:, 1] < 60) & (line[:, 2] > -30)]
    front = brow[np.argmax(brow[:, 2])]
    longest = 0.0
    for back in line[(line[:, 2] < -100) & (line[:, 1] > -60)]:
        along = back - front
        along /= np.linalg.norm(along)
        normal = np.cross(along, [1.0, 0.0, 0.0])
        height = (vertices - front) @ normal
        points = []
        for a, b in ((0, 1), (1, 2), (2, 0)):
            ha, hb = height[usable[:, a]], height[usable[:, b]]
            cut = (ha < 0) != (hb < 0)
            share = (ha[cut] / (ha[cut] - hb[cut]))[:, None]
            points.append(vertices[usable[cut, a]] * (1 - share) + vertices[usable[cut, b]] * share)
        ring = np.concatenate(points) - front
        flat = np.stack([ring[:, 0], ring @ along], axis=1)
        longest = max(longest, float(ConvexHull(flat).area))
    return longest

"""Distances and circumferences of coarse heads, for calibration on published norms."""

from __future__ import annotations

import numpy as np

from facewright.engine.arrays import BoolArray, DoubleArray
from facewright.engine.measure.surface import girth
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
    faces = template.coarse.faces
    usable = faces[~_ear(template)[faces].any(axis=1)]
    middle = np.flatnonzero(np.abs(template.reference[: template.coarse.count, 0]) < 1e-3)
    line = vertices[middle[template.visible[middle]]]
    brow = line[(line[:, 1] > 8) & (line[:, 1] < 60) & (line[:, 2] > -30)]
    front = brow[np.argmax(brow[:, 2])]
    longest = 0.0
    for back in line[(line[:, 2] < -100) & (line[:, 1] > -60)]:
        longest = max(longest, girth(vertices, usable, front, back))
    return longest

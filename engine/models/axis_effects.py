"""How far the axes of a head model move the face, in millimetres."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.models.axis_words import Words, changes, known_measures
from facewright.engine.models.lifespan_axes import SHAPE

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel


def effects(model: LifespanModel, words: Mapping[str, Words], age: float) -> dict[str, float]:
    """Return millimetres for one unit of each shape and expression axis at an age.

    An axis that is called after a measure changes that measure by so much; any other moves the
    vertex that it moves most by so much.

    Parameters
    ----------
    model : LifespanModel
    words : mapping of axis name to Words
        From `describe`; axes that are missing are called after no measure.
    age : float
        Years.
    """
    measures = known_measures(model)
    place = {measure: column for column, measure in enumerate(measures)}
    found: dict[str, float] = {}
    _, basis = model.neutral_basis(age)
    for group in SHAPE:
        rows = model.groups[group]
        moved = basis[rows.start - 1 : rows.stop - 1]
        change = np.abs(changes(model, moved, measures))
        for k, axis in enumerate(model.axes[rows]):
            measure = words[axis.name].measure if axis.name in words else None
            if measure is None:
                found[axis.name] = float(np.linalg.norm(moved[k], axis=1).max())
            else:
                found[axis.name] = float(change[k, place[measure]])
    acting = model.expression_basis(age)
    for axis, offsets in zip(model.axes[model.groups["expression"]], acting, strict=True):
        found[axis.name] = float(np.linalg.norm(offsets, axis=1).max())
    return found

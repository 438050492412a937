"""How plausible a head's shape is under the head model, and the nearest head that is."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.models.base import plausibility
from facewright.engine.models.lifespan_axes import SHAPE

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

UNUSUAL, IMPLAUSIBLE = 2.0, 3.0
"""Where people become rare, and where hardly any are left."""


def shape_plausibility(coefficients: FloatArray, model: LifespanModel) -> float:
    """Return the plausibility of the shape in `(K,)` coefficients of the model.

    See `base.plausibility`; above `IMPLAUSIBLE` the head is no likely person.
    """
    return plausibility(_standard(coefficients, model))


def toward_plausible(
    coefficients: FloatArray,
    model: LifespanModel,
    limit: float = IMPLAUSIBLE,
    locked: Collection[str] = (),
) -> dict[str, float]:
    """Return what to add to each shape axis so that the plausibility comes down to `limit`.

    All free axes shrink towards the mean by one factor: the nearest plausible head on the
    straight way there, which keeps the likeness as long as possible.

    Parameters
    ----------
    coefficients : (K,)
    model : LifespanModel
    limit : float
    locked : collection of str
        Axes that stay; where they alone are beyond the limit, the others go to the mean.

    Returns
    -------
    dict of str to float
        By axis name, in the axes' units; empty where the head is plausible already.
    """
    z = _standard(coefficients, model)
    if plausibility(z) <= limit:
        return {}
    axes = [axis for group in SHAPE for axis in model.axes[model.groups[group]]]
    free = np.array([axis.name not in locked for axis in axes])
    allowed = z.size + limit * math.sqrt(2 * z.size) - float(z[~free] @ z[~free])
    present = float(z[free] @ z[free])
    if present == 0.0:
        return {}
    factor = math.sqrt(max(allowed, 0.0) / present)
    change = (factor - 1.0) * z * np.concatenate([model.prior_sd[model.groups[g]] for g in SHAPE])
    return {
        axis.name: float(amount)
        for axis, amount, moves in zip(axes, change, free, strict=True)
        if moves
    }


def _standard(coefficients: FloatArray, model: LifespanModel) -> DoubleArray:
    z = np.asarray(coefficients, dtype=np.float64) / model.prior_sd
    return np.concatenate([z[model.groups[group]] for group in SHAPE])

"""Where skin is glossy, wet or thin: from the regions of its topology and from its eyes."""

from __future__ import annotations

import numpy as np

from facewright.engine.arrays import FloatArray
from facewright.engine.mesh import Topology

_GLOSS = {"upper_lip": 0.7, "lower_lip": 0.8, "nose": 0.4}
_THIN = {"ears": 1.0, "nose": 0.25}
_WET_WITHIN = (0.15, 0.6)
"""Distance from an eyeball within which skin is wet, and beyond which it is dry, mm."""


def grain(topology: Topology) -> FloatArray:
    """Return how glossy, wet and thin each vertex is, `(V, 3)` in [0, 1]; wetness is 0."""
    values = np.zeros((topology.count, 3), np.float32)
    for column, table in ((0, _GLOSS), (2, _THIN)):
        for region, amount in table.items():
            mask = topology.regions.get(region)
            if mask is not None:
                values[:, column] = np.maximum(values[:, column], amount * mask)
    return values


def wetness(vertices: FloatArray, eyes: list[tuple[FloatArray, float]]) -> FloatArray:
    """Return how wet each vertex is, `(V,)`: the edges of lids that touch an eyeball.

    Parameters
    ----------
    vertices : (V, 3)
    eyes : list of (centre (3,), radius)
    """
    wet = np.zeros(len(vertices), np.float32)
    dry, soaked = _WET_WITHIN[1], _WET_WITHIN[0]
    for centre, radius in eyes:
        gap = np.linalg.norm(vertices - centre, axis=1) - radius
        wet = np.maximum(wet, np.clip((dry - gap) / (dry - soaked), 0.0, 1.0))
    return np.asarray(wet, np.float32)

"""How features of the face map to latents of its parts, at every age (NEO-3DF, section 3).

The paper's `M = dX^+ dZ` is an inverse of the features' slopes over latents; here it is a loose one
(`loose`). dX is measured on what the decoders make of dZ, for the whole face of the rest's latents
alone: on the people themselves a feature also varies with what these latents do not hold, and a
slider would move it by less than it says. Sigma, the sd of each feature, is of the people
themselves. Both are of each age of the tables, so that +1 sigma means the same for an infant as
for an adult.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray
from facewright.engine.models.parts.model import PartsModel
from facewright.engine.models.parts.rules import FEATURES, WHOLE
from facewright.engine.models.parts.segments import PARTS, REST
from facewright.engine.training.part_models import LATENTS
from facewright.engine.training.part_people import People

LOOSE = 0.1
"""How much a step of one sd of a latent counts beside a change of one sd of another feature."""


def loose(x: DoubleArray, z: DoubleArray) -> DoubleArray:
    """Return `(M, L)` steps of latents that change one of M features by one each.

    The pseudo-inverse keeps all other features exactly, for which it goes far where features go
    together in people: to 26 sd for a deeper midface. Here each step is the least sum of
    `LOOSE |dz|^2` and of the squares of what the others change.

    Parameters
    ----------
    x : (N, M)
        Features less their mean, in sd.
    z : (N, L)
        Latents less their mean.
    """
    slopes = np.linalg.lstsq(z, x, rcond=None)[0]
    steps = []
    for place in range(x.shape[1]):
        others = np.delete(slopes, place, axis=1)
        step = np.linalg.solve(LOOSE * np.eye(len(slopes)) + others @ others.T, slopes[:, place])
        steps.append(step / (slopes[:, place] @ step))
    return np.array(steps)


def maps(model: PartsModel, people: People) -> dict[str, NDArray[Any]]:
    """Return `sigma` (A, 31) mm and, for each part with controllers, `<part>.map` (A, M, L)."""
    years = np.unique(people.years)
    nothing = {part: np.zeros(LATENTS[part]) for part in PARTS}
    sigma = []
    found: dict[str, list[DoubleArray]] = {}
    for age in years:
        rows = np.flatnonzero(people.years == age)
        heads = [np.asarray(people.vertices[row]) for row in rows]
        latents = [model.latents(head, float(age)) for head in heads]
        sigma.append(np.std([model.ruler.measured(head) for head in heads], axis=0))
        made = np.array(
            [model.ruler.measured(model.assembled(some, float(age))) for some in latents]
        )
        bare = np.array(
            [
                model.ruler.measured(model.blended({**nothing, REST: some[REST]}, float(age)))
                for some in latents
            ]
        )
        for part in (WHOLE, *PARTS):
            columns = [k for k, feature in enumerate(FEATURES) if feature.part == part]
            z = np.array([some[REST if part == WHOLE else part] for some in latents])
            x = (bare if part == WHOLE else made)[:, columns] / sigma[-1][columns]
            way = loose(x - x.mean(axis=0), z - z.mean(axis=0))
            found.setdefault(f"{part}.map", []).append(way / sigma[-1][columns, None])
    return {
        "sigma": np.array(sigma, np.float32),
        **{name: np.array(rows, np.float32) for name, rows in found.items()},
    }

"""How features of the face map to latents of its parts, at every age (NEO-3DF, section 3).

`M = dX^+ dZ`, with the features and latents of many people less those of their mean, and sigma,
the sd of each feature; both for each age of the tables, so that +1 sigma means the same for an
infant as for an adult. dX is measured on what the decoders make of dZ: on the people themselves
a feature also varies with what latents do not hold, and a slider would move it by less than it
says. Sigma is of the people themselves.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray
from facewright.engine.models.parts.model import PartsModel
from facewright.engine.models.parts.rules import CONTROLLERS, WHOLE
from facewright.engine.models.parts.segments import REST
from facewright.engine.training.part_people import People


def maps(model: PartsModel, people: People) -> dict[str, NDArray[Any]]:
    """Return `sigma` (A, 30) mm and, for each part with controllers, `<part>.map` (A, M, L)."""
    years = np.unique(people.years)
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
        for part in dict.fromkeys(controller.part for controller in CONTROLLERS):
            columns = [k for k, controller in enumerate(CONTROLLERS) if controller.part == part]
            z = np.array([some[REST if part == WHOLE else part] for some in latents])
            x = made[:, columns]
            inverse = np.linalg.pinv(x - x.mean(axis=0))
            found.setdefault(f"{part}.map", []).append(inverse @ (z - z.mean(axis=0)))
    return {
        "sigma": np.array(sigma, np.float32),
        **{name: np.array(rows, np.float32) for name, rows in found.items()},
    }

"""How far random people can be compressed, beside infants as INFACE measured them.

Principal components learnt from the fifth of its scans with the fewest faults, where PCA did
best, left 0.33 +- 0.14 mm at 128 of 50 scans of other people. Here the scans are those of
`scan_sets`. Which vertices they averaged over is not said: here those of the face.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from facewright.engine.arrays import FloatArray
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.people import SEEDS
from facewright.engine.training.components import Components
from facewright.engine.training.left import Left
from facewright.engine.training.scan_sets import PEOPLE, SCANS, TEST, collect

TAUGHT, BEST = 0.9, 0.2
"""Shares of the scans: of what is not test, the rest of which validates; of the cleanest."""
LATENTS = (8, 16, 32, 64, 128, 256)


def left_by_components(
    learnt: FloatArray, test: FloatArray, latents: tuple[int, ...] = LATENTS
) -> Mapping[int, Left]:
    """Return what the first components of `learnt`, `(N, V, 3)`, leave of `test`, `(T, V, 3)`."""
    basis = Components.of(learnt, max(latents))
    return {count: Left.of(basis.rebuilt(test, count), test) for count in latents}


def curve(
    model: LifespanModel, people: int = PEOPLE - TEST, scans: int = SCANS - TEST, test: int = TEST
) -> Mapping[int, Left]:
    """Return what components leave of random infants, in the protocol of INFACE."""
    training = collect(model, SEEDS["training"][:people], scans)
    taught = np.random.default_rng(0).permutation(scans)[: round(TAUGHT * scans)]
    clean = taught[np.argsort(training.damage[taught], kind="stable")]
    best = training.among(clean[: round(BEST * len(clean))])
    others = collect(model, SEEDS["test"][:test], test, damaged=False)
    face = model.template.coarse_face
    return left_by_components(best.vertices[:, face], others.vertices[:, face])

"""How far random people can be compressed, beside infants as INFACE measured them.

Principal components learnt from the fifth of its scans with the fewest faults, where PCA did
best, left 0.33 +- 0.14 mm at 128 of 50 scans of other people. Here the scans are those of
`scan_sets`. Which vertices they averaged over is not said: here those of the face.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.people import SEEDS
from facewright.engine.training.scan_sets import PEOPLE, SCANS, TEST, ScanSet, collect

TAUGHT, BEST = 0.9, 0.2
"""Shares of the scans: of what is not test, the rest of which validates; of the cleanest."""
LATENTS = (8, 16, 32, 64, 128, 256)


@dataclass(frozen=True)
class Left:
    """What principal components leave of scans of people who did not teach them.

    Attributes
    ----------
    mean, sd : float
        Mm: the mean distance over the vertices of each scan, then mean and sd over scans.
    """

    mean: float
    sd: float


def left_by_components(
    learnt: DoubleArray, test: DoubleArray, latents: tuple[int, ...] = LATENTS
) -> Mapping[int, Left]:
    """Return what the first components of `learnt`, `(N, V, 3)`, leave of `test`, `(T, V, 3)`."""
    middle = learnt.mean(axis=0)
    known = (learnt - middle).reshape(len(learnt), -1)
    asked = (test - middle).reshape(len(test), -1)
    _, _, ways = np.linalg.svd(known, full_matrices=False)
    found = {}
    for count in latents:
        kept = ways[: min(count, len(learnt) - 1)]
        rest = (asked - asked @ kept.T @ kept).reshape(test.shape)
        each = np.linalg.norm(rest, axis=2).mean(axis=1)
        found[count] = Left(float(each.mean()), float(each.std()))
    return found


def curve(
    model: LifespanModel, people: int = PEOPLE - TEST, scans: int = SCANS - TEST, test: int = TEST
) -> Mapping[int, Left]:
    """Return what components leave of random infants, in the protocol of INFACE."""
    training = collect(model, SEEDS["training"][:people], scans)
    taught = np.random.default_rng(0).permutation(scans)[: round(TAUGHT * scans)]
    clean = taught[np.argsort(training.damage[taught], kind="stable")]
    best = training.among(clean[: round(BEST * len(clean))])
    others = collect(model, SEEDS["test"][:test], test, damaged=False)
    return left_by_components(_faces(model, best), _faces(model, others))


def _faces(model: LifespanModel, scans: ScanSet) -> DoubleArray:
    """Return the scans' vertices of the face, `(N, V_face, 3)`."""
    regions = model.template.coarse.regions
    face = (regions["face"] > 0.5) & (regions["inner"] < 0.5)
    return scans.vertices[:, face].astype(np.float64)

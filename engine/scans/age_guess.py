"""The age to begin a fit with: the one whose proportions suit a scan's landmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.landmarks import Points
from facewright.engine.progress import Progress, silent
from facewright.engine.scans.fitting import LANDMARK_NOISE, fit_landmarks

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

AGES = (0.3, 1.0, 3.0, 6.0, 10.0, 15.0, 30.0)
"""Ages in years that are told apart by proportion and size; all adults count as 30."""

ADULT_BONUS = 12.0
"""Logarithm of how much more an adult is expected than a child of one age of `AGES`.

Landmarks err together, so what they say is overstated: a child's proportions must speak clearly.
"""

ADULT_BONUS_UNSIZED = 8.0
"""The same where the unit is unknown. There proportions alone speak, and less loudly: for a child
by at most 3 where heads of our model are adults (4 on real scans of people, 7 on a mannequin
without its colours), by 4 to 10 at 3 to 10 years, by 10 to 18 at about a year."""


def guess_age(
    model: LifespanModel, points: Points, *, free_scale: bool, progress: Progress = silent
) -> float:
    """Return the age of `AGES` whose proportions, and size if known, suit landmarks best.

    Only a starting guess: shape alone does not tell age. Where the unit is unknown, landmarks
    are taken to err in proportion to the head, so that no age gains by being small.
    """
    names = tuple(n for n in points.names if n in model.template.landmarks.names)
    marks = model.template.landmarks.select(names)
    costs: list[float] = []
    for age in AGES:
        progress(len(costs) / len(AGES), "Guessing the age")
        coefficients = np.zeros(len(model.prior_sd))
        noise = LANDMARK_NOISE
        if free_scale:
            sizes = []
            for years in (age, AGES[-1]):
                coefficients[model.groups["age"]] = years
                sizes.append(marks.on(model.vertices(coefficients)).positions.std())
            noise *= float(sizes[0] / sizes[1])
        costs.append(
            fit_landmarks(model, points, age, free_scale=free_scale, rounds=3, noise=noise)[1]
        )
    costs[-1] -= ADULT_BONUS_UNSIZED if free_scale else ADULT_BONUS
    return AGES[int(np.argmin(costs))]

"""Random people and random faces, the same ones for the same seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.models.lifespan_axes import SHAPE

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

SEEDS = 10_000
"""Seeds are below this: short enough to be read out and typed."""

ACTIVE = 0.2
"""Share of the expression shapes that a random face uses: faces use few muscles at a time."""
SPREAD = 0.5


def random_person(
    model: LifespanModel, seed: int, scale: float = 1.0, age: float = 30.0
) -> dict[str, float]:
    """Return weights of identity, detail and asymmetry, drawn from the model.

    Parameters
    ----------
    model : LifespanModel
    seed : int
        The same one gives the same person.
    scale : float
        Share of the spread that people have: 0 is the mean, 1 a person as likely as any.
    age : float
        Years.
    """
    person = scale * model.sample(np.random.default_rng(seed), 1, age=age)[0]
    return {
        axis.name: float(value)
        for axis, value in zip(model.axes, person, strict=True)
        if axis.group in SHAPE
    }


def random_expression(model: LifespanModel, seed: int, scale: float = 1.0) -> dict[str, float]:
    """Return expression weights in [0, 1] of few shapes, alike on both sides.

    Parameters
    ----------
    model : LifespanModel
    seed : int
        The same one gives the same face.
    scale : float
        How strong: weights are half-normal with sd 0.5 times this, at most 1.
    """
    rng = np.random.default_rng(seed)
    names = [axis.name for axis in model.axes[model.groups["expression"]]]
    drawn = {
        name: float(min(abs(rng.normal(0.0, SPREAD * scale)), 1.0)) * bool(rng.random() < ACTIVE)
        for name in names
    }
    return {name: drawn.get(_left_of(name), weight) for name, weight in drawn.items()}


def _left_of(name: str) -> str:
    """Return the shape of the left side that goes with one of the right."""
    return name.removesuffix("Right") + "Left" if name.endswith("Right") else name

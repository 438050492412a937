"""Heads of the shipped model that make a face, for tests of the rig."""

from __future__ import annotations

import numpy as np

from facewright.engine.face import Face, Subject, Trait, Weights
from facewright.engine.mesh import Mesh


def make(model, age: float = 30.0, seed: int | None = None, **expression: float) -> Face:
    c = np.array(model.defaults)
    if seed is not None:
        c = model.sample(np.random.default_rng(seed), 1, age=age)[0]
    c[0] = age
    subject = Subject(age=Trait(age, "given"))
    return Face(Mesh(model.topology, model.vertices(c)), subject, Weights(expression))

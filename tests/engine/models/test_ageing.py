"""How the shipped life-span head ages from 18 to 90 years."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from facewright.engine.arrays import FloatArray
from facewright.engine.geometry.diffusion import Diffusion
from facewright.engine.models.lifespan import LifespanModel

GROWN = (30.0, 45.0, 60.0, 75.0, 90.0)


def head(model: LifespanModel, age: float, sex: float) -> FloatArray:
    c = model.defaults
    c[:2] = age, sex
    return model.vertices(c)


def measure(model: LifespanModel, vertices: FloatArray, a: str, b: str) -> float:
    marks = model.template.landmarks.on(vertices)
    return float(np.linalg.norm(marks[a].astype(float) - marks[b]))


@pytest.mark.parametrize("sex", [-1.0, 1.0])
@pytest.mark.parametrize(
    ("pair", "sign"),
    [
        (("sa_l", "sba_l"), 1),
        (("n", "sn"), 1),
        (("sn", "ls"), 1),
        (("ls", "sto"), -1),
    ],
)
def test_ears_noses_and_lips_age_as_published(model, sex, pair, sign):
    lengths = [measure(model, head(model, age, sex), *pair) for age in GROWN]
    assert (sign * np.diff(lengths) > 0).all()


@pytest.mark.parametrize("sex", [-1.0, 1.0])
def test_ageing_is_gradual(model, sex):
    face = model.template.face
    heads = [head(model, age, sex)[face] for age in GROWN]
    steps = [float(np.linalg.norm(b - a, axis=1).mean()) for a, b in pairwise(heads)]
    assert min(steps) > 0.4 * max(steps)
    assert steps[0] > 0.9 * max(steps)


@pytest.mark.parametrize("sex", [-1.0, 0.0, 1.0])
def test_the_neck_of_the_old_is_no_lumpier_than_that_of_the_young(model, sex):
    topology = model.topology
    neck = (topology.regions["neck"] > 0.5) & model.template.visible

    def lumps(age: float) -> float:
        shape = head(model, age, sex)
        smooth = Diffusion(shape, topology.faces, 8.0).smooth(shape)
        return float(np.linalg.norm(shape - smooth, axis=1)[neck].mean())

    assert lumps(75.0) < 1.25 * lumps(30.0)


@pytest.mark.parametrize("age", [18.0, 30.0, 45.0])
def test_mouth_corners_of_the_mean_do_not_frown(model, age):
    marks = model.template.landmarks.on(head(model, age, 0.0))
    below = marks["sto"][1] - (marks["ch_l"][1] + marks["ch_r"][1]) / 2
    assert -0.5 < below < 2.2

"""Likeness of painted skin: 0 for the truth, and worse for what is worse."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
from scipy import ndimage

from facewright.engine.training.skins_judging import Likeness

HOLE = np.zeros((96, 96), bool)
HOLE[24:72, 24:72] = True


def skin(seed: int, sigma: float = 1.2, strength: float = 6.0) -> np.ndarray:
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).standard_normal((96, 96)), sigma)
    return np.array([190.0, 150.0, 130.0]) + strength * (noise / noise.std())[..., None]


def test_the_truth_is_nothing_off():
    assert max(astuple(Likeness.of(skin(1), skin(1), HOLE))) == 0.0


def test_each_measure_tells_what_it_is_for():
    truth = skin(1)
    like, smooth, coarse = skin(2), np.ones_like(truth) * truth.mean(axis=(0, 1)), skin(2, 4.0)
    tinted = truth + np.array([12.0, 0, 0])
    own, plain, rough = (Likeness.of(image, truth, HOLE) for image in (like, smooth, coarse))
    assert own.gram < 0.5 * min(plain.gram, rough.gram)  # other grain of the same kind is alike
    assert own.gradient < 0.5 * min(plain.gradient, rough.gradient)
    assert own.seen > 0.5  # but it is not the same grain
    assert Likeness.of(tinted, truth, HOLE).color > 3
    assert Likeness.of(tinted, truth, HOLE).gram < 0.05
    assert Likeness.of(truth + 0.1 * (skin(3) - truth), truth, HOLE).seen < 0.3 * own.seen


def test_only_the_hole_counts():
    truth = skin(1)
    other = np.where(ndimage.binary_dilation(HOLE, iterations=20)[..., None], truth, 0)
    assert max(astuple(Likeness.of(other, truth, HOLE))) < 0.02

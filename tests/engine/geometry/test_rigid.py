"""Alignment recovers known motions."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.geometry.rigid import (
    align,
    align_trimmed,
    moved,
    rotation,
    scale_of,
)


def motion(vector, shift, scale=1.0):
    result = np.eye(4)
    result[:3, :3] = scale * rotation(vector)
    result[:3, 3] = shift
    return result


def test_rotation_turns_by_its_length():
    quarter = rotation([0, 0, np.pi / 2])
    assert quarter @ [1, 0, 0] == pytest.approx([0, 1, 0])
    assert np.linalg.det(rotation([0.3, -2.0, 1.0])) == pytest.approx(1)


@pytest.mark.parametrize("scale", [1.0, 51.2])
def test_align_recovers_a_similarity(rng, scale):
    points = rng.normal(size=(20, 3))
    truth = motion([0.4, -2.0, 0.7], [5, -3, 100], scale)
    found = align(points, moved(points, truth), rng.random(20) + 0.1, scale=True)
    assert found == pytest.approx(truth, abs=1e-9)
    assert scale_of(found) == pytest.approx(scale)


def test_align_never_mirrors(rng):
    points = rng.normal(size=(20, 3))
    found = align(points, points * [-1, 1, 1])
    assert np.linalg.det(found[:3, :3]) == pytest.approx(1)


def test_trimmed_alignment_ignores_outliers(rng):
    points = rng.normal(size=(60, 3)) * 50
    truth = motion([0.1, 0.5, 0.0], [1, 2, 3])
    target = moved(points, truth)
    target[:9] += 60 * rng.normal(size=(9, 3))
    assert align_trimmed(points, target, keep=0.8) == pytest.approx(truth, abs=1e-6)
    assert np.abs(align(points, target) - truth).max() > 0.05

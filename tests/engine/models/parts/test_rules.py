"""The controllers' features: which there are, and what the rules measure."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from stores import shipped

from facewright.engine.models.parts.rules import CONTROLLERS, FEATURES, WHOLE, Ruler
from facewright.engine.models.parts.segments import PARTS, Segments


@pytest.fixture(scope="module")
def head():
    return shipped().lifespan().mean().vertices


@pytest.fixture(scope="module")
def segments(head):
    return Segments.of(shipped().lifespan().template, head)


@pytest.fixture(scope="module")
def ruler(segments, head):
    return Ruler(shipped().lifespan().template, segments, head)


def test_there_are_the_papers_thirty():
    counts = Counter(controller.part for controller in CONTROLLERS)
    assert counts == {
        WHOLE: 8, "nose": 6, "eyebrows": 4, "eyes": 5, "upper_lip": 4, "lower_lip": 3
    }  # fmt: skip
    assert len({controller.key for controller in CONTROLLERS}) == 30


def test_features_of_a_part_are_measured_on_it(ruler, segments, head):
    before = ruler.measured(head)
    for part in PARTS:
        wide = head.copy()
        members = segments.members[part]
        wide[members] = (wide[members] - wide[members].mean(axis=0)) * 1.1 + wide[members].mean(0)
        changed = np.abs(ruler.measured(wide) - before) > 0.01
        own = np.array([feature.part == part for feature in FEATURES])
        local = np.array([feature.part != WHOLE for feature in FEATURES])
        signed = np.abs(before) < 1.0  # heights of eye corners about 0
        assert (changed | signed)[own].all(), part
        assert not changed[~own & local].any(), part


def test_known_sizes(ruler, head):
    found = dict(zip([f.key for f in FEATURES], ruler.measured(head), strict=True))
    landmarks = shipped().lifespan().template.landmarks.on(head)
    width = np.linalg.norm(landmarks["al_l"] - landmarks["al_r"])
    assert found["nose_width"] == pytest.approx(width, abs=1e-3)
    assert found["nose_tip_out"] == pytest.approx(
        landmarks["prn"][2] - (landmarks["ac_l"][2] + landmarks["ac_r"][2]) / 2, abs=1e-3
    )
    assert 5 < found["upper_lip_height"] < 11
    assert 7 < found["brow_front_thickness"] < 12
    assert 12 < found["nose_tip_width"] < 20
    assert found["nose_bridge_width"] < found["nose_tip_width"] < found["nose_width"]


def test_sides_are_measured_apart_and_together(ruler, head):
    squint = head.copy()
    left = head[:, 0] > 0
    squint[left, 1] = squint[left, 1] * 0.8
    eye = [c.key for c in CONTROLLERS].index("eye_height")
    right, left_eye, both = (ruler.measured(squint, side)[eye] for side in ("right", "left", ""))
    assert left_eye < 0.9 * right
    assert both == pytest.approx((right + left_eye) / 2)
    np.testing.assert_array_equal(
        ruler.measured(np.stack([head, squint]))[1], ruler.measured(squint)
    )

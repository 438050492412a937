"""Cameras: projection, its inverse, and which side is which."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facewright.engine.camera import Camera, turned, view_rotation

angles = st.floats(-3.0, 3.0)


def front(field=None, size=(200, 100), height=50.0):
    return Camera.looking((1, 2, 3), (0, 0, -1), (0, 1, 0), size=size, height=height, field=field)


@pytest.mark.parametrize("field", [None, 0.3, 1.2])
def test_the_point_looked_at_is_in_the_middle_and_the_height_fits(field):
    camera = front(field)
    pixels = camera.project([[1, 2, 3], [1, 27, 3], [1, -23, 3], [26, 2, 3]])
    assert pixels[0, :2] == pytest.approx([100, 50])
    assert pixels[1, :2] == pytest.approx([100, 0])
    assert pixels[2, :2] == pytest.approx([100, 100])
    assert pixels[3, :2] == pytest.approx([150, 50])


def test_nearer_things_are_larger_in_perspective_only():
    for field, grows in ((None, False), (0.8, True)):
        camera = front(field)
        near, far = camera.project([[2, 2, 13], [2, 2, -7]])
        assert near[2] < far[2]
        assert (near[0] - 100 > far[0] - 100 + 1e-9) == grows


@given(angles, angles, angles, st.sampled_from([None, 0.2, 0.9]))
def test_unproject_undoes_project(yaw, pitch, lean, field):
    back = turned(yaw, pitch * 0.4)
    side = np.cross(back, [0.1, 1.0, 0.3])
    up = math.cos(lean) * np.cross(side, back) + math.sin(lean) * side
    camera = Camera.looking((5, -3, 2), -back, up, size=(64, 48), height=80, field=field)
    points = np.random.default_rng(0).normal(size=(20, 3)) * 10
    np.testing.assert_allclose(camera.unproject(camera.project(points)), points, atol=1e-6)
    np.testing.assert_allclose(camera.rotation @ camera.rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(camera.rotation) == pytest.approx(1.0)


def test_a_point_at_the_eye_does_no_harm():
    camera = front(0.8)
    pixels = camera.project([camera.eye, np.add(camera.eye, (50, 0, 0))])
    assert np.isfinite(pixels).all()
    assert (pixels[:, 2] == 0).all()


def test_turned_goes_to_the_subjects_left_and_up():
    np.testing.assert_allclose(turned(0.0), [0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(turned(math.pi / 2), [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(turned(0.0, math.pi / 2), [0, 1, 0], atol=1e-12)


@pytest.mark.parametrize(
    ("towards", "up"), [((0, 0, 0), (0, 1, 0)), ((0, 1, 0), (0, -2, 0)), ((0, 0, 1), (0, 0, 0))]
)
def test_directions_without_sense_are_refused(towards, up):
    with pytest.raises(ValueError, match="camera"):
        view_rotation(towards, up)


def test_cameras_are_values():
    camera = front()
    with pytest.raises(ValueError, match="read-only"):
        camera.eye[0] = 1.0
    with pytest.raises(ValueError, match="height"):
        front(height=0.0)

"""Visibility: what an open, a half hidden and a covered point see."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from facewright.engine.geometry.visibility import directions, open_sky, polynomials, visibility


def seen(coefficients: np.ndarray, along) -> np.ndarray:
    unit = np.asarray(along, float) / np.linalg.norm(along)
    return (polynomials(unit[None]) @ coefficients.T)[0]


def test_directions_are_even():
    rays = directions(96)
    assert np.allclose(np.linalg.norm(rays, axis=1), 1.0)
    assert np.allclose(rays.mean(axis=0), 0.0, atol=0.01)
    assert np.allclose(np.cov(rays.T), np.eye(3) / 3, atol=0.02)


def test_a_ball_sees_everything():
    ball = trimesh.creation.icosphere(subdivisions=2, radius=80.0)
    found = visibility(ball.vertices, ball.vertex_normals, (ball.vertices, ball.faces))
    assert found is not None
    assert np.abs(found - open_sky(len(found))).max() < 1e-6


def test_a_wall_hides_its_side():
    """A wall to the right of a point on a floor: dark from there, open from the left and above."""
    wall = trimesh.creation.box((2.0, 400.0, 400.0))
    wall.apply_translation((20.0, 0.0, 0.0))
    found = visibility([[0.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]], (wall.vertices, wall.faces))
    assert found is not None
    assert seen(found, (1, 0.3, 0))[0] < 0.25
    assert seen(found, (-1, 0.3, 0))[0] > 0.85
    assert seen(found, (0, 1, 0))[0] == pytest.approx(0.5, abs=0.2)
    assert found[0, 0] == pytest.approx(0.5, abs=0.06)  # half of the sky


def test_a_covered_point_is_dark():
    box = trimesh.creation.box((50.0, 50.0, 50.0))
    found = visibility([[0.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]], (box.vertices, box.faces))
    assert found is not None
    assert abs(found[0, 0]) < 0.05
    assert np.abs(found).max() < 0.15


def test_stopping_gives_nothing():
    ball = trimesh.creation.icosphere(subdivisions=1, radius=80.0)
    told = iter([False, False, True])
    occluders = (ball.vertices, ball.faces)
    assert (
        visibility(ball.vertices, ball.vertex_normals, occluders, stop=lambda: next(told)) is None
    )

"""Deformation transfer and diffusion."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from scipy.spatial.transform import Rotation

from facewright.engine.geometry.diffusion import Diffusion
from facewright.engine.geometry.transfer import Gradient, Transfer, jacobians

BALL = trimesh.creation.icosphere(subdivisions=3)
VERTICES = np.asarray(BALL.vertices) * (70.0, 100.0, 80.0)
FACES = np.asarray(BALL.faces, dtype=np.int32)
STILL = np.broadcast_to(np.eye(3), (len(FACES), 3, 3))


@pytest.fixture(scope="module")
def bumps() -> np.ndarray:
    rng = np.random.default_rng(1)
    rough = rng.normal(0, 3, (len(VERTICES), 15))
    smooth = Diffusion(VERTICES, FACES, 20.0).smooth(rough)
    return smooth.reshape(len(VERTICES), 5, 3).transpose(1, 0, 2)


def test_gradient_of_a_linear_function_is_its_slope_in_the_surface() -> None:
    slope = np.array([0.3, -1.2, 2.0])
    found = (Gradient(VERTICES, FACES).matrix @ (VERTICES @ slope)).reshape(-1, 3)
    normals = np.asarray(trimesh.Trimesh(VERTICES, FACES, process=False).face_normals)
    expected = slope - (normals @ slope)[:, None] * normals
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_jacobians_of_an_affine_map_act_like_it_in_the_surface() -> None:
    affine = np.array([[1.2, 0.1, 0.0], [0.0, 0.8, 0.2], [0.1, 0.0, 1.1]])
    maps = jacobians(VERTICES, VERTICES @ affine.T, FACES)
    sides = VERTICES[FACES[:, 1]] - VERTICES[FACES[:, 0]]
    np.testing.assert_allclose(np.einsum("fij,fj->fi", maps, sides), sides @ affine.T, atol=1e-9)


def test_nothing_changes_where_the_surroundings_stay(bumps: np.ndarray) -> None:
    np.testing.assert_allclose(Transfer(VERTICES, FACES, STILL).offsets(bumps), bumps, atol=1e-8)


def test_offsets_turn_and_grow_with_the_head(bumps: np.ndarray) -> None:
    turn = 0.6 * Rotation.from_euler("xyz", (0.3, -0.5, 0.2)).as_matrix()
    maps = np.broadcast_to(turn, STILL.shape)
    np.testing.assert_allclose(
        Transfer(VERTICES, FACES, maps).offsets(bumps), bumps @ turn.T, atol=1e-8
    )


def test_a_shape_is_rebuilt_from_its_jacobians(bumps: np.ndarray) -> None:
    goal = VERTICES * (0.8, 0.7, 0.9) + bumps[0]
    maps = jacobians(VERTICES, goal, FACES)
    rebuilt = Transfer(VERTICES, FACES, maps).shape(VERTICES, goal)
    np.testing.assert_allclose(rebuilt, goal, atol=1e-8)


def test_contacts_move_alike(bumps: np.ndarray) -> None:
    pair = np.array([[0, 200]], dtype=np.int32)
    apart = np.linalg.norm(bumps[:, 0] - bumps[:, 200], axis=1)
    joined = Transfer(VERTICES, FACES, STILL, contacts=pair, opening=0.0).offsets(bumps)
    left = np.linalg.norm(joined[:, 0] - joined[:, 200], axis=1)
    assert (left < 0.35 * apart).all()


def test_diffusion_keeps_the_mean_and_takes_roughness_away() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(2.0, 1.0, (len(VERTICES), 1))
    smooth = Diffusion(VERTICES, FACES, 30.0).smooth(values)
    mass = np.zeros(len(VERTICES))
    np.add.at(mass, FACES.ravel(), np.repeat(np.asarray(_areas()), 3) / 3)
    assert np.isclose(mass @ smooth[:, 0], mass @ values[:, 0])
    assert smooth.std() < 0.35 * values.std()


def _areas() -> np.ndarray:
    return np.asarray(trimesh.Trimesh(VERTICES, FACES, process=False).area_faces)

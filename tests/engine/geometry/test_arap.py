"""As-rigid-as-possible deformation beside a slow, obvious one."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from scipy.spatial.transform import Rotation

from facewright.engine.geometry.arap import LEAST_COTANGENT, Arap
from facewright.engine.geometry.laplacian import cotangent_weights, laplacian_of


@pytest.fixture
def ball():
    mesh = trimesh.creation.icosphere(subdivisions=2, radius=50.0)
    return np.asarray(mesh.vertices), np.asarray(mesh.faces, dtype=np.int32)


def obvious(rest, faces, guess, hold, typical, iterations):
    """Sorkine and Alexa 2007: rotations by singular values, positions by a dense solve."""
    weights = cotangent_weights(typical, faces, least=LEAST_COTANGENT).toarray()
    matrix = laplacian_of(cotangent_weights(typical, faces, least=LEAST_COTANGENT)).toarray()
    matrix += hold * np.eye(len(rest))
    x = guess
    for _ in range(iterations):
        turns = []
        for i in range(len(rest)):
            spread = sum(
                weights[i, j] * np.outer(rest[i] - rest[j], x[i] - x[j])
                for j in np.flatnonzero(weights[i])
            )
            u, _, vt = np.linalg.svd(spread)
            u[:, 2] *= np.linalg.det(u @ vt)
            turns.append((u @ vt).T)
        right = hold * guess
        for i in range(len(rest)):
            for j in np.flatnonzero(weights[i]):
                right[i] += weights[i, j] / 2 * (turns[i] + turns[j]) @ (rest[i] - rest[j])
        x = np.linalg.solve(matrix, right)
    return x


def test_equals_the_obvious_one(ball):
    vertices, faces = ball
    rng = np.random.default_rng(0)
    rest = vertices * [1.0, 1.2, 0.9]
    guess = rest @ Rotation.from_rotvec([0.3, -0.8, 0.2]).as_matrix().T + rng.normal(
        0, 3.0, rest.shape
    )
    for iterations in (1, 3):
        found = Arap(vertices, faces, 0.05).bent(rest, guess, iterations)
        wanted = obvious(rest, faces, guess, 0.05, vertices, iterations)
        assert np.abs(found - wanted).max() < 1e-5


def test_a_turned_and_moved_mesh_is_kept_exactly(ball):
    vertices, faces = ball
    turn = Rotation.from_rotvec([1.0, 2.0, -0.5]).as_matrix()
    guess = vertices @ turn.T + [10.0, -4.0, 3.0]
    assert np.abs(Arap(vertices, faces, 0.01).bent(vertices, guess) - guess).max() < 1e-6


def test_edges_keep_their_lengths_where_the_guess_is_noisy(ball):
    vertices, faces = ball
    guess = vertices + np.random.default_rng(1).normal(0, 2.0, vertices.shape)
    bent = Arap(vertices, faces, 0.02).bent(vertices, guess, 5)
    edges = trimesh.Trimesh(vertices, faces).edges_unique

    def stretch(points):
        length = np.linalg.norm(np.diff(points[edges], axis=1)[:, 0], axis=1)
        rest = np.linalg.norm(np.diff(vertices[edges], axis=1)[:, 0], axis=1)
        return np.abs(length / rest - 1).mean()

    assert stretch(bent) < 0.1 * stretch(guess)


def test_many_at_once_are_each_as_alone(ball):
    vertices, faces = ball
    rng = np.random.default_rng(2)
    rest = vertices + rng.normal(0, 1.0, (3, *vertices.shape))
    guess = rest + rng.normal(0, 2.0, rest.shape)
    arap = Arap(vertices, faces, 0.1)
    together = arap.bent(rest, guess, 2)
    for k in range(3):
        assert np.abs(together[k] - arap.bent(rest[k], guess[k], 2)).max() < 1e-9

"""Normals, Laplacians and the sparse solver against loops over faces and dense algebra."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy import sparse

from facewright.engine.geometry.laplacian import (
    border_edges,
    cotangent_laplacian,
    cotangent_weights,
    edge_weights,
    edges_of,
    laplacian_of,
)
from facewright.engine.geometry.normals import (
    face_areas,
    flipped,
    vertex_areas,
    vertex_normals,
)
from facewright.engine.geometry.sparse import Factor


@pytest.fixture
def patch(rng):
    """A bumpy sheet of 6 x 7 vertices with a border."""
    x, y = np.meshgrid(np.arange(7.0), np.arange(6.0))
    vertices = np.stack([x, y, 0.3 * rng.normal(size=x.shape)], axis=-1).reshape(-1, 3)
    vertices[:, :2] += 0.1 * rng.normal(size=(42, 2))
    a = (np.arange(5)[:, None] * 7 + np.arange(6)).ravel()
    faces = np.concatenate([np.stack([a, a + 1, a + 8], 1), np.stack([a, a + 8, a + 7], 1)])
    return vertices, faces.astype(np.int32)


def test_normals_and_areas_are_sums_over_faces(patch):
    vertices, faces = patch
    normals, areas = np.zeros((42, 3)), np.zeros(42)
    for a, b, c in faces:
        vector = np.cross(vertices[b] - vertices[a], vertices[c] - vertices[a])
        for vertex in (a, b, c):
            normals[vertex] += vector
            areas[vertex] += np.linalg.norm(vector) / 6
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    assert vertex_normals(vertices, faces) == pytest.approx(normals)
    assert vertex_areas(vertices, faces) == pytest.approx(areas)
    assert vertex_areas(vertices, faces).sum() == pytest.approx(face_areas(vertices, faces).sum())


def test_a_vertex_without_faces_has_no_normal(patch):
    vertices, faces = patch
    assert (vertex_normals(np.concatenate([vertices, [[0, 0, 9]]]), faces)[-1] == 0).all()


def test_flipped_names_the_turned_faces(patch):
    vertices, faces = patch
    assert len(flipped(vertices, vertices, faces)) == 0
    after = vertices.copy()
    after[0] += [3.0, 2.5, 0]
    turned = flipped(vertices, after, faces)
    assert len(turned) > 0
    assert all(0 in faces[f] for f in turned)


def test_edges_and_borders(patch):
    _, faces = patch
    edges = {tuple(sorted((int(f[k]), int(f[k - 1])))) for f in faces for k in range(3)}
    assert {tuple(e) for e in edges_of(faces).tolist()} == edges
    assert len(border_edges(faces)) == 2 * (5 + 6)


def test_cotangent_laplacian_is_the_energy_of_linear_functions(patch, rng):
    vertices, faces = patch
    values = rng.normal(size=42)
    energy = 0.0
    for face in faces:
        a, b, c = vertices[face]
        frame = np.linalg.qr(np.stack([b - a, c - a], axis=1))
        slope = np.linalg.solve(frame.R.T, values[face[1:]] - values[face[0]])
        energy += slope @ slope * np.linalg.norm(np.cross(b - a, c - a)) / 2
    assert values @ (cotangent_laplacian(vertices, faces) @ values) == pytest.approx(energy)
    assert cotangent_weights(vertices, faces, least=0.01).data.min() >= 0.01


def test_edge_weights_follow_the_order_of_edges(patch, rng):
    _, faces = patch
    edges = edges_of(faces)
    weight, values = rng.random(len(edges)), rng.normal(size=42)
    energy = (weight * (values[edges[:, 0]] - values[edges[:, 1]]) ** 2).sum()
    operator = laplacian_of(edge_weights(faces, 42, weight))
    assert values @ (operator @ values) == pytest.approx(energy)


@pytest.mark.parametrize("fallback", [False, True])
def test_factor_solves(patch, rng, monkeypatch, fallback):
    if fallback:
        monkeypatch.setitem(sys.modules, "cholespy", None)
    vertices, faces = patch
    matrix = cotangent_laplacian(vertices, faces) + 0.1 * sparse.eye_array(42)
    factor = Factor(matrix)
    right = rng.normal(size=(42, 3))
    assert factor.solve(right) == pytest.approx(np.linalg.solve(matrix.toarray(), right))
    assert factor.solve(right[:, 0]) == pytest.approx(factor.solve(right)[:, 0])


def test_factor_refuses_what_is_not_definite():
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        Factor(sparse.diags_array(np.array([1.0, -1.0])))

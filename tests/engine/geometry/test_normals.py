"""Normals where only some are asked for."""

from __future__ import annotations

import numpy as np
from toy import ToyModel

from facewright.engine.geometry.normals import normals_at, unit, vertex_normals


def test_normals_at_points_are_those_of_the_whole_mesh_whichever_way_corners_go(rng):
    mesh = ToyModel().mean()
    faces = mesh.topology.faces
    corners = faces[rng.choice(len(faces), 20, replace=False)]
    weights = rng.dirichlet(np.ones(3), 20)
    whole = vertex_normals(mesh.vertices, faces)
    expected = unit(np.einsum("nk,nkd->nd", weights, whole[corners]))
    found = normals_at(mesh.vertices, faces, corners, weights)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    turned = normals_at(mesh.vertices, faces, corners[:, ::-1], weights[:, ::-1])
    np.testing.assert_allclose(turned, expected, atol=1e-12)
    none = normals_at(mesh.vertices, faces, corners[:0], weights[:0])
    assert none.shape == (0, 3)

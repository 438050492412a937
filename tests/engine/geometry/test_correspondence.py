"""Motions of one mesh move another that lies on it."""

from __future__ import annotations

import numpy as np
import pytest
from foreign_files import surface

from facewright.engine.geometry.correspondence import Correspondence


@pytest.fixture(scope="module")
def meshes() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A coarse ball and a fine one laid on its faces."""
    coarse, coarse_faces = surface(12, 20)
    fine, fine_faces = surface(30, 44)
    from facewright.engine.geometry.nearest import SurfaceTree

    laid = SurfaceTree(coarse, coarse_faces.astype(np.int32)).nearest(fine).points
    return coarse, coarse_faces.astype(np.int32), laid, fine_faces.astype(np.int32)


def test_an_affine_motion_is_carried_exactly(meshes) -> None:
    coarse, coarse_faces, fine, fine_faces = meshes
    found = Correspondence.build(fine, fine_faces, coarse, coarse_faces, limit=1.0, cosine=0.0)
    assert found.held.all()
    turn = np.random.default_rng(0).standard_normal((3, 3))
    np.testing.assert_allclose(found.carry(coarse @ turn + 5), fine @ turn + 5, atol=1e-9)


def test_what_has_no_counterpart_follows_evenly(meshes) -> None:
    coarse, coarse_faces, fine, fine_faces = meshes
    allowed = fine[:, 1] > -60
    found = Correspondence.build(
        fine, fine_faces, coarse, coarse_faces, limit=1.0, cosine=0.0, allowed=allowed
    )
    assert not found.held[~allowed].any()
    constant = found.carry(np.tile([1.0, -2.0, 3.0], (len(coarse), 1)))
    np.testing.assert_allclose(constant, np.tile([1.0, -2.0, 3.0], (len(fine), 1)), atol=1e-6)
    varied = found.carry(coarse)
    for d in range(3):  # a stretched skin has its extremes where it is held
        held = varied[found.held, d]
        assert held.min() - 1e-9 <= varied[:, d].min()
        assert varied[:, d].max() <= held.max() + 1e-9


def test_nothing_near_leaves_the_mesh_where_it_is(meshes) -> None:
    coarse, coarse_faces, fine, fine_faces = meshes
    found = Correspondence.build(
        fine, fine_faces, coarse + 500, coarse_faces, limit=1.0, cosine=0.0
    )
    assert not found.held.any()
    assert not found.carry(np.ones_like(coarse)).any()

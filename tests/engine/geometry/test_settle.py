"""A mesh laid along a surface between its vertices too."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import flipped
from facewright.engine.geometry.settle import grown, settle
from facewright.engine.geometry.target import Target

BALL = trimesh.creation.icosphere(subdivisions=3, radius=20.0)
X, FACES = np.asarray(BALL.vertices), np.asarray(BALL.faces, dtype=np.int32)
ROUND = trimesh.creation.icosphere(subdivisions=5, radius=20.0)
TARGET = Target(ROUND.vertices, np.asarray(ROUND.faces, dtype=np.int32))
ALL = np.ones(len(X), dtype=bool)


def off(vertices: np.ndarray) -> float:
    return float(np.abs(SurfaceTree(vertices, FACES).nearest(ROUND.vertices).distances).mean())


def test_triangles_no_longer_cut_curves_off() -> None:
    """Corners on a ball leave its faces inside; settled, they lie inside and outside by turns."""
    laid = settle(X, FACES, TARGET, ALL, X)
    assert off(laid) < 0.6 * off(X)
    radius = np.linalg.norm(laid, axis=1)
    assert (radius > 20.0).all()
    assert (radius < 20.3).all()


def test_a_mesh_that_lies_on_its_target_stays() -> None:
    flat = X * [1, 1, 0] + [0, 0, 1]
    faces = FACES[(X[FACES][..., 2] > 0).all(axis=1)]
    target = Target(flat, faces)
    np.testing.assert_allclose(settle(flat, faces, target, ALL, flat), flat, atol=1e-9)


def test_only_what_may_move_moves() -> None:
    front = X[:, 2] > 5
    laid = settle(X, FACES, TARGET, front, X)
    assert (laid[~front] == X[~front]).all()
    assert np.linalg.norm(laid - X, axis=1)[front].max() > 0.02


def test_what_is_too_far_does_not_pull() -> None:
    target = Target(1.2 * np.asarray(ROUND.vertices), TARGET.faces)
    np.testing.assert_allclose(settle(X, FACES, target, ALL, X), X, atol=1e-9)


def test_triangles_do_not_turn_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crumpled mesh, loosely held, folds over where it is drawn up: those places are let go."""
    from facewright.engine.geometry import settle as module

    monkeypatch.setattr(module, "MEMBRANE", 0.0)
    monkeypatch.setattr(module, "BENDING", 0.0)
    rng = np.random.default_rng(5)
    pressed = X + rng.normal(0, 0.45, X.shape)
    assert len(flipped(X, pressed, FACES)) == 0
    loose = settle(pressed, FACES, TARGET, ALL, X)
    assert len(flipped(X, loose, FACES)) == 0
    assert off(loose) < off(pressed)


def test_rings_grow_by_triangles() -> None:
    one = np.zeros(len(X), dtype=bool)
    one[0] = True
    ring = grown(one, FACES, 1)
    assert ring.sum() == 1 + len(set(FACES[(FACES == 0).any(axis=1)].ravel()) - {0})
    assert grown(one, FACES, 0).sum() == 1
    assert one.sum() == 1

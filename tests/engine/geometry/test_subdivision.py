"""Interpolating subdivision of quads."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.geometry.subdivision import subdivide, triangles


def sheet(side: int) -> tuple[np.ndarray, np.ndarray]:
    """A flat grid of `side` by `side` quads and its vertices' places."""
    u, v = np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0))
    number = np.arange((side + 1) ** 2).reshape(side + 1, side + 1)
    quads = np.stack(
        [number[:-1, :-1], number[:-1, 1:], number[1:, 1:], number[1:, :-1]], axis=-1
    ).reshape(-1, 4)
    return quads, np.stack([u.ravel(), v.ravel()], axis=1)


def cube() -> tuple[np.ndarray, np.ndarray]:
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    quads = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    return np.array(quads), corners


def test_coarse_vertices_keep_their_place() -> None:
    quads, corners = cube()
    fine = subdivide(quads, 8)
    np.testing.assert_allclose((fine.lift @ corners)[:8], corners)
    assert fine.quads.shape == (24, 4)
    assert fine.lift.shape == (8 + 12 + 6, 8)


def test_flat_stays_flat_and_even() -> None:
    quads, places = sheet(5)
    lifted = subdivide(quads, len(places)).lift @ places
    assert set(np.unique(np.round(lifted * 2, 9))) == set(np.arange(11.0))


def test_cubics_are_reproduced_inside() -> None:
    """The four-point rule is exact for cubic polynomials away from the border."""
    quads, places = sheet(7)
    fine = subdivide(quads, len(places))
    at = fine.linear @ places
    inside = ((at > 1) & (at < 6)).all(axis=1)
    for power in (1, 2, 3):
        exact = at[:, 0] ** power + at[:, 1] ** power
        lifted = fine.lift @ (places**power).sum(axis=1)
        np.testing.assert_allclose(lifted[inside], exact[inside], atol=1e-9)


def test_a_cube_becomes_rounder_not_smaller() -> None:
    quads, corners = cube()
    fine = subdivide(quads, 8)
    radius = np.linalg.norm(fine.lift @ corners, axis=1)
    assert (radius > 0.9).all()
    middle = np.linalg.norm(fine.linear @ corners, axis=1)
    assert radius[8:].mean() > middle[8:].mean()


@pytest.mark.parametrize("shape", [cube, lambda: sheet(3)])
def test_orientation_and_edges_survive(shape) -> None:  # type: ignore[no-untyped-def]
    quads, places = shape()
    fine = subdivide(quads, len(places))
    directed = np.concatenate([fine.quads[:, [i, (i + 1) % 4]] for i in range(4)])
    assert len(np.unique(directed, axis=0)) == len(directed)
    assert triangles(fine.quads).shape == (2 * len(fine.quads), 3)
    np.testing.assert_allclose(np.asarray(fine.lift.sum(axis=1)).ravel(), 1.0)

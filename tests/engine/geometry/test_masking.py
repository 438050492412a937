"""Masks on a flat sheet, where every distance is known."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.geometry.masking import (
    border_distance,
    edge_lengths,
    feathered,
    grown,
    in_lasso,
    seen_from,
)

SIZE = 41


@pytest.fixture(scope="module")
def sheet() -> tuple[np.ndarray, np.ndarray]:
    """A square of 40 mm with vertices every millimetre, facing +z."""
    x, y = np.meshgrid(np.arange(SIZE), np.arange(SIZE))
    vertices = np.stack([x.ravel(), y.ravel(), np.zeros(SIZE * SIZE)], axis=1).astype(np.float32)
    number = np.arange(SIZE * SIZE).reshape(SIZE, SIZE)
    a, b, c, d = number[:-1, :-1], number[:-1, 1:], number[1:, 1:], number[1:, :-1]
    faces = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3),
                            np.stack([a, c, d], -1).reshape(-1, 3)])  # fmt: skip
    return vertices, faces.astype(np.int32)


@pytest.fixture(scope="module")
def half(sheet) -> np.ndarray:
    """Everything left of x = 20.5."""
    return (sheet[0][:, 0] <= 20).astype(np.float32)


def test_distance_to_a_straight_border_is_exact(sheet, half):
    depth = border_distance(half, edge_lengths(*sheet))
    np.testing.assert_allclose(depth, 20.5 - sheet[0][:, 0], atol=1e-6)


def test_a_mask_without_border_has_no_depth(sheet):
    lengths = edge_lengths(*sheet)
    assert (border_distance(np.ones(SIZE * SIZE, np.float32), lengths) == np.inf).all()
    assert (border_distance(np.zeros(SIZE * SIZE, np.float32), lengths) == -np.inf).all()


def test_feather_is_a_ramp_of_the_width_asked_for(sheet, half):
    soft = feathered(half, edge_lengths(*sheet), 10.0)
    x = sheet[0][:, 0]
    assert (soft[x <= 15] == 1).all()
    assert (soft[x >= 26] == 0).all()
    middle = (x == 20) | (x == 21)
    np.testing.assert_allclose(soft[middle].mean(), 0.5, atol=1e-6)
    row = soft[:SIZE]
    assert (np.diff(row) <= 0).all()


def test_grow_and_shrink_move_the_border_and_keep_its_softness(sheet, half):
    lengths, x = edge_lengths(*sheet), sheet[0][:, 0]
    assert ((grown(half, lengths, 5.0) >= 0.5) == (x <= 25)).all()
    assert ((grown(half, lengths, -5.0) >= 0.5) == (x <= 15)).all()
    soft = grown(feathered(half, lengths, 10.0), lengths, 5.0)
    assert 3 < ((soft[:SIZE] > 0.02) & (soft[:SIZE] < 0.98)).sum() < 14
    assert ((soft >= 0.5) == (x <= 25)).all()


def test_lasso_by_the_even_odd_rule():
    star = np.array([[0, 0], [10, 0], [10, 10], [5, 3], [0, 10]], float)
    points = np.array([[5, 1], [5, 6], [1, 7], [9, 7], [-1, 5], [11, 5]], float)
    assert in_lasso(points, star).tolist() == [True, False, True, True, False, False]


def test_what_the_eye_sees(sheet):
    vertices, faces = sheet
    assert seen_from(vertices, faces, [20.0, 20.0, 500.0]).all()
    assert not seen_from(vertices, faces, [20.0, 20.0, -500.0]).any()
    lid = vertices + np.float32([0, 0, 5])
    both = np.concatenate([vertices, lid[: SIZE * 20]])
    top = faces[(faces < SIZE * 20).all(axis=1)] + len(vertices)
    seen = seen_from(both, np.concatenate([faces, top]), [20.0, 20.0, 5000.0])
    assert seen[len(vertices) :].all()
    assert not seen[: SIZE * 18].any()
    assert seen[SIZE * 22 : SIZE * SIZE].all()

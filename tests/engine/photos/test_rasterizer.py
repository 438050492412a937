"""The rasteriser against a slow, obvious one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facewright.engine.camera import Camera
from facewright.engine.photos.rasterizer import rasterize, sample


def reference(points, faces, size, perspective):
    """Ask every triangle about every pixel, by solving for the weights."""
    width, height = size
    triangle = np.full((height, width), -1)
    weights = np.zeros((height, width, 3))
    depth = np.full((height, width), np.inf)
    for f, corners in enumerate(np.asarray(points, float)[faces]):
        system = np.vstack([corners[:, :2].T, np.ones(3)])
        if abs(np.linalg.det(system)) < 1e-12:
            continue
        for row in range(height):
            for column in range(width):
                flat = np.linalg.solve(system, [column + 0.5, row + 0.5, 1.0])
                if flat.min() < 0:
                    continue
                if perspective:
                    true = flat / corners[:, 2]
                    true /= true.sum()
                else:
                    true = flat
                z = true @ corners[:, 2]
                if z < depth[row, column] - 1e-9:
                    triangle[row, column], weights[row, column], depth[row, column] = f, true, z
    return triangle, weights, depth


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_agrees_with_the_slow_reference(seed, perspective):
    rng = np.random.default_rng(seed)
    points = np.column_stack([rng.uniform(-4, 20, (12, 2)), rng.uniform(1, 9, 12)])
    faces = rng.integers(0, 12, (7, 3))
    size = (16, 12)
    triangle, weights, depth = rasterize(points, faces, size, perspective=perspective)
    expected, expected_weights, expected_depth = reference(points, faces, size, perspective)
    # pixels on an edge, and triangles through the same corners, may go either way
    gap = np.abs(np.minimum(depth, 1e9) - np.minimum(expected_depth, 1e9))
    assert (gap > 1e-4).mean() < 0.01
    differ = triangle != expected
    same = ~differ & (expected >= 0)
    np.testing.assert_allclose(weights[same], expected_weights[same], atol=1e-4)
    np.testing.assert_allclose(depth[same], expected_depth[same], rtol=1e-4)
    assert np.isinf(depth[triangle < 0]).all()


def test_a_tiled_square_has_no_gaps_and_no_overlap_at_shared_edges():
    rng = np.random.default_rng(1)
    side = 15
    x, y = np.meshgrid(np.linspace(0, 64, side), np.linspace(0, 64, side))
    inner = (x > 0) & (x < 64) & (y > 0) & (y < 64)
    x[inner] += rng.uniform(-1.5, 1.5, inner.sum())
    y[inner] += rng.uniform(-1.5, 1.5, inner.sum())
    points = np.column_stack([x.ravel(), y.ravel(), np.ones(side * side)])
    corner = (np.arange(side - 1)[:, None] * side + np.arange(side - 1)).ravel()
    faces = np.concatenate(
        [
            np.stack([corner, corner + 1, corner + side], axis=1),
            np.stack([corner + 1, corner + side + 1, corner + side], axis=1),
        ]
    )
    triangle, weights, depth = rasterize(points, faces, (64, 64))
    assert (triangle >= 0).all()
    assert (depth == 1).all()
    back = sample(points, faces, triangle, weights)
    rows, columns = np.mgrid[0.5:64, 0.5:64]
    np.testing.assert_allclose(back[..., 0], columns, atol=1e-3)
    np.testing.assert_allclose(back[..., 1], rows, atol=1e-3)


def test_weights_name_the_point_that_the_camera_sees():
    camera = Camera.looking((0, 0, 0), (0.2, -0.1, -1), (0, 1, 0), size=(80, 60), height=4, field=1)
    points = np.random.default_rng(3).normal(size=(30, 3))
    faces = np.random.default_rng(4).integers(0, 30, (20, 3))
    triangle, weights, depth = rasterize(camera.project(points), faces, (80, 60), perspective=True)
    rows, columns = np.nonzero(triangle >= 0)
    assert len(rows) > 300
    seen = np.einsum("nk,nkd->nd", weights[rows, columns], points[faces[triangle[rows, columns]]])
    pixels = camera.project(seen)
    np.testing.assert_allclose(pixels[:, 0], columns + 0.5, atol=0.01)
    np.testing.assert_allclose(pixels[:, 1], rows + 0.5, atol=0.01)
    np.testing.assert_allclose(pixels[:, 2], depth[rows, columns], rtol=1e-5)


def test_bad_triangles_are_left_out():
    points = np.array(
        [[0, 0, 1], [8, 0, 1], [0, 8, 1], [np.nan, 1, 1], [4, 4, -1], [1e300, 1e300, 1]]
    )
    good = rasterize(points, [[0, 1, 2]], (8, 8), perspective=True)[0]
    faces = [[0, 1, 2], [0, 1, 3], [0, 1, 4], [0, 0, 1], [0, 1, 1]]
    every = rasterize(points, faces, (8, 8), perspective=True)[0]
    np.testing.assert_array_equal(good, every)
    assert (good == 0).sum() > 20


def test_huge_and_far_triangles_stay_inside_the_image():
    points = np.array([[-1e7, -1e7, 5], [1e7, -1e7, 5], [0, 2e7, 5], [1e12, 1e12, 1]])
    triangle, _, _ = rasterize(points, [[0, 1, 2], [1, 2, 3]], (9, 7))
    assert triangle.shape == (7, 9)
    assert (triangle >= 0).all()


def test_no_faces_and_nonsense():
    triangle, weights, depth = rasterize(np.zeros((0, 3)), np.zeros((0, 3), int), (4, 3))
    assert (triangle == -1).all()
    assert not weights.any()
    assert np.isinf(depth).all()
    with pytest.raises(ValueError, match="not there"):
        rasterize(np.zeros((2, 3)), [[0, 1, 2]], (4, 4))
    with pytest.raises(ValueError, match="cannot be drawn"):
        rasterize(np.zeros((3, 3)), [[0, 1, 2]], (0, 4))

"""Charts: the same texels, triangles and weights as the compiled rasteriser's."""

from __future__ import annotations

import numpy as np

from facewright.engine.geometry.chart import chart
from facewright.engine.photos.rasterizer import rasterize

SIDE = 64


def test_it_finds_what_the_rasteriser_finds():
    rng = np.random.default_rng(3)
    middle = rng.uniform(-4.0, SIDE + 4.0, (300, 1, 2))
    points = (middle + rng.uniform(-6.0, 6.0, (300, 3, 2))).reshape(-1, 2)
    points[:300] = np.round(points[:300]) + 0.5  # corners and edges on centres of texels
    faces = np.arange(900, dtype=np.int32).reshape(300, 3)
    faces[:20, 2] = faces[:20, 1]  # no area
    triangle, weights = chart(points, faces, SIDE)
    flat = np.column_stack([points, np.zeros(len(points))])
    expected, shares, _ = rasterize(flat, faces, (SIDE, SIDE))
    assert 0.2 < (triangle >= 0).mean() < 1.0
    assert np.array_equal(triangle, expected)
    assert np.array_equal(weights, shares)


def test_nothing_to_lay_out_covers_nothing():
    triangle, weights = chart(np.zeros((0, 2)), np.zeros((0, 3), np.int32), 8)
    assert (triangle == -1).all()
    assert not weights.any()

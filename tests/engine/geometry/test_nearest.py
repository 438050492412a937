"""The bounding-volume tree against the slow, obvious way."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.geometry.nearest import SurfaceTree


def slow_nearest(point, corners):
    """Closest point over all triangles: of the plane's foot if inside, else of the edges."""
    best, where = np.inf, None
    for a, b, c in corners:
        normal = np.cross(b - a, c - a)
        candidates = []
        if normal @ normal > 0:
            foot = point - normal * ((point - a) @ normal) / (normal @ normal)
            inside = [np.cross(q - p, foot - p) @ normal >= 0 for p, q in ((a, b), (b, c), (c, a))]
            candidates += [foot] if all(inside) else []
        for p, q in ((a, b), (b, c), (c, a)):
            span = (q - p) @ (q - p)
            along = np.clip((point - p) @ (q - p) / span, 0, 1) if span > 0 else 0.0
            candidates.append(p + along * (q - p))
        for candidate in candidates:
            distance = np.linalg.norm(point - candidate)
            if distance < best:
                best, where = distance, candidate
    return best, where


def slow_cast(origin, ray, corners):
    lengths = [np.inf]
    for a, b, c in corners:
        matrix = np.stack([b - a, c - a, -ray], axis=1)
        if abs(np.linalg.det(matrix)) < 1e-14:
            continue
        u, v, t = np.linalg.solve(matrix, origin - a)
        if u >= 0 and v >= 0 and u + v <= 1 and t > 0:
            lengths.append(t)
    return min(lengths)


@pytest.fixture
def soup(rng):
    """Random triangles, some degenerate, on shared vertices."""
    vertices = rng.normal(size=(40, 3))
    faces = rng.integers(0, 40, size=(60, 3)).astype(np.int32)
    return vertices, faces


def test_nearest_is_exact(soup, rng):
    vertices, faces = soup
    tree = SurfaceTree(vertices, faces)
    points = 2 * rng.normal(size=(80, 3))
    found = tree.nearest(points)
    for i, point in enumerate(points):
        distance, _ = slow_nearest(point, vertices[faces])
        assert found.distances[i] == pytest.approx(distance, abs=1e-9)
    rebuilt = np.einsum("nk,nkd->nd", found.weights, vertices[faces[found.triangles]])
    assert rebuilt == pytest.approx(found.points, abs=1e-12)
    assert np.linalg.norm(found.points - points, axis=1) == pytest.approx(found.distances)
    assert (found.weights >= -1e-12).all()


def test_nearest_keeps_to_the_limit_and_to_normals(soup, rng):
    vertices, faces = soup
    tree = SurfaceTree(vertices, faces)
    points = 2 * rng.normal(size=(80, 3))
    everything = tree.nearest(points)
    limited = tree.nearest(points, limit=0.5)
    assert (limited.found == (everything.distances < 0.5)).all()
    assert 0 < limited.found.sum() < 80
    up = np.tile([0.0, 0.0, 1.0], (80, 1))
    facing = tree.nearest(points, normals=up, cosine=0.3)
    allowed = vertices[faces[tree.normals[:, 2] >= 0.3]]
    for i, point in enumerate(points):
        assert facing.distances[i] == pytest.approx(slow_nearest(point, allowed)[0], abs=1e-9)


def test_rays_meet_the_first_triangle(soup, rng):
    vertices, faces = soup
    tree = SurfaceTree(vertices, faces)
    origins, rays = 2 * rng.normal(size=(100, 3)), rng.normal(size=(100, 3))
    triangles, lengths = tree.cast(origins, rays)
    slow = np.array([slow_cast(o, r, vertices[faces]) for o, r in zip(origins, rays, strict=True)])
    assert 10 < np.isfinite(slow).sum() < 100
    assert lengths == pytest.approx(slow, rel=1e-6)
    assert ((triangles >= 0) == np.isfinite(slow)).all()
    assert (tree.blocked(origins, rays) == np.isfinite(slow)).all()


def test_identical_triangles_still_make_a_tree():
    faces = np.tile(np.array([[0, 1, 2]], dtype=np.int32), (1000, 1))
    tree = SurfaceTree(np.eye(3), faces)
    assert tree.nearest([[0.0, 0.0, 0.0]]).distances[0] == pytest.approx(np.sqrt(1 / 3))


def test_an_empty_surface_is_refused():
    with pytest.raises(ValueError, match="at least one triangle"):
        SurfaceTree(np.eye(3), np.zeros((0, 3), np.int32))

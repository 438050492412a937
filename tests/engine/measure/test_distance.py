"""Scan-to-head distances on shapes whose distances are known."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from facewright.engine.errors import InputError
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.landmarks import Points
from facewright.engine.measure.distance import (
    Distances,
    face_samples,
    in_face_area,
    sample_surface,
    scan_to_head,
    visible,
)

LANDMARKS = Points.build(
    ("prn", "ex_l", "ex_r"), [[0.0, 0.0, 90.0], [45.0, 20.0, 60.0], [-45.0, 20.0, 60.0]]
)


def ball(radius, level=4):
    mesh = trimesh.creation.icosphere(subdivisions=level, radius=radius)
    return np.asarray(mesh.vertices), np.asarray(mesh.faces, dtype=np.int32)


def test_face_area_is_the_ball_in_front_of_the_plane():
    points = [[0, 0, 90], [0, 94, 90], [0, 96, 90], [40, 0, 60 - 95 / 3 + 1], [40, 0, 27]]
    assert in_face_area(points, LANDMARKS).tolist() == [True, True, False, True, False]


def test_samples_are_uniform_over_area(rng):
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [9, 0, 0], [9, 3, 0], [6, 0, 0.0]])
    faces = np.array([[0, 1, 2], [3, 4, 5]], dtype=np.int32)
    samples = sample_surface(vertices, faces, 5000, rng)
    assert (samples.triangles == 0).mean() == pytest.approx(0.1, abs=0.005)
    small = samples.points[samples.triangles == 0]
    assert small.mean(axis=0) == pytest.approx([1 / 3, 1 / 3, 0], abs=0.03)
    assert len(sample_surface(vertices, faces, 10, rng, among=np.array([False, False])).points) == 0


def test_only_the_outer_surface_is_seen():
    outer, inner = ball(90.0, 3), ball(60.0, 3)
    vertices = np.concatenate([outer[0], inner[0]])
    faces = np.concatenate([outer[1], inner[1] + len(outer[0])])
    centers = vertices[faces].mean(axis=1)
    seen = visible(centers, centers / 90.0, SurfaceTree(vertices, faces), 90.0)
    front = centers[:, 2] > 20
    assert seen[front & (np.arange(len(faces)) < len(outer[1]))].all()
    assert not seen[len(outer[1]) :].any()


def test_distance_of_two_balls():
    scan, head = ball(90.0), ball(88.5)
    distances = scan_to_head(*scan, *head, LANDMARKS, count=4000)
    assert distances.median == pytest.approx(1.5, abs=0.06)
    assert distances.p95 == pytest.approx(1.5, abs=0.15)
    assert 500 < distances.samples < 4000
    again = scan_to_head(*scan, *head, LANDMARKS, count=4000)
    assert again == distances


def test_points_beyond_the_border_of_the_head_count():
    scan, head = ball(90.0), ball(90.0)
    half = head[1][(head[0][head[1]].max(axis=1)[:, 0]) < 0]
    whole = scan_to_head(*scan, *head, LANDMARKS, count=4000)
    cut = scan_to_head(*scan, head[0], half, LANDMARKS, count=4000)
    assert cut.samples == whole.samples
    assert cut.mean > 10 * whole.mean + 5


def test_samples_depend_on_the_seed_only():
    scan = ball(90.0, 3)
    first = face_samples(*scan, LANDMARKS, count=500, seed=1)
    assert (face_samples(*scan, LANDMARKS, count=500, seed=1).points == first.points).all()
    assert len(face_samples(*scan, LANDMARKS, count=500, seed=2).points) > 0


def test_missing_landmarks_are_named():
    with pytest.raises(InputError, match="ex_l, ex_r"):
        face_samples(*ball(90.0, 2), Points.build(("prn",), [[0, 0, 90]]))


def test_no_samples_give_nan_not_zero():
    assert np.isnan(Distances.of([]).median)

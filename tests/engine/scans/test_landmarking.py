"""Finding a face on a scan: the geometry of it, and the whole on the model's own heads."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import trimesh
from stores import shipped

from facewright.engine.camera import Camera
from facewright.engine.errors import Cancelled, InputError, ModelUnavailable
from facewright.engine.mesh import Scan
from facewright.engine.models.store import ModelStore
from facewright.engine.photos.detection import Detection
from facewright.engine.scans.landmarking import agree, find_landmarks
from facewright.engine.scans.search import (
    SEARCH_PIXELS,
    Sighting,
    extent,
    face_axes,
    merged,
    sight,
    spread,
    unturned,
)
from facewright.engine.scans.views import bare, coarse, near, photograph, stage


def dome(level=4):
    """A ball of radius 100 as a scan, coloured by position."""
    mesh = trimesh.creation.icosphere(level, radius=100.0)
    colors = np.clip(mesh.vertices + 128, 0, 255).astype(np.uint8)
    return Scan(
        "dome.ply",
        np.asarray(mesh.vertices, np.float32),
        np.asarray(mesh.faces, np.int32),
        colors=colors,
    )


def shot_of(scan, size=200):
    camera = Camera.looking((0, 0, 0), (0.1, 0.2, -1), (0, 1, 0), size=(size, size), height=240)
    return photograph(stage(scan), camera, size)


def test_pixels_are_taken_back_to_the_surface():
    shot = shot_of(dome())
    points = np.random.default_rng(0).normal(size=(300, 3))
    points *= 100 / np.linalg.norm(points, axis=1, keepdims=True)
    towards = -shot.camera.rotation[2]
    seen = points[points @ towards > 50]
    found, facing, hit = shot.locate(shot.camera.project(seen))
    assert hit.all()
    assert np.linalg.norm(found - seen, axis=1).max() < 0.6  # facets of a ball of 100
    np.testing.assert_allclose(facing, seen @ towards / 100, atol=0.02)


def test_pixels_beside_the_surface_are_misses_unless_near():
    shot = shot_of(dome())
    pixels = np.array([[2.0, 2.0], [-5.0, 50.0], [100.0, 100.0], [100.0, 100.0 - 83.4 - 1.5]])
    assert shot.locate(pixels)[2].tolist() == [False, False, True, False]
    assert shot.locate(pixels, reach=3.0)[2].tolist() == [False, False, True, True]


def test_points_that_fall_into_a_gap_are_lifted_to_its_edge():
    x, y = np.meshgrid(np.linspace(-50, 50, 41), np.linspace(-50, 50, 41))
    z = np.where(np.abs(y) < 2, -40.0, 0.0)  # a slit, like a mouth a little open
    index = np.arange(41 * 41).reshape(41, 41)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]
    faces = np.concatenate([np.stack(t, -1).reshape(-1, 3) for t in ((a, b, c), (b, d, c))])
    scan = Scan("slit", np.stack([x, y, z], -1).reshape(-1, 3).astype(np.float32), faces)
    camera = Camera.looking((0, 0, 0), (0, 0, -1), (0, 1, 0), size=(200, 200), height=100)
    shot = photograph(stage(scan), camera, 200)
    pixels = camera.project([[0, 0, 0], [10, 1, 0], [20, 20, 0]])[:, :2]
    moved = shot.lifted(pixels, 6, 3.0)
    depth = shot.locate(moved)[0][:, 2]
    assert depth.min() > -3.5
    np.testing.assert_array_equal(moved[2], pixels[2])
    assert np.abs(moved - pixels).max() <= 6


def test_coarse_and_near_keep_shape_and_colour():
    full = stage(dome())
    small = coarse(full, 10)
    assert 100 < len(small.vertices) < len(full.vertices) / 4
    radius = np.linalg.norm(small.vertices, axis=1)
    assert np.abs(radius - 100).max() < 4
    assert np.abs(small.colors - (small.vertices + 128)).max() < 25
    assert bare(small).colors is None
    cap = near(full, (0, 0, 100), 50)
    assert 0 < len(cap.faces) < len(full.faces) / 4
    assert np.linalg.norm(cap.vertices - [0, 0, 100], axis=1).max() < 62


def test_one_colour_all_over_counts_as_none(rng):
    scan = dome(3)
    grey = rng.integers(180, 184, scan.colors.shape, dtype=np.uint8)
    assert stage(scan).painted
    assert not stage(replace(scan, colors=grey)).painted
    uv = rng.random((len(scan.faces), 3, 2)).astype(np.float32)
    white = np.full((8, 8, 3), 255, np.uint8)
    assert not stage(replace(scan, texture=white, corner_uv=uv)).painted


def test_directions_cover_the_sphere():
    directions = spread(40)
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1)
    asked = np.random.default_rng(0).normal(size=(2000, 3))
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    assert np.degrees(np.arccos((asked @ directions.T).max(axis=1))).max() < 27


@pytest.mark.parametrize("turns", range(4))
def test_turned_pictures_are_turned_back(turns):
    image = np.zeros((SEARCH_PIXELS, SEARCH_PIXELS))
    image[30, 100] = 1
    row, column = np.argwhere(np.rot90(image, turns))[0]
    seen = Detection(np.zeros(4), np.full((6, 2), [column + 0.5, row + 0.5]), 1.0)
    np.testing.assert_allclose(unturned(seen, turns), np.full((6, 2), [100.5, 30.5]))


def bump(sign):
    """A plate with a nose, or with a dent in its place."""
    x, y = np.meshgrid(np.linspace(-80, 80, 81), np.linspace(-100, 100, 81))
    z = sign * 25 * np.exp(-(x**2 + (y + 15) ** 2) / 200)
    index = np.arange(81 * 81).reshape(81, 81)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]
    faces = np.concatenate([np.stack(t, -1).reshape(-1, 3) for t in ((a, b, c), (b, d, c))])
    return Scan("bump", np.stack([x, y, z], -1).reshape(-1, 3).astype(np.float32), faces)


@pytest.mark.parametrize(("sign", "expected"), [(1, True), (-1, False)])
def test_hollow_faces_are_no_faces(sign, expected):
    camera = Camera.looking((0, 0, 0), (0, 0, -1), (0, 1, 0), size=(160, 160), height=240)
    shot = photograph(stage(bump(sign)), camera, 160)
    points = [[-31, 20, 0], [31, 20, 0], [0, -15, 0], [0, -45, 0], [-70, 0, 0], [70, 0, 0]]
    found = sight(shot, camera.project(points)[:, :2], 0.9)
    assert (found is not None) == expected
    if found is not None:
        np.testing.assert_allclose(found.axes, np.eye(3), atol=0.03)
        assert found.eyes == pytest.approx(62, abs=1)


def test_face_axes_are_right_handed_or_none():
    axes = face_axes(np.array([-30.0, 0, 0]), np.array([30.0, 4, 0]), np.array([0, -60.0, 0]))
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(axes) == pytest.approx(1)
    assert axes[2, 2] > 0.99
    line = np.array([1.0, 2, 3])
    assert face_axes(line, line, line * 2) is None
    assert face_axes(line, 3 * line, 7 * line) is None


def test_sightings_of_one_place_are_merged(rng):
    axes = np.eye(3)
    many = [
        Sighting(axes, np.array([0, 0, 0]) + rng.normal(size=3), 60.0, 0.7 + 0.01 * k)
        for k in range(8)
    ]
    lucky = Sighting(axes, np.array([400.0, 0, 0]), 60.0, 0.8)
    found = merged([lucky, *many])
    assert [f.score for f in found] == [0.77, 0.8]


def test_the_extent_ignores_far_strays(rng):
    points = np.concatenate([rng.uniform(-1, 1, (5000, 3)), [[500, 500, 500], [-900, 0, 0]]])
    low, high = extent(points)
    assert low.min() > -2
    assert high.max() < 2


def test_votes_agree_despite_strays(rng):
    truth = rng.normal(size=(20, 3)) * 50
    votes = truth + rng.normal(size=(7, 20, 3)) * 0.2
    votes[0, :10] += 30
    votes[3, 5:15] -= 80
    weights = rng.uniform(0.5, 1, (7, 20))
    weights[:, 19] = 0
    votes[:, 19] = np.nan
    mean, certainty = agree(votes, weights, 2.0)
    assert np.abs(mean[:19] - truth[:19]).max() < 0.5
    assert np.isnan(mean[19]).all()
    assert certainty[19] == 0
    assert certainty[15:19].min() > certainty[:15].max()


# ---------------------------------------------------------------- the whole, on our own heads


@pytest.fixture(scope="module")
def models():
    store = shipped()
    if not store.fetched():
        pytest.skip("the face networks were not fetched: facewright-cli models fetch mediapipe")
    try:
        store.lifespan()
    except ModelUnavailable as error:
        pytest.skip(str(error))
    return store


@pytest.fixture(scope="module")
def head(models):
    mesh = models.lifespan().mean()
    return Scan("mean.obj", mesh.vertices, mesh.topology.faces)


@pytest.fixture(scope="module")
def upright(models, head):
    return find_landmarks(head, models)


def test_a_head_is_found_where_its_landmarks_are(models, head, upright):
    assert (upright.unit, upright.faces) == ("mm", 1)
    assert upright.confidence > 0.4
    rotation = upright.to_upright[:3, :3]
    assert math.degrees(math.acos(min(1.0, (np.trace(rotation) - 1) / 2))) < 12
    own = models.lifespan().template.landmarks.on(head.vertices)
    for name in ("en_r", "en_l", "prn", "sn", "ch_r", "ch_l"):
        assert np.linalg.norm(own[name] - upright.points[name]) < 7
    assert upright.points["ex_l"][0] > upright.points["ex_r"][0]


def test_pose_unit_and_winding_of_the_file_do_not_matter(models, head, upright):
    turn = trimesh.transformations.euler_matrix(2.5, -0.7, 1.9)[:3, :3]
    moved = (head.vertices @ turn.T * 0.001 + [3, -1, 2]).astype(np.float32)
    found = find_landmarks(
        replace(head, vertices=moved, faces=np.ascontiguousarray(head.faces[:, ::-1])), models
    )
    assert found.unit == "m"
    common = [name for name in upright.points.names if name in found.points]
    here = np.array([found.points[name] for name in common]) @ found.to_upright[:3, :3].T
    there = np.array([upright.points[name] for name in common]) @ upright.to_upright[:3, :3].T
    apart = np.linalg.norm((here - here.mean(0)) - (there - there.mean(0)), axis=1)
    assert np.median(apart) < 1.5


def test_two_heads_are_counted_and_the_larger_taken(models, head):
    both = np.concatenate([head.vertices, head.vertices * 0.7 + np.float32([260, 0, 0])])
    faces = np.concatenate([head.faces, head.faces + len(head.vertices)])
    found = find_landmarks(Scan("two.obj", both, faces), models)
    assert found.faces == 2
    assert any("2 faces" in note for note in found.notes)
    assert abs(found.points["prn"][0]) < 20


def test_no_face_is_said_in_a_sentence(models):
    with pytest.raises(InputError, match="no face was found") as caught:
        find_landmarks(replace(dome(3), colors=None), models)
    assert str(caught.value).startswith("dome.ply")
    assert "by hand" in str(caught.value)


def test_it_can_be_cancelled_at_once(models, head):
    steps = []

    def progress(fraction, text):
        steps.append(fraction)
        if len(steps) == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        find_landmarks(head, models, progress=progress)
    assert len(steps) == 5


def test_without_networks_it_says_how_to_get_them(tmp_path, head):
    with pytest.raises(ModelUnavailable, match="models fetch mediapipe"):
        find_landmarks(head, ModelStore(cache=tmp_path))

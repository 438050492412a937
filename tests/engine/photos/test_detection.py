"""Pre- and postprocessing of the face networks; the networks themselves where fetched."""

from __future__ import annotations

import math

import numpy as np
import pytest
from stores import shipped

from facewright.engine.photos.detection import (
    FULL_STRIDES,
    SHORT_STRIDES,
    Region,
    anchors,
    crop,
    decode,
    region_of,
)
from facewright.engine.photos.vocabulary import BLENDS, named_points


def test_anchors_of_both_networks():
    short = anchors(128, SHORT_STRIDES)
    assert short.shape == (896, 2)
    np.testing.assert_allclose(short[:3], [[1 / 32, 1 / 32], [1 / 32, 1 / 32], [3 / 32, 1 / 32]])
    np.testing.assert_allclose(short[512:518], np.full((6, 2), 1 / 16))
    full = anchors(192, FULL_STRIDES)
    assert full.shape == (2304, 2)
    np.testing.assert_allclose(full[1], [1.5 / 48, 0.5 / 48])


def outputs(rows, side=128):
    """Network outputs for anchors at the middle, from boxes and scores."""
    raw = np.zeros((len(rows), 16), np.float32)
    logits = np.full(len(rows), -20.0, np.float32)
    for n, (x, y, width, height, score) in enumerate(rows):
        raw[n, :4] = np.array([x - 0.5, y - 0.5, width, height]) * side
        raw[n, 4:] = np.tile(np.array([x - 0.5, y - 0.5]) * side, 6)
        logits[n] = math.log(score / (1 - score))
    return raw, logits, np.full((len(rows), 2), 0.5)


def test_decoding_recovers_boxes_and_keypoints():
    raw, logits, centres = outputs([(0.3, 0.6, 0.2, 0.1, 0.9)])
    (found,) = decode(raw, logits, centres, 128, 0.5)
    np.testing.assert_allclose(found.box, [0.2, 0.55, 0.2, 0.1], atol=1e-6)
    np.testing.assert_allclose(found.keypoints, np.tile([0.3, 0.6], (6, 1)), atol=1e-6)
    assert found.score == pytest.approx(0.9, abs=1e-5)


def test_overlapping_boxes_are_blended_and_others_kept_in_order():
    rows = [
        (0.20, 0.5, 0.2, 0.2, 0.6),
        (0.70, 0.5, 0.2, 0.2, 0.9),
        (0.72, 0.5, 0.2, 0.2, 0.7),
        (0.50, 0.1, 0.1, 0.1, 0.4),
    ]
    found = decode(*outputs(rows), 128, 0.5)
    assert [round(f.score, 3) for f in found] == [0.9, 0.6]
    blended = (0.9 * 0.60 + 0.7 * 0.62) / 1.6
    assert found[0].box[0] == pytest.approx(blended, abs=1e-5)


def test_scores_do_not_overflow():
    raw, logits, centres = outputs([(0.5, 0.5, 0.2, 0.2, 0.5)] * 2)
    logits[:] = [1e6, -1e6]
    with np.errstate(all="raise"):
        found = decode(raw, logits, centres, 128, 0.5)
    assert [f.score for f in found] == [1.0]


@pytest.mark.parametrize("angle", [0.0, 0.4, -2.0])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_crop_shows_what_its_region_says(angle, mirrored):
    """A dot painted at a region's point appears at that point of the crop."""
    region = Region(100.0, 80.0, 60.0, angle, mirrored)
    for point in ([0.25, 0.3], [0.7, 0.6]):
        x, y = region.to_image(np.array([point]))[0]
        rows, columns = np.mgrid[0.5:160, 0.5:200]
        blob = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 18)
        image = np.repeat((255 * blob).astype(np.uint8)[..., None], 3, axis=2)
        seen = crop(image, region, 96)[..., 0].astype(float)
        across = (np.arange(96) + 0.5) / 96
        found = [(seen.sum(axis=0) @ across), (seen.sum(axis=1) @ across)] / seen.sum()
        np.testing.assert_allclose(found, point, atol=0.01)


def test_crops_shrink_without_aliasing_and_are_black_outside():
    image = np.indices((600, 600)).sum(axis=0) % 2 * 255
    image = np.repeat(image.astype(np.uint8)[..., None], 3, axis=2)
    small = crop(image, Region(300, 300, 600, 0.0), 64)
    assert np.abs(small[2:-2, 2:-2] - 0.5).max() < 0.1
    assert crop(image, Region(-500, -500, 200, 0.3), 32).max() == 0.0


def test_the_region_of_points_follows_a_turned_face():
    rng = np.random.default_rng(2)
    points = rng.uniform(-1, 1, (468, 2)) * [40, 60]
    points[33], points[263] = [-20, -10], [20, -10]
    points[[0, 1, 2, 3]] = [[-40, 0], [40, 0], [0, -60], [0, 60]]
    turn = np.array([[math.cos(0.5), math.sin(0.5)], [-math.sin(0.5), math.cos(0.5)]])
    region = region_of(points @ turn + [300, 200])
    assert region.angle == pytest.approx(0.5)
    assert region.side == pytest.approx(180, rel=0.02)
    assert (region.x, region.y) == pytest.approx((300, 200), abs=1.5)


def test_landmark_blends_are_complete_and_mirrored():
    names = set(BLENDS)
    assert {f"ibug{k}" for k in range(68)} <= names
    assert {"en_r", "ex_l", "prn", "sn", "ch_l", "al_r", "gn"} <= names
    assert all(name[:-1] + "l" in names for name in names if name.endswith("_r"))
    points = np.random.default_rng(0).normal(size=(478, 3))
    assert np.isfinite(named_points(points)).all()
    np.testing.assert_allclose(named_points(np.ones((478, 2))), 1.0)
    points[4] = np.nan
    found = named_points(points, ["prn", "n"])
    assert np.isnan(found[0]).all()
    assert np.isfinite(found[1]).all()


@pytest.fixture(scope="module")
def finder():
    store = shipped()
    if not store.fetched():
        pytest.skip("the face networks were not fetched: facewright-cli models fetch mediapipe")
    return store.faces()


def test_noise_and_flat_pictures_show_no_face(finder):
    noise = np.random.default_rng(0).integers(0, 256, (240, 320, 3), dtype=np.uint8)
    for image in (noise, np.zeros((64, 64, 3), np.uint8), np.full((3, 500, 3), 200, np.uint8)):
        assert finder.detect(image) == []
        assert finder.detect(image, far=True, threshold=0.6) == []


def test_networks_repeat_and_say_nothing_on_standard_error(finder, capfd):
    image = np.random.default_rng(1).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    region = Region(100, 100, 150, 0.2)
    one, two = finder.mesh(image, region), finder.mesh(image, region)
    np.testing.assert_array_equal(one.points, two.points)
    assert one.points.shape == (478, 3)
    assert 0 <= one.presence < 0.5
    assert capfd.readouterr().err == ""

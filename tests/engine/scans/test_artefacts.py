"""What the model does not explain is found, and only that."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from stores import shipped

from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.rigid import rotation
from facewright.engine.geometry.target import Target
from facewright.engine.mesh import Scan
from facewright.engine.scans import artefacts
from facewright.engine.scans.artefacts import ARTEFACT, EXPLAINED, UNSEEN

SPREAD = 0.5


@pytest.fixture(scope="module")
def model():
    return shipped().lifespan()


@pytest.fixture(scope="module")
def head(model):
    """The mean head turned about the nose, so that no vertex meets itself."""
    vertices = model.mean().vertices.astype(np.float64)
    vertices += np.random.default_rng(1).normal(0.0, 0.05, vertices.shape)
    return vertices @ rotation([0.002, 0.0, 0.0]).T


def found(model, vertices, faces=None, colors=None):
    scan = Scan("scan.ply", vertices.astype(np.float32), faces, colors=colors)
    faces = model.topology.faces if faces is None else faces
    scan = replace(scan, faces=faces)
    spread = np.full(model.topology.count, SPREAD)
    return artefacts.find(model, Target(vertices, faces), model.mean().vertices, spread, scan)


def about(model, name, radius):
    """Return the seen vertices of the mean head near a landmark."""
    mean = model.mean().vertices
    there = model.template.landmarks.on(mean)[name]
    return (np.linalg.norm(mean - there, axis=1) < radius) & model.template.visible


def test_a_clean_scan_has_none(model, head):
    result = found(model, head)
    assert result.share == 0.0
    assert not result.found.any()
    assert not result.stained.any()
    face = model.template.face
    assert (result.met[face] == EXPLAINED).mean() > 0.99


def test_a_shield_before_the_mouth_is_one(model, head):
    shield = about(model, "sto", 20.0)
    head = head + 7.0 * shield[:, None] * [0, 0, 1]
    result = found(model, head)
    hit = result.found
    assert (hit & shield).sum() / shield.sum() > 0.7
    assert (hit & shield).sum() / hit.sum() > 0.8
    assert 0.03 < result.share < 0.2


def test_a_difference_that_people_have_is_none(model, head):
    cheek = about(model, "pg", 18.0)
    assert found(model, head + 1.5 * cheek[:, None] * [0, 0, 1]).share == 0.0


def test_a_hole_is_not_seen(model, head):
    hole = about(model, "pg", 12.0)
    faces = model.topology.faces[~hole[model.topology.faces].any(axis=1)]
    result = found(model, head, faces)
    assert (result.met[about(model, "pg", 9.0)] == UNSEEN).mean() > 0.95
    assert not (result.met[hole] == ARTEFACT).any()


def test_what_hides_skin_is_one_though_no_skin_is_seen(model, head):
    """A hand far before the chin, nothing behind it."""
    hidden = about(model, "pg", 15.0)
    head = head + 30.0 * hidden[:, None] * [0, 0, 1]
    edges = hidden[model.topology.faces]
    faces = model.topology.faces[edges.all(axis=1) | ~edges.any(axis=1)]
    result = found(model, head, faces)
    assert (result.met[about(model, "pg", 10.0)] == ARTEFACT).mean() > 0.95


def test_spikes_are_doubted_one_by_one(model, head):
    spikes = np.flatnonzero(about(model, "pg", 25.0))[::23]
    spiked = head.copy()
    spiked[spikes, 2] += 8.0
    result = found(model, spiked)
    assert result.doubted[spikes].all()
    assert result.doubted.sum() == len(spikes)
    assert not found(model, head).doubted.any()


@pytest.mark.parametrize("shade", [1.0, 0.55])
def test_paint_is_stained_and_shade_is_not(model, head, shade):
    rng = np.random.default_rng(2)
    light = rng.normal(1.0, 0.03, (len(head), 1))
    colors = np.array([205.0, 160, 140]) * light
    colors[head[:, 0] > 0] *= shade
    paint = about(model, "g", 11.0)
    colors[paint] = [40, 120, 200]
    result = found(model, head, colors=np.clip(colors, 0, 255).astype(np.uint8))
    face = (model.topology.regions["face"] > 0.5) & (model.topology.regions["eyebrows"] < 0.1)
    assert (result.stained & paint & face).sum() / (paint & face).sum() > 0.8
    assert not (result.stained & ~about(model, "g", 16.0)).any()
    assert not result.found[paint].any()  # the shape is right


def test_scan_matches_itself(model, head):
    """The truth of these tests lies where they think."""
    away = SurfaceTree(head, model.topology.faces).nearest(model.mean().vertices).distances
    assert np.median(away) < 0.2


def test_only_large_patches_may_hide_more(model):
    mean = model.mean().vertices
    palm, crumb = about(model, "g", 20.0), about(model, "sn", 4.0)
    assert not (palm & crumb).any()
    rims = artefacts.rims_of_more(palm | crumb, mean, model.topology.faces)
    np.testing.assert_array_equal(rims, palm)

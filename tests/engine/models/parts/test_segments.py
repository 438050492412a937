"""Segments: a partition, seams, and one transition area for every age."""

from __future__ import annotations

import numpy as np
import pytest
from stores import shipped

from facewright.engine.geometry.laplacian import edges_of
from facewright.engine.models.parts.segments import OVERLAP, PARTS, REACH, REST, Segments


@pytest.fixture(scope="module")
def model():
    return shipped().lifespan()


@pytest.fixture(scope="module")
def segments(model):
    return Segments.of(model.template, model.mean().vertices)


def test_every_vertex_belongs_to_one_part(model, segments):
    rows = np.concatenate(list(segments.members.values()))
    np.testing.assert_array_equal(np.sort(rows), np.arange(model.topology.count))
    assert set(segments.members) == {*PARTS, REST}
    assert segments.part_of(int(segments.members["nose"][0])) == "nose"


def test_parts_touch_the_rest_alone(model, segments):
    owner = np.empty(model.topology.count, int)
    for number, part in enumerate((REST, *PARTS)):
        owner[segments.members[part]] = number
    ends = owner[edges_of(model.topology.faces)]
    apart = ends[:, 0] != ends[:, 1]
    assert (ends[apart].min(axis=1) == 0).all()
    for number, part in enumerate(PARTS, 1):
        edges = edges_of(model.topology.faces)[(ends == [0, number]).all(axis=1)]
        other = edges_of(model.topology.faces)[(ends == [number, 0]).all(axis=1)]
        touching = np.unique(np.concatenate([edges[:, 1], other[:, 0]]))
        np.testing.assert_array_equal(touching, segments.seams[part])


def test_the_rest_knows_some_rings_of_the_parts(model, segments):
    known = np.zeros(model.topology.count, bool)
    known[segments.members[REST]] = True
    edges = edges_of(model.topology.faces)
    for _ in range(OVERLAP):
        reached = edges[known[edges].any(axis=1)]
        known[reached] = True
    np.testing.assert_array_equal(np.flatnonzero(known), segments.overlapped)


def test_the_transition_area_lies_about_the_seams(model, segments):
    vertices = model.mean().vertices
    seams = vertices[np.concatenate(list(segments.seams.values()))]
    gap = np.linalg.norm(vertices[:, None] - seams[None], axis=2).min(axis=1)
    rest = np.zeros(model.topology.count, bool)
    rest[segments.members[REST]] = True
    np.testing.assert_array_equal(segments.transition, rest & (gap < REACH))


@pytest.mark.parametrize("age", [0.0, 2.0, 8.0])
def test_an_infants_transition_area_is_about_the_same(model, segments, age):
    c = model.defaults
    c[0] = age
    young, adult = model.vertices(c), model.mean().vertices
    size = np.sqrt(np.square(young - young.mean(0)).sum() / np.square(adult - adult.mean(0)).sum())
    own = Segments.of(model.template, young, REACH * size)
    either = (own.transition | segments.transition).sum()
    assert (own.transition & segments.transition).sum() / either > 0.85

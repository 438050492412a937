"""What sets of scans become: mirrored, split by people, cut to some vertices."""

from __future__ import annotations

import numpy as np
import pytest
from scanned import scan_set

LEFT, RIGHT, MIDDLE = [2.0, 0.0, 1.0], [-3.0, 0.5, 1.5], [0.25, 4.0, 2.0]
MIRROR = np.array([1, 0, 2], np.int32)


@pytest.fixture
def scans():
    lost = [[True, False, False], [False, False, False]]
    return scan_set([[LEFT, RIGHT, MIDDLE], [RIGHT, LEFT, MIDDLE]], [7, 9], [0, 1], lost)


def test_mirror_images_are_of_the_same_people(scans):
    both = scans.both_ways(MIRROR)
    assert both.person.tolist() == [7, 9, 7, 9]
    assert both.visit.tolist() == [0, 1, 0, 1]
    np.testing.assert_array_equal(both.vertices[:2], scans.vertices)
    # What was on the left is on the right, as far out.
    seen = [[3.0, 0.5, 1.5], [-2.0, 0.0, 1.0], [-0.25, 4.0, 2.0]]
    np.testing.assert_array_equal(both.vertices[2], seen)
    np.testing.assert_array_equal(both.truth[2], seen)
    assert both.lost[2].tolist() == [False, True, False]
    assert both.lost[:2].tolist() == scans.lost.tolist()


def test_mirrored_twice_is_as_before_and_nothing_of_the_set_moves(scans):
    before = scans.vertices.copy()
    again = scans.both_ways(MIRROR).among(np.array([2, 3])).both_ways(MIRROR)
    np.testing.assert_array_equal(again.vertices[2:], scans.vertices)
    np.testing.assert_array_equal(again.lost[2:], scans.lost)
    np.testing.assert_array_equal(scans.vertices, before)


def test_no_one_is_on_both_sides_of_a_split():
    person = np.repeat(np.arange(20) + 100, 3)
    places = np.arange(60.0)[:, None, None] * np.ones((1, 2, 3))
    scans = scan_set(places, person, np.tile([0, 1, 1], 20))
    most, few = scans.split(0.25)
    assert set(few.person).isdisjoint(most.person)
    assert len(set(few.person)) == 5
    assert len(few) == 15
    for part in (most, few):  # each scan is still of whom it was
        np.testing.assert_array_equal(person[part.vertices[:, 0, 0].astype(int)], part.person)
    met = np.concatenate([most.vertices[:, 0, 0], few.vertices[:, 0, 0]])
    np.testing.assert_array_equal(np.sort(met), np.arange(60.0))
    np.testing.assert_array_equal(scans.split(0.25)[1].person, few.person)  # the same again


def test_within_keeps_some_vertices_of_every_scan(scans):
    some = scans.within(np.array([True, False, True]))
    np.testing.assert_array_equal(some.vertices, [[LEFT, MIDDLE], [RIGHT, MIDDLE]])
    np.testing.assert_array_equal(some.truth, some.vertices)
    assert some.lost.tolist() == [[True, False], [False, False]]
    assert some.damage.tolist() == [0.5, 0.0]
    assert some.person.tolist() == [7, 9]

"""Verdicts say what is wrong and what to do."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.landmarks import Points
from facewright.engine.measure.distance import Distances
from facewright.engine.scans.verdict import Part, judge, parts_of, size_of

FINE = Distances(0.06, 0.12, 0.4, 9000)
WELL = {"nose": Part(0.05, 1.0), "chin": Part(0.1, 0.9), "mouth": Part(0.07, 1.0)}


def verdict(distances=FINE, parts=WELL, **changed):
    values = {"size": 1.02, "unit": "mm", "implausible": 0.5, "astray": 1.5} | changed
    return judge(distances, parts, **values)


def test_a_good_scan_needs_no_advice():
    good = verdict()
    assert (good.level, good.advice) == ("good", ())
    assert "0.06 mm" in good.text


def test_a_bad_chin_is_named():
    told = verdict(parts=WELL | {"chin": Part(1.24, 0.9)})
    assert told.level == "check"
    assert told.advice == ("Check the chin: 1.2 mm off.",)


def test_missing_parts_are_said_to_be_inferred():
    told = verdict(parts=WELL | {"chin": Part(float("nan"), 0.0)})
    assert told.level == "check"
    assert "hardly shows the chin" in told.advice[0]
    none = verdict(parts={name: Part(float("nan"), 0.0) for name in WELL})
    assert none.level == "poor"


@pytest.mark.parametrize(("size", "level"), [(1.4, "check"), (10.0, "poor"), (0.001, "poor")])
def test_a_wrong_unit_comes_first(size, level):
    told = verdict(size=size)
    assert told.level == level
    assert told.advice[0].startswith("Wrong unit?")


def test_an_unknown_unit_is_said():
    advice = verdict(unit="", size=1.4).advice[0]
    assert "unit is unknown" in advice
    assert "Set the unit, or the age" in advice


def test_far_scans_are_poor():
    told = verdict(Distances(2.2, 3.0, 9.0, 900))
    assert told.level == "poor"
    assert "landmarks by hand" in told.advice[0]
    assert verdict(Distances(float("nan"), float("nan"), float("nan"), 0)).level == "poor"


def test_unusual_shapes_and_astray_landmarks_are_said():
    assert "unusual" in verdict(implausible=8.0).advice[0]
    assert "8 mm off" in verdict(astray=8.0).advice[0]


def test_parts_are_found_around_landmarks():
    points = Points.build(("pg", "gn", "prn"), [[0, -60.0, 0], [0, -70.0, 0], [0, 0, 20.0]])
    vertices = np.array([[0, -65.0, 0], [5, -60, 0], [0, 0, 21], [0, 2, 20], [90, 0, 0]])
    error = np.array([-0.4, 0.2, np.nan, -0.1, 9.0], dtype=np.float32)
    parts = parts_of(vertices, points, error, np.ones(5, dtype=bool))
    assert parts["chin"] == Part(pytest.approx(0.3), 1.0)
    assert parts["nose"] == Part(pytest.approx(0.1), 0.5)
    assert "mouth" not in parts


def test_size_is_the_inverse_of_the_scale():
    assert size_of(np.diag([0.5, 0.5, 0.5, 1.0])) == pytest.approx(2.0)

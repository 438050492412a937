"""Standard measures of heads, their norms, and calipers."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest
from toy import ToyModel

from facewright.engine.errors import InputError
from facewright.engine.face import Subject, Trait
from facewright.engine.landmarks import Landmarks
from facewright.engine.measure.anthropometry import (
    HEADER,
    Judged,
    Value,
    Whose,
    judged,
    measure_head,
    scale_of,
    to_csv,
)
from facewright.engine.measure.calipers import Caliper, read
from facewright.engine.measure.farkas import (
    BY_CODE,
    DEFINITIONS,
    GROUPS,
    KIND_WORDS,
    landmarks_of,
    view_of_measure,
)
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.models.template import load_template

POINTS = {
    "n": (0, 0, 0), "sn": (0, -50, 5), "prn": (0, -40, 25), "gn": (0, -120, 0),
    "ex_r": (-45, 0, -15), "ex_l": (45, 0, -15), "en_r": (-15, -3, -10), "en_l": (16, -3, -10),
    "zy_r": (-65, -30, -40), "zy_l": (65, -30, -40), "c": (3, -44, 15), "ac_r": (-14, -48, 8),
    "ac_l": (16, -48, 8),
}  # fmt: skip


def head() -> tuple[Mesh, Landmarks]:
    """Three vertices at each landmark: every point is a triangle's corner."""
    count = len(POINTS)
    vertices = np.repeat(np.array(list(POINTS.values()), np.float32), 3, axis=0)
    faces = np.arange(3 * count).reshape(-1, 3)
    weights = np.tile([1.0, 0.0, 0.0], (count, 1))
    landmarks = Landmarks.build(tuple(POINTS), faces, weights)
    return Mesh(Topology.build(faces, 3 * count), vertices), landmarks


def values(**options: object) -> dict[str, Value]:
    mesh, landmarks = head()
    found = measure_head(mesh, landmarks, **options)  # type: ignore[arg-type]
    return {value.definition.code: value for value in found}


def test_every_measure_is_explained_and_has_its_landmarks_on_the_template() -> None:
    known = set(load_template().landmarks.names)
    assert len(BY_CODE) == len(DEFINITIONS) > 60
    for definition in DEFINITIONS:
        assert set(landmarks_of(definition)) <= known, definition.code
        assert definition.text.endswith(".")
        assert definition.group in GROUPS
        assert definition.kind in KIND_WORDS
        assert view_of_measure(definition) in ("front", "left", "three-quarter")
        if definition.kind in ("index", "sides"):
            assert all(code in BY_CODE for code in definition.points)
    assert len({definition.name for definition in DEFINITIONS}) == len(DEFINITIONS)


def test_distances_angles_and_ratios_by_hand() -> None:
    found = values()
    assert found["n-sn"].number == pytest.approx(math.hypot(50, 5))
    assert found["ex-ex"].number == pytest.approx(90)
    assert found["FI"].number == pytest.approx(100 * 120 / 130)
    assert found["sn-prn depth"].number == pytest.approx(20)
    right, left = math.hypot(30, 3, 5), math.hypot(29, 3, 5)
    eye = found["en-ex"]
    assert (eye.right, eye.left) == pytest.approx((right, left), rel=1e-6)
    assert eye.number == pytest.approx((right + left) / 2)
    slope = found["en-ex slope"]
    assert slope.right == pytest.approx(math.degrees(math.atan2(3, 30)))
    assert found["columella tilt"].number == pytest.approx(math.degrees(math.atan2(3, 6)))
    wing = found["ac-prn"]
    assert found["ac-prn R/L"].number == pytest.approx(wing.right / wing.left)


def test_what_is_missing_is_said_and_not_made_up() -> None:
    found = values()
    assert found["al-al"].missing == ("al_r", "al_l")
    assert math.isnan(found["al-al"].number)
    assert math.isnan(found["NI"].number)
    assert math.isnan(found["t-sn-t"].number)


def test_a_value_says_that_its_landmark_was_moved() -> None:
    found = values(moved=("prn",))
    assert found["n-prn"].moved
    assert found["ac-prn R/L"].moved
    assert not found["n-sn"].moved


def subject(age: float, sex: float = 0.0, origin: str = "given") -> Subject:
    return Subject(age=Trait(age, "given"), sex=Trait(sex, origin))  # type: ignore[arg-type]


def test_csv_has_a_row_for_each_measure() -> None:
    mesh, landmarks = head()
    person = subject(30.0, 1.0)
    rows = judged(measure_head(mesh, landmarks), person)
    text = to_csv(rows, Whose("Ada, before", person, scale_of("arbitrary")))
    table = list(csv.DictReader(io.StringIO(text)))
    assert tuple(table[0]) == HEADER
    assert len(table) == len(DEFINITIONS)
    whose = ("head", "age_years", "age_is", "sex", "sex_is", "scale")
    assert {tuple(row[name] for name in whose) for row in table} == {
        ("Ada, before", "30.0", "given", "female", "given", "unknown")
    }
    eyes = next(row for row in table if row["code"] == "ex-ex")
    assert float(eyes["value"]) == pytest.approx(90.0)
    mean, sd = float(eyes["norm_mean"]), float(eyes["norm_sd"])
    assert 85.0 < mean < 86.0
    assert float(eyes["z"]) == pytest.approx((90 - mean) / sd, abs=1e-3)
    assert eyes["norm_source"] == "Weinberg 2016"
    assert eyes["norm_verified"] == "True"
    assert "3D photographs" in eyes["norm_method"]
    none = next(row for row in table if row["code"] == "FI")
    assert (none["norm_mean"], none["no_norm_because"]) == ("", "None that we could check.")
    assert math.isnan(Judged(rows[0].value, None).z)


def test_calipers_follow_the_head() -> None:
    model = ToyModel()
    mesh = model.mean()
    corners = mesh.topology.faces[[5, 90]]
    straight = Caliper.build("straight", corners, np.full((2, 3), 1 / 3))
    before = read(straight, mesh).number
    assert before == pytest.approx(
        float(np.linalg.norm(np.subtract(*read(straight, mesh).way.on(mesh.vertices))))
    )
    assert read(straight, mesh.moved(2 * mesh.vertices)).number == pytest.approx(2 * before)
    along = read(Caliper.build("surface", corners, np.full((2, 3), 1 / 3)), mesh)
    assert along.number >= before
    steps = np.linalg.norm(np.diff(along.way.on(mesh.vertices), axis=0), axis=1)
    assert steps.sum() == pytest.approx(along.number, rel=1e-6)


def test_an_angle_is_also_seen_in_three_planes() -> None:
    vertices = np.array([[10, 0, 0], [0, 0, 0], [0, 10, 10]], np.float32)
    mesh = Mesh(Topology.build([[0, 1, 2]], 3), vertices)
    reading = read(Caliper.build("angle", [[0, 1, 2]] * 3, np.eye(3)), mesh)
    assert reading.number == pytest.approx(90.0)
    assert reading.projected[0] == pytest.approx(90.0)
    assert math.isnan(reading.projected[1])  # seen from the side, two points are one
    assert reading.projected[2] == pytest.approx(90.0)


def test_an_area_grows_with_the_square() -> None:
    mesh = ToyModel().mean()
    front = np.argsort(-mesh.vertices[mesh.topology.faces].mean(axis=1)[:, 2])[:40]
    loop = front[::10]
    middles = mesh.vertices[mesh.topology.faces[loop]].mean(axis=1)
    order = np.argsort(np.arctan2(middles[:, 1] - middles[:, 1].mean(), middles[:, 0]))
    corners = mesh.topology.faces[loop[order]]
    caliper = Caliper.build("area", corners, np.full((4, 3), 1 / 3))
    area = read(caliper, mesh).number
    assert area > 0
    assert read(caliper, mesh.moved(2 * mesh.vertices)).number == pytest.approx(4 * area, rel=1e-3)


def test_a_caliper_of_another_head_is_refused_in_words() -> None:
    mesh = ToyModel().mean()
    with pytest.raises(InputError, match="another head"):
        read(Caliper.build("straight", [[0, 1, 9999]] * 2, np.eye(3)[:2]), mesh)

"""Cleft measures: exact on places that were made up, and right about clefts that were made."""

from __future__ import annotations

import math

import numpy as np
import pytest

from facewright.engine.errors import InputError
from facewright.engine.face import Subject, Trait
from facewright.engine.landmarks import Landmarks
from facewright.engine.measure.cleft import compare_cleft, measure_cleft, row_data
from facewright.engine.measure.cleft_words import (
    BILATERAL,
    NOT_MEASURED,
    SIZES,
    UNILATERAL,
    Places,
    definitions,
)
from facewright.engine.mesh import Mesh
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.scans.clefts import Kind, with_cleft

INFANT = Subject(age=Trait(0.35, "given"), sex=Trait(-1.0, "given"))


@pytest.fixture(scope="module")
def infant(model: LifespanModel) -> Mesh:
    c = np.array(model.defaults)
    c[0] = 0.35
    return model.instance(c)


def made_up(cleft: str) -> Places:
    """Places with round numbers; the cleft's side has foot of the wing out by 3 and down by 2."""
    s = 1.0 if cleft == "l" else -1.0
    h = "r" if cleft == "l" else "l"
    named = {
        "sn": (-2 * s, -30, 5), "c": (-2 * s + 4 * s, -26, 9), "prn": (-1 * s, -22, 12),
        "n": (0, 0, 5), "ls": (0, -37, 6),
        f"sn1_{cleft}": (1 * s, -30, 5), f"sbal_{cleft}": (9 * s, -32, 2),
        f"sn1_{h}": (-2 * s, -30, 5), f"sbal_{h}": (-6 * s, -30, 5),
        f"cph_{cleft}": (9 * s, -36, 2), f"cph_{h}": (-6 * s, -38, 5),
        f"ch_{cleft}": (16 * s, -42, 0), f"ch_{h}": (-16 * s, -42, 0),
        f"na_{cleft}": (6 * s, -24, 9), f"na_{h}": (-6 * s, -22, 10),
        f"nb_{cleft}": (12 * s, -28, 3), f"nb_{h}": (-9 * s, -26, 7),
        f"vm_{cleft}": (9 * s, -39, 2), f"vm_{h}": (-6 * s, -44, 5),
        f"ac_{cleft}": (14 * s, -30, 0), f"ac_{h}": (-12 * s, -30, 0),
    }  # fmt: skip
    places = {name: np.array(place, float) for name, place in named.items()}
    return Places(places, {name: float(place[0]) for name, place in places.items()}, cleft)


@pytest.mark.parametrize("side", ["l", "r"])
def test_measures_of_made_up_places_are_those_worked_out_by_hand(side):
    found = {d.code: d.take(made_up(side)) for d in UNILATERAL}
    assert found["columellar angle"] == pytest.approx(45.0)
    assert found["nostril width"] == pytest.approx(math.sqrt(8**2 + 2**2 + 3**2) / 4)
    assert found["lateral lip height"] == pytest.approx(4 / 8)
    assert found["sn shift"] == pytest.approx(2.0)
    assert found["tip shift"] == pytest.approx(1.0)
    assert found["alar base height"] == pytest.approx(32 / 30)
    assert found["alar base width"] == pytest.approx(9 / 6)
    assert found["wing length"] == pytest.approx(
        math.sqrt(15**2 + 8**2 + 12**2) / math.sqrt(11**2 + 8**2 + 12**2)
    )
    assert found["nostril length"] == pytest.approx(math.sqrt(36 + 16 + 36) / math.sqrt(9 + 16 + 9))
    assert found["nostril axis"] == pytest.approx(0.0, abs=1e-9)  # both lean by 45 degrees
    assert found["vermilion height"] == pytest.approx(3 / 6)
    assert found["bow tilt"] == pytest.approx(math.degrees(math.atan2(2, 15)))


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_symmetric_head_has_ratios_of_one_and_angles_of_none(infant, model, side):
    found = measure_cleft(infant, model.template.landmarks, side)
    for definition in UNILATERAL:
        off = abs(found[definition.code] - definition.ideal)
        assert off < (0.6 if definition.unit == "°" else 0.05), definition.code


def test_measures_stay_when_the_head_is_turned_and_moved(infant, model):
    made = with_cleft(infant, model.template, Kind("left", "complete", 0.7))
    turn = math.radians(9)
    c, s = math.cos(turn), math.sin(turn)
    moved = made.mesh.vertices @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) + (5, -3, 8)
    one = measure_cleft(made.mesh, made.landmarks, "left")
    two = measure_cleft(made.mesh.moved(moved), made.landmarks, "left")
    for code, value in one.items():
        assert two[code] == pytest.approx(value, rel=2e-3, abs=2e-2), code


def test_a_cleft_and_its_repair_are_told_apart(infant, model):
    made = with_cleft(infant, model.template, Kind("right", "complete", 0.8))
    rows = compare_cleft(
        made.mesh, infant, made.landmarks, "right", INFANT, afterwards=model.template.landmarks
    )
    by = {row.definition.code: row for row in rows}
    assert by["columellar angle"].before > 15 > 1 > abs(by["columellar angle"].proposed)
    assert by["nostril width"].before > 1.8
    assert by["nostril width"].proposed == pytest.approx(1, abs=0.05)
    assert by["lateral lip height"].before < 0.95
    assert by["sn shift"].before > 1.5
    assert by["alar base height"].before > 1.02
    assert by["asymmetry"].before > 2 > 0.3 > by["asymmetry"].proposed


def test_more_severe_is_more_in_the_measures_that_tell_severity(infant, model):
    def taken(severity: float) -> dict[str, float]:
        made = with_cleft(infant, model.template, Kind("left", "complete", severity))
        return measure_cleft(made.mesh, made.landmarks, "left")

    mild, severe = taken(0.2), taken(0.9)
    for code in ("columellar angle", "nostril width", "sn shift", "asymmetry"):
        assert severe[code] > mild[code], code
    assert severe["lateral lip height"] < mild["lateral lip height"]


def test_a_cleft_of_both_sides_has_its_own_measures(infant, model):
    made = with_cleft(infant, model.template, Kind("both", "complete", 0.8))
    rows = compare_cleft(made.mesh, infant, made.landmarks, "both", INFANT)
    by = {row.definition.code: row for row in rows}
    assert {d.code for d in BILATERAL} <= set(by)
    assert by["sn-c"].before < by["sn-c"].proposed
    assert by["al-al / en-en"].before > by["al-al / en-en"].proposed
    assert by["sn-prn"].before < by["sn-prn"].proposed


def test_only_checked_norms_are_used_and_their_absence_is_explained(infant, model):
    def rows(years: float) -> dict[str, object]:
        whose = Subject(age=Trait(years, "given"), sex=Trait(1.0, "given"))
        found = compare_cleft(infant, None, model.template.landmarks, "left", whose)
        return {row.definition.code: row for row in found}

    young, older = rows(0.35), rows(8.0)
    assert young["en-en"].norm is not None
    assert young["en-en"].z_before == pytest.approx(
        (young["en-en"].before - young["en-en"].norm.mean) / young["en-en"].norm.sd
    )
    assert young["al-al"].norm is None
    assert young["al-al"].reason.startswith("No norm at this age")
    assert young["ch-ch"].norm is None  # the only source was not checked
    assert older["al-al"].norm.source.verified
    assert young["nostril width"].reason
    assert all(math.isnan(row.proposed) for row in young.values())
    told = row_data(young["al-al"])
    assert told["z_before"] is None
    assert told["no_norm_because"] == young["al-al"].reason


def test_every_measure_says_what_it_is_and_who_takes_it_so():
    for side in ("left", "both"):
        taken = definitions(side)
        assert len({d.code for d in taken}) == len(taken)
        for definition in taken:
            assert definition.text.endswith(".")
            assert definition.source
    assert [d.code for d in UNILATERAL[:3]] == [
        "columellar angle", "nostril width", "lateral lip height",
    ]  # fmt: skip
    assert all(d.norm for d in SIZES)


def test_what_is_missing_is_not_measured(infant, model):
    marks = model.template.landmarks
    fewer = marks.select(tuple(n for n in marks.names if n != "sbal_l"))
    found = measure_cleft(infant, fewer, "left")
    assert math.isnan(found["nostril width"])
    assert math.isfinite(found["columellar angle"])
    none = Landmarks.build((), np.zeros((0, 3)), np.zeros((0, 3)))
    with pytest.raises(InputError, match="eye corners"):
        measure_cleft(infant, none, "left")
    with pytest.raises(InputError, match="which side"):
        measure_cleft(infant, marks, "middle")  # type: ignore[arg-type]


def test_the_nostrils_axis_leans_further_on_the_side_of_a_cleft(infant, model):
    for side in ("left", "right"):
        made = with_cleft(infant, model.template, Kind(side, "complete", 0.6))
        found = measure_cleft(made.mesh, made.landmarks, side)
        assert found["nostril axis"] > 5.0
        assert found["nostril length"] > 1.2


def test_what_is_not_measured_says_why():
    given = {d.name for side in ("left", "both") for d in definitions(side)}
    for name, reason in NOT_MEASURED:
        assert name not in given
        assert reason.endswith(".")

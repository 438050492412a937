"""Visits of one patient: their order, their ages, what changed and how measures went."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from facewright.engine.edits.identity import Identity
from facewright.engine.edits.register import Register
from facewright.engine.edits.repair import Repair
from facewright.engine.errors import InputError
from facewright.engine.face import Face, Subject, Trait
from facewright.engine.geometry.rigid import moved, rotation
from facewright.engine.landmarks import Points
from facewright.engine.measure.cleft import measure_cleft
from facewright.engine.measure.follow_up import (
    aged,
    as_seen,
    change,
    courses,
    dated,
    timeline,
    visit_of,
)
from facewright.engine.models.store import ModelStore
from facewright.engine.project import Project, Source
from facewright.engine.scans.clefts import Cleft, Kind, with_cleft
from facewright.engine.visits import Visit, as_day, years_between

STORE = ModelStore()
MODEL = STORE.lifespan()
TEMPLATE = MODEL.template


@pytest.fixture(scope="module")
def made() -> Cleft:
    c = np.array(MODEL.defaults)
    c[0] = 0.35
    return with_cleft(MODEL.instance(c), TEMPLATE, Kind("left", "complete", 0.6))


def seen(mesh, day="", years=0.35, origin="given", landmarks=None, name="a.ply") -> Visit:
    subject = Subject(age=Trait(years, origin))
    return Visit(name, name, Face(mesh, subject, landmarks=landmarks), day)


def test_days_are_read_and_told_apart() -> None:
    assert as_day(" 2026-11-21 ") == "2026-11-21"
    assert as_day("") == ""
    assert years_between("2025-11-21", "2026-11-21") == pytest.approx(1.0, abs=0.01)
    assert years_between("", "2026-11-21") is None
    for wrong in ("21.11.2026", "2026-13-01", "soon"):
        with pytest.raises(InputError, match="is no day"):
            as_day(wrong)


def test_ages_follow_from_days_unless_they_were_given(made: Cleft) -> None:
    here = seen(made.truth, "2026-07-01", 1.0)
    before = seen(made.mesh, "2026-01-01", 5.0, "estimated")
    assert dated(before, here).face.subject.age.value == pytest.approx(0.5, abs=0.01)
    assert dated(before, here).face.subject.age.origin == "given"
    assert dated(aged(before, 0.4), here).face.subject.age.value == 0.4
    assert dated(replace(before, day=""), here).face.subject.age.value == 5.0


def test_visits_stand_in_order_of_days_or_else_of_ages(made: Cleft) -> None:
    late = seen(made.truth, "2026-07-01", 0.9, name="late")
    first = seen(made.mesh, "2026-01-01", 0.4, name="first")
    between = seen(made.mesh, "2026-03-01", 0.6, name="between")
    project = Project(visits=(late, first))
    assert [v.name for v in timeline(project, between)] == ["first", "between", "late"]
    undated = replace(between, day="")
    assert [v.name for v in timeline(project, undated)] == ["first", "between", "late"]


def test_a_visit_shows_the_patient_without_what_was_tried(made: Cleft) -> None:
    step = Register(face=Face(made.mesh), source="f00d")
    source = Source("infant.ply", "f00d", unit="cm")
    tried = (step, Identity(), Repair(side="left"))
    project = Project(edits=tried, sources=(source,), day="2026-01-01")
    assert as_seen(project).edits == (step,)
    visit = visit_of(as_seen(project), Face(made.mesh), "infant", "f00d", STORE)
    assert (visit.day, visit.unit, visit.name) == ("2026-01-01", "cm", "infant")


def test_what_changed_is_told_where_it_changed(made: Cleft) -> None:
    """The cleft is gone at the second visit, and the head was scanned elsewhere."""
    motion = np.eye(4)
    motion[:3, :3] = rotation([0.1, -0.2, 0.05])
    motion[:3, 3] = [12.0, -4.0, 30.0]
    away = made.truth.moved(moved(made.truth.vertices, motion).astype(np.float32))
    found = change(seen(made.mesh), seen(away), TEMPLATE)
    true = np.linalg.norm(made.truth.vertices - made.mesh.vertices, axis=1)
    np.testing.assert_allclose(found.comparison.distances, true, atol=0.1)
    assert not found.stable.doubtful
    regions = found.comparison.summary["regions"]
    assert regions["upper_lip"]["mean"] > 10 * regions["eyes"]["mean"]


def test_measures_are_followed_with_the_norm_of_each_age(made: Cleft) -> None:
    visits = (
        seen(made.mesh, years=0.35, landmarks=made.landmarks),
        seen(made.truth, years=1.0),
    )
    rows = {course.definition.code: course for course in courses(visits, "left", TEMPLATE)}
    width = rows["nostril width"]
    assert width.values[0] == pytest.approx(
        measure_cleft(made.mesh, made.landmarks, "left")["nostril width"]
    )
    assert width.values[0] > 1.5
    assert width.values[1] == pytest.approx(1.0, abs=0.02)
    at = made.landmarks.on(made.mesh.vertices)
    aside = Points.build(("sn",), at["sn"][None] + (0.0, 3.0, 0.0))
    marked = replace(seen(made.mesh, landmarks=made.landmarks), marks=aside)
    first = {c.definition.code: c.values[0] for c in courses([marked], "left", TEMPLATE)}
    expected = measure_cleft(made.mesh, made.landmarks, "left", aside)
    assert first["columellar angle"] == expected["columellar angle"]
    assert first["columellar angle"] != rows["columellar angle"].values[0]
    for course in rows.values():
        assert len(course.values) == len(course.norms) == 2
    norms = rows["en-en"].norms
    assert norms[0] is not None
    assert norms[1].mean > norms[0].mean  # an infant grows

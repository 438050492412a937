"""Another person in the place of this one: nothing of the first is left, and it is told how far."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from documents import scanned
from toy import ToyStore

from facewright.engine.edits.age import Age
from facewright.engine.edits.anonymise import Anonymise, apart, without_trace
from facewright.engine.edits.reshape import mean_face
from facewright.engine.edits.start import Start
from facewright.engine.errors import InputError
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Face
from facewright.engine.files.project import load, save
from facewright.engine.project import History, Project, Source

MODELS = ToyStore()
REGISTER = scanned(MODELS, np.random.default_rng(5))
assert REGISTER.face is not None
FACE: Face = REGISTER.face
OTHER: Face = scanned(MODELS, np.random.default_rng(6)).face  # type: ignore[assignment]


def test_nothing_of_the_person_is_left() -> None:
    made, same = (Anonymise(seed=7).apply(face, MODELS) for face in (FACE, OTHER))
    np.testing.assert_array_equal(made.mesh.vertices, same.mesh.vertices)
    assert made.texture is None
    assert made.inferred is None
    assert made.landmarks is None
    assert np.abs(made.mesh.vertices - FACE.mesh.vertices).max() > 2.0


def test_age_expression_sex_and_ancestry_stay_as_wished() -> None:
    made = Anonymise(seed=7).apply(FACE, MODELS)
    assert made.subject == FACE.subject
    assert made.expression == FACE.expression
    bare = Anonymise(seed=7, keep_expression=False, keep_sex=False).apply(FACE, MODELS)
    assert bare.subject.age == FACE.subject.age
    assert bare.subject.sex.value != FACE.subject.sex.value
    assert not bare.expression


def test_seeds_draw_others_and_the_same_again() -> None:
    one, again, other = (Anonymise(seed=s).apply(FACE, MODELS) for s in (7, 7, 8))
    np.testing.assert_array_equal(one.mesh.vertices, again.mesh.vertices)
    assert np.abs(one.mesh.vertices - other.mesh.vertices).max() > 1.0
    assert Anonymise().apply(FACE, MODELS) is FACE


def test_the_distance_is_told_in_mm_and_standard_deviations() -> None:
    mean = mean_face(MODELS)
    made = Start(seed=3, fine=0.0).apply(mean, MODELS)
    drawn = MODELS.lifespan().sample(np.random.default_rng(3), 1, age=30.0)[0]
    far = apart(mean, made, MODELS)
    assert far.sigma == pytest.approx(float(np.linalg.norm(drawn[4:8])), rel=1e-3)
    assert far.strangers == pytest.approx(np.sqrt(2 * 4), rel=0.25)
    assert far.millimetres > 0.3
    assert apart(made, made, MODELS).sigma == 0.0


def test_what_is_given_away_holds_no_trace(tmp_path: Path) -> None:
    project = Project(
        sources=(Source("anna.obj", REGISTER.source),),
        edits=(REGISTER, Anonymise(seed=7), Age(years=60.0)),
        notes="Anna, seen on Monday",
        mask=np.ones(162, np.float32),
    )
    bare = without_trace(project, FACE, MODELS)
    whole = Evaluator(MODELS)
    np.testing.assert_allclose(
        whole.face(bare).mesh.vertices, whole.face(project).mesh.vertices, atol=1e-4
    )
    assert whole.face(bare).expression == whole.face(project).expression
    path = tmp_path / "given.face"
    save(History.of(bare), path, MODELS)
    back = load(path, MODELS).history
    assert [edit.kind for edit in back.project.edits] == ["start", "expression", "age"]
    assert not back.project.sources
    assert not back.project.notes
    assert back.project.mask is None
    assert len(back.versions) == 1


@pytest.mark.parametrize(
    "step",
    [
        Anonymise(seed=7, strength=0.5),
        Anonymise(seed=7, enabled=False),
        Anonymise(seed=7, mask=np.ones(162, np.float32)),
        Anonymise(),
    ],
)
def test_half_an_anonymous_person_is_not_given_away(step: Anonymise) -> None:
    with pytest.raises(InputError, match="Part of the person"):
        without_trace(Project(edits=(REGISTER, step)), FACE, MODELS)


def test_a_project_of_nobody_anonymous_is_refused() -> None:
    with pytest.raises(InputError, match="do that first"):
        without_trace(Project(edits=(replace(REGISTER),)), FACE, MODELS)

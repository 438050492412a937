"""Random people: what they have beside the model's axes, and that it goes with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from toy import ToyStore

from facewright.engine.edits.age import Age
from facewright.engine.edits.reshape import encode, mean_face
from facewright.engine.edits.start import Start
from facewright.engine.evaluator import Evaluator
from facewright.engine.files.migrations import migrate
from facewright.engine.files.project import load, save
from facewright.engine.project import History, Project

MODELS = ToyStore()


def head(*edits) -> np.ndarray:
    return Evaluator(MODELS).face(Project(edits=edits)).mesh.vertices


def form(start: Start, *after) -> np.ndarray:
    return head(start, *after) - head(replace(start, fine=0.0), *after)


def test_a_person_has_fine_form_that_no_axis_holds() -> None:
    person, model = Start(seed=5), MODELS.lifespan()
    face = person.apply(mean_face(MODELS), MODELS)
    encoding = encode(face, model)
    plain = encode(replace(person, fine=0.0).apply(mean_face(MODELS), MODELS), model)
    np.testing.assert_array_equal(encoding.coefficients, plain.coefficients)
    assert model.encoded == 0  # what was drawn is known: nothing is fitted
    expected = model.fine_form(np.random.default_rng([5, 1]))
    np.testing.assert_allclose(form(person), expected, atol=0.15 * np.abs(expected).max())
    assert not np.array_equal(form(person), form(Start(seed=6)))
    assert not form(Start()).any()  # the mean has none


def test_amount_variety_and_another_seed_are_minded() -> None:
    whole = form(Start(seed=5))
    np.testing.assert_allclose(form(Start(seed=5, fine=0.5)), 0.5 * whole, atol=1e-4)
    near = Start(seed=5, variety=0.5)
    assert np.linalg.norm(form(near)) == pytest.approx(0.5 * np.linalg.norm(whole), rel=0.1)
    lent = form(Start(fine_seed=5))
    np.testing.assert_allclose(lent, whole, atol=0.2 * np.abs(whole).max())


def test_ageing_carries_it_as_beginning_at_that_age_does() -> None:
    person = Start(seed=5, age=30.0)
    np.testing.assert_allclose(head(person, Age(years=2.0)), head(Start(seed=5, age=2.0)))
    young = form(person, Age(years=2.0))
    assert 0.5 < np.linalg.norm(young) / np.linalg.norm(form(person)) < 1.0


def test_files_hold_it_and_older_ones_stay_as_they_were(tmp_path: Path) -> None:
    person = Start(seed=5, fine_seed=8, fine=0.7)
    save(History.of(Project(edits=(person,)), "Model head"), tmp_path / "a.face", MODELS)
    again = load(tmp_path / "a.face", MODELS).history.project.edits
    np.testing.assert_array_equal(head(*again), head(person))
    edits = [{"kind": "start", "seed": 5}, {"kind": "age", "years": 60.0}]
    document = {"schema": 3, "versions": [], "kept": [], "tables": {"edits": edits}}
    old = migrate(document, "old.face", target=4)
    assert old["tables"]["edits"] == [{**edits[0], "fine": 0.0, "fine_seed": 0}, edits[1]]

"""Taking the expression out of a scanned head: what stays, what goes, and how often it is found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from toy import ToyStore

from facewright.engine.edits.neutralise import Neutralise, rest
from facewright.engine.edits.reshape import mean_face
from facewright.engine.errors import InputError
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Face, Weights
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.project import Project
from facewright.engine.scans import resting

MODELS = ToyStore()
MODEL = MODELS.lifespan()
CRY = Weights(jawOpen=0.8, mouthSmileLeft=0.3, mouthSmileRight=0.3)


def scan_of(truth: np.ndarray, expression: Weights, guess: Weights) -> Face:
    """A head as a registration leaves it that took `expression` for `guess`."""
    base = mean_face(MODELS)
    shown = truth + MODEL.expression_offsets(expression, 30.0)
    neutral = shown - MODEL.expression_offsets(guess, 30.0)
    return replace(
        base,
        mesh=base.mesh.moved(neutral.astype(np.float32)),
        expression=guess,
        inferred=np.zeros(len(truth), np.float32),
    )


def person(rng: np.random.Generator) -> np.ndarray:
    drawn = MODEL.sample(rng, 1, age=30.0)[0]
    drawn[1:4] = 0.0
    return MODEL.vertices(drawn) + rng.normal(0.0, 0.1, (162, 3))


def test_a_wrong_guess_is_put_right(rng: np.random.Generator) -> None:
    truth = person(rng)
    face = scan_of(truth, CRY, Weights(jawOpen=0.5))
    before = np.abs(face.mesh.vertices - truth).max()
    found = rest(face, MODELS)
    assert before > 2.0
    assert np.abs(found.vertices - truth).max() < 0.2 * before
    assert found.expression["jawOpen"] == pytest.approx(0.8, abs=0.05)
    still = Neutralise().apply(face, MODELS)
    assert still.expression == Weights()
    np.testing.assert_array_equal(still.mesh.vertices, found.vertices)


def test_skin_that_does_not_move_keeps_every_detail(rng: np.random.Generator) -> None:
    truth = person(rng)
    truth[MODEL.topology.regions["scalp"] > 0.5] += (0.0, 1.5, 0.0)
    face = scan_of(truth, CRY, CRY)
    found = rest(face, MODELS)
    moved = np.linalg.norm(MODEL.expression_offsets(CRY, 30.0), axis=1)
    away = moved < 1e-3
    assert away.sum() > 50
    np.testing.assert_allclose(found.vertices[away], face.mesh.vertices[away], atol=0.01)
    assert found.kept[away].min() > 0.99


def test_folds_of_the_expression_go(rng: np.random.Generator) -> None:
    truth = person(rng)
    folds = np.zeros((162, 3))
    moved = np.linalg.norm(MODEL.expression_offsets(CRY, 30.0), axis=1)
    folded = moved > 5.0
    folds[folded] = rng.normal(0.0, 1.0, (int(folded.sum()), 3))
    face = scan_of(truth + folds, CRY, CRY)
    found = rest(face, MODELS)
    left = np.linalg.norm(found.vertices - truth, axis=1)[folded].mean()
    assert left < 0.6 * np.linalg.norm(folds[folded], axis=1).mean()


def test_it_is_found_once_while_its_share_is_tuned(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    face = scan_of(person(rng), CRY, CRY)
    asked = []
    real = resting.rest_of
    monkeypatch.setattr(resting, "rest_of", lambda *a: asked.append(1) or real(*a))
    for _ in range(3):
        Neutralise().apply(face, MODELS)
    assert len(asked) == 1
    Neutralise().apply(replace(face, expression=Weights(jawOpen=0.1)), MODELS)
    assert len(asked) == 2


def test_its_share_is_blended(rng: np.random.Generator) -> None:
    from facewright.engine.edits.register import Register

    face = scan_of(person(rng), CRY, CRY)
    evaluator = Evaluator(MODELS)
    heads = [
        evaluator.face(Project(edits=(Register(face=face), Neutralise(strength=s))))
        for s in (0.5, 1.0)
    ]
    np.testing.assert_allclose(
        heads[0].mesh.vertices,
        (face.mesh.vertices + heads[1].mesh.vertices) / 2,
        atol=1e-4,
    )
    assert heads[0].expression["jawOpen"] == pytest.approx(0.4)


def test_a_model_head_only_loses_its_weights() -> None:
    face = replace(mean_face(MODELS), expression=CRY)
    still = Neutralise().apply(face, MODELS)
    assert still.mesh is face.mesh
    assert still.expression == Weights()
    assert Neutralise().apply(still, MODELS) is still


def test_another_template_is_refused(rng: np.random.Generator) -> None:
    face = scan_of(person(rng), CRY, CRY)
    other = Topology.build(face.mesh.topology.faces[:-1], 162)
    with pytest.raises(InputError, match="register its scan again"):
        Neutralise().apply(replace(face, mesh=Mesh(other, face.mesh.vertices)), MODELS)


def test_traits_are_held(rng: np.random.Generator) -> None:
    face = scan_of(person(rng), CRY, CRY)
    assert Neutralise().apply(face, MODELS).subject == face.subject
    assert face.subject.traits["age"] == 30.0

"""Heads of imported models as documents: what is shown, what every other step finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from foreign_toy import OTHER, ForeignStore

from facewright.engine.edits.age import Age
from facewright.engine.edits.from_model import FromModel
from facewright.engine.edits.neutralise import Neutralise
from facewright.engine.edits.register import registration_of
from facewright.engine.errors import FacewrightError, InputError, ModelUnavailable
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Weights
from facewright.engine.files.project import load, save
from facewright.engine.models.store import ModelStore
from facewright.engine.project import History, Project
from facewright.engine.scans.foreign_heads import LinearHeads, foreign_head, person_of
from facewright.engine.scans.template_map import kept_map


@pytest.fixture
def store(tmp_path: Path) -> ForeignStore:
    return ForeignStore(tmp_path)


def head(weights: Weights, store: ForeignStore):
    return FromModel(model=OTHER, version="1", weights=weights).apply(None, store)  # type: ignore[arg-type]


def test_the_head_is_what_the_other_model_says(store: ForeignStore) -> None:
    model = store.get(OTHER)
    c = np.array([1.5, -1.0, 0.6, 0.0], np.float32)
    names = [axis.name for axis in model.axes]
    face = head(Weights(dict(zip(names, map(float, c), strict=True))), store)
    shown = store.rig().pose(face).skin.vertices
    expected = model.instance(c).vertices - np.array([0.0, 40.0, -10.0])
    np.testing.assert_allclose(shown, expected, atol=2e-3)


def test_its_expression_is_told_in_our_shapes_and_can_be_taken_out(store: ForeignStore) -> None:
    face = head(Weights(identity_000=1.0, expression_000=0.7), store)
    assert face.expression["jawOpen"] == pytest.approx(0.7, abs=0.02)
    still = Neutralise().apply(face, store)
    rest = head(Weights(identity_000=1.0), store)
    assert not rest.expression
    moved = np.abs(store.lifespan().expression_offsets(Weights(jawOpen=0.7), 30.0)).max()
    assert np.abs(still.mesh.vertices - rest.mesh.vertices).max() < 0.05 * moved


def test_every_other_step_works_on_it(store: ForeignStore) -> None:
    project = Project(edits=(FromModel(model=OTHER, version="1"), Age(years=5.0)))
    young = Evaluator(store).face(project)
    old = Evaluator(store).face(Project(edits=project.edits[:1]))
    assert young.foreign
    assert not young.ours
    assert np.abs(young.mesh.vertices).max() < 0.95 * np.abs(old.mesh.vertices).max()
    assert registration_of(project) is None


def test_a_random_person_is_at_rest_and_the_same_again(store: ForeignStore) -> None:
    model = store.get(OTHER)
    drawn = person_of(model, 5)
    assert set(drawn) == {"identity_000", "identity_001"}
    assert person_of(model, 5) == drawn
    assert person_of(model, 5, 0.0) == dict.fromkeys(drawn, 0.0)


def test_files_open_without_the_model_and_say_so(store: ForeignStore, tmp_path: Path) -> None:
    path = tmp_path / "other.face"
    project = Project(edits=(FromModel(model=OTHER, weights=Weights(identity_000=1.0)),))
    face = Evaluator(store).face(project)
    save(History.of(project), path, store)
    assert {model.id for model in load(path, store).history.project.models} == {OTHER, "lifespan"}
    store.remove(OTHER)
    loaded = load(path, store)
    assert f"The model {OTHER} 1 is not installed" in loaded.problems[0]
    back = loaded.evaluator(store).face(loaded.history.project)
    assert back.foreign  # what a completion is sure of depends on it
    np.testing.assert_allclose(back.mesh.vertices, face.mesh.vertices, atol=1e-3)


def test_a_model_that_was_not_matched_says_what_to_do(tmp_path: Path) -> None:
    store = ForeignStore(tmp_path, matched=False)
    assert kept_map(OTHER, store) is None
    with pytest.raises(InputError, match="New head"):
        head(Weights(), store)
    with pytest.raises(ModelUnavailable):
        FromModel(model="nobody's").apply(None, store)  # type: ignore[arg-type]


def test_the_map_is_read_once(store: ForeignStore) -> None:
    assert kept_map(OTHER, store) is kept_map(OTHER, store)


@pytest.mark.parametrize("weights", [Weights(nose=1.0), Weights(identity_000=float("inf"))])
def test_weights_that_do_not_fit_are_refused(weights: Weights, store: ForeignStore) -> None:
    found = kept_map(OTHER, store)
    assert found is not None
    with pytest.raises(InputError):
        foreign_head(found, weights, store.lifespan())


def test_imported_models_have_a_size_and_can_be_removed(tmp_path: Path) -> None:
    from foreign_toy import write_model

    models = ModelStore(cache=tmp_path / "cache")
    card = models.import_model(write_model(tmp_path))
    folder = models.folder(card.id)
    assert models.size(card.id) == sum(file.stat().st_size for file in folder.iterdir())
    assert models.remove(card.id) == card
    assert not folder.exists()
    assert card.id not in {known.id for known in models.cards()}
    for id in (card.id, "lifespan"):
        with pytest.raises(FacewrightError):
            models.remove(id)


def test_linear_heads_are_carried_without_their_own_surface(
    store: ForeignStore, rng: np.random.Generator
) -> None:
    found = kept_map(OTHER, store)
    assert found is not None
    quick = LinearHeads(found)
    for c in (*rng.standard_normal((3, 4)), np.eye(4)[2]):
        slow = found.head(found.model.instance(c)).vertices
        np.testing.assert_allclose(quick(c.astype(np.float32)), slow, atol=1e-3)

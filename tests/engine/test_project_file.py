"""Project files: round trips, hostile ones, and those whose models are gone."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from documents import rich, scanned
from toy import ToyStore

from facewright.engine.edits.age import Age
from facewright.engine.edits.base import Edit
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.identity import Asymmetry, Identity
from facewright.engine.edits.neutralise import Neutralise
from facewright.engine.edits.sex_ancestry import SexAncestry
from facewright.engine.edits.start import Start
from facewright.engine.edits.subject import About
from facewright.engine.edits.symmetrise import Symmetrise
from facewright.engine.errors import InputError, ModelUnavailable
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Face, Weights
from facewright.engine.files.archive import ArchiveReader
from facewright.engine.files.migrations import migrate
from facewright.engine.files.project import load, save
from facewright.engine.project import History, ModelRef, Project, Source

RELEASED = Path(__file__).parent.parent / "files"


@pytest.fixture
def models() -> ToyStore:
    return ToyStore()


def test_everything_comes_back(tmp_path: Path, models: ToyStore, rng: np.random.Generator) -> None:
    history = rich(models, rng)
    path = tmp_path / "a.face"
    save(history, path, models)
    loaded = load(path, models)
    assert loaded.problems == ()
    assert loaded.history.index == history.index
    assert [v.name for v in loaded.history.versions] == [v.name for v in history.versions]
    old, new = history.project, loaded.history.project
    assert new.notes == old.notes
    assert new.models == old.models
    assert new.sources[0].notes == ("mended",)
    np.testing.assert_array_equal(new.sources[0].transform, old.sources[0].transform)
    np.testing.assert_array_equal(new.landmarks.weights, old.landmarks.weights)
    np.testing.assert_array_equal(new.mask, old.mask)
    assert [(c.kind, c.name) for c in new.calipers] == [("straight", "gap")]
    np.testing.assert_array_equal(new.calipers[0].points.corners, old.calipers[0].points.corners)
    assert new.day == "2026-11-21"
    visit, earlier = new.visits[0], old.visits[0]
    assert (visit.name, visit.sha256, visit.day, visit.unit) == (
        "before.ply", "cd" * 32, "2026-03-01", "cm",
    )  # fmt: skip
    np.testing.assert_array_equal(visit.face.mesh.vertices, earlier.face.mesh.vertices)
    assert visit.face.subject == earlier.face.subject
    assert visit.marks.names == earlier.marks.names
    np.testing.assert_array_equal(visit.marks.positions, earlier.marks.positions)
    np.testing.assert_array_equal(visit.marks.confidence, earlier.marks.confidence)
    first, open_round = new.rounds
    assert first.landmarks is new.landmarks
    np.testing.assert_array_equal(first.mask, old.rounds[0].mask)
    assert first.time == 1.5e9
    assert open_round.landmarks is None
    before, after = old.edits[0].face, new.edits[0].face
    assert after.subject == before.subject
    assert after.expression == before.expression
    assert after.landmarks.names == ("n", "prn", "sn")
    assert after.mesh.topology is models.lifespan().topology
    for one, other in (
        (after.texture.image, before.texture.image),
        (after.texture.known, before.texture.known),
        (after.inferred, before.inferred),
        (after.mesh.vertices, before.mesh.vertices),
        (new.edits[0].error, old.edits[0].error),
        (new.edits[1].mask, old.edits[1].mask),
    ):
        np.testing.assert_array_equal(one, other)
        assert not one.flags.writeable
    assert new.edits[2].weights == old.edits[2].weights
    face = Evaluator(models).face(old)
    np.testing.assert_array_equal(loaded.baked.mesh.vertices, face.mesh.vertices)
    np.testing.assert_array_equal(
        loaded.evaluator(models).face(new).mesh.vertices, face.mesh.vertices
    )
    np.testing.assert_array_equal(loaded.shown.vertices, models.rig().pose(face).skin.vertices)


def test_versions_share_edits_after_loading(
    tmp_path: Path, models: ToyStore, rng: np.random.Generator
) -> None:
    path = tmp_path / "a.face"
    save(rich(models, rng), path, models)
    versions = load(path, models).history.versions
    assert versions[1].project.edits[0] is versions[3].project.edits[0]


def test_saving_twice_gives_the_same_bytes(
    tmp_path: Path, models: ToyStore, rng: np.random.Generator
) -> None:
    history = rich(models, rng)
    save(history, tmp_path / "a.face", models)
    save(load(tmp_path / "a.face", models).history, tmp_path / "b.face", models)
    assert (tmp_path / "a.face").read_bytes() == (tmp_path / "b.face").read_bytes()


def test_names_times_and_kept_versions_come_back(
    tmp_path: Path, models: ToyStore, rng: np.random.Generator
) -> None:
    history = rich(models, rng)
    history = history.labelled(history.shown, "Before surgery")
    kept = history.shown
    titled = Age(years=8.0, title="As a child")
    history = history.undo().commit("Age", history.versions[0].project.with_edit(titled), 1.5e9)
    save(history, tmp_path / "a.face", models)
    again = load(tmp_path / "a.face", models).history
    assert [(v.label, v.name) for v in again.kept] == [("Before surgery", kept.name)]
    assert again.kept[0].project.edits[0] is again.versions[0].project.edits[0]
    assert [v.time for v in again.versions] == [None, None, 1.5e9]
    assert again.project.edits[-1].called == "As a child"
    assert again.project.edits[0].called == "Head from scan"


def random_edit(rng: np.random.Generator, models: ToyStore) -> Edit:
    model = models.lifespan()
    names = [axis.name for axis in model.axes]
    common: dict[str, Any] = {"strength": float(rng.choice([1.0, 1.0, rng.random()]))}
    if rng.random() < 0.3:
        common["mask"] = rng.random(model.topology.count).astype(np.float32)
    weights = Weights({str(n): rng.normal() for n in rng.choice(names[4:7], 2, replace=False)})
    smile = Weights({str(n): rng.random() for n in rng.choice(names[8:], 2, replace=False)})
    return [
        lambda: Identity(weights=weights, **common),
        lambda: Asymmetry(weights=Weights(asymmetry_000=rng.normal()), **common),
        lambda: Age(years=rng.uniform(0, 90), **common),
        lambda: SexAncestry(sex=rng.uniform(-1, 1), african=rng.random(), **common),
        lambda: Expression(weights=smile, mode=str(rng.choice(["add", "set"])), **common),
        lambda: Neutralise(**common),
        lambda: About(age=rng.uniform(0, 90), **common),
        lambda: Symmetrise(side=str(rng.choice(["left", "right", "average"])), **common),
        lambda: Start(seed=int(rng.integers(0, 99)), age=rng.uniform(0, 90), **common),
    ][rng.integers(9)]()


def same(one: Face, other: Face) -> None:
    np.testing.assert_array_equal(one.mesh.vertices, other.mesh.vertices)
    np.testing.assert_array_equal(one.pose, other.pose)
    assert one.expression == other.expression
    assert one.subject == other.subject


def test_200_random_edits_through_undo_redo_save_and_load_are_bit_identical(
    tmp_path: Path, models: ToyStore, rng: np.random.Generator
) -> None:
    evaluator = Evaluator(models, keep=64)
    project = Project(edits=(scanned(models, rng),))
    history = History.of(project)
    for step in range(200):
        count = len(project.edits)
        match rng.integers(4):
            case 0 if count > 4:
                project = project.without_edit(int(rng.integers(1, count)))
            case 1 if count > 4:
                at = int(rng.integers(1, count))
                project = project.with_replaced(at, random_edit(rng, models))
            case 2 if count > 4:
                project = project.with_moved(*rng.integers(1, count, 2).tolist())
            case _:
                project = project.with_edit(random_edit(rng, models))
        history = history.commit(f"Step {step}", project)
        end = evaluator.face(project)
    for _ in range(100):
        history = history.undo()
        middle = evaluator.face(history.project)
    save(history, tmp_path / "middle.face", models)
    loaded = load(tmp_path / "middle.face", models)
    again, fresh = loaded.history, loaded.evaluator(models)
    same(fresh.face(again.project), middle)
    while again.can_undo:
        again = again.undo()
        fresh.face(again.project)
    while again.can_redo:
        again = again.redo()
        result = fresh.face(again.project)
    assert len(again.versions) == 201
    same(result, end)


def test_a_head_that_fails_now_is_shown_as_it_was_saved(
    tmp_path: Path, models: ToyStore, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect in a newer program must not keep a file from opening."""
    history = rich(models, rng)
    save(history, tmp_path / "a.face", models)
    face = Evaluator(models).face(history.project)

    def broken(*_: object) -> Face:
        raise ZeroDivisionError

    monkeypatch.setattr(Age, "apply", broken)
    loaded = load(tmp_path / "a.face", models)
    evaluator = loaded.evaluator(models)
    same(evaluator.face(loaded.history.project), face)


class Gone(ToyStore):
    def lifespan(self) -> Any:
        raise ModelUnavailable("The head model is missing: install Facewright again.")

    def reference(self, id: str) -> ModelRef:
        raise ModelUnavailable("The head model is missing: install Facewright again.")


def test_without_its_model_the_baked_head_is_shown(
    tmp_path: Path, models: ToyStore, rng: np.random.Generator
) -> None:
    history = rich(models, rng)
    face = Evaluator(models).face(history.project)
    path = tmp_path / "a.face"
    save(history, path, models)
    loaded = load(path, Gone())
    (problem,) = loaded.problems
    assert "not installed" in problem
    assert "2 (Age), 3 (Shape)" in problem
    shown = loaded.evaluator(Gone()).face(loaded.history.project)
    same(shown, face)
    np.testing.assert_array_equal(shown.mesh.topology.faces, models.lifespan().topology.faces)
    save(loaded.history, tmp_path / "b.face", Gone(), face=shown)
    same(load(tmp_path / "b.face", models).baked, face)


def test_models_that_nobody_pinned_are_pinned_when_saved(tmp_path: Path, models: ToyStore) -> None:
    path = tmp_path / "a.face"
    save(History.of(Project(edits=(Age(years=60.0),))), path, models)
    assert load(path, models).history.project.models == (models.reference("lifespan"),)
    assert "cannot be run again" in load(path, ToyStore(sha256="1" * 64)).problems[0]


def test_another_model_of_the_same_name_is_told(
    tmp_path: Path, models: ToyStore, rng: np.random.Generator
) -> None:
    path = tmp_path / "a.face"
    save(rich(models, rng), path, models)
    loaded = load(path, ToyStore(sha256="1" * 64))
    assert "cannot be run again as before" in loaded.problems[0]
    assert loaded.evaluator(models).face(loaded.history.project) is loaded.baked


def test_a_step_that_fails_does_not_keep_the_history_from_being_saved(
    tmp_path: Path, models: ToyStore
) -> None:
    project = Project(edits=(Age(years=float("nan")), Identity(mask=np.ones(3, np.float32))))
    save(History.of(project), tmp_path / "a.face", models)
    loaded = load(tmp_path / "a.face", models)
    assert loaded.baked is None
    assert np.isnan(loaded.history.project.edits[0].years)


def test_saving_is_atomic(tmp_path: Path, models: ToyStore, monkeypatch: Any) -> None:
    path = tmp_path / "a.face"
    save(History.of(Project(notes="good")), path, models)
    good = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(InputError, match="disk is full"):
        save(History.of(Project(notes="other")), path, models)
    assert path.read_bytes() == good
    assert [item.name for item in tmp_path.iterdir()] == ["a.face"]


def test_names_that_are_no_text_are_kept(tmp_path: Path, models: ToyStore) -> None:
    """As Python tells file names that were written on another system."""
    source = Source("Ana\udcef s\u0327can \U0001f600.obj", "ab" * 32)
    save(History.of(Project(sources=(source,))), tmp_path / "Größe 頭.face", models)
    loaded = load(tmp_path / "Größe 頭.face", models)
    assert loaded.history.project.sources[0].name == source.name


def test_a_history_of_no_edits_undoes_and_goes_on_after_loading(
    tmp_path: Path, models: ToyStore
) -> None:
    save(History(), tmp_path / "a.face", models)
    loaded = load(tmp_path / "a.face", models)
    history, evaluator = loaded.history, loaded.evaluator(models)
    assert history.undo() is history
    same(evaluator.face(history.project), loaded.baked)
    older = history.commit("Age", history.project.with_edit(Age(years=60.0)))
    assert evaluator.face(older.project).subject.age.value == 60.0
    same(evaluator.face(older.undo().project), loaded.baked)


def test_a_missing_folder_is_told(tmp_path: Path, models: ToyStore) -> None:
    with pytest.raises(InputError, match="folder does not exist"):
        save(History(), tmp_path / "none" / "a.face", models)
    with pytest.raises(InputError, match=r"a\.face cannot be opened"):
        load(tmp_path / "a.face")


def test_the_preview_is_kept(tmp_path: Path, models: ToyStore) -> None:
    picture = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    save(History(), tmp_path / "a.face", models, preview=picture)
    with ArchiveReader(tmp_path / "a.face") as archive:
        np.testing.assert_array_equal(archive.preview(), picture)


@pytest.mark.parametrize("path", sorted(RELEASED.glob("schema-*.face")), ids=lambda p: p.stem)
def test_files_of_every_released_schema_open(path: Path, models: ToyStore) -> None:
    """Written once by the version that released the schema, and never again."""
    loaded = load(path, models)
    assert loaded.problems == ()
    assert [v.name for v in loaded.history.versions] == [
        "Open scan.obj",
        "Age",
        "Identity",
        "About the subject",
    ]
    project = loaded.history.project
    assert [edit.kind for edit in project.edits] == ["register", "age", "identity"]
    assert project.edits[1].years == 60.0
    assert project.notes.startswith("Zeile 1")
    face = loaded.evaluator(models).face(project)
    # The way detail is carried has become better since: the head differs by microns.
    np.testing.assert_allclose(face.mesh.vertices, loaded.baked.mesh.vertices, atol=5e-3)
    assert face.texture.image.shape == (16, 24, 3)


@pytest.mark.parametrize("path", sorted(RELEASED.glob("sculpted-*.face")), ids=lambda p: p.stem)
def test_what_was_sculpted_is_the_same(path: Path, models: ToyStore) -> None:
    """Two strokes, that the second schema held together in mm, the third each alone in steps."""
    loaded = load(path, models)
    before, first, second = (version.project for version in loaded.history.versions)
    evaluator = loaded.evaluator(models)
    same(evaluator.face(second), loaded.baked)
    moved = [evaluator.face(p).mesh.vertices - evaluator.face(before).mesh.vertices
             for p in (first, second)]  # fmt: skip
    assert moved[0].max() > 4.0
    assert np.abs(moved[1] - moved[0]).max() > 1.0
    layer = second.edits[-1]
    once_more = layer.with_stroke(moved[0], np.zeros_like(moved[0]), layer.made_on)
    after = evaluator.face(second.with_replaced(1, once_more)).mesh.vertices
    expected = evaluator.face(before).mesh.vertices + moved[1] + moved[0]
    np.testing.assert_allclose(after, expected, atol=2e-3)


def test_what_came_after_the_first_schema_is_empty(models: ToyStore) -> None:
    history = load(RELEASED / "schema-1.face", models).history
    assert history.kept == ()
    assert {(version.label, version.time) for version in history.versions} == {("", None)}
    for version in history.versions:
        assert version.project.mask is None
        assert version.project.calipers == ()
        assert version.project.visits == version.project.rounds == ()
        assert version.project.day == ""
        assert all(edit.title == "" for edit in version.project.edits)


def test_migrations_run_in_order() -> None:
    steps = {
        1: lambda document: {**document, "log": ["one"]},
        2: lambda document: {**document, "log": [*document["log"], "two"]},
    }
    document = migrate({"schema": 1}, "old.face", target=3, steps=steps)
    assert document == {"schema": 3, "log": ["one", "two"]}
    with pytest.raises(InputError, match=r"newer Facewright \(9\.1\): update"):
        migrate({"schema": 4, "program": "9.1"}, "new.face", target=3, steps=steps)
    for schema in (None, 0, -3, "1", True, 1.0):
        with pytest.raises(InputError, match="no Facewright project"):
            migrate({"schema": schema}, "odd.face")

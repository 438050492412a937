"""The command line: results as JSON and text, and one sentence for every failure."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from documents import rich
from foreign_toy import OTHER, ForeignStore
from PIL import Image
from toy import ToyStore

from facewright.engine.cli import main, plain
from facewright.engine.commands.scans import axes_of
from facewright.engine.edits.register import Register
from facewright.engine.edits.table import EDITS
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Face
from facewright.engine.files.project import load, save
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.project import History, Project

MODELS = ToyStore()


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*words: object) -> Result:
        code = main([str(word) for word in words], MODELS)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture
def head(tmp_path: Path) -> Path:
    path = tmp_path / "head.face"
    save(History.of(Project(models=(MODELS.reference("lifespan"),))), path, MODELS)
    return path


def test_measure_prints_a_table_and_writes_it(run: Any, head: Path, tmp_path: Path) -> None:
    table = tmp_path / "m.csv"
    data = run("measure", head, "--norms", "-o", table, "--json").data
    rows = {row["code"]: row for row in data["measures"]}
    vertices = MODELS.lifespan().mean().vertices
    places = MODELS.lifespan().template.landmarks.on(vertices)
    assert rows["n-sn"]["value"] == pytest.approx(
        float(np.linalg.norm(places["n"] - places["sn"])), abs=1e-3
    )
    assert rows["en-en"]["value"] is None
    assert rows["n-sn"]["norm_source"] == "Weinberg 2016"
    assert rows["CI"]["no_norm_because"] == "None that we could check."
    assert data["asymmetry"]["face_rms"] < 1e-3
    assert len(table.read_text(encoding="utf-8").splitlines()) == len(rows) + 1
    text = run("measure", head).out
    assert "Nose height" in text
    assert "No norm" not in text


def pixels_of(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture)


def failed(result: Result, *words: str) -> None:
    assert result.code == 1
    assert result.out == ""
    assert result.err.count("\n") == 1
    for word in words:
        assert word in result.err


def test_no_command_shows_help(run: Any) -> None:
    result = run()
    assert result.code == 0
    for command in ("info", "landmarks", "register", "edit", "neutralise", "compare"):
        assert command in result.out


def test_help_of_every_command(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("info", "register", "edit", "compare", "export", "render", "sample", "models"):
        with pytest.raises(SystemExit) as caught:
            run(command, "--help")
        assert caught.value.code == 0
        assert command in capsys.readouterr().out


def test_edit_list_shows_every_kind_that_is_not_slow(run: Any) -> None:
    listed = {item["kind"]: item for item in run("edit", "--list", "--json").data["kinds"]}
    assert set(listed) == {kind for kind, edit in EDITS.items() if not edit.slow}
    (years,) = listed["age"]["fields"]
    assert (years["low"], years["high"], years["unit"]) == (0, 90, "years")
    assert "--years 0 to 90 years" in run("edit", "--list").out


def test_edit_adds_a_step(run: Any, head: Path, tmp_path: Path) -> None:
    out = tmp_path / "old.face"
    result = run("edit", head, out, "age", "--years", 70, "--json")
    assert result.code == 0
    assert result.data["subject"]["age"]["value"] == 70
    loaded = load(out, MODELS)
    assert [edit.kind for edit in loaded.history.project.edits] == ["age"]
    assert loaded.history.undo_name == "Age"
    assert loaded.baked.subject.age.value == 70
    assert load(head, MODELS).history.project.edits == (), "the input is left alone"


def test_an_edit_may_overwrite_its_input(run: Any, head: Path) -> None:
    assert run("edit", head, head, "age", "--years", 5).code == 0
    assert run("edit", head, head, "sex_ancestry", "--sex", -1).code == 0
    result = run("edit", head, head, "sex_ancestry", "--asian", 0.5, "--json")
    assert result.data["steps"] == ["age", "sex_ancestry", "sex_ancestry"]
    assert result.data["subject"]["sex"]["value"] == -1, "what is not given stays"
    assert result.data["subject"]["age"]["value"] == 5


def test_edit_takes_weights_masks_and_strength(run: Any, head: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.face"
    words = ("--weights", "identity_000=2", "detail_000=-1,identity_001=0.5", "--mask", "nose")
    assert run("edit", head, out, "identity", *words, "--strength", 0.5, "--quiet").out == ""
    (edit,) = load(out, MODELS).history.project.edits
    assert dict(edit.weights) == {"identity_000": 2.0, "detail_000": -1.0, "identity_001": 0.5}
    assert edit.strength == 0.5
    np.testing.assert_array_equal(edit.mask, MODELS.lifespan().topology.regions["nose"])


@pytest.mark.parametrize("suffix", ["npy", "json", "txt"])
def test_a_mask_from_a_file(run: Any, head: Path, tmp_path: Path, suffix: str) -> None:
    mask = np.linspace(0, 1, 162, dtype=np.float32)
    path = tmp_path / f"mask.{suffix}"
    match suffix:
        case "npy":
            np.save(path, mask)
        case "json":
            path.write_text(json.dumps(mask.tolist()))
        case "txt":
            path.write_text("\n".join(map(str, mask)))
    assert run("edit", head, head, "age", "--years", 3, "--mask", path).code == 0
    np.testing.assert_allclose(load(head, MODELS).history.project.edits[0].mask, mask, atol=1e-7)


def test_neutralise(run: Any, head: Path, tmp_path: Path) -> None:
    run("edit", head, head, "expression", "--weights", "jawOpen=0.8")
    result = run("neutralise", head, tmp_path / "calm.face", "--json")
    assert result.data["expression"] == {}
    assert load(head, MODELS).baked.expression["jawOpen"] == 0.8


def test_complete_a_region(run: Any, head: Path, tmp_path: Path) -> None:
    out = tmp_path / "whole.face"
    data = run("complete", head, out, "--region", "nose", "--json").data
    assert data["steps"][-1] == "complete"
    assert data["within_90"] > 0
    mask = MODELS.lifespan().topology.regions["upper_lip"]
    np.save(tmp_path / "cleft.npy", mask)
    words = ("--region", tmp_path / "cleft.npy", "--alternative", 3, "--mirror", 0.5)
    assert run("complete", head, out, *words).code == 0
    (edit,) = load(out, MODELS).history.project.edits
    np.testing.assert_array_equal(edit.area, mask)
    assert (edit.alternative, edit.mirror) == (3, 0.5)


def test_compare_measures_what_was_changed(run: Any, head: Path, tmp_path: Path) -> None:
    grown = tmp_path / "grown.face"
    run("edit", head, grown, "age", "--years", 60)
    words = ("-o", tmp_path / "heat.png", "--no-align", "--json")
    data = run("compare", head, grown, *words).data
    model = MODELS.lifespan()
    factor = model.growth(60) / model.growth(30) - 1
    size = np.linalg.norm(model.mean().vertices, axis=1)
    assert factor * size.min() < data["median"] < factor * size.max()
    assert data["max"] == pytest.approx(factor * size.max(), rel=1e-4)
    assert data["signed_mean"] > 0
    assert set(data["regions"]) == set(model.topology.regions)
    assert pixels_of(tmp_path / "heat.png").shape == (800, 800, 3)
    back = run("compare", grown, head, "--json").data
    assert back["signed_mean"] < 0
    same = run("compare", head, head, "--json").data
    assert same["max"] < 1e-6


def test_compare_aligns_unless_told_not_to(run: Any, head: Path, tmp_path: Path) -> None:
    face = Evaluator(MODELS).face(Project())
    pose = np.eye(4, dtype=np.float32)
    pose[0, 3] = 7.0
    moved = tmp_path / "moved.face"
    save(History.of(Project(edits=(Register(face=replace(face, pose=pose)),))), moved, MODELS)
    assert run("compare", head, moved, "--json").data["max"] < 1e-4
    assert run("compare", head, moved, "--no-align", "--json").data["mean"] == pytest.approx(7.0)


def test_compare_leaves_expressions_out_when_asked(run: Any, head: Path, tmp_path: Path) -> None:
    smiling = tmp_path / "smile.face"
    run("edit", head, smiling, "expression", "--weights", "jawOpen=1")
    assert run("compare", head, smiling, "--json").data["max"] > 1
    assert run("compare", head, smiling, "--neutral", "--json").data["max"] < 1e-6


def test_render(run: Any, head: Path, tmp_path: Path) -> None:
    out = tmp_path / "picture.png"
    assert run("render", head, "-o", out, "--view", "left", "--size", "320x240").code == 0
    picture = pixels_of(out).astype(int)
    assert picture.shape == (240, 320, 3)
    assert np.abs(picture[120, 160] - picture[2, 2]).sum() > 60, "a head stands in the middle"


def test_sample_is_repeatable_and_editable(run: Any, tmp_path: Path) -> None:
    people = run("sample", "lifespan", "-n", 3, "--seed", 4, "-o", tmp_path / "a", "--json").data
    again = run("sample", "lifespan", "-n", 3, "--seed", 4, "-o", tmp_path / "b", "--json").data
    assert [p["seed"] for p in people["people"]] == [p["seed"] for p in again["people"]]
    one, other = (sorted((tmp_path / name).glob("*.face")) for name in "ab")
    assert [path.name for path in one] == ["lifespan-1.face", "lifespan-2.face", "lifespan-3.face"]
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in other]
    first, second = (load(path, MODELS).baked.mesh.vertices for path in one[:2])
    assert np.abs(first - second).max() > 1
    aged = run("sample", "lifespan", "--age", 0.5, "-o", tmp_path / "c", "--json").data
    assert aged["people"][0]["age"] == 0.5


def test_info_of_a_project(run: Any, tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "case.face"
    save(rich(MODELS, rng), path, MODELS)
    (item,) = run("info", path, "--json").data["files"]
    assert item["kind"] == "project"
    assert [step["kind"] for step in item["steps"]] == ["register", "age", "identity"]
    assert item["versions"] == 4
    assert item["sources"][0]["name"] == "scan.obj"
    assert "Head from scan, Age, Shape" in run("info", path).out


def test_info_goes_on_after_a_bad_file(run: Any, head: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.face"
    bad.write_bytes(b"nothing")
    result = run("info", bad, head, "--json")
    assert result.code == 1
    assert [item["kind"] for item in result.data["files"]] == ["unreadable", "project"]
    assert "bad.face" in result.err
    assert result.err.count("\n") == 1


def test_json_and_quiet_stand_before_or_after_the_command(run: Any, head: Path) -> None:
    assert run("--json", "info", head).data == run("info", head, "--json").data
    assert run("--json", "edit", head, head, "age", "--years", 9).data["steps"] == ["age"]
    assert run("edit", "--json", head, head, "age").data["steps"] == ["age", "age"]
    assert run("--quiet", "neutralise", head, head).out == ""


def test_a_head_of_another_template_is_told(run: Any, tmp_path: Path) -> None:
    topology = Topology.build([[0, 1, 2]], 3)
    mesh = Mesh(topology, np.eye(3, dtype=np.float32))
    path = tmp_path / "other.face"
    save(History.of(Project(edits=(Register(face=Face(mesh)),))), path, MODELS)
    assert run("info", path).code == 0
    failed(run("render", path, "-o", tmp_path / "a.png"), "other.face", "register its scan again")


def test_a_full_disk_leaves_the_picture_that_was_there(
    run: Any, head: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "picture.png"
    assert run("render", head, "-o", out, "--size", "64x64").code == 0
    good = out.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    failed(run("render", head, "-o", out, "--size", "64x64"), "disk is full")
    assert out.read_bytes() == good


def test_models_info(run: Any) -> None:
    data = run("models", "info", "lifespan", "--json").data
    assert data["licence"] == "MIT"
    assert len(data["axes"]) == len(MODELS.lifespan().axes)
    failed(run("models", "info", "none"), "none", "lifespan")


def test_axes_are_told_from_the_turn_that_sets_a_scan_upright() -> None:
    assert axes_of(np.eye(4)) == {"left": "+x", "up": "+y", "front": "+z"}
    lying = [[1, 0, 0, 5], [0, 0, 1000, 6], [0, -1000, 0, 7], [0, 0, 0, 1]]
    assert axes_of(lying) == {"left": "+x", "up": "+z", "front": "-y"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["fly"], ["fly"]),
        (["info"], ["FILE"]),
        (["edit"], ["--list"]),
        (["edit", "HEAD", "OUT", "grow"], ["grow", "symmetrise"]),
        (["edit", "HEAD", "OUT", "register"], ["register"]),
        (["edit", "HEAD", "OUT", "age", "--years", "old"], ["--years", "old"]),
        (["edit", "HEAD", "OUT", "age", "--years", "200"], ["200", "0 to 90 years"]),
        (["edit", "HEAD", "OUT", "age", "--yers", "20"], ["--yers"]),
        (["edit", "HEAD", "OUT", "identity", "--weights", "nose"], ["NAME=VALUE"]),
        (["edit", "HEAD", "OUT", "identity", "--weights", "nose=1"], ["no axis named nose"]),
        (["edit", "HEAD", "OUT", "age", "--years", "nan"], ["nan"]),
        (["edit", "HEAD", "OUT", "age", "--strength", "nan"], ["--strength"]),
        (["edit", "HEAD", "OUT", "age", "--strength", "1e30"], ["--strength", "0 to 1"]),
        (["edit", "HEAD", "OUT", "expression", "--weights", "=1"], ["NAME=VALUE"]),
        (["edit", "HEAD", "PLY", "age", "--years", "3"], ["should end in .face"]),
        (["register", "PLY", "-o", "PLY"], ["should end in .face"]),
        (["register", "PLY", "-o", "OUT", "--age", "nan"], ["0 to 90 years"]),
        (["neutralise", "HEAD", "PLY"], ["should end in .face"]),
        (["edit", "HEAD", "OUT", "expression", "--weights", "jawOpen=nan"], ["finite"]),
        (["edit", "HEAD", "OUT", "age", "--mask", "moustache"], ["moustache", "nose"]),
        (["edit", "HEAD", "OUT", "symmetrise", "--side", "up"], ["up"]),
        (["edit", "HEAD", "no/such/out.face", "age"], ["no folder"]),
        (["edit", "missing.face", "OUT", "age"], ["missing.face"]),
        (["edit", "scan.obj", "OUT", "age"], ["register"]),
        (["complete", "HEAD", "OUT"], ["--region"]),
        (["complete", "HEAD", "OUT", "--region", "moustache"], ["moustache", "nose"]),
        (["complete", "HEAD", "OUT", "--region", "nose", "--mirror", "2"], ["--mirror", "0 to 1"]),
        (["complete", "HEAD", "OUT", "--region", "scalp", "--alternative", "-1"], ["0 to 99"]),
        (["neutralise", "HEAD"], ["OUT.face"]),
        (["neutralise", "HEAD", "OUT", "--fast"], ["--fast"]),
        (["render", "HEAD", "-o", "OUT", "--size", "big"], ["big"]),
        (["render", "HEAD", "-o", "OUT", "--size", "9x99999"], ["16x16"]),
        (["render", "HEAD", "-o", "OUT"], [".png"]),
        (["render", "HEAD", "-o", "OUT", "--view", "behind"], ["behind"]),
        (["sample", "none", "-o", "DIR"], ["none"]),
        (["sample", "lifespan", "-n", "0", "-o", "DIR"], ["1 to"]),
        (["sample", "lifespan", "--age", "-3", "-o", "DIR"], ["90 years"]),
        (["compare", "HEAD", "missing.face"], ["missing.face"]),
    ],
)
def test_every_mistake_gets_one_sentence(
    words: list[str], told: list[str], run: Any, head: Path, tmp_path: Path
) -> None:
    places = {"HEAD": head, "OUT": tmp_path / "out.face", "DIR": tmp_path / "people"}
    scan = places["PLY"] = tmp_path / "scan.ply"
    scan.write_bytes(b"a scan that must not be overwritten")
    failed(run(*(places.get(word, word) for word in words)), *told)
    assert not (tmp_path / "out.face").exists()
    assert scan.read_bytes() == b"a scan that must not be overwritten"


def test_a_defect_is_one_sentence_unless_debugging(
    run: Any, head: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("facewright.engine.commands.heads.save", broken)
    failed(run("neutralise", head, head), "ZeroDivisionError", "FACEWRIGHT_DEBUG")
    monkeypatch.setenv("FACEWRIGHT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("neutralise", head, head)


def test_numbers_that_json_has_no_word_for() -> None:
    assert plain({"a": [float("nan"), 1.0], "b": (float("inf"),)}) == {
        "a": [None, 1.0],
        "b": [None],
    }


def test_the_program_starts_light() -> None:
    """Nothing heavy is imported before a command needs it."""
    code = (
        "import sys; import facewright.engine.cli as c; c.build_parser();"
        "print([m for m in ('torch', 'numba', 'vtk', 'vtkmodules', 'trimesh', 'scipy', 'PySide6')"
        " if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_an_expression_comes_from_a_name_or_from_another_head(
    run: Any, head: Path, tmp_path: Path
) -> None:
    donor, out = tmp_path / "donor.face", tmp_path / "out.face"
    run("edit", head, donor, "expression", "--weights", "jawOpen=0.5")
    data = run("edit", head, out, "expression", "--from", donor, "--strength", 0.5, "--json").data
    assert data["expression"] == {"jawOpen": 0.25}
    assert load(out, MODELS).history.project.sources[0].role == "donor"
    data = run("edit", donor, out, "expression", "--from", "NEUTRAL", "--json").data
    assert data["expression"] == {}
    failed(run("edit", head, out, "expression", "--from", "smirk"), "smirk", "Surprise")


def test_anonymise_tells_how_far_and_keeps_no_history(run: Any, head: Path, tmp_path: Path) -> None:
    sad, out = tmp_path / "sad.face", tmp_path / "out.face"
    run("edit", head, sad, "expression", "--weights", "jawOpen=0.5")
    data = run("anonymise", sad, out, "--seed", 9, "--drop", "sex", "--json").data
    assert data["seed"] == 9
    assert data["distance"] > 0
    assert data["sigma"] > 0
    assert data["kept"] == ["age", "expression", "ancestry"]
    project = load(out, MODELS).history.project
    assert [edit.kind for edit in project.edits] == ["start", "expression"]
    failed(run("anonymise", sad, out, "--seed", 0), "--seed 0", "1 to 9999")
    kept = run("edit", sad, out, "anonymise", "--seed", 9, "--no-keep-sex")
    assert "still holds who it was" in kept.out


def test_heads_of_imported_models_become_projects(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ForeignStore(tmp_path)
    out = tmp_path / "other.face"

    def call(*words: object) -> Result:
        code = main([str(word) for word in words], store)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    words = ("--weights", "identity_000=2", "--seed", 4, "--json")
    data = call("models", "head", OTHER, out, *words).data
    assert data["weights"]["identity_000"] == 2.0
    assert data["weights"]["identity_001"] != 0.0
    (step,) = load(out, store).history.project.edits
    assert step.kind == "from_model"
    failed(call("models", "head", OTHER, out, "--weights", "nose=1"), "nose")
    failed(call("models", "head", "nobody", out), "nobody")
    assert "is deleted" in call("models", "remove", OTHER).out
    failed(call("models", "remove", "lifespan"), "stays")


def test_ages_are_given_as_people_say_them(run: Any, head: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.face"
    for text, years in (("7mo", 7 / 12), ("2.5 y", 2.5), ("7 months", 7 / 12), ("40", 40.0)):
        data = run("edit", head, out, "age", "--years", text, "--json").data
        assert data["subject"]["age"]["value"] == pytest.approx(years)
    failed(run("edit", head, out, "age", "--years", "young"), "young")

"""The command line: results as JSON and text, and one sentence for every failure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands import MODELS, Result, failed
from documents import rich
from foreign_toy import OTHER, ForeignStore
from PIL import Image

from facewright.engine.cli import main, plain
from facewright.engine.commands.scans import axes_of
from facewright.engine.edits.register import Register
from facewright.engine.edits.table import EDITS
from facewright.engine.face import Face
from facewright.engine.files.project import load, save
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.project import History, Project


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

"""The command line on a real scan, from file to picture."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from stores import shipped

from facewright.engine.cli import main
from facewright.engine.edits.register import Register, register_again
from facewright.engine.errors import InputError, ModelUnavailable
from facewright.engine.files.meshes import read_scan
from facewright.engine.files.project import load
from facewright.engine.measure.distance import Distances
from facewright.engine.models.store import ModelStore

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def models() -> ModelStore:
    store = shipped()
    try:
        store.lifespan()
    except ModelUnavailable as error:
        pytest.skip(str(error))
    if not store.fetched():
        pytest.skip("the networks that find faces are not here: facewright-cli models fetch")
    return store


@pytest.fixture
def run(models: ModelStore, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*words: object) -> Any:
        code = main([*(str(word) for word in words), "--json"], models)
        captured = capsys.readouterr()
        assert code == 0, captured.err
        return json.loads(captured.out)

    return call


@pytest.fixture(scope="module")
def registered(
    models: ModelStore, data_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """A real scan in odd axes, and its head."""
    scan = data_folder / "real" / "scans" / "scalismo_face_01.stl"
    head = tmp_path_factory.mktemp("cli") / "head.face"
    assert main(["register", str(scan), "-o", str(head), "--quiet"], models) == 0
    return scan, head


def test_info_tells_unit_and_axes(run: Any, registered: tuple[Path, Path]) -> None:
    (scan,) = run("info", registered[0])["files"]
    assert (scan["kind"], scan["unit"], scan["faces_found"]) == ("scan", "mm", 1)
    assert scan["axes"] == {"left": "+z", "up": "-x", "front": "-y"}
    (head,) = run("info", registered[1])["files"]
    assert head["sources"][0]["sha256"] == scan["sha256"]
    assert head["problems"] == []


def test_landmarks_can_be_given_back_to_register(
    run: Any, registered: tuple[Path, Path], tmp_path: Path
) -> None:
    scan = registered[0]
    found = run("landmarks", scan, "-o", tmp_path / "lm.json")
    assert {"ibug36", "prn", "en_l"} <= set(found["landmarks"])
    result = run(
        "register", scan, "-o", tmp_path / "b.face", "--landmarks", tmp_path / "lm.json",
        "--age", 30,
    )  # fmt: skip
    assert result["distances"]["median"] < 0.15


def test_a_registration_can_be_repeated_from_its_file(
    run: Any, registered: tuple[Path, Path], tmp_path: Path, models: ModelStore
) -> None:
    path, head = registered[0], tmp_path / "b.face"
    run("landmarks", path, "-o", tmp_path / "lm.json")
    words = ("--landmarks", tmp_path / "lm.json", "--unit", "mm", "--age", 28)
    run("register", path, "-o", head, *words)
    (edit,) = load(head, models).history.project.edits
    assert isinstance(edit, Register)
    again = register_again(edit, read_scan(path), models).edit
    assert again.face is not None
    assert edit.face is not None
    np.testing.assert_allclose(again.face.mesh.vertices, edit.face.mesh.vertices, atol=1e-3)
    with pytest.raises(InputError, match="not the scan"):
        register_again(replace(edit, source="ff" * 32), read_scan(path), models)


def test_scan_to_head_brings_the_file_onto_the_exported_head(
    run: Any, registered: tuple[Path, Path], tmp_path: Path
) -> None:
    """What an outside evaluation does: the scan moved by the matrix lies on the head."""
    from facewright.engine.geometry.nearest import SurfaceTree

    scan_path, _ = registered
    result = run("register", scan_path, "-o", tmp_path / "head.face")
    export = tmp_path / "head.ply"
    run("export", tmp_path / "head.face", "-o", export)
    head, scan = read_scan(export), read_scan(scan_path)
    motion = np.array(result["scan_to_head"])
    moved = scan.vertices @ motion[:3, :3].T + motion[:3, 3]
    nose = np.array(result["landmarks"]["prn"]["position"])
    near = moved[np.linalg.norm(moved - nose, axis=1) < 60]
    tree = SurfaceTree(head.vertices, head.faces)
    distances = Distances.of(np.linalg.norm(tree.nearest(near).points - near, axis=1))
    assert distances.median < 0.4, "hidden points count here: the file holds more than the face"


def test_edit_compare_and_render(run: Any, registered: tuple[Path, Path], tmp_path: Path) -> None:
    head, old = registered[1], tmp_path / "old.face"
    assert run("edit", head, old, "age", "--years", 75)["subject"]["age"]["value"] == 75
    difference = run("compare", head, old, "-o", tmp_path / "heat.png")
    assert 0.2 < difference["regions"]["face"]["mean"] < 8
    calm = run("neutralise", old, tmp_path / "calm.face")
    assert calm["expression"] == {}
    run("render", old, "-o", tmp_path / "old.png", "--view", "three-quarter", "--size", "300x400")
    with Image.open(tmp_path / "old.png") as picture:
        assert picture.size == (300, 400)
    with Image.open(tmp_path / "heat.png") as picture:
        heat = np.asarray(picture).astype(int)
    spread = np.ptp(heat, axis=2)
    assert (spread > 60).mean() > 0.002, "somewhere the face changed"


def test_sample_shows_people_of_an_age(run: Any, tmp_path: Path, models: ModelStore) -> None:
    people = run("sample", "lifespan", "-n", 2, "--seed", 3, "--age", 1, "-o", tmp_path)["people"]
    assert [person["age"] for person in people] == [1, 1]
    difference = run("compare", people[0]["file"], people[1]["file"])
    assert difference["regions"]["face"]["mean"] > 0.3


def test_models(run: Any) -> None:
    assert "lifespan" in {item["id"] for item in run("models", "list")["models"]}
    card = run("models", "info", "lifespan")
    assert card["not_trained_on"]
    assert sum(axis["group"] == "expression" for axis in card["axes"]) == 52

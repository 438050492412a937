"""The command `models import`, and what is refused before it is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import foreign_files
import numpy as np
import pytest

from facewright.engine.cli import main
from facewright.engine.errors import InputError, ModelUnavailable
from facewright.engine.models.external import reading
from facewright.engine.models.external.reading import read_model
from facewright.engine.models.store import ModelStore


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(assets=tmp_path / "assets", cache=tmp_path / "cache")


@pytest.fixture
def run(store: ModelStore, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words], store)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_a_model_is_imported_listed_and_told_of(run: Any, tmp_path: Path) -> None:
    foreign_files.flame_npz(tmp_path / "flame2023.npz")
    code, out, err = run("models", "import", tmp_path / "flame2023.npz", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["id"] == "flame.flame2023"
    listed = json.loads(run("models", "list", "--json")[1])["models"]
    assert [(m["id"], m["version"]) for m in listed] == [("flame.flame2023", "1")]
    told = json.loads(run("models", "info", "flame.flame2023", "--json")[1])
    assert len(told["axes"]) == 306
    assert [axis["unit"] for axis in told["axes"]] == ["sd"] * 304 + ["deg"] * 2
    assert told["licence"].startswith("Your own licence")
    code, out, _ = run("models", "info", "flame.flame2023")
    assert "Axes: identity 300, expression 6" in out


def test_a_map_needs_its_two_models(run: Any, tmp_path: Path) -> None:
    foreign_files.inface_pca(tmp_path / "head.h5", 6)
    foreign_files.inface_pca(tmp_path / "skull.h5", 4)
    foreign_files.regressor(tmp_path / "map.json", 4, 6)
    for name in ("head.h5", "skull.h5"):
        assert run("models", "import", tmp_path / name)[0] == 0
    code, _, err = run("models", "import", tmp_path / "map.json")
    assert (code, err.count("\n")) == (1, 1)
    assert "--from and --to" in err
    ends = ("--from", "inface.head", "--to", "inface.skull")
    assert run("models", "import", tmp_path / "map.json", *ends)[0] == 0
    assert run("models", "import", tmp_path / "head.h5", *ends)[0] == 1


def test_what_is_no_model_is_refused_in_one_sentence(run: Any, tmp_path: Path) -> None:
    (tmp_path / "empty.h5").write_bytes(b"")
    (tmp_path / "text.pkl").write_text("hello")
    (tmp_path / "scan.obj").write_text("v 0 0 0\n")
    (tmp_path / "folder").mkdir()
    for name in ("empty.h5", "text.pkl", "scan.obj", "folder", "missing.npz"):
        code, out, err = run("models", "import", tmp_path / name)
        assert (code, out) == (1, "")
        assert err.startswith(name)
        assert err.count("\n") == 1
        assert err.endswith(".\n")


def test_nothing_is_left_of_a_refused_file(run: Any, store: ModelStore, tmp_path: Path) -> None:
    path = tmp_path / "model.h5"
    foreign_files.inface_pca(path)
    path.write_bytes(path.read_bytes()[:-2000])
    assert run("models", "import", path)[0] == 1
    assert not [file for file in store.cache.rglob("*") if file.is_file()]


def test_large_files_are_refused_unopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.h5"
    foreign_files.inface_pca(path)
    monkeypatch.setattr(reading, "LARGEST_FILE", 1000)
    with pytest.raises(InputError, match="the limit is"):
        read_model(path)


def test_changed_weights_are_refused(store: ModelStore, tmp_path: Path) -> None:
    card = store.import_model(foreign_files.inface_pca(tmp_path / "m.h5").path)
    weights = next(store.cache.rglob("imported.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    with pytest.raises(ModelUnavailable, match="not the one its card describes"):
        ModelStore(assets=store.assets, cache=store.cache).get(card.id)


def test_the_unit_of_infants_is_told_by_size(tmp_path: Path) -> None:
    import h5py

    heads = {}
    for factor in (1.0, 0.1, 0.001):
        path = tmp_path / f"{factor}.h5"
        foreign_files.inface_pca(path)
        with h5py.File(path, "r+") as file:
            file["mean_vertices"][...] *= factor
            file["eigenvalues"][...] *= factor**2
        heads[factor] = read_model(path)
    for found in heads.values():
        np.testing.assert_allclose(found.mean, heads[1.0].mean, atol=1e-9)
        np.testing.assert_allclose(found.basis, heads[1.0].basis, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("generic_neutral_mesh.obj", b""),
        ("generic_neutral_mesh.obj", b"v 0 0 0\n" * 200),
        ("identity001.obj", b"v 1 2\n" * 128),
        ("identity001.obj", b"v a b c\n" * 128),
        ("identity001.obj", b"v nan 0 0\n" * 128),
        ("identity002.obj", b"v 1 2 3\n"),
        ("jawOpen.obj", b"\x00" * 5000),
        ("vertex_indices.json", b"{"),
        ("vertex_indices.json", b"[]"),
        ("vertex_indices.json", b"[" * 100_000),
        ("vertex_indices.json", b'{"expressions": 3}'),
        ("vertex_indices.json", b'{"expressions": ["../../../etc/passwd"]}'),
        ("vertex_indices.json", b'{"expressions": [{}]}'),
        (
            "vertex_indices.json",
            b'{"expressions": [], "idx_to_landmark_verts": [' + b"99999, " * 67 + b"1]}",
        ),
    ],
)
def test_damaged_folders_of_the_kit_are_refused(name: str, content: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "FaceXModel"
    foreign_files.ict(folder)
    (folder / name).write_bytes(content)
    with pytest.raises(InputError, match=r"^FaceXModel .*\.$"):
        read_model(folder)

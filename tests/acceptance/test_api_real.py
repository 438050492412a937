"""The examples of the engine's docstring and of the README, as they stand there."""

from __future__ import annotations

import doctest
import re
import shutil
from pathlib import Path

import pytest

import facewright.engine as engine
from facewright.engine.assets import ASSETS
from facewright.engine.files.project import load
from facewright.engine.models.store import ModelStore

pytestmark = pytest.mark.acceptance


def test_the_ten_lines_of_python_run(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not ModelStore().fetched():
        pytest.skip("the networks that find faces are not here: facewright-cli models fetch")
    monkeypatch.chdir(tmp_path)
    shutil.copy(data_folder / "real" / "scans" / "scalismo_face_02.stl", "scan.stl")
    text = (engine.__doc__ or "").replace("scan.ply", "scan.stl")
    example = doctest.DocTestParser().get_doctest(text, {}, "engine", None, None)
    assert len(example.examples) >= 7
    result = doctest.DocTestRunner().run(example)
    assert result.failed == 0
    assert Path("older.glb").stat().st_size > 100_000
    loaded = load(Path("older.face"), ModelStore())
    assert loaded.baked is not None
    assert loaded.baked.subject.age.value == 70.0


def test_the_lines_of_the_readme_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not ModelStore().fetched():
        pytest.skip("the networks that find faces are not here: facewright-cli models fetch")
    root = Path(__file__).resolve().parents[2]
    (code,) = re.findall(r"```python\n(.*?)```", (root / "README.md").read_text("utf-8"), re.S)
    (tmp_path / "assets").symlink_to(ASSETS)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("Good")
    assert Path("older.glb").stat().st_size > 100_000
    assert load(Path("older.face"), ModelStore()).history.project.edits[1].kind == "age"

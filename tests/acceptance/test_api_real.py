"""The example of the engine's docstring, as it stands there, on a real scan."""

from __future__ import annotations

import doctest
import shutil
from pathlib import Path

import pytest

import facewright.engine as engine
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

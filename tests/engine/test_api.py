"""The public names: there, documented, and light to import."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import facewright.engine as engine


@pytest.mark.parametrize("name", engine.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    value = getattr(engine, name)
    if name != "EDITS":
        assert value.__doc__
        assert value.__name__ == name
        assert value.__module__.startswith("facewright.engine.")


def test_what_type_checkers_see_is_what_is_there() -> None:
    tree = ast.parse(Path(engine.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {
        (alias.name, node.module)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    there = {(name, f"facewright.engine.{home}") for name, home in engine._HOME.items()}
    assert seen == there


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="grow"):
        engine.grow  # noqa: B018
    assert set(engine.__all__) <= set(dir(engine))


def test_importing_the_engine_imports_nothing_heavy() -> None:
    code = (
        "import sys; import facewright.engine; heavy = {'numpy', 'torch', 'numba', 'scipy', 'vtk',"
        "'vtkmodules', 'trimesh', 'PIL', 'PySide6'}; print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"

"""Set-up compiles what the program compiles: nobody waits for a loop in the window."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

import facewright.engine
from facewright.engine import cli
from facewright.engine.geometry.compiled import LOOPS
from facewright.engine.warming import compile_loops

ENGINE = Path(facewright.engine.__file__).parent
SAMPLES = ENGINE.parent / "assets" / "samples"


def every_loop() -> dict[str, set[str]]:
    """The kinds of arrays that each loop is compiled for, of all modules that have loops."""
    for path in ENGINE.rglob("*.py"):
        if "\n@compiled\n" in path.read_text(encoding="utf-8"):
            parts = path.relative_to(ENGINE).with_suffix("").parts
            importlib.import_module(".".join(["facewright.engine", *parts]))
    return {name: {str(kinds) for kinds in loop.signatures} for name, loop in LOOPS.items()}


@pytest.mark.acceptance
def test_everything_is_compiled_at_set_up(models, tmp_path):
    compile_loops(models)
    ready = every_loop()
    assert len(ready) > 20
    inside = {name for loop in LOOPS.values() for name in loop.py_func.__code__.co_names}
    asked = [name for name in ready if name.rpartition(".")[2] not in inside]
    assert [name for name in asked if not ready[name]] == []
    if not models.fetched():
        pytest.skip("the landmark networks were not fetched: scans cannot be registered")
    for scan, head in (("infant.ply", "infant.face"), ("adult.glb", "adult.face")):
        assert cli.main(["register", str(SAMPLES / scan), "-o", str(tmp_path / head)]) == 0
    assert cli.main(["render", str(tmp_path / "adult.face"), "-o", str(tmp_path / "a.png")]) == 0
    assert every_loop() == ready

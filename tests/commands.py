"""Commands run in this process over the toy head."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from toy import ToyStore

from facewright.engine.cli import main
from facewright.engine.files.project import save
from facewright.engine.project import History, Project

MODELS = ToyStore()


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def data(self) -> Any:
        return json.loads(self.out)


def run_command(capsys: pytest.CaptureFixture[str], *words: object) -> Result:
    code = main([str(word) for word in words], MODELS)
    captured = capsys.readouterr()
    return Result(code, captured.out, captured.err)


def saved_head(folder: Path) -> Path:
    path = folder / "head.face"
    save(History.of(Project(models=(MODELS.reference("lifespan"),))), path, MODELS)
    return path


def pixels_of(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture)


def failed(result: Result, *words: str) -> None:
    assert result.code == 1
    assert result.out == ""
    assert result.err.count("\n") == 1
    for word in words:
        assert word in result.err

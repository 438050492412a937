"""Fixtures shared by the tests of the engine."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from commands import Result, run_command, saved_head
from stores import shipped

from facewright.engine.models.lifespan import LifespanModel


@pytest.fixture(scope="session")
def model() -> LifespanModel:
    """The head model that ships, once for all tests: each age node takes it a second to make."""
    return shipped().lifespan()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Runs a command over the toy head."""
    return partial(run_command, capsys)


@pytest.fixture
def head(tmp_path: Path) -> Path:
    """A project of the toy head."""
    return saved_head(tmp_path)

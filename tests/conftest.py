"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of training sources and real scans; tests that need it skip without it."""
    folder = Path(os.environ.get("FACEWRIGHT_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "real" / "index.json").is_file():
        pytest.skip("the data folder is not here: set FACEWRIGHT_DATA to it")
    return folder


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20240229)

"""Fixtures shared by the tests of the engine."""

from __future__ import annotations

import pytest

from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.store import ModelStore


@pytest.fixture(scope="session")
def model() -> LifespanModel:
    """The head model that ships, once for all tests: each age node takes it a second to make."""
    return ModelStore().lifespan()

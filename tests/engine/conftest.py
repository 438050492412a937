"""Fixtures shared by the tests of the engine."""

from __future__ import annotations

import pytest
from stores import shipped

from facewright.engine.models.lifespan import LifespanModel


@pytest.fixture(scope="session")
def model() -> LifespanModel:
    """The head model that ships, once for all tests: each age node takes it a second to make."""
    return shipped().lifespan()

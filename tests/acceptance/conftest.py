"""The models that ship, for tests on real heads."""

from __future__ import annotations

import pytest

from facewright.engine.errors import ModelUnavailable
from facewright.engine.models.store import ModelStore


@pytest.fixture(scope="module")
def models() -> ModelStore:
    """The head model; tests that need it skip without it."""
    store = ModelStore()
    try:
        store.lifespan()
    except ModelUnavailable as missing:
        pytest.skip(str(missing))
    return store


@pytest.fixture
def window_models() -> ModelStore:
    """What a window on a scan works with, the landmark networks included."""
    store = ModelStore()
    try:
        store.rig()
        store.faces()
    except ModelUnavailable as missing:
        pytest.skip(str(missing))
    return store

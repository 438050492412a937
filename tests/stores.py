"""The models that ship, opened once for all tests: each age of the head takes a second to make."""

from __future__ import annotations

from functools import cache

from facewright.engine.models.store import ModelStore


@cache
def shipped() -> ModelStore:
    """Return the one store of this run."""
    return ModelStore()

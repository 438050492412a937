"""What tests of the rig share."""

from __future__ import annotations

import pytest

from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.rig import Rig


@pytest.fixture(scope="session")
def rig(model: LifespanModel) -> Rig:
    """The rig of the head model that ships."""
    return Rig(model)

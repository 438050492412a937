"""The shipped samples register without help, and near the heads that they were made from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facewright.engine.errors import ModelUnavailable
from facewright.engine.files.meshes import read_scan
from facewright.engine.geometry.rigid import align, moved
from facewright.engine.models.store import ModelStore
from facewright.engine.scans.registration import register
from facewright.engine.training.samples import RECIPES, Recipe, face_of

SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "samples"


@pytest.fixture(scope="module")
def models() -> ModelStore:
    store = ModelStore()
    try:
        store.network("face_landmark")
    except ModelUnavailable as error:
        pytest.skip(str(error))
    return store


@pytest.mark.acceptance
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_register_finds_the_head_under_the_scan(recipe: Recipe, models: ModelStore) -> None:
    result = register(read_scan(SAMPLES / recipe.name), models, age=recipe.age)
    truth = face_of(recipe, models)
    rig = models.rig()
    here, there = rig.pose(result.face).skin.vertices, rig.pose(truth).skin.vertices
    area = models.lifespan().template.fine.regions["face"] > 0.5
    gap = np.linalg.norm(moved(here, align(here[area], there[area])) - there, axis=1)[area]
    print(f"{recipe.name}: vertex error {np.median(gap):.2f} mm median, {gap.mean():.2f} mean")
    assert result.verdict.level == "good"
    assert result.distances.median < 0.12
    assert np.median(gap) < 1.0  # correspondence, the hole and the skin under the noise included

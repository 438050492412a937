"""The shipped samples register without help, and near the heads that they were made from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facewright.engine.files.meshes import read_scan
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.rigid import moved
from facewright.engine.models.store import ModelStore
from facewright.engine.scans.registration import register
from facewright.engine.training.samples import RECIPES, Recipe, face_of

FACE = {"n", "prn", "sn", "ls", "sto", "li", "pg", "gn"} | {
    f"{code}_{side}" for code in ("en", "ex", "al", "ch", "cph") for side in "lr"
}
SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "samples"


@pytest.mark.acceptance
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_register_finds_the_head_under_the_scan(recipe: Recipe, finding_models: ModelStore) -> None:
    models = finding_models
    result = register(read_scan(SAMPLES / recipe.name), models, age=recipe.age)
    truth = face_of(recipe, models)
    template, rig = models.lifespan().template, models.rig()
    here, there = rig.pose(result.face).skin.vertices, rig.pose(truth).skin.vertices
    area = template.face
    to_truth = np.linalg.inv(result.scan_to_head @ recipe.to_file)
    here = moved(here, to_truth).astype(np.float32)
    surface = SurfaceTree(here, template.fine.faces).nearest(there[area]).distances
    points = template.landmarks.select(tuple(n for n in template.landmarks.names if n in FACE))
    apart = np.linalg.norm(points.on(here).positions - points.on(there).positions, axis=1)
    print(
        f"\n{recipe.name}: true skin to head {np.median(surface):.2f} mm median, "
        f"{surface.mean():.2f} mean; {len(apart)} landmarks {apart.mean():.2f} mm mean"
    )
    assert result.verdict.level == "good"
    assert result.distances.median < 0.10
    assert np.median(surface) < 0.15  # the hole and the skin under the noise included
    assert apart.mean() < 2.0

"""The cases of the sheet of completions: spoilt where they are completed, and nowhere else."""

from __future__ import annotations

import numpy as np

from facewright.engine.models.store import ModelStore
from facewright.engine.training.completions import COLUMNS, TILE, hidden, made, real, show

MODELS = ModelStore()


def test_cases_are_spoilt_in_what_is_completed_and_come_back(tmp_path):
    cases = list(made(MODELS))
    assert len({case.name for case in cases}) == 6
    case = cases[-1]
    where = hidden(case.found, case.edit, MODELS)
    before, truth = case.found.mesh.vertices, case.truth.mesh.vertices
    moved = np.linalg.norm(before - truth, axis=1)
    assert moved[where].max() > 5
    assert moved[~where].max() == 0
    spoiled = (case.found.texture.image != case.truth.texture.image).any(axis=2)
    shown = show(case, MODELS)
    assert [tile.shape for tile in shown.tiles] == [(TILE[1], TILE[0], 3)] * len(COLUMNS)
    assert shown.shape < 0.5 * moved[where].mean()
    levels = np.abs(case.found.texture.image.astype(float) - case.truth.texture.image)[spoiled]
    assert shown.color < 0.5 * levels.mean()
    assert not list(real(tmp_path, MODELS))  # without scans the sheet has the others

"""Maps between imported models, as INCRAN's from head to skull and back."""

from __future__ import annotations

import json
from pathlib import Path

import foreign_files
import numpy as np
import pytest

from facewright.engine.errors import InputError, ModelUnavailable
from facewright.engine.models.external.imported import Imported
from facewright.engine.models.external.regressor import (
    imported,
    keep_regressor,
    load_regressor,
    read_regressor,
)
from facewright.engine.models.store import ModelStore

HEAD, SKULL = "inface.pca_head_model", "inface.pca_skull_model"


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    found = ModelStore(assets=tmp_path / "assets", cache=tmp_path / "cache")
    for place, (id, count) in enumerate(((HEAD, 6), (SKULL, 4))):
        path = tmp_path / f"{id.partition('.')[2]}.h5"
        assert found.import_model(foreign_files.inface_pca(path, count, place).path).id == id
    return found


def both(store: ModelStore) -> tuple[Imported, Imported]:
    return imported(HEAD, store), imported(SKULL, store)


def test_latents_are_carried_as_the_authors_programs_do(store: ModelStore, tmp_path: Path) -> None:
    path = tmp_path / "pca_regressor_head_to_skull.json"
    matrix, intercept = foreign_files.regressor(path, 4, 6)
    keep_regressor(path, HEAD, SKULL, store)
    head, skull = both(store)
    c = head.sample(np.random.default_rng(1))[0]
    carried = load_regressor(HEAD, SKULL, store).carry(c, head, skull)
    sd = np.linspace(900.0, 20.0, 6) ** 0.5
    expected = (matrix @ (sd * c) + intercept) / np.linspace(900.0, 20.0, 4) ** 0.5
    np.testing.assert_allclose(carried, expected, rtol=1e-5)


def test_there_and_back(store: ModelStore, tmp_path: Path) -> None:
    matrix, intercept = np.eye(6, 4), np.arange(6.0)
    (tmp_path / "back.json").write_text(
        json.dumps({"matrix": matrix.tolist(), "intercept": intercept.tolist()})
    )
    (tmp_path / "there.json").write_text(
        json.dumps({"matrix": matrix.T.tolist(), "intercept": (-matrix.T @ intercept).tolist()})
    )
    keep_regressor(tmp_path / "there.json", HEAD, SKULL, store)
    keep_regressor(tmp_path / "back.json", SKULL, HEAD, store)
    head, skull = both(store)
    c = skull.sample(np.random.default_rng(2))[0]
    back = load_regressor(SKULL, HEAD, store).carry(c, skull, head)
    again = load_regressor(HEAD, SKULL, store).carry(back, head, skull)
    np.testing.assert_allclose(again, c, atol=1e-5)


def test_a_map_of_other_models_is_refused(store: ModelStore, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    foreign_files.regressor(path, 6, 4)
    with pytest.raises(InputError, match="leads from 4 axes to 6"):
        keep_regressor(path, HEAD, SKULL, store)
    with pytest.raises(ModelUnavailable, match=r"import its \.json first"):
        load_regressor(HEAD, SKULL, store)
    with pytest.raises(ModelUnavailable, match="is not here"):
        keep_regressor(path, "inface.nothing", SKULL, store)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"matrix": 3, "intercept": [1]}',
        '{"matrix": [[1, 2], [3]], "intercept": [1, 2]}',
        '{"matrix": [["a"]], "intercept": [1]}',
        '{"matrix": [[NaN]], "intercept": [1]}',
        '{"matrix": [[1e400]], "intercept": [1]}',
        '{"matrix": [], "intercept": []}',
        '{"matrix": [[1]], "intercept": [1, 2]}',
        '{"matrix": {"a": 1}, "intercept": [1]}',
        '{"matrix": ' + "[" * 100_000,
    ],
)
def test_damaged_maps_are_refused_in_one_sentence(text: str, tmp_path: Path) -> None:
    path = tmp_path / "damaged.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"^damaged\.json .*\.$"):
        read_regressor(path)

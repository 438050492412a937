"""FLAME's jaw turns by its joints; its shape is found under a jaw that is known to be open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from foreign_files import flame_arrays, flame_npz

from facewright.engine.errors import InputError
from facewright.engine.models.external.reading import read_model
from facewright.engine.models.external.skinned import ImportedSkinned
from facewright.engine.models.store import ModelStore


@pytest.fixture
def model(tmp_path: Path) -> ImportedSkinned:
    store = ModelStore(assets=tmp_path / "assets", cache=tmp_path / "cache")
    found = store.get(store.import_model(flame_npz(tmp_path / "flame.npz", 12).path).id)
    assert isinstance(found, ImportedSkinned)
    return found


def test_the_shape_under_an_open_jaw_is_found(model: ImportedSkinned) -> None:
    truth = np.r_[model.sample(np.random.default_rng(0))[0, :12], 25.0, -5.0].astype(np.float32)
    head = model.instance(truth)
    given = {"jaw_000": 25.0, "jaw_001": -5.0}
    found = model.coefficients(head, given=given)
    np.testing.assert_array_equal(found[12:], [25.0, -5.0])
    opened = np.linalg.norm(head.vertices - model.instance([*truth[:12], 0, 0]).vertices, axis=1)
    error = np.linalg.norm(model.instance(found).vertices - head.vertices, axis=1)
    assert opened.mean() > 3
    assert error.mean() < 0.1
    np.testing.assert_array_equal(model.coefficients(head)[12:], [0, 0])


def test_unposed_undoes_posed(model: ImportedSkinned) -> None:
    skinning, shaped = model.source.skinning, model.mean().vertices.astype(np.float64)
    assert skinning is not None
    turn = np.array([0.5, -0.1, 0.0])
    back = skinning.unposed(skinning.posed(shaped, turn), shaped, turn)
    np.testing.assert_allclose(back, shaped, atol=1e-9)


def test_without_joints_the_jaw_stays_shut(tmp_path: Path) -> None:
    arrays = flame_arrays(12)[0]
    packed = {**arrays, "J_regressor": np.array([None, 1], dtype=object)}
    del arrays["weights"]
    for content in (arrays, packed):
        np.savez(tmp_path / "flame.npz", **content)
        found = read_model(tmp_path / "flame.npz")
        assert found.skinning is None
        assert [group.kind for group in found.groups] == ["identity"]
        assert "no joints" in found.notes[0]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("weights", lambda a: a[:, :4]),
        ("weights", lambda a: 2 * a),
        ("weights", lambda a: a * np.nan),
        ("J_regressor", lambda a: a.T),
        ("J_regressor", lambda a: a * np.inf),
        ("posedirs", lambda a: a[:, :, :9]),
        ("kintree_table", lambda a: a[:, :3]),
        ("kintree_table", lambda a: np.array([[-1, 2, 3, 4, 1], [0, 1, 2, 3, 4]])),
        ("kintree_table", lambda a: np.array([[-1, 0, -7, 1, 1], [0, 1, 2, 3, 4]])),
    ],
)
def test_joints_that_do_not_fit_are_refused(name, change, tmp_path: Path) -> None:
    arrays = flame_arrays(12)[0]
    with np.errstate(invalid="ignore"):
        np.savez(tmp_path / "flame.npz", **{**arrays, name: change(arrays[name])})
    with pytest.raises(InputError, match=r"^flame\.npz .*\.$"):
        read_model(tmp_path / "flame.npz")

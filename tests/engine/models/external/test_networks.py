"""Imported autoencoders: their own encoder for whole heads, else their decoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from foreign_files import Trained, inface_autoencoder

from facewright.engine.models.external.network import ImportedNetwork
from facewright.engine.models.store import ModelStore


@pytest.fixture
def trained(tmp_path: Path) -> Trained:
    return inface_autoencoder(tmp_path / "ae_model_disent.h5")


@pytest.fixture
def model(trained: Trained, tmp_path: Path) -> ImportedNetwork:
    store = ModelStore(assets=tmp_path / "assets", cache=tmp_path / "cache")
    found = store.get(store.import_model(trained.path).id)
    assert isinstance(found, ImportedNetwork)
    return found


def test_groups_follow_the_encoders(model: ImportedNetwork) -> None:
    groups = [axis.group for axis in model.axes]
    assert groups == ["identity"] * 4 + ["expression"] * 3 + ["age"] * 2


def test_a_whole_head_goes_through_the_models_own_encoder(
    model: ImportedNetwork, trained: Trained
) -> None:
    head = model.instance(np.linspace(-1, 1, trained.count))
    expected = trained.encode(head.vertices.astype(np.float64))
    np.testing.assert_allclose(model.coefficients(head), expected, rtol=1e-4, atol=1e-4)


def test_part_of_a_head_is_completed_through_the_decoder(model: ImportedNetwork) -> None:
    truth = model.sample(np.random.default_rng(4))[0]
    head = model.instance(truth)
    known = (head.vertices[:, 1] > 0).astype(np.float32)
    found = model.instance(model.coefficients(head, known=known)).vertices
    spread = np.linalg.norm(head.vertices - model.mean().vertices, axis=1)
    hidden = known == 0
    error = np.linalg.norm(found - head.vertices, axis=1)
    assert error[~hidden].mean() < 0.1 * spread[~hidden].mean()
    assert error[hidden].mean() < 0.35 * spread[hidden].mean()


def test_what_is_given_is_held(model: ImportedNetwork) -> None:
    head = model.instance(model.sample(np.random.default_rng(5))[0])
    found = model.coefficients(head, given={"age_000": 1.5, "expression_001": -0.5})
    assert (found[7], found[5]) == (1.5, -0.5)


def test_slopes_are_those_of_the_decoder(model: ImportedNetwork) -> None:
    at = model.latents(np.full(9, 0.3))
    network = model.source.network
    assert network is not None
    step = 1e-6 * np.eye(9)
    ahead = network.decoder.run(at + step, last=False) - network.decoder.run(at, last=False)
    np.testing.assert_allclose(network.decoder.slopes(at), ahead.T / 1e-6, atol=1e-5)


def test_many_heads_at_once(model: ImportedNetwork) -> None:
    drawn = model.sample(np.random.default_rng(6), 3)
    together = model.vertices(drawn)
    for one, row in zip(together, drawn, strict=True):
        np.testing.assert_allclose(one, model.vertices(row), atol=1e-9)

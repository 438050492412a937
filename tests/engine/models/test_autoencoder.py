"""The autoencoder beside what is known of it: a linear one is a linear model."""

from __future__ import annotations

import numpy as np
import pytest
from toy import ToyModel

from facewright.engine.models.autoencoder import Autoencoder
from facewright.engine.models.layers import SLOPE, Layers
from facewright.engine.models.linear import Observer, dense_precision
from facewright.engine.scans.completion import Completion, Region

TOY = ToyModel()
K, SCALE = 4, 2.0
ORDER = np.random.default_rng(0).permutation(486)  # any orthonormal basis will do
BASIS = (TOY.growth(30.0) * TOY._modes[3:7]).astype(np.float32)  # (K, V, 3) mm per sd


def linear_weights(root=None):
    """A network whose units come in opposite pairs, which makes leaky ReLU linear."""
    flat = BASIS.reshape(K, -1)
    pair = np.concatenate([np.eye(K), -np.eye(K)])
    onto = np.linalg.pinv(flat / SCALE).T
    both = 1.0 + SLOPE
    return {
        "mean": TOY.mean().vertices,
        "relief": np.zeros((162, 3), np.float32),
        "axes": np.eye(486, dtype=np.float32)[ORDER],
        "unit": np.array([SCALE], np.float32),
        "latent_mean": np.zeros(K, np.float32),
        "latent_root": np.eye(K, dtype=np.float32) if root is None else root,
        "encoder.inner": (pair @ onto)[:, ORDER],
        "encoder.inner_bias": np.zeros(2 * K),
        "encoder.outer": pair.T / both,
        "encoder.outer_bias": np.zeros(K),
        "decoder.inner": pair,
        "decoder.inner_bias": np.zeros(2 * K),
        "decoder.outer": (flat.T / SCALE @ pair.T / both)[ORDER],
        "decoder.outer_bias": np.zeros(486),
    }


@pytest.fixture
def model():
    return Autoencoder(linear_weights(), TOY.card, TOY.template)


@pytest.fixture
def curved(rng):
    """One that is not linear."""
    weights = linear_weights()
    weights["decoder.inner_bias"] = rng.normal(0, 1.0, 2 * K)
    weights["decoder.outer"] = weights["decoder.outer"] + rng.normal(0, 0.3, (486, 2 * K))
    return Autoencoder(weights, TOY.card, TOY.template)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def test_a_network_is_its_formula(rng):
    weights = {
        "n.inner": rng.normal(size=(5, 3)),
        "n.inner_bias": rng.normal(size=5),
        "n.outer": rng.normal(size=(2, 5)),
        "n.outer_bias": rng.normal(size=2),
    }
    network = Layers.shallow(weights, "n")
    x = rng.normal(size=3)

    def run(x):
        return network.run(x, last=False)

    hidden = [v if v > 0 else 0.01 * v for v in weights["n.inner"] @ x + weights["n.inner_bias"]]
    np.testing.assert_allclose(
        run(x), weights["n.outer"] @ hidden + weights["n.outer_bias"], rtol=1e-5
    )
    np.testing.assert_allclose(run(np.stack([x, 2 * x]))[0], run(x), rtol=1e-5)
    step = 1e-3 * np.eye(3)
    slopes = np.stack([(run(x + d) - run(x - d)) / 2e-3 for d in step], axis=1)
    np.testing.assert_allclose(network.slopes(x), slopes, atol=1e-2)


def test_layers_that_do_not_fit_are_refused():
    weights = linear_weights()
    weights["encoder.outer"] = weights["encoder.outer"][:, 1:]
    with pytest.raises(ValueError, match="encoder"):
        Autoencoder(weights, TOY.card, TOY.template)


def test_a_linear_one_is_the_linear_model(model, rng):
    z = rng.normal(size=K)
    expected = TOY.mean().vertices + np.tensordot(z, BASIS, axes=1)
    np.testing.assert_allclose(model.vertices(z), expected, atol=1e-3)
    np.testing.assert_allclose(model.coarse(np.stack([z, -z]))[0], expected, atol=1e-3)
    noisy = model.instance(z).moved(model.vertices(z) + rng.normal(0, 0.5, (162, 3)))
    known = rng.random(162).astype(np.float32)
    observer = Observer.of(BASIS, dense_precision(model._share * known), np.ones(K))
    wanted = observer.posterior(noisy.vertices - TOY.mean().vertices)
    found, rows = model.posterior(noisy, known)
    np.testing.assert_array_equal(rows, range(K))
    np.testing.assert_allclose(found.mean, wanted.mean, atol=1e-4)
    np.testing.assert_allclose(found.covariance, wanted.covariance, atol=1e-6)


def test_axes_are_whitened(rng):
    root = np.array([[2.0, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0.5, 0], [0, 0.3, 0, 1]], np.float32)
    model = Autoencoder(linear_weights(root), TOY.card, TOY.template)
    z = rng.normal(size=K)
    expected = TOY.mean().vertices + np.tensordot(root @ z, BASIS, axes=1)
    np.testing.assert_allclose(model.vertices(z), expected, atol=1e-3)
    np.testing.assert_allclose(model.coefficients(model.instance(z)), z, atol=0.02)


def test_a_curved_one_finds_its_own_heads(curved, rng):
    for z in rng.normal(0, 0.7, (5, K)):
        head = curved.instance(z)
        found = curved.instance(curved.coefficients(head))
        assert np.linalg.norm(found.vertices - head.vertices, axis=1).mean() < 0.1


def test_given_axes_are_held(curved, rng):
    head = curved.instance(rng.normal(0, 0.7, K))
    found = curved.coefficients(head, given={"latent_001": 0.25})
    assert found[1] == pytest.approx(0.25)
    belief, rows = curved.posterior(head, given={"latent_001": 0.25})
    assert rows.tolist() == [0, 2, 3]
    assert belief.covariance.shape == (3, 3)


def test_it_completes_regions(curved, rng):
    person = curved.instance(rng.normal(0, 0.7, K))
    mask = TOY.topology.regions["nose"].astype(np.float32)
    broken = person.moved(person.vertices + 20.0 * mask[:, None])
    asked = Completion(broken, Region(mask, curved), {})
    error = np.linalg.norm(asked.likely() - person.vertices, axis=1)
    assert error[asked.free].mean() < 1.0
    assert error[~asked.free].max() == 0.0


def test_one_with_three_encoders_is_the_same_with_other_names(model, rng):
    weights = linear_weights()
    parts = {"identity": slice(0, 2), "expression": slice(2, 3), "age": slice(3, 4)}
    for name, part in parts.items():
        weights |= {
            f"{name}.inner": weights["encoder.inner"],
            f"{name}.inner_bias": weights["encoder.inner_bias"],
            f"{name}.outer": weights["encoder.outer"][part],
            f"{name}.outer_bias": weights["encoder.outer_bias"][part],
        }
    for key in [key for key in weights if key.startswith("encoder.")]:
        del weights[key]
    split = Autoencoder(weights, TOY.card, TOY.template)
    assert [(a.name, a.group) for a in split.axes] == [
        ("identity_000", "identity"),
        ("identity_001", "identity"),
        ("expression_000", "expression"),
        ("age_000", "age"),
    ]
    assert split.row("age_000") == 3
    head = model.instance(rng.normal(size=K))
    np.testing.assert_allclose(split.coefficients(head), model.coefficients(head), atol=1e-5)

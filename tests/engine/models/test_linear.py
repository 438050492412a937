"""The linear model and what observations tell it."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from facewright.engine.mesh import Topology
from facewright.engine.models.base import Axis, ModelCard, plausibility
from facewright.engine.models.linear import LinearModel, Observer

COUNT = 6


@pytest.fixture(scope="module")
def model() -> LinearModel:
    ball = trimesh.creation.icosphere(subdivisions=2)
    rng = np.random.default_rng(0)
    axes = tuple(Axis(f"a{k}", f"A {k}", "sd", -3, 3, 0, "identity") for k in range(COUNT))
    card = ModelCard("toy", "1", "Toy", "", "MIT", (), "", (), {}, {})
    topology = Topology.build(ball.faces, len(ball.vertices))
    basis = rng.normal(0, 2, (COUNT, len(ball.vertices), 3))
    return LinearModel(card, topology, axes, np.asarray(ball.vertices) * 80, basis)


def test_mean_is_the_instance_at_zero(model: LinearModel) -> None:
    assert (model.instance(np.zeros(COUNT)).vertices == model.mean().vertices).all()


def test_round_trip(model: LinearModel, rng: np.random.Generator) -> None:
    z = model.sample(rng)[0]
    np.testing.assert_allclose(model.coefficients(model.instance(z)), z, atol=0.01)


def test_given_axes_are_held(model: LinearModel, rng: np.random.Generator) -> None:
    z = model.sample(rng)[0]
    found = model.coefficients(model.instance(z), given={"a2": 0.5})
    assert found[2] == np.float32(0.5)


def test_what_is_not_known_does_not_count(model: LinearModel, rng: np.random.Generator) -> None:
    z = model.sample(rng)[0]
    vertices = np.array(model.instance(z).vertices)
    known = np.ones(model.topology.count, dtype=np.float32)
    known[:60] = 0.0
    vertices[:60] += 500.0
    found = model.coefficients(model.mean().moved(vertices), known)
    np.testing.assert_allclose(found, z, atol=0.02)


def test_nothing_known_leaves_the_prior(model: LinearModel) -> None:
    belief = model.posterior(model.mean(), np.zeros(model.topology.count, dtype=np.float32))
    np.testing.assert_allclose(belief.mean, 0.0, atol=1e-12)
    np.testing.assert_allclose(belief.covariance, np.eye(COUNT), atol=1e-9)


def test_posterior_is_bayes_rule() -> None:
    """Against the textbook form through the marginal covariance of the observations."""
    rng = np.random.default_rng(3)
    basis, sd = rng.normal(0, 1, (4, 5, 3)), np.array([1.0, 0.5, 2.0, 0.3])
    precision, seen = rng.uniform(0.5, 4.0, 5), rng.normal(0, 1, (5, 3))
    belief = Observer.of(basis, precision, sd).posterior(seen)
    flat = basis.reshape(4, 15)
    prior = np.diag(sd**2)
    marginal = flat.T @ prior @ flat + np.diag(np.repeat(1 / precision, 3))
    gain = prior @ flat @ np.linalg.inv(marginal)
    np.testing.assert_allclose(belief.mean, gain @ seen.ravel(), atol=1e-9)
    np.testing.assert_allclose(belief.covariance, prior - gain @ flat.T @ prior, atol=1e-9)
    drawn = belief.sample(np.random.default_rng(0), 20000)
    np.testing.assert_allclose(np.cov(drawn.T), belief.covariance, atol=0.05)


def test_samples_repeat_and_are_plausible(model: LinearModel) -> None:
    first, again = (model.sample(np.random.default_rng(5), 50) for _ in range(2))
    assert (first == again).all()
    assert np.mean([plausibility(z) < 3 for z in first]) > 0.9


def test_shapes_that_do_not_fit_are_refused(model: LinearModel) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        LinearModel(model.card, model.topology, model.axes[:-1], model.mean_vertices, model.basis)

"""Products of mixed motions, against the same products of the mixture written out."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.models.aged_products import AgedProducts

AXES, COUNT, VERTICES = 7, 5, 11
RNG = np.random.default_rng(6)
NODES = RNG.normal(0, 1, (4, AXES, 3 * VERTICES)).astype(np.float32)
PRECISION = RNG.uniform(0, 5, VERTICES)
WEIGHTS = ([1, 0, 0, 0], [0.3, 0.7, 0, 0], [0, 0.5, 0.5, 0], [0, 0, 0, 1], [0, 0, 0.9, 0.1])


@pytest.fixture(scope="module")
def products() -> AgedProducts:
    return AgedProducts(lambda node: NODES[node], COUNT, PRECISION)


@pytest.mark.parametrize("weights", WEIGHTS)
def test_products_are_those_of_the_mixture(
    weights: list[float], products: AgedProducts, rng: np.random.Generator
) -> None:
    mixture = np.tensordot(weights, NODES.astype(np.float64), 1)[:COUNT]
    offsets = rng.normal(0, 2, (VERTICES, 3))
    weight = np.diag(np.repeat(PRECISION, 3))
    found = products.among(np.array(weights, np.float32))
    np.testing.assert_allclose(found, mixture @ weight @ mixture.T, rtol=1e-6, atol=1e-5)
    along = products.along(np.array(weights, np.float32), offsets)
    np.testing.assert_allclose(along, mixture @ weight @ offsets.ravel(), rtol=1e-5, atol=1e-4)


def test_nodes_are_multiplied_once(rng: np.random.Generator) -> None:
    asked: list[int] = []

    def node(index: int) -> np.ndarray:
        asked.append(index)
        return NODES[index]

    products = AgedProducts(node, COUNT, PRECISION)
    for share in rng.random(20):
        products.among(np.array([0, share, 1 - share, 0], np.float32))
    assert len(asked) == 4, "1 with 1, 1 with 2, 2 with 2"

"""What every shipped face model promises."""

from __future__ import annotations

import numpy as np
import pytest
from stores import shipped

from facewright.engine.models.base import FaceModel
from facewright.engine.models.store import LOADERS

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module", params=sorted(LOADERS))
def model(request: pytest.FixtureRequest) -> FaceModel:
    return shipped().get(request.param)


def test_the_card_says_what_a_user_must_know(model: FaceModel) -> None:
    card = model.card
    for text in (card.title, card.summary, card.licence, card.population):
        assert len(text) > 2
    assert card.sources
    assert card.not_trained_on
    assert all(len(digest) == 64 for digest in card.files.values())


def test_axes_are_named_once_and_their_defaults_lie_inside(model: FaceModel) -> None:
    names = [axis.name for axis in model.axes]
    assert len(set(names)) == len(names)
    for axis in model.axes:
        assert axis.low <= axis.default <= axis.high
        assert axis.label
        assert axis.description


def test_the_mean_lies_at_the_defaults(model: FaceModel) -> None:
    defaults = [axis.default for axis in model.axes]
    np.testing.assert_array_equal(model.mean().vertices, model.instance(defaults).vertices)
    assert model.mean().topology is model.topology


def test_samples_are_repeatable_and_finite(model: FaceModel) -> None:
    one = model.sample(np.random.default_rng(1), 4)
    np.testing.assert_array_equal(one, model.sample(np.random.default_rng(1), 4))
    assert one.shape == (4, len(model.axes))
    for coefficients in one:
        assert np.isfinite(model.instance(coefficients).vertices).all()


def test_coefficients_give_the_head_back(model: FaceModel) -> None:
    """The basis is not orthogonal, so the head comes back rather than the numbers."""
    rng = np.random.default_rng(2)
    face = model.topology.regions["face"] > 0.5
    for truth in model.sample(rng, 3):
        head = model.instance(truth)
        ages = [row for row, axis in enumerate(model.axes) if axis.group == "age"]
        found = model.coefficients(head, given={model.axes[r].name: float(truth[r]) for r in ages})
        error = np.linalg.norm(model.instance(found).vertices - head.vertices, axis=1)
        assert np.median(error[face]) < 0.1
        assert np.quantile(error[face], 0.95) < 0.3


def test_what_is_given_is_held(model: FaceModel) -> None:
    given = {axis.name: axis.high for axis in model.axes[:4]}
    found = model.coefficients(model.mean(), given=given)
    np.testing.assert_allclose(found[:4], list(given.values()))

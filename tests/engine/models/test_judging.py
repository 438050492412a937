"""A person's own form does not make rare coefficients, and sculpting wild forms does."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.edits.identity import Identity
from facewright.engine.edits.judging import MOST_LEFT, judged, left_over
from facewright.engine.edits.reshape import Encoding, decode, encode, subject_of
from facewright.engine.face import Face, Weights
from facewright.engine.geometry.diffusion import Diffusion
from facewright.engine.models.lifespan_axes import SHAPE
from facewright.engine.models.linear import NOISE, Observer, dense_precision
from facewright.engine.models.plausible import IMPLAUSIBLE, shape_plausibility


class Store:
    def __init__(self, model) -> None:
        self.lifespan = lambda: model


def of_model(model, seed: int = 3) -> Face:
    c = model.sample(np.random.default_rng(seed), 1, age=30.0)[0]
    return Face(decode(Encoding(c, None), model), subject_of(c, model))


def rough(model, amount: float, seed: int = 3) -> Face:
    """A head of the model with form of its own: bumps of some mm across, `amount` mm high."""
    face, coarse = of_model(model, seed), model.template.coarse
    noise = np.random.default_rng(seed).standard_normal((coarse.count, 3))
    bumps = Diffusion(face.mesh.vertices[model.template.subset], coarse.faces, 6.0).smooth(noise)
    bumps *= amount / np.sqrt((bumps**2).mean())
    return face.with_vertices(face.mesh.vertices + model.template.lift @ bumps.astype(np.float32))


def score(face: Face, model) -> float:
    return shape_plausibility(judged(face, model), model)


def test_a_head_of_the_model_is_judged_as_it_is(model):
    face = of_model(model)
    np.testing.assert_array_equal(judged(face, model), encode(face, model).coefficients)


def test_a_head_is_judged_as_seen_with_the_noise_that_is_left_of_it(model):
    """The reference fits all of it again, with that noise."""
    face = rough(model, 0.45)
    left = left_over(encode(face, model).detail, model)
    assert 0.3 < left < MOST_LEFT
    rows = slice(model.groups[SHAPE[0]].start, model.groups[SHAPE[-1]].stop)
    subset, c = model.template.subset, np.array(judged(face, model))
    c[rows] = 0.0
    offsets = face.mesh.vertices[subset] - model.vertices(c)[subset].astype(float)
    _, basis = model.neutral_basis(30.0)
    precision = dense_precision(model._share) * (NOISE / left) ** 2
    reference = Observer.of(basis[rows.start - 1 : rows.stop - 1], precision, model.prior_sd[rows])
    np.testing.assert_allclose(judged(face, model)[rows], reference.mean(offsets), atol=2e-3)


def test_form_of_ones_own_makes_nobody_rare(model):
    for seed in range(4):
        plain, own = of_model(model, seed), rough(model, 0.45, seed)
        before = shape_plausibility(encode(own, model).coefficients, model)
        assert score(own, model) < before
        assert score(own, model) < score(plain, model) + 2.0


def test_what_edits_change_later_counts_in_full(model):
    face = rough(model, 0.45)
    after = Identity(weights=Weights(identity_000=2.0)).apply(face, Store(model))
    change = judged(after, model) - judged(face, model)
    assert change[model.row("identity_000")] == pytest.approx(2.0, abs=1e-5)
    assert np.abs(np.delete(change, model.row("identity_000"))).max() < 1e-5


def test_wild_forms_count_against_a_head(model):
    scores = [score(rough(model, amount), model) for amount in (1.0, 2.0, 4.0)]
    assert scores == sorted(scores)
    assert scores[-1] > IMPLAUSIBLE

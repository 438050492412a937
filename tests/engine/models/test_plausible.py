"""Judging heads, bringing them back, and drawing random ones."""

from __future__ import annotations

import numpy as np
import pytest
from toy import ToyModel

from facewright.engine.models.expression_words import WORDS, words_of
from facewright.engine.models.lifespan_axes import ARKIT
from facewright.engine.models.plausible import (
    IMPLAUSIBLE,
    shape_plausibility,
    toward_plausible,
)
from facewright.engine.models.presets import PRESETS
from facewright.engine.models.variation import random_expression, random_person


@pytest.fixture
def model() -> ToyModel:
    return ToyModel()


def with_changes(model: ToyModel, c: np.ndarray, changes: dict[str, float]) -> np.ndarray:
    names = [axis.name for axis in model.axes]
    moved = c.copy()
    for name, amount in changes.items():
        moved[names.index(name)] += amount
    return moved


def test_a_head_beyond_the_limit_comes_back_to_it_on_the_straight_way(model):
    c = np.zeros(11)
    c[4:8] = 3.0, -2.0, 1.0, 2.0
    assert shape_plausibility(c, model) > IMPLAUSIBLE
    back = with_changes(model, c, toward_plausible(c, model))
    assert shape_plausibility(back, model) == pytest.approx(IMPLAUSIBLE)
    assert back[4:8] / c[4:8] == pytest.approx(np.full(4, back[4] / c[4]))
    assert 0 < back[4] < c[4]
    assert np.array_equal(back[:4], c[:4])


def test_a_plausible_head_stays_and_so_do_locked_axes(model):
    assert toward_plausible(np.zeros(11), model) == {}
    c = np.zeros(11)
    c[4:8] = 2.5, 3.0, 1.0, 1.0
    back = with_changes(model, c, toward_plausible(c, model, locked={"identity_000"}))
    assert back[4] == c[4]
    assert shape_plausibility(back, model) == pytest.approx(IMPLAUSIBLE)


def test_seeds_repeat_and_scale_scales(model):
    one, again = random_person(model, 7, 0.5, 30.0), random_person(model, 7, 0.5, 30.0)
    assert one == again
    assert one != random_person(model, 8, 0.5, 30.0)
    whole = random_person(model, 7, 1.0, 30.0)
    assert [2 * v for v in one.values()] == pytest.approx(list(whole.values()))
    assert set(one) == {"identity_000", "identity_001", "detail_000", "asymmetry_000"}


def test_random_expressions_are_even_and_within_their_range(model):
    drawn = [random_expression(model, seed, 1.0) for seed in range(40)]
    assert all(face["mouthSmileLeft"] == face["mouthSmileRight"] for face in drawn)
    assert all(0.0 <= weight <= 1.0 for face in drawn for weight in face.values())
    assert len({tuple(face.values()) for face in drawn}) > 5


def test_every_shape_is_said_in_plain_words():
    assert all(words_of(name) for name in ARKIT)
    assert set(WORDS) <= {name.removesuffix("Left").removesuffix("Right") for name in ARKIT} | set(
        ARKIT
    )
    assert words_of("third_eye") == ""


def test_presets_name_shapes_that_there_are():
    for weights in PRESETS.values():
        assert set(weights) <= set(ARKIT)
        assert all(0.0 < weight <= 1.0 for weight in weights.values())
    assert PRESETS["Neutral"] == {}

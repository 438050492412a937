"""Steps say what they do to a person in words of a face, not of a model."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.app.panels.step_words import words_of
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.identity import Asymmetry, Identity
from facewright.engine.face import Weights
from facewright.engine.models.measure_axes import measure_axes

pytestmark = pytest.mark.acceptance


@pytest.fixture
def model(models):
    return models.lifespan()


def said(edit, model) -> str:
    return words_of(edit, type(edit)(), model)


@pytest.mark.parametrize(
    ("measure", "amount", "words"),
    [
        ("nose_width", 1.5, "wider nose 1.50 σ"),
        ("nose_width", -1.5, "narrower nose 1.50 σ"),
        ("chin_projection", -2.0, "receding chin 2.00 σ"),
    ],
)
def test_a_moved_measure_is_what_the_step_says(model, measure, amount, words):
    weights = measure_axes(model).with_value(Weights(), measure, amount)
    assert said(Identity(weights=weights), model).startswith(words)


def test_a_step_without_a_change_says_nothing(model):
    assert said(Identity(), model) == ""
    assert said(Asymmetry(), model) == ""


def test_no_axis_is_named(model):
    axes = [axis for axis in model.axes if axis.group in ("identity", "detail", "asymmetry")]
    for axis in axes[:: max(len(axes) // 12, 1)]:
        kind = Asymmetry if axis.group == "asymmetry" else Identity
        words = said(kind(weights=Weights({axis.name: 1.0})), model)
        assert words
        assert axis.label not in words


def test_uneven_sides_are_told_by_how_far_they_move(model):
    names = [axis.name for axis in model.axes if axis.group == "asymmetry"][:2]
    amounts = (0.3, -0.4)
    words = said(Asymmetry(weights=Weights(dict(zip(names, amounts, strict=True)))), model)
    assert words == f"sides moved by {np.hypot(*amounts):.2f} σ"


def test_traces_of_an_expression_are_not_named(model):
    weights = Weights(jawOpen=0.4, browInnerUp=0.02)
    assert said(Expression(weights=weights), model) == "Jaw open 0.40"

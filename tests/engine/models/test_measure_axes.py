"""Named measures are set as asked, hold what is locked, and cost little plausibility."""

from __future__ import annotations

import numpy as np
import pytest
from toy import ToyModel

from facewright.engine.errors import InputError
from facewright.engine.face import Weights
from facewright.engine.models.axis_effects import effects
from facewright.engine.models.axis_words import ALONG, describe
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.measure_axes import MeasureAxes


@pytest.fixture(scope="module")
def axes(model: LifespanModel) -> MeasureAxes:
    return MeasureAxes(model)


def measured(model: LifespanModel, weights: Weights, measure, age: float = 30.0) -> float:
    c = model.defaults
    c[0] = age
    for name, value in weights.items():
        c[model.row(name)] = value
    points = model.template.landmarks.on(model.vertices(c))
    return float((points[measure.b] - points[measure.a])[ALONG[measure.along]])


@pytest.mark.parametrize("key", ["nose_width", "face_height", "eye_slant", "ear_protrusion"])
@pytest.mark.parametrize("age", [30.0, 1.0])
def test_a_measure_changes_by_the_millimetres_that_are_said(model, axes, key, age):
    weights = axes.with_value(Weights(), key, 1.5)
    measure = axes.measures[key]
    change = measured(model, weights, measure, age) - measured(model, Weights(), measure, age)
    assert change == pytest.approx(1.5 * axes.millimetres(model, age)[key], abs=0.02)
    assert axes.values(weights)[key] == pytest.approx(1.5)


def test_other_measures_follow_only_a_little_and_going_back_leaves_no_trace(axes):
    weights = axes.with_value(Weights(), "nose_width", 2.0)
    values = axes.values(weights)
    others = [abs(value) for key, value in values.items() if key != "nose_width"]
    assert max(others) < 0.5
    assert not axes.with_value(weights, "nose_width", 0.0)


def test_what_is_locked_stays(axes):
    before = Weights(identity_003=0.7)
    there = axes.values(before)
    moved = axes.with_value(before, "face_width", 2.0, locked={"jaw_width", "identity_003"})
    values = axes.values(moved)
    assert moved["identity_003"] == 0.7
    assert values["jaw_width"] == pytest.approx(there["jaw_width"], abs=0.01)
    assert values["face_width"] == pytest.approx(2.0)


def test_locking_everything_is_said(axes):
    names = set(axes.with_value(Weights(), "nose_width", 1.0))
    with pytest.raises(InputError, match="unlock"):
        axes.with_value(Weights(), "nose_width", 1.0, locked=names)
    with pytest.raises(InputError, match="no measure"):
        axes.with_value(Weights(), "third_eye", 1.0)
    with pytest.raises(InputError, match="no measure"):
        axes.with_values(Weights(), {"third_eye": 1.0})


def test_effects_say_what_an_axis_does_to_its_measure(model):
    words = describe(model)
    said = effects(model, words, 8.0)
    for name in ("identity_000", "identity_016"):
        measure = words[name].measure
        change = measured(model, Weights({name: 1.0}), measure, 8.0) - measured(
            model, Weights(), measure, 8.0
        )
        assert said[name] == pytest.approx(abs(change), abs=0.01)
    assert set(said) == {axis.name for axis in model.axes[4:]}
    child, adult = said["jawOpen"], effects(model, words, 30.0)["jawOpen"]
    assert 0.5 < child / adult < 1.0
    assert min(said.values()) > 0.0


def test_a_head_of_few_landmarks_has_few_measures():
    toy = ToyModel()
    axes = MeasureAxes(toy)  # type: ignore[arg-type]
    assert set(axes.measures) == {"nose_length", "nose_projection", "nose_tip_height"}
    weights = axes.with_value(Weights(), "nose_projection", 1.0)
    assert axes.values(weights)["nose_projection"] == pytest.approx(1.0)
    assert np.isfinite(list(axes.millimetres(toy, 4.0).values())).all()


def test_several_measures_are_set_at_once(axes):
    before = Weights(identity_001=1.0, detail_004=-0.5)
    wanted = {"nose_width": 1.0, "mouth_width": -1.0, "chin_height": 0.5}
    after = axes.with_values(before, wanted, locked={"face_width", "detail_004"})
    values = axes.values(after)
    assert {key: values[key] for key in wanted} == pytest.approx(wanted)
    assert values["face_width"] == pytest.approx(axes.values(before)["face_width"])
    assert after["detail_004"] == -0.5

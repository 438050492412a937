"""Axes are called after what they do: moving one does what its words say."""

from __future__ import annotations

import pytest
from toy import ToyModel

from facewright.engine.models.axis_words import ALONG, MEASURES, describe
from facewright.engine.models.lifespan import LifespanModel


@pytest.mark.parametrize("group", ["identity", "detail"])
def test_moving_an_axis_does_what_its_words_say(model: LifespanModel, group: str) -> None:
    words = describe(model, group)
    assert list(words) == [axis.name for axis in model.axes[model.groups[group]]]
    meant = {m.more: (m, 1.0) for m in MEASURES} | {m.less: (m, -1.0) for m in MEASURES}
    still = model.template.landmarks.on(model.vertices(model.defaults))
    named = 0
    for name, said in words.items():
        if said.label not in meant:
            assert said.label.startswith("form of ")
            continue
        measure, sign = meant[said.label]
        coefficients = model.defaults
        coefficients[model.row(name)] = 1.0
        moved = model.template.landmarks.on(model.vertices(coefficients))
        along = ALONG[measure.along]
        change = (moved[measure.b] - moved[measure.a] - still[measure.b] + still[measure.a])[along]
        assert sign * change > 0.0
        assert f"{said.label} ({abs(change):.1f} mm)" in said.text
        named += 1
    assert named > len(words) // 3


def test_a_model_of_few_landmarks_and_regions_has_words_too() -> None:
    model = ToyModel()
    words = describe(model)  # type: ignore[arg-type]
    assert set(words) == {axis.name for axis in model.axes[model.groups["identity"]]}
    assert all(said.label and said.text for said in words.values())

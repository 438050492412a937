"""Controllers: each moves its own, nothing else, on heads of any age."""

from __future__ import annotations

import numpy as np
import pytest
from stores import shipped

from facewright.engine.errors import InputError
from facewright.engine.models.parts.presets import PRESETS
from facewright.engine.models.parts.reaching import reached
from facewright.engine.models.parts.rules import CONTROLLERS, WHOLE
from facewright.engine.models.parts.segments import PARTS
from facewright.engine.models.parts.steering import KEYS, called, controller_of

LOCAL = [controller for controller in CONTROLLERS if controller.part != WHOLE]


@pytest.fixture(scope="module")
def model():
    return shipped().controllers()


def person(age, seed=5):
    head = shipped().lifespan()
    c = head.sample(np.random.default_rng(seed), 1, age=age)[0]
    return head.vertices(c) + head.fine_form(np.random.default_rng(seed), age)


@pytest.mark.parametrize("age", [0.5, 30.0])
@pytest.mark.parametrize("controller", LOCAL, ids=lambda c: c.key)
def test_nothing_moves_outside_of_part_and_transition_area(model, controller, age):
    before = person(age)
    after = model.steering.steered(before, age, {controller.key: 3.0})
    free = np.zeros(model.topology.count, bool)
    for part in controller.parts:
        free |= model.blending_about(part).free
        free[model.segments.members[part]] = True
    np.testing.assert_array_equal(after[~free], before[~free])
    assert np.abs(after - before)[free].max() > 0.1
    place = KEYS[controller.key]
    gained = (model.ruler.measured(after) - model.ruler.measured(before))[place]
    assert gained > 1.5 * model.steering.sigma(age)[place]


@pytest.mark.parametrize("key", [c.key for c in CONTROLLERS if c.part == WHOLE])
def test_the_whole_face_takes_its_parts_along_as_they_are(model, key):
    before = person(30.0)
    after = model.steering.steered(before, 30.0, {key: 2.0})
    for part in PARTS:
        way = (after - before)[model.segments.members[part]]
        np.testing.assert_allclose(way, np.broadcast_to(way[0], way.shape), atol=1e-4)
        assert np.abs(way[:, 0]).max() < 1e-4


def test_later_edits_leave_earlier_ones_untouched(model):
    before = person(30.0)
    nose = model.steering.steered(before, 30.0, {"nose_width": -2.0})
    lips = model.steering.steered(nose, 30.0, {"upper_lip_height": 2.0})
    eyes = model.steering.steered(lips, 30.0, {"eye_height": 2.0})
    members = model.segments.members
    np.testing.assert_array_equal(eyes[members["nose"]], nose[members["nose"]])
    together = {"nose_width": -2.0, "upper_lip_height": 2.0, "eye_height": 2.0}
    at_once = model.steering.steered(before, 30.0, together)
    for part in ("nose", "upper_lip", "eyes"):
        np.testing.assert_allclose(at_once[members[part]], eyes[members[part]], atol=1e-3)
    np.testing.assert_array_equal(eyes[members["upper_lip"]], lips[members["upper_lip"]])


def test_no_amount_is_no_change(model):
    before = person(30.0)
    assert model.steering.steered(before, 30.0, {}) is before
    assert model.steering.steered(before, 30.0, {"nose_width": 0.0}) is before


def test_one_side_moves_alone(model):
    before = person(30.0)
    after = model.steering.steered(before, 30.0, {"eye_height_left": 2.0})
    eyes = model.segments.members["eyes"]
    way = np.linalg.norm(after - before, axis=1)[eyes]
    right = before[eyes, 0] < -10
    assert way[right].max() == 0.0
    assert way[~right].max() > 0.5


def test_both_sides_are_one_and_the_other(model):
    before = person(30.0)
    both = model.steering.steered(before, 30.0, {"nose_width": 1.0})
    sides = model.steering.steered(before, 30.0, {"nose_width_left": 1.0, "nose_width_right": 1.0})
    np.testing.assert_array_equal(both, sides)


@pytest.mark.parametrize("name", ["nose", "nose_width_up", "facial_width_left", "_left"])
def test_unknown_controllers_are_named(model, name):
    with pytest.raises(InputError, match="no controller"):
        model.steering.steered(person(30.0), 30.0, {name: 1.0})


def test_no_number_is_refused(model):
    with pytest.raises(InputError, match="finite"):
        model.steering.steered(person(30.0), 30.0, {"nose_width": float("inf")})


def test_names_in_words():
    assert called("nose_width_left") == "Nose width, left"
    assert called("facial_width") == "Maximum facial width"
    assert controller_of("upper_lip_height_right").part == "upper_lip"


@pytest.mark.parametrize(("key", "age"), [("nose_width", 0.5), ("facial_height", 30.0)])
def test_what_is_typed_is_reached_and_what_is_locked_stays(model, key, age):
    before = person(age)
    measured = model.ruler.named(before)
    sigma = dict(zip(KEYS, model.steering.sigma(age), strict=False))
    lock = "nose_height" if key == "nose_width" else "facial_width"
    wanted = measured[key] + 1.5 * sigma[key]
    weights = reached(model.steering.head(before, age), {}, {key: wanted}, [lock])
    after = model.steering.steered(before, age, weights)
    found = model.ruler.named(after)
    assert found[key] == pytest.approx(wanted, abs=0.1)
    assert found[lock] == pytest.approx(measured[lock], abs=0.1)


def test_what_cannot_be_is_refused_in_words(model):
    with pytest.raises(InputError, match="Nose width cannot be 90"):
        reached(model.steering.head(person(30.0), 30.0), {}, {"nose_width": 90.0})


@pytest.mark.parametrize("name", PRESETS)
def test_ideas_move_what_they_name_within_what_people_have(model, name):
    before = person(30.0)
    after = model.steering.steered(before, 30.0, PRESETS[name])
    change = (model.ruler.measured(after) - model.ruler.measured(before)) / model.steering.sigma(
        30.0
    )
    for key, amount in PRESETS[name].items():
        assert abs(amount) <= 3.0
        assert change[KEYS[key]] * np.sign(amount) > 0.3, key

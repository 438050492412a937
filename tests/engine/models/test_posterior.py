"""The most probable change of a person, and the ball it stays in."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from toy import ToyStore

from facewright.engine.models.posterior import Person, nearest_within

MODEL = ToyStore().lifespan()
DEFAULTS = np.array([axis.default for axis in MODEL.axes], dtype=float)


@pytest.mark.parametrize("radius", [0.1, 1.0, 3.0, 100.0])
def test_the_best_point_of_a_ball(radius: float, rng: np.random.Generator) -> None:
    root = rng.normal(size=(6, 6))
    information, pull = root @ root.T + 0.1 * np.eye(6), 5 * rng.normal(size=6)
    found = nearest_within(information, pull, radius)

    def cost(y: np.ndarray) -> float:
        return float(y @ information @ y / 2 - y @ pull)

    inside = {"type": "ineq", "fun": lambda y: radius**2 - y @ y}
    best = minimize(cost, np.zeros(6), constraints=inside, method="SLSQP", tol=1e-12)
    assert np.linalg.norm(found) <= radius * (1 + 1e-9)
    assert cost(found) <= best.fun + 1e-5 * abs(best.fun)


def test_observing_where_things_are_changes_nobody() -> None:
    person = Person(MODEL, DEFAULTS, 1.0)
    motions = person.motions(np.arange(20, dtype=np.int32))
    person.observe(motions, np.full(20, 10.0))
    assert person.change(np.zeros(len(motions))) == {}


def test_a_change_that_the_model_can_make_is_made() -> None:
    truth = DEFAULTS.copy()
    truth[4] = 1.5
    offsets = (MODEL.vertices(truth) - MODEL.vertices(DEFAULTS)).astype(float)
    person = Person(MODEL, DEFAULTS, 1e3)
    motions = person.motions(np.arange(162, dtype=np.int32))
    person.observe(motions, np.full(162, 1e4))
    change = person.change(motions @ (1e4 * offsets).ravel())
    assert change["identity_000"] == pytest.approx(1.5, abs=0.01)
    assert sum(abs(v) for k, v in change.items() if k != "identity_000") < 0.05


def test_whoever_is_beyond_the_limit_becomes_no_more_so() -> None:
    odd = DEFAULTS.copy()
    odd[4:8] = (9.0, -9.0, 9.0, 9.0)
    person = Person(MODEL, odd, 1.0)
    motions = person.motions(np.array([12], np.int32))
    person.observe(motions, [100.0])
    change = person.change(motions @ np.array([0.0, 0.0, 100.0 * 500.0]))
    rows = {axis.name: row for row, axis in enumerate(MODEL.axes)}
    after = odd.copy()
    for name, amount in change.items():
        after[rows[name]] += amount
    assert np.linalg.norm(after[4:8]) <= np.linalg.norm(odd[4:8]) * 1.0001

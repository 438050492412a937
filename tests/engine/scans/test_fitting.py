"""Heads drawn from the model are found again."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import lsq_linear

from facewright.engine.geometry.rigid import moved, rotation
from facewright.engine.geometry.target import Target
from facewright.engine.landmarks import Points
from facewright.engine.measure.distance import scan_to_head
from facewright.engine.scans import fitting
from facewright.engine.scans.age_guess import guess_age
from facewright.engine.scans.equations import solve_within
from facewright.engine.scans.gaze import Gaze
from facewright.engine.scans.registration import seeking

MARKS = tuple(f"ibug{i}" for i in range(17, 68))


@pytest.fixture
def person(model, rng):
    """An adult of the model, smiling a little, and where a scanner would put them."""
    coefficients = model.sample(rng, 1, age=30.0)[0]
    coefficients[model.row("mouthSmileLeft")] = coefficients[model.row("mouthSmileRight")] = 0.5
    head = model.vertices(coefficients)
    placed = np.eye(4)
    placed[:3, :3] = rotation([0.1, -0.15, 0.05])
    placed[:3, 3] = [12, -30, 8]
    points = moved(model.template.landmarks.select(MARKS).on(head).positions, placed)
    points += rng.normal(0, 0.8, points.shape)
    return coefficients, moved(head, placed), Points.build(MARKS, points), placed


def skin(model):
    faces = model.topology.faces
    return faces[model.template.visible[faces].all(axis=1)]


def test_a_person_of_the_model_is_found(model, person):
    _, scan, points, placed = person
    target = Target(scan, skin(model))
    fit = fitting.fit(model, target, points, age=30.0, weights=seeking(model))
    assert fit.scan_to_head[:3, :3] @ placed[:3, :3] == pytest.approx(np.eye(3), abs=0.02)
    marks = model.template.landmarks.on(fit.vertices)
    scanned = moved(scan, fit.scan_to_head)
    distances = scan_to_head(
        scanned, skin(model), fit.vertices, model.topology.faces, marks, count=4000
    )
    assert distances.median < 0.2
    expression = fitting.expression_of(model, fit.coefficients)
    assert expression["mouthSmileLeft"] > 0.25
    assert 0.0 <= min(expression.values()) <= max(expression.values()) <= 1.0


def test_an_unknown_unit_is_found_with_the_shape(model, person):
    _, scan, points, _ = person
    small = Points.build(points.names, points.positions / 51.2)
    target = Target(scan / 51.2, skin(model))
    fit = fitting.fit(model, target, small, age=30.0, weights=seeking(model), free_scale=True)
    size = np.cbrt(np.linalg.det(fit.scan_to_head[:3, :3]))
    assert size == pytest.approx(51.2, rel=0.03)


def test_landmarks_alone_beat_the_mean_head(model, person):
    _, _, points, _ = person
    fit, cost = fitting.fit_landmarks(model, points, 30.0, free_scale=False)
    chosen = model.template.landmarks.select(MARKS)
    own = moved(points.positions, fit.scan_to_head)
    gap = np.linalg.norm(own - chosen.on(fit.vertices).positions, axis=1)
    mean_gap = np.linalg.norm(own - chosen.on(model.mean().vertices).positions, axis=1)
    assert gap.mean() < 0.7 * mean_gap.mean()
    assert cost > 0


def test_one_wild_landmark_does_not_matter(model, person):
    _, _, points, _ = person
    wild = points.positions.copy()
    wild[MARKS.index("ibug30")] += [0, 40.0, 0]
    clean = fitting.fit_landmarks(model, points, 30.0, free_scale=False)[0]
    astray = fitting.fit_landmarks(model, Points.build(MARKS, wild), 30.0, free_scale=False)[0]
    apart = np.linalg.norm(
        moved(points.positions, clean.scan_to_head) - moved(points.positions, astray.scan_to_head),
        axis=1,
    )
    assert apart.max() < 2.5


@pytest.mark.parametrize("free_scale", [False, True])
@pytest.mark.parametrize(("age", "low", "high"), [(0.3, 0.0, 1.5), (30.0, 29.0, 31.0)])
def test_infants_and_adults_are_told_apart(model, rng, age, low, high, free_scale):
    guesses = []
    for coefficients in model.sample(rng, 3, age=age):
        points = model.template.landmarks.select(MARKS).on(model.vertices(coefficients))
        noisy = points.positions + rng.normal(0, 1.0, points.positions.shape)
        marks = Points.build(MARKS, noisy * (0.02 if free_scale else 1.0))
        guesses.append(guess_age(model, marks, free_scale=free_scale))
    assert low <= np.median(guesses) <= high


def test_bounded_solve_agrees_with_scipy(rng):
    for _ in range(20):
        rows = rng.normal(size=(30, 12))
        values = rng.normal(size=30)
        low, high = np.full(12, -np.inf), np.full(12, np.inf)
        low[4:], high[4:] = 0.0, 0.15
        found = solve_within(rows.T @ rows, rows.T @ values, low, high)
        exact = lsq_linear(rows, values, (low, high)).x
        assert found == pytest.approx(exact, abs=1e-5)


def test_the_jaw_line_counts_little():
    assert fitting.certainty("ibug8") < 0.1 < fitting.certainty("ibug30")
    assert fitting.certainty("pg") < 0.1 < fitting.certainty("en_l")


def test_both_eyes_are_fitted_looking_one_way():
    names = ["sex"] + [
        f"eyeLook{w}{s}" for w in ("In", "Out", "Up", "Down") for s in ("Left", "Right")
    ]
    gaze = Gaze(names, others=2)
    right = np.zeros(len(names) + 2)
    asked = {"eyeLookOutLeft": 0.6, "eyeLookOutRight": 0.4, "eyeLookUpLeft": 0.5}
    for name, value in asked.items():
        right[names.index(name)] = value
    right[-1] = 7.0
    low, high = np.zeros(len(right)), np.r_[np.ones(len(names)), np.inf, np.inf]
    found = dict(
        zip([*names, "a", "b"], gaze.solve(np.eye(len(right)), right, low, high), strict=True)
    )
    assert found["eyeLookUpLeft"] == found["eyeLookUpRight"] == pytest.approx(0.25)
    assert found["eyeLookOutLeft"] == found["eyeLookInRight"] == pytest.approx(0.3)
    assert found["eyeLookOutRight"] == found["eyeLookInLeft"] == 0.0
    assert found["b"] == pytest.approx(7.0)

"""Measured skin wins: eyeballs, sockets and the mouth's inside give way."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from posing import make

from facewright.engine.face import Face
from facewright.engine.models import eyes, lids, mouth
from facewright.engine.models.rig import PosedHead, Rig, load_handles

CASES = [(0.5, 1), (3.0, 2), (30.0, 3), (75.0, 4)]


def measured(model, face: Face) -> np.ndarray:
    """Neutral plus expression: what a registration holds against its scan."""
    return face.mesh.vertices + model.expression_offsets(face.expression, face.subject.age.value)


def moved(model, rig: Rig, face: Face) -> np.ndarray:
    """How far the rig moves each vertex that can be seen, mm."""
    away = rig.pose(face).skin.vertices - measured(model, face)
    return np.linalg.norm(away, axis=1)[model.template.visible]


def poking(model, head: PosedHead, side: str) -> float:
    """How far the globe stands out of rim and lids' skin, mm."""
    eye = next(p for p in head.parts if p.name == f"eye_{side}").vertices[250:].astype(float)
    fit = np.linalg.lstsq(np.c_[2 * eye, np.ones(len(eye))], (eye**2).sum(axis=1), rcond=None)[0]
    radius = np.sqrt(fit[3] + fit[:3] @ fit[:3])
    front = head.skin.vertices[load_handles()[f"front_{side}"]]
    return float(radius - np.linalg.norm(front - fit[:3], axis=1).min())


@pytest.mark.parametrize(("age", "seed"), CASES)
def test_seen_skin_is_as_measured_in_expressions_that_scans_are_fitted_with(model, rig, age, seed):
    rng = np.random.default_rng(seed)
    names = [axis.name for axis in model.axes if axis.group == "expression"]
    for _ in range(3):
        weights = dict(zip(names, rng.uniform(0, 0.5, len(names)).tolist(), strict=True))
        weights["mouthClose"] = weights["jawOpen"]
        face = make(model, age, seed, **weights)
        assert moved(model, rig, face).max() < 0.02
        assert max(poking(model, rig.pose(face), side) for side in "lr") < 0.02


@pytest.mark.parametrize(("age", "seed"), CASES)
@pytest.mark.parametrize("blink", [0.0, 0.5])
def test_lids_that_press_on_the_ball_push_it_back(model, age, seed, blink):
    handles = load_handles()
    neutral = np.array(make(model, age, seed).mesh.vertices)
    pair = lids.Lids.of(handles, "l")
    ball = eyes.fit(neutral[pair.rim], neutral[pair.front], age)
    pressed = np.array(neutral)
    pressed[pair.skin, 2] -= 0.8
    pressed[pair.front, 2] = neutral[pair.front, 2] - 0.8
    skin = np.array(pressed)
    held = lids.settle(skin, neutral, pair, ball, np.eye(3), blink)
    seen = np.setdiff1d(np.arange(len(skin)), pair.socket)
    assert np.array_equal(skin[seen], pressed[seen])
    expected = 0.8 - (eyes.RIM_GAP - lids.SKIN_GAP)
    assert ball.centre[2] - held.centre[2] == pytest.approx(expected, abs=0.4)
    nearest = np.linalg.norm(skin[pair.front] - held.centre, axis=1).min()
    assert nearest == pytest.approx(held.radius + lids.SKIN_GAP, abs=0.01)
    free = lids.settle(np.array(neutral), neutral, pair, ball, np.eye(3), blink)
    assert free.centre == pytest.approx(ball.centre)


@pytest.mark.parametrize(("age", "seed"), CASES)
def test_the_socket_follows_the_ball_smoothly(model, age, seed):
    """Wherever the ball goes by a little, no vertex of the socket jumps."""
    handles = load_handles()
    neutral = np.array(make(model, age, seed).mesh.vertices)
    pair = lids.Lids.of(handles, "l")
    ball = eyes.fit(neutral[pair.rim], neutral[pair.front], age)
    places = []
    for step in np.linspace(0, 1, 21):
        skin = np.array(neutral)
        there = replace(ball, centre=ball.centre + step * np.array([0.5, -0.5, -1.0]))
        lids.settle(skin, neutral, pair, there, np.eye(3), 0.0)
        places.append(skin[pair.socket])
    steps = np.linalg.norm(np.diff(places, axis=0), axis=2)
    assert 0.02 < steps.max() < 0.25  # the ball's own step is 0.06 mm


def test_a_blink_is_finished_smoothly_and_late(model, rig):
    shares = np.linspace(0, 1, 26)
    added = [
        rig.pose(face).skin.vertices[load_handles()["lids_l"]]
        - measured(model, face)[load_handles()["lids_l"]]
        for face in (make(model, 30.0, 7, eyeBlinkLeft=float(s)) for s in shares)
    ]
    reach = np.array([np.abs(a).max() for a in added])
    assert (reach[shares <= lids.COMPLETE_FROM] < 0.02).all()
    assert reach[-1] > 0.2
    steps = np.array([np.abs(b - a).max() for a, b in itertools.pairwise(added)])
    assert steps.max() < 0.35 * reach[-1]


def test_a_blink_on_top_of_a_squint_does_not_cross_the_lids(model, rig):
    for seed in (3, 9):
        face = make(model, 30.0, seed, eyeBlinkLeft=1.0, eyeSquintLeft=0.8, eyeLookDownLeft=0.6)
        rim = rig.pose(face).skin.vertices[load_handles()["rim_l"]]
        crossed = lids.opening(rim)[8:-8]
        raw = lids.opening(measured(model, face)[load_handles()["rim_l"]])[8:-8]
        assert np.abs(crossed).max() < np.abs(raw).max()


@pytest.mark.parametrize("age", [0.5, 8.0, 35.0, 75.0])
def test_the_upper_lid_covers_the_top_of_the_iris(model, age):
    v, handles = make(model, age).mesh.vertices, load_handles()
    for side in "lr":
        rim = v[handles[f"rim_{side}"]]
        ball = eyes.fit(rim, v[handles[f"front_{side}"]], age)
        iris = ball.centre[1] + ball.radius * np.sin(ball.pitch)
        middle = np.argsort(np.abs(rim[:28, 0] - ball.centre[0]))[:5]
        covered = iris + ball.iris - rim[middle, 1].mean()
        assert 0.3 < covered < 4.0


def test_no_eyes_turn_outward_both(model, rig):
    def way(**expression: float) -> np.ndarray:
        head = rig.pose(make(model, 30.0, **expression))
        eye = {p.name: p.vertices for p in head.parts}
        return np.array([(eye[f"eye_{s}"][0] - eye[f"eye_{s}"].mean(axis=0))[0] for s in "lr"])

    rest = way()
    assert way(eyeLookOutLeft=0.6, eyeLookOutRight=0.6) == pytest.approx(rest, abs=0.05)
    both = way(eyeLookOutLeft=0.6, eyeLookOutRight=0.2) - rest
    assert both[0] > 1
    assert abs(both[1]) < 0.05
    alone = way(eyeLookOutLeft=0.6) - rest
    assert alone[0] > 2
    crossed = way(eyeLookInLeft=0.4, eyeLookInRight=0.4) - rest
    assert crossed[0] < -1 < 1 < crossed[1]


@pytest.mark.parametrize("age", [1.0, 30.0, 75.0])
@pytest.mark.parametrize("jaw", [0.0, 0.3, 1.0])
def test_mouth_close_brings_lips_together_whatever_the_jaw_does(model, rig, age, jaw):
    handles = load_handles()

    def gap(close: float) -> float:
        face = make(model, age, jawOpen=jaw, mouthClose=close)
        skin = measured(model, Face(face.mesh, face.subject, rig.acting(face)))
        apart = mouth._apart(skin, handles)
        return float(np.median(apart[15:31]))

    opened, half, closed = gap(0.0), gap(0.5), gap(1.0)
    assert closed <= half <= opened
    assert -mouth.PRESS - 0.1 < closed < 0.5
    assert opened > 15 * jaw


def test_mouth_close_within_reach_is_taken_as_it_is(model, rig):
    face = make(model, 30.0, jawOpen=0.5, mouthClose=0.3)
    assert rig.acting(face) == face.expression
    without = make(model, 30.0, jawOpen=0.5)
    assert rig.acting(without) is without.expression

"""The figure of what latents group by."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from facewright.engine.training.codes_figure import GROUPS, Codes, figure, told

PEOPLE, FACES, SIZE = 6, 5, 12


def grouped(by_person: float, by_expression: float) -> Codes:
    rng = np.random.default_rng(0)
    who = by_person * rng.normal(size=(PEOPLE, 1, SIZE))
    what = by_expression * rng.normal(size=(1, FACES, SIZE))
    return Codes(who + what + 0.01 * rng.normal(size=(PEOPLE, FACES, SIZE)))


def test_shares_say_what_the_latents_follow():
    assert grouped(1.0, 0.0).shares() == pytest.approx((1.0, 0.0), abs=0.01)
    assert grouped(0.0, 1.0).shares() == pytest.approx((0.0, 1.0), abs=0.01)
    who, what = grouped(1.0, 1.0).shares()
    assert who + what == pytest.approx(1.0, abs=0.01)
    assert min(who, what) > 0.25


def test_places_keep_their_distances_and_stay_in_the_panel():
    flat = grouped(1.0, 0.0).flat()
    assert np.abs(flat).max() == pytest.approx(1.0)
    within = np.linalg.norm(flat - flat.mean(axis=1, keepdims=True), axis=2)
    assert within.max() < 0.1 * np.abs(flat).max()


def test_figure_is_a_picture_with_every_head_in_every_panel():
    found = dict(zip(GROUPS, (grouped(1.0, 0.1), grouped(0.1, 1.0)), strict=True))
    tree = ElementTree.fromstring(figure(found))
    dots = tree.findall(".//{http://www.w3.org/2000/svg}circle")
    assert len(dots) == 4 * PEOPLE * FACES + 5
    assert "between people" in told(found)

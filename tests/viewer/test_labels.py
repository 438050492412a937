"""Names over the head: none covers another, and what comes first is said."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from facewright.viewer.grounds import GROUNDS
from facewright.viewer.overlay import Marker, Overlay
from facewright.viewer.overlays import OverlayLayers


@pytest.fixture
def layers(stage, ball):
    stage.scene.show(ball)
    stage.orbit.frame(stage.scene.bounds)
    made = OverlayLayers(stage.renderer, lambda: GROUNDS["dark"])
    yield made
    made.close()


def said(stage, layers, name="names"):
    """The names in the picture, each with its box `(left, low, right, high)`."""
    stage.window.Render()
    found = {}
    for label in layers._layers[name].words:
        text = label.actor.GetInput().strip()
        if text:
            anchor = label._anchor.GetComputedDoubleViewportValue(stage.renderer)
            offset = label._offset.GetValue()
            size = label.size(stage.renderer, label._size[0][1])
            low = np.array(anchor) + offset[:2]
            found[text] = (*low, *(low + size))
    return found


def test_names_of_near_points_keep_apart_and_the_first_is_said(stage, layers):
    rng = np.random.default_rng(2)
    places = rng.normal(0, 12, (24, 3)) + np.array([0, 0, 100])
    markers = tuple(Marker(place, f"name {k}") for k, place in enumerate(places))
    layers.show("names", Overlay(markers=markers))
    boxes = said(stage, layers)
    assert "name 0" in boxes
    assert 3 < len(boxes) < len(markers)  # there is no room for all
    for one, other in combinations(boxes.values(), 2):
        across = one[0] < other[2] - 1 and other[0] < one[2] - 1
        upward = one[1] < other[3] - 1 and other[1] < one[3] - 1
        assert not (across and upward)
    layers.show("names", Overlay(markers=markers[::-1]))
    assert "name 23" in said(stage, layers)


def test_names_come_back_when_there_is_room_and_layers_mind_each_other(stage, layers):
    here, near = np.array([0.0, 0.0, 100.0]), np.array([1.0, 0.5, 100.0])
    layers.show("names", Overlay(markers=(Marker(here, "one"), Marker(near, "two"))))
    boxes = said(stage, layers)
    assert set(boxes) == {"one", "two"}  # on different sides of their points
    layers.show("others", Overlay(markers=tuple(Marker(here, "much " * 20) for _ in range(6))))
    assert set(said(stage, layers)) == {"one", "two"}
    layers.show("names", None)
    assert said(stage, layers) == {}
    layers.show("names", Overlay(markers=(Marker(here, "one"),)))
    assert set(said(stage, layers)) == {"one"}

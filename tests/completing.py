"""What tests of filling in share: choosing a part, its alternatives, and the belief asked anew."""

from __future__ import annotations

from facewright.engine.edits.base import Edit
from facewright.engine.edits.complete import area_of
from facewright.engine.scans.completion import Completion, Region


def last(window) -> Edit:
    return window.document.project.edits[-1]


def choose(qtbot, window, panel, region):
    panel.tiles.buttons[region].click()
    qtbot.waitUntil(lambda: getattr(last(window), "region", "") == region)


def asked_of(window, before) -> Completion:
    """The completion of the last step, asked of the model anew."""
    model = window.document.models.lifespan()
    region = Region(area_of(last(window), model), model)
    return Completion(before.mesh, region, before.subject.traits, before.ours)


def pictures(panel):
    tiles = panel.faces.tiles[: len(panel.faces.numbers)]
    return [tile for tile in tiles if not tile._picture.isNull() and not tile._faded]


def drawn(panel):
    return len(pictures(panel)) == len(panel.faces.numbers)

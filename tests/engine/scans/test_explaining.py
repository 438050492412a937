"""Which landmarks and which fit are kept; tests/acceptance/test_artefacts.py has the hands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from stores import shipped

from facewright.engine.geometry.target import Target
from facewright.engine.landmarks import Points
from facewright.engine.mesh import Scan
from facewright.engine.progress import silent
from facewright.engine.scans import fitting
from facewright.engine.scans.artefacts import ARTEFACT, EXPLAINED, Artefacts
from facewright.engine.scans.explaining import Sitting
from facewright.engine.scans.placement import Placed
from facewright.engine.scans.registration import seeking

AGE = 25.0
PALM = 42.0
"""Mm from the mouth that are hidden."""


@pytest.fixture(scope="module")
def model():
    return shipped().lifespan()


@pytest.fixture(scope="module")
def covered(model):
    """A person with fingers over mouth and chin, and which of the skin they hide."""
    drawn = model.sample(np.random.default_rng(3), 1, age=AGE)[0]
    drawn[model.groups["expression"]] = 0.0
    skin = model.vertices(drawn).astype(np.float64)
    mouth = model.template.landmarks.on(skin)["sto"]
    hidden = (np.linalg.norm(skin - mouth, axis=1) < PALM) & model.template.face
    x, y = (skin - mouth)[hidden, :2].T
    flat = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
    behind = flat @ np.linalg.lstsq(flat, skin[hidden, 2], rcond=None)[0]
    scanned = skin.copy()
    scanned[hidden, 2] = np.maximum(skin[hidden, 2] + 2, behind + 12 + 2 * np.cos(y / 3))
    return scanned, skin, hidden


def sitting(model, covered, given):
    scanned, _, hidden = covered
    names = tuple(f"ibug{number}" for number in range(17, 68))
    on_scan = model.template.landmarks.on(scanned)
    shown = model.template.landmarks.select(names)
    bare = ~hidden[shown.corners].any(axis=1)
    if given:
        names = tuple(name for name, seen in zip(names, bare, strict=True) if seen)
    points = Points.build(names, np.stack([on_scan[name] for name in names]))
    faces = model.topology.faces
    scan = Scan("scan.ply", scanned.astype(np.float32), faces, unit="mm")
    placed = Placed(scanned, points, np.eye(4), "mm")
    return Sitting(model, scan, placed, Target(scanned, faces), seeking(model), given)


def first_fit(model, asked):
    return fitting.fit(model, asked.target, asked.placed.points, age=AGE, weights=asked.seek)


@pytest.mark.parametrize("given", [True, False], ids=["marks placed", "marks shown by pictures"])
def test_marks_on_what_is_in_the_way_are_dropped_unless_a_person_placed_them(model, covered, given):
    asked = sitting(model, covered, given)
    hidden = covered[2]
    nothing = np.zeros(len(hidden), bool)
    met = np.where(hidden, ARTEFACT, EXPLAINED).astype(np.uint8)
    others = Artefacts(met, nothing, nothing, 0.3)
    names, kept = asked.placed.points.names, asked.uncovered(others).points.names
    assert "ibug36" in kept
    assert (kept == names) if given else ("ibug51" in names and "ibug51" not in kept)


def test_a_clean_face_keeps_its_fit(model, covered):
    asked = sitting(model, covered, given=True)
    skin = covered[1]
    clean = replace(asked, placed=replace(asked.placed, vertices=skin),
                    target=Target(skin, model.topology.faces))  # fmt: skip
    fit = first_fit(model, clean)
    again, others = clean.explained(fit, silent)
    assert again is fit
    assert others.share < 0.02

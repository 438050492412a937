"""A second visit is laid on the first by what did not change."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.errors import InputError
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.rigid import align_trimmed, moved, rotation
from facewright.engine.models.store import ModelStore
from facewright.engine.scans.follow_up import align_stable, forehead


@pytest.fixture(scope="module")
def model():
    return ModelStore().lifespan()


def visits(model, change):
    """Return a head, the same with a changed jaw, moved, and the motion back."""
    head = model.mean()
    low = head.vertices[:, 1] < model.template.landmarks.on(head.vertices)["sn"][1]
    changed = head.vertices + change * low[:, None] * np.array([0.0, -0.6, 0.8])
    motion = np.eye(4)
    motion[:3, :3] = rotation([0.1, -0.2, 0.05])
    motion[:3, 3] = [12.0, -4.0, 30.0]
    return head, head.moved(moved(changed, motion)), np.linalg.inv(motion)


def test_the_forehead_lies_above_the_brows_and_below_the_hair(model):
    region = forehead(model.mean(), model.template)
    assert 150 < region.sum() < 2500
    assert not (region & (model.topology.regions["eyebrows"] > 0.5)).any()
    assert not (region & (model.topology.regions["scalp"] > 0.5)).any()


def test_a_grown_jaw_does_not_turn_the_head(model):
    first, second, back = visits(model, 6.0)
    stable = align_stable(first, second, model.template)
    assert np.abs(stable.motion - back).max() < 1e-3
    assert stable.left < 1e-3
    assert stable.corners < 1e-3
    face = model.template.face
    whole = align_trimmed(second.vertices[face], first.vertices[face])
    assert np.abs(whole - back).max() > 0.1  # else this test could not fail


def test_a_forehead_registered_along_itself_is_taken_as_a_surface(model):
    """Two registrations of one forehead slide along it; eye corners tell where it belongs."""
    first, second, back = visits(model, 0.0)
    region = forehead(first, model.template)
    slid = second.vertices.copy()
    aside = slid[region] + 1.0 * rotation([0.1, -0.2, 0.05])[:, 0]  # to the left all of it
    slid[region] = SurfaceTree(slid, first.topology.faces).nearest(aside).points
    stable = align_stable(first, second.moved(slid), model.template)
    here = moved(second.vertices, stable.motion) - moved(second.vertices, back)
    assert np.linalg.norm(here, axis=1).max() < 0.3


def test_what_was_not_measured_does_not_count(model):
    first, second, back = visits(model, 0.0)
    region = forehead(first, model.template)
    rows = np.flatnonzero(region)[::2]
    spoilt = second.vertices.copy()
    spoilt[rows] += 5.0
    inferred = np.zeros(len(spoilt), np.float32)
    inferred[rows] = 1.0
    stable = align_stable(first, second.moved(spoilt), model.template, inferred=(None, inferred))
    assert np.abs(stable.motion - back).max() < 1e-2
    with pytest.raises(InputError, match="forehead"):
        align_stable(first, second, model.template, inferred=(None, np.ones_like(inferred)))

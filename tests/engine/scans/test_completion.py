"""Completion on heads whose hidden part is known."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest
from toy import ToyModel, ToyStore

from facewright.engine.edits.complete import Complete, completion_of
from facewright.engine.errors import InputError
from facewright.engine.face import Face
from facewright.engine.mesh import Mesh
from facewright.engine.scans.completion import MADE, SCANNED, Completion, Region

MODEL = ToyModel()
ABOUT = {"age": 30.0}


@pytest.fixture
def person() -> Mesh:
    """Someone whose nose is the mean one on a head of his own: the rest tells all of it."""
    drawn = MODEL.sample(np.random.default_rng(3), 1, age=30.0)[0]
    drawn[MODEL.row("detail_000")] = 0.0
    return MODEL.instance(drawn)


def mask_of(*names: str) -> np.ndarray:
    return np.maximum.reduce([MODEL.topology.regions[n] for n in names]).astype(np.float32)


def test_the_models_own_people_come_back(person):
    mask = mask_of("nose")
    broken = np.array(person.vertices)
    broken[mask > 0] += (0.0, 0.0, 25.0)
    asked = Completion(person.moved(broken), Region(mask, MODEL), ABOUT)
    assert np.abs(asked.likely() - person.vertices).max() < 0.5
    assert (asked.likely()[~asked.free] == person.vertices[~asked.free]).all()


def test_what_was_in_the_region_leaves_no_trace(person):
    mask = mask_of("nose")
    one, other = np.array(person.vertices), np.array(person.vertices)
    one[mask > 0] += 30.0
    other[mask > 0] *= 0.5
    first, second = (
        Completion(person.moved(points), Region(mask, MODEL), ABOUT).likely()
        for points in (one, other)
    )
    assert np.abs(first - second).max() < 1e-3


def test_a_step_along_the_border_fades_inwards(person):
    mask = mask_of("nose")
    lifted = person.vertices + np.float32([0.0, 0.0, 4.0]) * (1 - mask[:, None])
    asked = Completion(person.moved(lifted), Region(mask, MODEL), ABOUT)
    filled = asked.filled(person.vertices)
    moved = (filled - person.vertices)[asked.free, 2]
    assert (moved > 0.5).all()  # the seam is bridged, not stepped
    assert (filled[~asked.free] == lifted[~asked.free]).all()


def test_alternatives_differ_repeat_and_spread_about_the_likely_one(person):
    asked = Completion(person, Region(mask_of("nose", "upper_lip"), MODEL), ABOUT)
    np.testing.assert_array_equal(asked.drawn(4), asked.drawn(4))
    assert np.abs(asked.drawn(4) - asked.drawn(5)).max() > 1e-3
    np.testing.assert_allclose(asked.drawn(4, 0.0), asked.likely(), atol=1e-4)
    spread = asked.spread()
    assert (spread[asked.free] > 0).all()
    assert (spread[~asked.free] == 0).all()


def test_less_is_known_of_scanned_heads_than_of_those_that_the_model_drew(person):
    region = Region(mask_of("nose", "upper_lip"), MODEL)
    scanned, made = (Completion(person, region, ABOUT, s) for s in (False, True))
    np.testing.assert_array_equal(scanned.likely(), made.likely())
    wide, narrow = scanned.spread()[scanned.free], made.spread()[made.free]
    assert (wide >= narrow).all()
    gap = np.sqrt(wide.astype(float) ** 2 - narrow.astype(float) ** 2)
    most = region.scanned[scanned.free]
    assert (gap <= np.sqrt(most**2 - MADE**2) * 1.001).all()
    on_nose = MODEL.topology.regions["upper_lip"][scanned.free] == 0
    assert gap[on_nose].max() == pytest.approx(np.sqrt(SCANNED**2 - MADE**2), rel=1e-3)
    assert gap[~on_nose].max() == pytest.approx(np.sqrt(most.max() ** 2 - MADE**2), rel=1e-3)
    step = Complete(region="nose")
    face = Face(mesh=person)
    seen = replace(face, inferred=np.zeros(len(person.vertices), np.float32))
    store = ToyStore()
    assert completion_of(step, face, store).ours
    assert not completion_of(step, seen, store).ours
    assert not completion_of(step, replace(face, foreign=True), store).ours


def test_the_mirror_image_comes_from_the_known_side():
    lopsided = np.array(MODEL.mean().vertices)
    bump = np.exp(-np.square((lopsided - (60.0, 0.0, 30.0)) / 25.0).sum(axis=1))
    lopsided[:, 0] += (12.0 * bump).astype(np.float32)
    head = MODEL.mean().moved(lopsided)
    asked = Completion(head, Region(mask_of("left"), MODEL), ABOUT)
    error = np.abs(asked.mirrored() - MODEL.mean().vertices)[asked.free]
    assert error.max() < 1.5 < np.abs(lopsided - MODEL.mean().vertices).max()


def test_a_mask_of_nothing_that_is_seen_is_refused(person):
    hidden = mask_of("neck") > 0
    model = ToyModel()
    model.template.visible = ~hidden
    with pytest.raises(InputError, match="no skin that is seen"):
        Completion(person, Region(hidden.astype(np.float32), model), ABOUT)


def test_too_little_to_go_by(person):
    everything = np.ones(len(person.vertices), np.float32)
    with pytest.raises(InputError, match="Too little of the face"):
        Completion(person, Region(everything, MODEL), ABOUT)


def test_a_region_is_kept_for_the_next_head_and_goes_with_its_step(person):
    store = ToyStore()
    step = Complete(region="nose")
    first, second = (Face(mesh=MODEL.mean().moved(person.vertices + by)) for by in (0.0, 1.0))
    region = completion_of(step, first, store).region
    assert completion_of(step, second, store).region is region
    tuned = replace(step, alternative=3)
    assert completion_of(tuned, second, store) is completion_of(step, second, store)
    assert completion_of(Complete(region="lips"), first, store).region is not region
    gone = weakref.ref(region)
    del step, region
    gc.collect()
    assert gone() is not None, "another step asks for it"
    del tuned
    gc.collect()
    assert gone() is None

"""Skins widened for training, their holes, and what components make of them."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.models.store import ModelStore
from facewright.engine.training.components import Components
from facewright.engine.training.damage import TEXTURE
from facewright.engine.training.skins import HELD_OUT, SIDE, Canvas, Skins
from facewright.engine.training.skins_space import completed

MODEL = ModelStore().lifespan()
CANVAS = Canvas(MODEL.template, MODEL.mean().vertices)


def toy() -> Skins:
    """Three plain skins of different tones."""
    tones = np.array([(0.8, 0.6, 0.5), (0.6, 0.4, 0.3), (0.3, 0.2, 0.15)], np.float32)
    images = np.broadcast_to(tones[:, None, None], (3, SIDE, SIDE, 3))
    return Skins(CANVAS, np.array(images), ("a", HELD_OUT[0], "b"))


def test_whole_skins_are_held_out():
    known, apart = toy().split()
    assert known.names == ("a", "b")
    assert apart.names == (HELD_OUT[0],)
    assert len(known.images) == 2


def test_skins_are_widened_the_same_way_for_the_same_seed():
    skins = toy()
    one, again, other = (skins.draw(np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other)[CANVAS.covered].mean() > 0.01
    assert one.min() >= 0
    assert one.max() <= 1
    drawn = [skins.draw(np.random.default_rng(seed))[CANVAS.covered] for seed in range(12)]
    assert np.std([image.mean(axis=0) for image in drawn], axis=0).min() > 0.05  # tones differ
    assert np.mean([image.std(axis=0) for image in drawn]) > 0.01  # and so do places


def test_colours_go_to_vertices_and_back():
    coarse = (0.5 + MODEL.mean().vertices[MODEL.template.subset] / 400).astype(np.float32)
    image = CANVAS.spread(coarse)
    back = CANVAS.onto_coarse @ image.reshape(-1, 3)
    seen = MODEL.template.visible[MODEL.template.subset]
    face = (MODEL.template.coarse.regions["face"] > 0.5) & seen
    assert np.abs(back - coarse)[face].max() < 0.02


def test_holes_have_the_papers_statistics():
    lost, holes = CANVAS.holes(150, 5)
    seen = MODEL.template.visible[MODEL.template.subset]
    share = lost[:, seen].mean(axis=1)
    assert share.mean() == pytest.approx(TEXTURE[0], abs=0.05)
    assert share.std() == pytest.approx(TEXTURE[1], abs=0.05)
    assert not lost[:, ~seen].any()
    inside = holes[:, CANVAS.covered].mean(axis=1)
    assert np.corrcoef(share, inside)[0, 1] > 0.9


def test_components_complete_what_lies_in_their_span():
    rng = np.random.default_rng(3)
    ways = rng.standard_normal((4, 60, 3))
    colors = 120 + 30 * np.tensordot(rng.standard_normal((50, 4)), ways, 1)
    space = Components.of(colors.astype(np.float32), 4)
    known = np.arange(60) < 40
    asked = (120 + 30 * np.tensordot(rng.standard_normal((5, 4)), ways, 1)).astype(np.float32)
    spoiled = asked.copy()
    spoiled[:, ~known] = 0
    found = completed(space, 4, spoiled, known)
    assert np.abs(found - asked).max() < 6  # of deviations of 30 and more
    assert np.abs(space.rebuilt(spoiled, 4) - asked)[:, ~known].mean() > 15


def test_painted_skins_cover_the_face(data_folder):
    skins = Skins.load(data_folder, CANVAS)
    assert len(skins.images) == 20
    known, apart = skins.split()
    assert len(known.images) + len(apart.images) == 20
    assert not set(known.names) & set(HELD_OUT)
    regions = MODEL.template.coarse.regions
    redder = []
    for image in skins.images:
        colors = CANVAS.onto_coarse @ image.reshape(-1, 3)
        lips = colors[(regions["upper_lip"] + regions["lower_lip"]) > 0.9].mean(axis=0)
        skin = colors[(regions["face"] > 0.5) & (regions["eyes"] == 0)].mean(axis=0)
        redder.append((lips / lips.sum() - skin / skin.sum())[0])
    assert np.median(redder) > 0.01  # where the lips are, there is their red

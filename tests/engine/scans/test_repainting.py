"""Skin painted anew: the rest stays exactly, no seam shows, and detail is like that around."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from facewright.engine.arrays import frozen
from facewright.engine.edits.complete import Complete, area_of, completion_of
from facewright.engine.edits.repair import Repair
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Face, Subject, Texture, Trait
from facewright.engine.models.skin import load_skin
from facewright.engine.models.store import ModelStore
from facewright.engine.project import Project
from facewright.engine.scans.repainting import repainted
from facewright.engine.scans.texels import Texels

STORE = ModelStore()
MODEL = STORE.lifespan()
HEAD = MODEL.mean()
TOPOLOGY = MODEL.topology
SUBJECT = Subject(age=Trait(30.0, "given"))
SIDE = 512
TEXELS = Texels(TOPOLOGY, (SIDE, SIDE))
SKIN = load_skin()


def texture_of(colors: np.ndarray, noise: float = 0.0, seed: int = 2) -> Texture:
    """A texture of colours per vertex, seen everywhere."""
    image = TEXELS.image(TEXELS.interpolate(colors))
    image += np.random.default_rng(seed).normal(0, noise, (SIDE, SIDE, 1)) if noise else 0
    return Texture(np.clip(image, 0, 255).astype(np.uint8), np.ones((SIDE, SIDE), np.float32))


def hidden_by(region: str) -> np.ndarray:
    area = area_of(Complete(region=region), MODEL)
    assert area is not None
    return (area > 0) & MODEL.template.visible


def touched(hidden: np.ndarray) -> np.ndarray:
    inside = np.zeros((SIDE, SIDE), bool)
    inside[TEXELS.row, TEXELS.column] = hidden[TEXELS.corners].any(axis=1)
    return inside


def fill(texture: Texture, hidden: np.ndarray) -> Texture:
    return repainted(texture, hidden, SUBJECT, HEAD, SKIN)


@pytest.fixture(scope="module")
def dark() -> Texture:
    """The model's skin, darker, under light from one side."""
    shade = 0.55 + 0.1 * HEAD.vertices[:, :1] / 60
    return texture_of(255 * SKIN.tone(SUBJECT) * shade, noise=4.0)


def test_what_is_not_hidden_stays_and_what_is_counts_as_inferred(dark):
    hidden = hidden_by("nasolabial")
    after, inside = fill(dark, hidden), touched(hidden)
    covered = np.zeros((SIDE, SIDE), bool)
    covered[TEXELS.row, TEXELS.column] = True
    np.testing.assert_array_equal(after.image[covered & ~inside], dark.image[covered & ~inside])
    assert (after.known[inside] == 0).all()
    assert (after.known[~inside] == 1).all()
    again = fill(dark, hidden)
    np.testing.assert_array_equal(again.image, after.image)
    assert fill(dark, np.zeros(TOPOLOGY.count, bool)) is dark


def test_what_was_hidden_does_not_shine_through(dark):
    hidden = hidden_by("nose")
    image = np.array(dark.image)
    image[touched(hidden)] = (0, 255, 0)
    np.testing.assert_array_equal(
        fill(Texture(image, dark.known), hidden).image, fill(dark, hidden).image
    )


def test_tone_and_light_are_those_of_the_face(dark):
    for region in ("nose", "lips"):
        inside = touched(hidden_by(region))
        after = fill(dark, hidden_by(region)).image[inside].astype(float)
        assert np.abs(after.mean(axis=0) - dark.image[inside].mean(axis=0)).max() < 6
        assert np.abs(after - dark.image[inside]).mean() < 9  # of it, 5 are noise against noise


def test_no_border_shows(dark):
    hidden = hidden_by("nasolabial")
    inside = touched(hidden)
    outer = ~ndimage.binary_dilation(touched(TOPOLOGY.regions["inner"] > 0.5), iterations=3)
    border = (inside[1:] != inside[:-1]) & outer[1:]

    def steps(texture):
        smooth = ndimage.gaussian_filter(texture.image.astype(float), (2, 2, 0))
        return np.abs(np.diff(smooth, axis=0)).mean(axis=2)[border].mean()

    own = steps(dark)
    assert steps(fill(dark, hidden)) < own + 0.2  # of 255 levels: nobody sees one
    image = np.array(dark.image)
    image[inside] = image[inside] * 0.95
    assert steps(Texture(image, dark.known)) > own + 0.4  # what the test would see


def test_no_seam_of_the_texture_shows():
    count = np.bincount(TOPOLOGY.uv_vertex, minlength=TOPOLOGY.count)
    seam = (count > 1) & MODEL.template.visible
    spot = HEAD.vertices[seam][HEAD.vertices[seam, 2].argmin()]  # at the back of the head
    hidden = (np.linalg.norm(HEAD.vertices - spot, axis=1) < 30) & MODEL.template.visible
    assert (hidden & seam).sum() >= 5
    colors = 130 + 0.4 * HEAD.vertices * [1, 0, 0] + [40, 10, 0]
    after = fill(texture_of(colors), hidden).image.astype(float)
    place = np.stack([(1 - TOPOLOGY.uv[:, 1]) * SIDE, TOPOLOGY.uv[:, 0] * SIDE]) - 0.5
    shown = np.stack(
        [ndimage.map_coordinates(after[..., c], place, order=1, mode="nearest") for c in range(3)],
        axis=1,
    )
    for vertex in np.flatnonzero(hidden & seam):
        copies = shown[TOPOLOGY.uv_vertex == vertex]
        assert np.ptp(copies, axis=0).max() < 6


def test_detail_is_as_strong_as_around(dark):
    hidden = hidden_by("nose")
    inside = touched(hidden)
    around = ndimage.binary_dilation(inside, iterations=15) & ~inside
    after = fill(dark, hidden).image.astype(float).mean(axis=2)
    fine = after - ndimage.gaussian_filter(after, 2)
    core = ndimage.binary_erosion(inside, iterations=8)
    assert fine[core].std() == pytest.approx(fine[around].std(), rel=0.3)


def test_the_other_side_lends_what_was_seen_there(dark):
    spot = HEAD.vertices[np.flatnonzero(TOPOLOGY.regions["left"] > 0.5)]
    cheek = spot[np.argmin(np.linalg.norm(spot - [38, -35, 0], axis=1) - spot[:, 2])]
    near = np.linalg.norm(HEAD.vertices - cheek, axis=1) < 5
    across = near[TOPOLOGY.mirror]
    colors = np.full((TOPOLOGY.count, 3), 150.0)
    colors[across] = (110, 70, 60)
    hidden = (np.linalg.norm(HEAD.vertices - cheek, axis=1) < 18) & MODEL.template.visible
    assert not (hidden & across).any()
    after = fill(texture_of(colors), hidden).image.astype(float)
    assert after[touched(near)].mean() < 110
    assert after[touched(hidden & ~near)].mean() > 125


@pytest.mark.parametrize("edit", [Complete(region="nose"), Repair(side="left")])
def test_steps_paint_the_skin_of_what_they_change(edit, dark):
    person = MODEL.instance(MODEL.sample(np.random.default_rng(4), 1, 30.0)[0])
    face = Face(person, SUBJECT, texture=dark, inferred=np.zeros(TOPOLOGY.count, np.float32))
    after = edit.apply(face, STORE)
    assert after.texture is not dark
    assert (after.texture.known == 0).sum() > 1000
    other = replace(edit, alternative=3).apply(face, STORE)
    assert other.texture is after.texture  # painted once while the slider moves
    moved = replace(face, mesh=person.moved(person.vertices * np.float32(1.01)))
    assert edit.apply(moved, STORE).texture is after.texture
    assert edit.apply(replace(face, texture=None), STORE).texture is None


def test_a_completed_skin_goes_when_its_step_goes(dark):
    from facewright.engine.edits.register import Register

    face = Face(HEAD, SUBJECT, texture=dark, inferred=np.zeros(TOPOLOGY.count, np.float32))
    opened, evaluator = Register(face=face, source="ab", verdict="Good."), Evaluator(STORE)
    before = evaluator.face(Project(edits=(opened,)))
    after = evaluator.face(Project(edits=(opened, Complete(region="nose"))))
    assert (after.texture.image != dark.image).any()
    assert evaluator.face(Project(edits=(opened,))) is before
    np.testing.assert_array_equal(before.texture.image, dark.image)


def test_a_painted_mask_alone_says_what_is_painted(dark):
    area = frozen((np.linalg.norm(HEAD.vertices - [0, -20, 60], axis=1) < 25).astype(np.float32))
    edit = Complete(region="painted", area=area)
    face = Face(HEAD, SUBJECT, texture=dark)
    asked = completion_of(edit, face, STORE)
    after = edit.apply(face, STORE)
    np.testing.assert_array_equal(after.texture.known == 0, touched(asked.seen))

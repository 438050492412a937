"""Looks and marks, probed by their pixels: what a colour, a stripe or a side means."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import trimesh

from facewright.engine.mesh import Mesh, Scan, Topology
from facewright.engine.models.pieces import Part
from facewright.viewer.colormaps import MAPS
from facewright.viewer.display import Display
from facewright.viewer.edges import edges
from facewright.viewer.grounds import GROUNDS
from facewright.viewer.head import eye_frame
from facewright.viewer.looks import LOOKS
from facewright.viewer.marks import number, round_length
from facewright.viewer.picking import pixel
from facewright.viewer.shading import skin_map

BARE = Display(sides=False, cube=False, scale=False)


@pytest.fixture
def shown(stage, ball):
    """The ball, framed, with nothing drawn over it."""
    stage.scene.show(ball)
    stage.scene.display = BARE
    stage.orbit.frame(stage.scene.bounds)
    return stage


@pytest.fixture
def eye() -> Part:
    """An eye as the rig makes it, looking to the front."""
    from facewright.engine.models import eyes

    vertices, faces, uv = eyes.globe(eyes.Ball(np.zeros(3), 12.0, 5.85))
    image = eyes.texture("brown")
    return Part("eye_l", vertices, faces, uv, image, (0.9, 0.9, 0.9), "eye")


def differ(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).mean())


@pytest.mark.parametrize("ground", GROUNDS)
def test_every_look_draws_the_head_on_either_ground(shown, eye, ground):
    """No program fails to compile, with values and without, and each look is its own."""
    shown.scene.show(Mesh(shown.scene._head.topology, shown.scene.vertices.copy()), (eye,))
    shown.scene.values(np.full(len(shown.scene.vertices), 0.8, np.float32))
    pictures = {}
    for name in LOOKS:
        for heat in (True, False):
            shown.scene.display = replace(BARE, look=name, ground=ground, heat=heat)
            pictures[name, heat] = shown.picture()
            middle, corner = pictures[name, heat][100, 120], pictures[name, heat][3, 3]
            assert np.abs(middle - corner).max() > 25, (name, heat)
    names = [name for name in LOOKS if name != "texture"]  # a skin without image has none to show
    for index, name in enumerate(names):
        for other in names[index + 1 :]:
            assert differ(pictures[name, False], pictures[other, False]) > 1.0, (name, other)


def test_light_comes_from_the_upper_left(shown):
    for look in ("skin", "clay"):
        shown.scene.display = replace(BARE, look=look)
        picture = shown.picture()
        upper, lower = (
            shown.at(picture, np.array(at) * 100) for at in ((-0.5, 0.5, 0.7), (0.5, -0.5, 0.7))
        )
        assert upper.sum() > lower.sum() + 60, look


def test_shadow_bleeds_red_in_skin(shown):
    """Past the edge of the key light skin is redder than clay of its colour."""
    picture = shown.picture()
    lit = shown.at(picture, np.array([-0.5, 0.4, 0.77]) * 100)
    edge = shown.at(picture, np.array([0.45, -0.55, 0.70]) * 100)
    assert edge[0] / edge[2] > 1.08 * lit[0] / lit[2]


def test_hidden_places_darken_when_the_head_rests(stage):
    """A hollow between two balls is darker after `settle`; its outside stays as it was."""
    ball = trimesh.creation.icosphere(subdivisions=3, radius=50.0)
    pair = trimesh.util.concatenate([ball.copy().apply_translation((x, 0, 0)) for x in (-48, 48)])
    mesh = Mesh(Topology.build(pair.faces, len(pair.vertices)), pair.vertices)
    stage.scene.show(mesh)
    stage.scene.display = replace(BARE, look="clay")
    stage.orbit.frame(stage.scene.bounds)
    before = stage.picture()
    assert stage.scene.settling is False
    stage.settle()
    after = stage.picture()
    hollow, open_ = [-12.0, 0.0, 34.0], [-75.0, 25.0, 34.0]
    assert stage.at(after, hollow).sum() < stage.at(before, hollow).sum() - 30
    assert abs(stage.at(after, open_).sum() - stage.at(before, open_).sum()) < 25
    assert stage.scene.settle() is False  # nothing more to do until the head changes
    assert not stage.scene.settling


def test_the_next_head_begins_with_the_shadows_of_the_last(stage):
    pair = trimesh.util.concatenate(
        [trimesh.creation.icosphere(subdivisions=3, radius=50.0).apply_translation((x, 0, 0))
         for x in (-48, 48)]
    )  # fmt: skip
    mesh = Mesh(Topology.build(pair.faces, len(pair.vertices)), pair.vertices)
    stage.scene.display = replace(BARE, look="clay")
    stage.scene.show(mesh)
    stage.orbit.frame(stage.scene.bounds)
    stage.settle()
    shaded = stage.picture()
    stage.scene.show(None)
    stage.scene.show(mesh)
    assert differ(stage.picture(), shaded) < 0.05


def test_lips_gleam_ears_are_thin_and_lids_are_wet_at_the_eye(ball):
    regions = {"lower_lip": ball.vertices[:, 1] < -90, "ears": ball.vertices[:, 0] > 90}
    topology = Topology.build(ball.topology.faces, ball.topology.count, regions=regions)
    gloss, wet, thin = skin_map.grain(topology).T
    assert gloss[regions["lower_lip"]].min() > 0.5
    assert gloss[~regions["lower_lip"]].max() == 0.0
    assert thin[regions["ears"]].min() == 1.0
    assert wet.max() == 0.0
    around = skin_map.wetness(
        np.float32([[0, 0, 12.1], [0, 0, 12.4], [0, 0, 14]]), [(np.zeros(3), 12.0)]
    )
    assert around[0] == 1.0 > around[1] > around[2] == 0.0


def test_settling_is_dropped_when_the_head_changes(stage, ball):
    stage.scene.show(ball)
    stage.scene.settle()
    task = stage.scene._head._task
    stage.scene.show(ball.moved(ball.vertices * 2))
    assert task.stopped
    stage.settle()
    task.join()
    assert not task.running


def test_eye_looks_where_its_pupil_is(eye):
    turn = trimesh.transformations.rotation_matrix(0.4, [0, 1, 0]) + np.array(
        [[0, 0, 0, 30], [0, 0, 0, 5], [0, 0, 0, 7], [0, 0, 0, 0]]
    )
    gaze, across, centre, radius = eye_frame(eye.moved(turn))
    assert gaze == pytest.approx((np.sin(0.4), 0.0, np.cos(0.4)), abs=1e-3)
    assert across == pytest.approx((np.cos(0.4), 0.0, -np.sin(0.4)), abs=1e-3)
    assert centre == pytest.approx([30, 5, 7], abs=0.01)
    assert radius == pytest.approx(12.0, abs=0.01)


def test_eye_has_a_dark_pupil_and_a_highlight_above_it(stage, eye):
    far = trimesh.creation.icosphere(subdivisions=1, radius=2.0)
    skin = Mesh(Topology.build(far.faces, len(far.vertices)), far.vertices - (0, 0, 60))
    stage.scene.show(skin, (eye,))
    stage.scene.display = BARE
    stage.orbit.frame((-9, 9, -9, 9, 0, 12))
    picture = stage.picture()
    grey = picture.sum(axis=2)
    x, y = pixel(stage.renderer, np.float32([0, 0, 12]))
    pupil = grey[199 - y - 2 : 199 - y + 3, x - 2 : x + 3]
    assert pupil.max() < 150
    left, right = (
        pixel(stage.renderer, np.float32([-5.5, 0, 10.5])),
        pixel(stage.renderer, np.float32([5.5, 0, 10.5])),
    )
    iris = grey[199 - y - 40 : 199 - y + 40, left[0] : right[0]]
    row, column = np.unravel_index(iris.argmax(), iris.shape)
    assert iris.max() > 600
    assert row < 40  # the key light's reflection, above the pupil
    assert column < (right[0] - left[0]) // 2  # and left of it


def test_mask_is_striped_on_every_look(shown, ball):
    masked = (ball.vertices[:, 0] > 20).astype(np.float32)
    for look in LOOKS:
        shown.scene.mask(None)
        shown.scene.display = replace(BARE, look=look)
        plain = shown.picture()
        shown.scene.mask(masked)
        marked = shown.picture()
        assert np.abs(shown.at(marked, [-60, 0, 80]) - shown.at(plain, [-60, 0, 80])).max() < 3
        x, y = pixel(shown.renderer, np.float32([55, 0, 83]))
        patch = (slice(199 - y - 8, 199 - y + 8), slice(x - 8, x + 8))
        change = np.abs(marked[patch] - plain[patch]).max(axis=2)
        assert change.max() > 35, look
        assert np.ptp(change) > 15, look  # stripes, not a veil
    shown.scene.display = replace(BARE, mask=False)
    shown.scene.mask(None)
    hidden = shown.picture()
    shown.scene.mask(masked)
    assert np.array_equal(shown.picture(), hidden)


def test_wipe_shows_the_first_head_left_and_the_second_right(shown, ball):
    red, blue = (np.full((8, 8, 3), color, np.uint8) for color in ((200, 40, 40), (40, 40, 200)))
    uv = np.full((ball.topology.count, 2), 0.5, np.float32)
    topology = Topology.build(ball.topology.faces, ball.topology.count, uv=uv)
    one, two = Mesh(topology, ball.vertices), Mesh(topology, ball.vertices * np.float32(1.01))
    shown.scene.show(one, image=red)
    shown.scene.compare(two, image=blue)
    shown.scene.wipe(0.4)
    picture = shown.picture()
    left, right = picture[100, 75], picture[100, 118]
    assert left[0] > 2 * left[2]
    assert right[2] > 2 * right[0]
    shown.scene.wipe(0.6)
    middle = shown.picture()[100, 118]
    assert middle[0] > 2 * middle[2]
    shown.scene.compare(None)
    shown.scene.wipe(None)
    assert shown.picture()[100, 160, 0] > 100


def test_compared_head_has_its_own_opacity_and_tint(shown, ball):
    shown.scene.show(ball)
    alone = shown.picture()
    bigger = ball.moved(ball.vertices * np.float32(1.02))
    shown.scene.compare(bigger, tint=(0.1, 0.2, 1.0), opacity=0.5)
    over = shown.picture()
    assert over[100, 120, 0] < alone[100, 120, 0] - 10
    assert over[100, 120, 0] > 60
    shown.scene.compare(bigger, visible=False)
    assert np.array_equal(shown.picture(), alone)


def test_scan_takes_a_colour_and_lets_it_go(stage, ball):
    colors = np.full((len(ball.vertices), 3), (40, 180, 60), np.uint8)
    for faces in (ball.topology.faces, np.zeros((0, 3), np.int32)):
        stage.scene.scan(Scan("a.ply", ball.vertices, faces, colors=colors))
        stage.scene.display = replace(BARE, scan=True, scan_color=(0.9, 0.1, 0.1))
        stage.orbit.frame(stage.scene.bounds)
        picture = stage.picture()
        red, _, _ = picture.reshape(-1, 3)[np.argmax(picture[..., 0] - picture[..., 1])], 0, 0
        assert red[0] > 2 * red[1]
        stage.scene.display = replace(BARE, scan=True)
        picture = stage.picture()
        assert (picture[..., 1] > 1.5 * picture[..., 0]).sum() > 200


def test_landmarks_are_seen_on_both_sides_and_keep_their_size(shown):
    """Also where no lamp shines on them, and when fewer pixels are drawn while things move."""
    front = shown.scene.vertices[shown.scene.vertices[:, 2] > 0.6 * shown.scene.vertices.max()]
    dots = np.array([front[front[:, 0].argmin()], front[front[:, 0].argmax()]])
    areas = []
    for dpi in (72, 144):
        shown.window.SetDPI(dpi)
        shown.scene.display = replace(BARE, look="clay")
        shown.scene.landmarks(dots)
        without = shown.picture()
        shown.scene.display = replace(BARE, look="clay", landmarks=True)
        marked = np.abs(shown.picture() - without).max(axis=2) > 40
        areas.append((marked[:, :120].sum(), marked[:, 120:].sum()))
    (left, right), (large_left, large_right) = areas
    assert min(left, right) > 20
    assert large_left > 3 * left
    assert large_right > 3 * right


def test_bands_have_one_colour_each(shown):
    """Halfway between steps a continuous map changes and a banded one does not."""
    strip = MAPS["viridis"].strip(5)[0]
    assert len(np.unique(strip, axis=0)) == 5
    assert np.array_equal(strip[0], MAPS["viridis"].colors(np.array([0.0]))[0])
    assert np.array_equal(strip[-1], MAPS["viridis"].colors(np.array([1.0]))[0])
    assert len(np.unique(MAPS["viridis"].strip()[0], axis=0)) > 100
    assert np.ptp(MAPS["difference"].strip(3)[0, 128]) < 8  # the middle band is neutral


def test_a_value_has_the_colour_that_the_scale_shows(shown):
    values = np.array([-9.0, -2.0, 0.0, 2.0, 9.0])
    colors = MAPS["difference"].at(values, -2.0, 2.0)
    ends = MAPS["difference"].strip()[0, [0, -1]]
    assert np.array_equal(colors[[0, 1]], ends[[0, 0]])
    assert np.array_equal(colors[[3, 4]], ends[[1, 1]])
    assert np.ptp(colors[2].astype(int)) < 8
    assert len(np.unique(MAPS["viridis"].at(np.linspace(0, 1, 50), 0.0, 1.0, 5), axis=0)) == 5


def test_maps_are_readable_without_red_and_green():
    """Lightness alone orders a sequential map, and tells zero from both ends of the others."""
    for item in MAPS.values():
        light = item.strip()[0].astype(float) @ [0.2126, 0.7152, 0.0722]
        if item.diverging:
            assert 110 < light.argmax() < 146, item.id
            assert light.max() - light[[0, -1]].max() > 100
            assert item.strip()[0, 0, 2] > item.strip()[0, 0, 0] + 60  # low is blue
            assert item.strip()[0, -1, 0] > item.strip()[0, -1, 2] + 60  # high is not
        else:
            assert (np.diff(light) > -1.0).all(), item.id


def test_legend_says_range_and_unit(shown):
    shown.scene.values(shown.scene.vertices[:, 0], "Difference (mm)")
    shown.scene.display = replace(BARE, heat=True, heat_limit=2.5)
    shown.picture()
    minus = "\N{MINUS SIGN}"
    assert shown.scene.legend.texts == [
        "Difference (mm)",
        f"{minus}2.5",
        f"{minus}1.2",
        "0.0",
        "+1.2",
        "+2.5",
    ]
    shown.scene.display = replace(BARE, heat=True, heat_limit=4.0, heat_map="cividis")
    shown.picture()
    assert shown.scene.legend.texts[1:] == ["0.0", "1.0", "2.0", "3.0", "4.0"]
    shown.scene.display = replace(BARE, heat=True, heat_limit=200.0, heat_low=100.0)
    shown.picture()
    assert shown.scene.legend.texts[1:] == ["100", "125", "150", "175", "200"]


def test_numbers_have_the_digits_of_their_scale():
    assert number(0.0, 2.0, signed=True) == "0.0"
    assert number(0.25, 0.5, signed=False) == "0.25"
    assert [round_length(x) for x in (1.0, 4.9, 5.0, 130.0, 0.7)] == [1.0, 2.0, 5.0, 100.0, 0.5]


def test_scale_bar_is_as_long_as_it_says(shown):
    shown.scene.display = replace(BARE, scale=True)
    shown.renderer.GetActiveCamera().SetParallelProjection(True)
    picture = shown.picture()
    assert shown.scene.scale.text == f"{shown.scene.scale.length:g} mm"
    row = picture[199 - 16]
    bright = np.flatnonzero(row.min(axis=1) > 150)
    across = pixel(shown.renderer, np.float32([shown.scene.scale.length / 2, 0, 0]))[0]
    drawn = bright.max() - bright.min()
    assert drawn == pytest.approx(2 * (across - 120), abs=2.5)
    shown.renderer.GetActiveCamera().SetParallelProjection(False)
    shown.picture()
    assert shown.scene.scale.text == f"about {shown.scene.scale.length:g} mm"


def test_cube_names_the_face_under_the_cursor(shown):
    shown.scene.display = replace(BARE, cube=True)
    for view in ("front", "left", "right", "back", "top"):
        shown.orbit.view(view)
        picture = shown.picture()
        x, y = shown.scene.cube.centre
        assert shown.scene.cube.pick(x, y) == view
        assert shown.scene.cube.pick(5, 5) is None
        assert picture.shape == (200, 240, 3)
    shown.orbit.view("three-quarter")
    shown.picture()
    x, y = shown.scene.cube.centre
    named = {shown.scene.cube.pick(x + dx, y) for dx in range(-20, 20)}
    assert {"front", "right"} <= named
    shown.scene.display = replace(BARE, cube=False)
    assert shown.scene.cube.pick(x, y) is None


def test_edges_are_listed_once():
    assert edges(np.int32([[0, 1, 2], [0, 2, 3]])).tolist() == [
        [0, 1],
        [0, 2],
        [0, 3],
        [1, 2],
        [2, 3],
    ]


def test_wireframe_hides_what_lies_behind(stage):
    """A small ball inside a larger one shows no line."""
    outer = trimesh.creation.icosphere(subdivisions=2, radius=100.0)
    inner = trimesh.creation.icosphere(subdivisions=3, radius=60.0)
    pictures = []
    for mesh in (outer, trimesh.util.concatenate([outer, inner])):
        stage.scene.show(Mesh(Topology.build(mesh.faces, len(mesh.vertices)), mesh.vertices))
        stage.scene.display = replace(BARE, look="wireframe")
        stage.orbit.frame(stage.scene.bounds)
        pictures.append(stage.picture())
    assert differ(*pictures) < 0.5


@pytest.mark.parametrize("ground", GROUNDS)
def test_words_are_readable_on_their_ground(ground):
    """Contrast of 4.5:1 or better against both ends of the background (WCAG 2.2, 1.4.3)."""

    def luminance(color) -> float:
        c = np.asarray(color)
        linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    item = GROUNDS[ground]
    for back in (item.low, item.high, item.face):
        for word in (item.text, item.quiet):
            light, dark = sorted((luminance(word), luminance(back)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (word, back)

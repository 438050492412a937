"""Pictures: probed for meaning, not compared pixel by pixel."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from facewright.engine.errors import InputError
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.photos.color import to_linear, to_srgb
from facewright.engine.photos.shading import VIEWS, close_up, picture, picture_surface


def ball(rings=24, radius=100.0):
    """A closed ball: vertices, faces wound outward."""
    theta, phi = np.meshgrid(
        np.linspace(0.01, np.pi - 0.01, rings), np.arange(2 * rings) * np.pi / rings, indexing="ij"
    )
    vertices = radius * np.stack(
        [np.sin(theta) * np.sin(phi), np.cos(theta), np.sin(theta) * np.cos(phi)], axis=-1
    )
    index = np.arange(rings * 2 * rings).reshape(rings, 2 * rings)
    a, b = index[:-1], np.roll(index, -1, axis=1)[:-1]
    c, d = index[1:], np.roll(index, -1, axis=1)[1:]
    faces = np.concatenate(
        [np.stack([a, c, b], -1).reshape(-1, 3), np.stack([b, c, d], -1).reshape(-1, 3)]
    )
    return vertices.reshape(-1, 3).astype(np.float32), faces.astype(np.int32)


def painted(vertices):
    """Red on the subject's left, blue on the right, green in front."""
    colors = np.full((len(vertices), 3), 40, np.uint8)
    colors[vertices[:, 0] > 50, 0] = 230
    colors[vertices[:, 0] < -50, 2] = 230
    colors[vertices[:, 2] > 50, 1] = 230
    return colors


def head_of(vertices, faces, parts=()):
    return SimpleNamespace(skin=Mesh(Topology.build(faces, len(vertices)), vertices), parts=parts)


@pytest.mark.parametrize(
    ("view", "channel"), [("front", 1), ("left", 0), ("right", 2), ("three-quarter", None)]
)
def test_views_show_the_subjects_sides(view, channel):
    vertices, faces = ball()
    image = picture_surface(vertices, faces, painted(vertices), view=view, size=(120, 100))
    assert image.shape == (100, 120, 3)
    middle = image[45:55, 55:65].reshape(-1, 3).mean(axis=0)
    if channel is not None:
        assert np.argmax(middle) == channel
    else:  # between the front and the subject's left, which lies on the image's right
        assert image[50, 70:85, 0].mean() > image[50, 35:50, 0].mean() + 30


def test_in_front_the_subjects_left_is_on_the_right_and_up_is_up():
    vertices, faces = ball()
    image = picture_surface(vertices, faces, painted(vertices), size=(100, 100)).astype(int)
    assert image[50, 80, 0] > image[50, 80, 2] + 50
    assert image[50, 20, 2] > image[50, 20, 0] + 50
    plain = picture_surface(vertices, faces, size=(100, 100)).astype(int)
    assert plain[30, 45].sum() > plain[75, 55].sum() + 60, "light comes from above"


@pytest.mark.parametrize("view", list(VIEWS))
@pytest.mark.parametrize("size", [(160, 90), (90, 160)])
def test_the_head_is_framed_whole(view, size):
    vertices, faces = ball()
    vertices = vertices + np.array([300, -200, 50], np.float32)
    color = np.tile(np.array([[255, 0, 0]], np.uint8), (len(vertices), 1))
    image = picture_surface(vertices, faces, color, view=view, size=size).astype(int)
    red = image[..., 0] - image[..., 1] > 40
    rows, columns = np.nonzero(red)
    assert not red[[0, -1]].any()
    assert not red[:, [0, -1]].any()
    assert max(np.ptp(rows) / size[1], np.ptp(columns) / size[0]) > 0.75


def test_a_fixed_height_keeps_the_scale():
    vertices, faces = ball()
    small = head_of(vertices * np.float32(0.5), faces)
    sizes = []
    for height in (None, 400.0):
        image = picture(small, None, size=(100, 100), height=height).astype(int)
        warm = image[..., 0] - image[..., 2] > 20
        sizes.append(np.ptp(np.nonzero(warm)[0]))
    assert sizes[0] > 70
    assert sizes[1] == pytest.approx(25, abs=4)


def test_values_replace_the_texture_and_must_fit():
    vertices, faces = ball()
    head = head_of(vertices, faces)
    heat = np.zeros((len(vertices), 3))
    heat[:, 1] = 1.0
    image = picture(head, None, size=(80, 80), values=heat)
    assert np.argmax(image[40, 40]) == 1
    with pytest.raises(InputError, match="shape"):
        picture(head, None, values=heat[:-1])


def test_textures_are_read_by_corner():
    vertices = np.array([[-50, -50, 0], [50, -50, 0], [50, 50, 0], [-50, 50, 0]], np.float32)
    faces = np.array([[0, 1, 2], [0, 2, 3]])
    texture = np.zeros((64, 64, 3), np.uint8)
    texture[:32, :32, 0] = 255  # first row is the top: upper left red
    texture[32:, 32:, 2] = 255  # lower right blue
    uv = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)[faces]
    image = picture_surface(vertices, faces, texture=texture, corner_uv=uv, size=(100, 100))
    upper, lower = image[30, 30].astype(int), image[70, 70].astype(int)
    assert upper[0] > upper[2] + 80
    assert lower[2] > lower[0] + 80


def eye_part(vertices, faces, color, material, size, ahead):
    moved = vertices * np.float32(size) + np.array([0, 0, ahead], np.float32)
    return SimpleNamespace(
        vertices=moved, faces=faces, uv=None, texture=None, color=color, material=material
    )


def test_corneas_add_a_highlight_and_hide_nothing():
    vertices, faces = ball()
    eye = eye_part(vertices, faces, (0.05, 0.5, 0.05), "eye", 0.3, 90)
    cornea = eye_part(vertices, faces, (0.9, 0.1, 0.1), "cornea", 0.3, 92)
    hidden = eye_part(vertices, faces, (0.9, 0.1, 0.1), "cornea", 0.3, 20)
    dull, clear, behind = (
        picture(head_of(vertices, faces, parts), None, size=(160, 160)).astype(int)
        for parts in ((eye,), (eye, cornea), (eye, hidden))
    )
    added = clear - dull
    assert added.min() >= -1, "nothing gets darker or takes the cornea's colour"
    middle = added[68:92, 68:92].sum(axis=2)  # without the edge, where the rim light glances
    rows, columns = np.nonzero(middle > 200)
    assert 4 < len(rows) < 200
    assert rows.mean() < 12, "the key light stands above"
    assert columns.mean() < 12, "and on the picture's left"
    assert np.abs(behind - dull).max() <= 1


@pytest.mark.parametrize(("side", "channel"), [(1.0, 0), (-1.0, 2)])
def test_a_close_up_looks_at_the_masked_part_from_its_side(side, channel):
    vertices, faces = ball()
    spot = np.linalg.norm(vertices - (95.0 * side, 0.0, 30.0), axis=1) < 30.0
    head = head_of(vertices, faces)
    camera = close_up(head.skin, spot.astype(np.float32), (80, 80))
    pixels = camera.project(vertices[spot])[:, :2]
    assert (pixels > 0).all()
    assert (pixels < 80).all()
    assert np.ptp(pixels, axis=0).min() > 20
    image = picture(head, None, values=painted(vertices), size=(80, 80), camera=camera)
    assert np.argmax(image[35:45, 35:45].reshape(-1, 3).mean(axis=0)) == channel


def test_a_close_up_of_the_front_is_taken_from_three_quarters():
    vertices, faces = ball()
    spot = (np.linalg.norm(vertices - (0.0, 0.0, 100.0), axis=1) < 30.0).astype(np.float32)
    camera = close_up(head_of(vertices, faces).skin, spot, (80, 80))
    assert 0.3 < abs(camera.rotation[2][0]) < 0.7
    with pytest.raises(InputError, match="Nothing is masked"):
        close_up(head_of(vertices, faces).skin, 0 * spot, (80, 80))


def test_unknown_views_and_empty_surfaces_are_refused():
    vertices, faces = ball(6)
    with pytest.raises(InputError, match="front, left, right"):
        picture_surface(vertices, faces, view="back")
    with pytest.raises(InputError, match="nothing to draw"):
        picture_surface(vertices, faces[:0])


def test_pictures_repeat():
    vertices, faces = ball(12)
    one = picture_surface(vertices, faces, size=(64, 64))
    np.testing.assert_array_equal(one, picture_surface(vertices, faces, size=(64, 64)))


def test_srgb_round_trip_below_the_highlights():
    levels = np.arange(230)
    assert np.abs(to_srgb(to_linear(levels)).astype(int) - levels).max() <= 1
    assert to_srgb(np.array([100.0])) >= 254
    rising = to_srgb(np.linspace(0, 3, 500)).astype(int)
    assert (np.diff(rising) >= 0).all()

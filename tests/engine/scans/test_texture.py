"""Colours are carried where they were seen, and the rest meets them without a seam."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from facewright.engine.geometry.target import Target
from facewright.engine.mesh import Mesh, Scan, Topology
from facewright.engine.photos.rasterizer import rasterize
from facewright.engine.scans.texture import carry_texture, has_colors

SIZE = 96


def sheet(count, width=60.0):
    """A square sheet facing front, with uv over the middle of the image."""
    x, y = np.meshgrid(np.linspace(0, 1, count), np.linspace(0, 1, count))
    vertices = np.stack([x * width, y * width, 0 * x], axis=-1).reshape(-1, 3)
    a = (np.arange(count - 1)[:, None] * count + np.arange(count - 1)).ravel()
    quads = np.stack([a, a + 1, a + count + 1, a + count], axis=1)
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)
    uv = 0.1 + 0.8 * np.stack([x, y], axis=-1).reshape(-1, 2)
    return vertices.astype(np.float32), faces, uv.astype(np.float32)


@pytest.fixture
def head():
    vertices, faces, uv = sheet(31)
    count = len(vertices)
    topology = Topology.build(faces, count, uv=uv, uv_vertex=np.arange(count), uv_faces=faces)
    return Mesh(topology, vertices)


@pytest.fixture
def scan():
    """The left half of the sheet, red rising with x and green with y."""
    vertices, faces, _ = sheet(41)
    faces = faces[vertices[faces][..., 0].max(axis=1) <= 30.01]
    colors = np.stack([100 + vertices[:, 0], 80 + vertices[:, 1], 60 + 0 * vertices[:, 0]], 1)
    return Scan("half", vertices, faces, colors=colors.astype(np.uint8))


def carry(scan, head, support=None):
    skin = np.full((SIZE, SIZE, 3), 160, np.uint8)
    seen = np.ones(len(head.vertices)) if support is None else support
    return carry_texture(scan, Target(scan.vertices, scan.faces), head, seen, skin, size=SIZE)


def pixel(texture, x, y):
    column, row = int((0.1 + 0.8 * x / 60) * SIZE), int((0.9 - 0.8 * y / 60) * SIZE)
    return texture.image[row, column].astype(int), float(texture.known[row, column])


def test_seen_colours_are_exact(scan, head):
    texture = carry(scan, head)
    for x, y in [(10, 10), (8, 50), (18, 30)]:
        color, known = pixel(texture, x, y)
        assert color == pytest.approx([100 + x, 80 + y, 60], abs=2)
        assert known > 0.9
    assert pixel(texture, 50, 30)[1] == 0.0


def test_no_seam_shows(scan, head):
    image = carry(scan, head).image.astype(int)
    triangle, _, _ = rasterize(
        np.c_[head.topology.uv * [SIZE, -SIZE] + [0, SIZE], np.ones(len(head.vertices))],
        head.topology.faces,
        (SIZE, SIZE),
    )
    inside = (triangle >= 0)[:, 1:] & (triangle >= 0)[:, :-1]
    steps = np.abs(np.diff(image, axis=1)).max(axis=2)[inside]
    assert steps.max() <= 6  # the plain skin, 60 and more away, is shifted to meet the scan


def test_a_texture_image_is_read_the_right_way_up(scan, head):
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:32] = [250, 0, 0]  # the upper half
    picture[32:] = [0, 250, 0]
    corner_uv = (scan.vertices[scan.faces][..., :2] / 60).astype(np.float32)
    textured = replace(scan, colors=None, texture=picture, corner_uv=corner_uv)
    texture = carry(textured, head)
    assert pixel(texture, 10, 50)[0].tolist() == [250, 0, 0]
    assert pixel(texture, 10, 10)[0].tolist() == [0, 250, 0]


def test_what_was_not_supported_is_not_known(scan, head):
    support = (head.vertices[:, 1] > 30).astype(float)
    texture = carry(scan, head, support)
    assert pixel(texture, 10, 50)[1] > 0.9
    assert pixel(texture, 10, 10)[1] == 0.0


def test_no_gap_is_left_beyond_the_uv(scan, head):
    assert (carry(scan, head).image.sum(axis=2) > 0).all()


def test_bare_scans_have_no_colors(scan):
    assert has_colors(scan)
    assert not has_colors(replace(scan, colors=None))
    assert not has_colors(replace(scan, colors=None, texture=np.zeros((4, 4, 3), np.uint8)))

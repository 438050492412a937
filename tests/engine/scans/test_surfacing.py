"""Meshes mended and clouds meshed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import trimesh

from facewright.engine.errors import InputError
from facewright.engine.geometry.normals import face_areas, face_normals
from facewright.engine.mesh import Scan
from facewright.engine.scans import surfacing
from facewright.engine.scans.surfacing import surface, turned_faces


def scan_of(vertices, faces, **more):
    return Scan(
        "toy.obj",
        np.asarray(vertices, np.float32),
        np.asarray(faces, np.int32).reshape(-1, 3),
        **more,
    )


def ball(level=3, open_=False):
    mesh = trimesh.creation.icosphere(level)
    faces = np.asarray(mesh.faces)
    if open_:
        faces = faces[mesh.triangles_center[:, 2] > 0.2]
    return np.asarray(mesh.vertices) * [80, 110, 90], faces


def outward(scan):
    """Share of area that faces away from the origin."""
    vertices, faces = np.asarray(scan.vertices, float), scan.faces
    away = np.einsum("fd,fd->f", face_normals(vertices, faces), vertices[faces].mean(axis=1))
    areas = face_areas(vertices, faces)
    return areas[away > 0].sum() / areas.sum()


@pytest.mark.parametrize("open_", [False, True])
def test_a_sound_mesh_comes_back_as_it_is(open_):
    scan = scan_of(*ball(open_=open_))
    assert surface(scan) is scan


@pytest.mark.parametrize("open_", [False, True])
@pytest.mark.parametrize("share", [1.0, 0.5, 0.02])
def test_winding_is_mended_whatever_part_is_inside_out(rng, open_, share):
    vertices, faces = ball(open_=open_)
    wrong = rng.random(len(faces)) < share
    turned = np.where(wrong[:, None], faces[:, ::-1], faces)
    uv = rng.random((len(faces), 3, 2)).astype(np.float32)
    turned_uv = np.where(wrong[:, None, None], uv[:, ::-1], uv)
    mended = surface(scan_of(vertices, turned, corner_uv=turned_uv))
    assert outward(mended) == 1.0
    assert any("inside out" in note for note in mended.notes)
    rolled = np.sort(mended.faces, axis=1)
    np.testing.assert_array_equal(rolled, np.sort(faces, axis=1))
    # each corner keeps its texture coordinate through the turn
    before, after = np.argsort(faces, axis=1), np.argsort(mended.faces, axis=1)
    np.testing.assert_array_equal(
        np.take_along_axis(mended.corner_uv, after[..., None], axis=1),
        np.take_along_axis(uv, before[..., None], axis=1),
    )


def test_each_piece_gets_its_own_choice():
    vertices, faces = ball(2)
    two = np.concatenate([vertices, vertices + np.array([500, 0, 0])])
    both = np.concatenate([faces, faces[:, ::-1] + len(vertices)])
    turn = turned_faces(two, both)
    assert not turn[: len(faces)].any()
    assert turn[len(faces) :].all()


def test_a_moebius_strip_is_left_alone():
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = np.stack([np.cos(angle), np.sin(angle), 0 * angle], 1)
    across = 0.3 * np.stack(
        [
            np.cos(angle / 2) * np.cos(angle),
            np.cos(angle / 2) * np.sin(angle),
            np.sin(angle / 2),
        ],
        1,
    )
    vertices = np.concatenate([ring + across, ring - across])
    k = np.arange(39)
    strip = [np.stack([k, k + 1, k + 40], 1), np.stack([k + 1, k + 41, k + 40], 1)]
    faces = np.concatenate([*strip, [[39, 40, 79], [40, 0, 79]]])
    assert not turned_faces(vertices, faces).any()


def test_crumbs_doubles_and_slivers_go_and_vertices_stay():
    vertices, faces = ball()
    count = len(vertices)
    crumb = np.array([[200, 0, 0], [201, 0, 0], [200, 1, 0]])
    every = np.concatenate([vertices, crumb, vertices[:1]])
    messy = np.concatenate(
        [faces, [[count, count + 1, count + 2]], faces[:5], faces[5:8, [1, 2, 0]], [[1, 1, 2]]]
    )
    messy[messy[:, 0] == 0, 0] = count + 3  # the double of vertex 0
    mended = surface(scan_of(every, messy))
    assert len(mended.vertices) == count + 4
    np.testing.assert_array_equal(mended.faces, faces)
    assert len(mended.notes) == 2


def test_a_soup_of_loose_triangles_is_welded_and_not_thrown_away():
    vertices, faces = ball()
    soup = scan_of(vertices[faces.ravel()], np.arange(faces.size))
    mended = surface(soup)
    assert len(mended.faces) == len(faces)
    assert len(np.unique(mended.faces)) == len(vertices)
    apart = np.random.default_rng(0).normal(size=(900, 3))
    assert len(surface(scan_of(apart, np.arange(900))).faces) == 300


def test_bad_input_is_told_in_a_sentence():
    vertices, faces = ball(1)
    broken = vertices.copy()
    broken[3] = np.nan
    for bad, word in (
        (scan_of(broken, faces), "no numbers"),
        (scan_of(vertices * 0, faces), "no triangle with any area"),
        (scan_of(vertices, []), "too few"),
        (scan_of(np.zeros((600, 3)), []), "lie on each other"),
    ):
        with pytest.raises(InputError, match=word):
            surface(bad)


def cloud(rng, count=6000):
    """Points with normals on the upper part of a ball, coloured by height."""
    normals = rng.normal(size=(count, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    normals = normals[normals[:, 2] > 0]
    colors = np.repeat((normals[:, 2:] * 255).astype(np.uint8), 3, axis=1)
    return normals * 90.0 + [1000, 0, 0], normals, colors


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize("unit", [1.0, 0.001])
def test_a_cloud_becomes_a_coloured_surface(rng, given, unit):
    points, normals, colors = cloud(rng)
    noisy = points + rng.normal(size=points.shape) * 0.3
    scan = scan_of(
        noisy * unit, [], colors=colors, normals=normals.astype(np.float32) if given else None
    )
    meshed = surface(scan)
    local = np.asarray(meshed.vertices, float) / unit - [1000, 0, 0]
    radius = np.linalg.norm(local, axis=1)
    assert np.percentile(np.abs(radius - 90), 95) < 1.0
    assert face_areas(local, meshed.faces).sum() == pytest.approx(2 * np.pi * 90**2, rel=0.08)
    centred = replace(meshed, vertices=local.astype(np.float32))
    assert outward(centred) > 0.99
    expected = local[:, 2] / radius * 255
    assert np.median(np.abs(meshed.colors[:, 0] - expected)) < 6
    assert "points only" in meshed.notes[-1]


def test_huge_clouds_are_thinned(rng, monkeypatch):
    monkeypatch.setattr(surfacing, "MOST_POINTS", 6000)
    points, normals, _ = cloud(rng, 60_000)
    meshed = surface(scan_of(points, [], normals=normals.astype(np.float32)))
    radius = np.linalg.norm(np.asarray(meshed.vertices, float) - [1000, 0, 0], axis=1)
    assert np.percentile(np.abs(radius - 90), 95) < 1.0
    assert len(meshed.vertices) < 4 * 6000

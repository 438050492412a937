"""Areas, volumes, girths and asymmetry against solids whose numbers are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import trimesh
from toy import ToyModel

from facewright.engine.errors import InputError
from facewright.engine.geometry.masking import in_lasso
from facewright.engine.geometry.rigid import rotation
from facewright.engine.measure.surface import (
    girth,
    loop_area,
    mask_area,
    onto_border_plane,
    section,
    volume_between,
)
from facewright.engine.measure.symmetry import asymmetry
from facewright.engine.mesh import Mesh

HEAD = ToyModel().mean()


def box(size: float, splits: int) -> tuple[np.ndarray, np.ndarray]:
    mesh = trimesh.creation.box((size, size, size))
    for _ in range(splits):
        mesh = mesh.subdivide()
    return np.asarray(mesh.vertices), np.asarray(mesh.faces, np.int32)


def test_area_of_a_side_of_a_cube() -> None:
    vertices, faces = box(10.0, 4)
    assert mask_area(vertices, faces, np.ones(len(vertices))) == pytest.approx(600.0)
    upper = np.clip(vertices[:, 2] / 5.0, 0, 1)
    side = upper * (vertices[:, 2] > 4.99)
    assert mask_area(vertices, faces, side) == pytest.approx(100.0, rel=0.15)


def test_volume_between_cubes_is_their_difference() -> None:
    vertices, faces = box(10.0, 2)
    everywhere = np.ones(len(vertices))
    assert volume_between(1.2 * vertices, vertices, faces, everywhere) == pytest.approx(728.0)
    assert volume_between(vertices, 1.2 * vertices, faces, everywhere) == pytest.approx(-728.0)
    raised = vertices + (0, 0, 2.0) * (vertices[:, 2:] > 4.99)
    assert volume_between(raised, vertices, faces, everywhere) == pytest.approx(200.0)


def test_volume_over_the_plane_of_a_border_is_that_of_a_cap() -> None:
    ball = trimesh.creation.icosphere(subdivisions=5, radius=10.0)
    vertices, faces = np.asarray(ball.vertices), np.asarray(ball.faces, np.int32)
    mask = np.where(vertices[:, 2] > 6.0, 1.0, 0.0)
    plane = onto_border_plane(vertices, faces, mask)
    height = 4.0
    cap = np.pi * height**2 * (3 * 10.0 - height) / 3
    assert volume_between(vertices, plane, faces, mask) == pytest.approx(cap, rel=0.05)
    with pytest.raises(InputError, match="border"):
        onto_border_plane(vertices, faces, np.ones(len(vertices)))


def test_area_inside_a_loop_on_a_plane_and_a_sphere() -> None:
    vertices, faces = box(100.0, 5)
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    ring = np.stack([20 * np.cos(turn), 20 * np.sin(turn), np.full(60, 50.0)], axis=1)
    assert loop_area(vertices, faces, ring) == pytest.approx(np.pi * 400, rel=0.01)
    assert loop_area(vertices, faces, ring[::-1]) == pytest.approx(np.pi * 400, rel=0.01)
    ball = trimesh.creation.icosphere(subdivisions=5, radius=50.0)
    ring = 50 * np.stack([0.5 * np.cos(turn), 0.5 * np.sin(turn), np.full(60, 0.75**0.5)], axis=1)
    cap = 2 * np.pi * 50**2 * (1 - 0.75**0.5)
    found = loop_area(np.asarray(ball.vertices), np.asarray(ball.faces, np.int32), ring)
    assert found == pytest.approx(cap, rel=0.01)
    with pytest.raises(InputError, match="line"):
        loop_area(vertices, faces, [[0, 0, 50], [1, 0, 50], [2, 0, 50]])


def test_area_inside_a_ragged_loop_is_that_of_all_triangles_split(rng) -> None:
    vertices, faces = box(100.0, 5)
    turn = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    far = rng.uniform(8.0, 40.0, 80)
    ring = np.stack([far * np.cos(turn), far * np.sin(turn), np.full(80, 50.0)], axis=1)
    triangles = vertices[faces]
    triangles = triangles[(triangles[:, :, 2] > 49.9).all(axis=1)]
    for _ in range(3):
        a, b, c = triangles.swapaxes(0, 1)
        ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
        corners = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
        triangles = np.concatenate([np.stack(three, axis=1) for three in corners])
    inside = in_lasso(triangles.mean(axis=1)[:, :2], ring[:, :2])
    sides = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    slow = 0.5 * np.linalg.norm(sides[inside], axis=1).sum()
    assert loop_area(vertices, faces, ring) == pytest.approx(slow, rel=1e-9)


def test_girth_is_the_tape_around() -> None:
    ball = trimesh.creation.icosphere(subdivisions=5, radius=90.0)
    vertices, faces = np.asarray(ball.vertices), np.asarray(ball.faces, np.int32)
    tape = girth(vertices, faces, (0, 0, 90), (0, 0, -90))
    assert tape == pytest.approx(2 * np.pi * 90, rel=2e-3)
    cut = section(vertices, faces, (0, 30, 0), (0, 1, 0))
    np.testing.assert_allclose(cut[:, 1], 30.0, atol=1e-9)


def test_a_symmetric_head_is_its_mirror_image_also_when_turned() -> None:
    turned = HEAD.moved(HEAD.vertices @ rotation((0.05, 0.1, 0.08)).T + (3.0, 1.0, 0.0))
    for mesh in (HEAD, turned):
        assert asymmetry(mesh).face_rms < 1e-3


def test_a_swelling_on_one_side_is_found_there_with_its_sign() -> None:
    nose = np.exp(-((np.linalg.norm(HEAD.vertices - (40, 30, 60), axis=1) / 25) ** 2))
    swollen = HEAD.moved(HEAD.vertices * (1 + 0.05 * nose[:, None]))
    found = asymmetry(swollen)
    peak = int(nose.argmax())
    assert HEAD.vertices[peak, 0] > 10
    assert found.comparison.signed[peak] > 1.0
    assert found.comparison.signed[HEAD.topology.mirror[peak]] < -1.0
    assert found.face_rms > 0.3
    assert found.region_rms["nose"] > 0.0


def test_the_rest_of_the_face_is_without_what_lies_beyond_it() -> None:
    """Scalp and neck belong to the region "rest", not to cheeks, chin and forehead."""
    front = HEAD.vertices[:, 2] > 0
    regions = {"face": front.astype(np.float32), "rest": np.ones(len(front), np.float32)}
    head = Mesh(replace(HEAD.topology, regions=regions), HEAD.vertices)
    behind = np.exp(-((np.linalg.norm(HEAD.vertices - (60, 0, -60), axis=1) / 30) ** 2))
    found = asymmetry(head.moved(HEAD.vertices * (1 + 0.1 * behind[:, None])))
    assert found.comparison.distances[~front].max() > 3.0
    assert found.region_rms["rest"] == pytest.approx(found.face_rms)
    assert found.region_rms["rest"] < found.comparison.summary["rms"]

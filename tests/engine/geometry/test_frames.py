"""Local frames, and detail carried along a surface that changes."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from scipy import sparse
from scipy.spatial.transform import Rotation

from facewright.engine.geometry.frames import Carrier, Compass, local_frames
from facewright.engine.geometry.normals import unit, vertex_normals

BALL = trimesh.creation.icosphere(subdivisions=3)
VERTICES = (np.asarray(BALL.vertices) * (70.0, 100.0, 80.0)).astype(np.float32)
FACES = np.asarray(BALL.faces, dtype=np.int32)


@pytest.fixture(scope="module")
def carrier() -> Carrier:
    return Carrier(VERTICES, FACES, sparse.identity(len(VERTICES), format="csr"))


def reference(vertices: np.ndarray, compass: Compass) -> np.ndarray:
    """The same frames one vertex at a time."""
    frames = np.zeros((len(vertices), 3, 3))
    for v in range(len(vertices)):
        total = np.zeros(3)
        for a, b, c in compass.faces:
            if v in (a, b, c):
                total += np.cross(vertices[b] - vertices[a], vertices[c] - vertices[a])
        area = np.linalg.norm(total)
        normal = total / area
        tangent = vertices[compass.ahead[v]] - vertices[compass.behind[v]]
        tangent = tangent - (tangent @ normal) * normal
        tangent /= np.linalg.norm(tangent)
        frames[v] = np.sqrt(area) * np.stack([tangent, np.cross(normal, tangent), normal])
    return frames


def test_frames_match_the_slow_way(rng: np.random.Generator) -> None:
    ball = trimesh.creation.icosphere(subdivisions=1)
    vertices = np.asarray(ball.vertices, np.float32) + rng.normal(0, 0.05, (42, 3))
    compass = Compass.build(vertices.astype(np.float32), np.asarray(ball.faces, np.int32))
    found = local_frames(vertices.astype(np.float32), compass)
    np.testing.assert_allclose(found, reference(vertices, compass), atol=1e-5)


def test_the_compass_points_to_neighbours_on_opposite_sides() -> None:
    compass = Compass.build(VERTICES, FACES)
    edges = {
        tuple(sorted(edge)) for face in FACES for edge in zip(face, np.roll(face, 1), strict=True)
    }
    for v in range(0, len(VERTICES), 37):
        ahead, behind = int(compass.ahead[v]), int(compass.behind[v])
        assert tuple(sorted((v, ahead))) in edges
        assert tuple(sorted((v, behind))) in edges
        one, other = VERTICES[ahead] - VERTICES[v], VERTICES[behind] - VERTICES[v]
        assert one @ other < 0


def test_vectors_turn_and_grow_with_the_whole(carrier: Carrier, rng: np.random.Generator) -> None:
    turn = Rotation.from_euler("xyz", [30, -50, 110], degrees=True).as_matrix()
    moved = (1.7 * VERTICES @ turn.T + (5.0, 6.0, 7.0)).astype(np.float32)
    vectors = rng.normal(size=VERTICES.shape).astype(np.float32)
    carried = carrier.carry(vectors, carrier.frames(VERTICES), carrier.frames(moved))
    np.testing.assert_allclose(carried, 1.7 * vectors @ turn.T, atol=1e-4)


def test_nothing_changes_where_the_surface_does_not(
    carrier: Carrier, rng: np.random.Generator
) -> None:
    frames = carrier.frames(VERTICES)
    vectors = rng.normal(size=VERTICES.shape).astype(np.float32)
    np.testing.assert_allclose(carrier.carry(vectors, frames, frames), vectors, atol=1e-5)


def test_normals_stay_normal_when_the_surface_bends(carrier: Carrier) -> None:
    bent = VERTICES.copy()
    bent[:, 2] += 25.0 * np.sin(VERTICES[:, 1] / 60.0)
    vectors = vertex_normals(VERTICES, FACES).astype(np.float32)
    carried = carrier.carry(vectors, carrier.frames(VERTICES), carrier.frames(bent))
    length = np.linalg.norm(carried, axis=1)
    cosine = np.einsum("vd,vd->v", carried, vertex_normals(bent, FACES)) / length
    kept = np.einsum("vd,vd->v", vectors, vertex_normals(bent, FACES))
    assert cosine.min() > 0.99
    assert kept.min() < 0.95, "this test needs a surface that turns"


@pytest.mark.parametrize("angle", [0.0, 90.0, 170.0, 180.0])
@pytest.mark.parametrize("axis", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, -2, 3)])
def test_any_turn_is_followed(
    axis: tuple[int, int, int], angle: float, carrier: Carrier, rng: np.random.Generator
) -> None:
    along = np.array(axis) / np.linalg.norm(axis)
    turn = Rotation.from_rotvec(np.deg2rad(angle) * along).as_matrix()
    moved = (VERTICES @ turn.T).astype(np.float32)
    vectors = rng.normal(size=VERTICES.shape).astype(np.float32)
    carried = carrier.carry(vectors, carrier.frames(VERTICES), carrier.frames(moved))
    np.testing.assert_allclose(carried, vectors @ turn.T, atol=2e-4)


def test_noise_in_the_surface_does_not_turn_what_it_carries(rng: np.random.Generator) -> None:
    """Raw frames of a noisy surface turn vectors about at random; smooth ones hardly do."""
    thick = 4.0 * vertex_normals(VERTICES, FACES)
    thick[:, 0] += 6.0
    noisy = VERTICES + rng.normal(0, 1.2, VERTICES.shape)
    identity = sparse.identity(len(VERTICES), format="csr")
    turned = {}
    for reach in (0.0, 12.0):
        carrier = Carrier(VERTICES, FACES, identity, turn_reach=reach)
        before, after = carrier.frames(VERTICES), carrier.frames(noisy.astype(np.float32))
        carried = carrier.carry(thick.astype(np.float32), before, after)
        turned[reach] = np.abs(unit(carried) - unit(thick)).max(axis=1)
    assert turned[12.0].mean() < 0.4 * turned[0.0].mean()


def test_relief_keeps_its_form_where_the_surface_grows_unevenly(carrier: Carrier) -> None:
    """One patch grows sharply: what lies there grows with its surroundings, evenly."""
    share = 1.0 + 0.8 * np.exp(-np.square(VERTICES - VERTICES[40]).sum(axis=1) / 15.0**2)
    grown = (VERTICES[40] + share[:, None] * (VERTICES - VERTICES[40])).astype(np.float32)
    before, after = carrier.frames(VERTICES), carrier.frames(grown)
    own = np.linalg.norm(after[:, 2], axis=1) / np.linalg.norm(before[:, 2], axis=1)
    up = vertex_normals(VERTICES, FACES).astype(np.float32)
    height = np.linalg.norm(carrier.carry(up, before, after), axis=1)
    assert own.max() > 1.3
    assert 1.02 < height.max() < own.max() - 0.1
    assert height.std() < 0.8 * own.std()


def test_relief_shrinks_with_the_surface_beneath(carrier: Carrier) -> None:
    """Where a patch shrinks alone, nothing on it stays taller than in proportion."""
    share = 1.0 - 0.5 * np.exp(-np.square(VERTICES - VERTICES[40]).sum(axis=1) / 15.0**2)
    shrunk = (VERTICES[40] + share[:, None] * (VERTICES - VERTICES[40])).astype(np.float32)
    before, after = carrier.frames(VERTICES), carrier.frames(shrunk)
    own = np.linalg.norm(after[:, 2], axis=1) / np.linalg.norm(before[:, 2], axis=1)
    up = vertex_normals(VERTICES, FACES).astype(np.float32)
    height = np.linalg.norm(carrier.carry(up, before, after), axis=1)
    assert own.min() < 0.8
    assert (height <= own + 1e-5).all()


def test_a_vertex_without_faces_carries_nothing() -> None:
    vertices = np.vstack([VERTICES, [[0.0, 0.0, 500.0]]]).astype(np.float32)
    carrier = Carrier(vertices, FACES, sparse.identity(len(vertices), format="csr"))
    frames = carrier.frames(vertices)
    assert not frames[-1].any()
    carried = carrier.carry(np.ones_like(vertices), frames, frames)
    np.testing.assert_allclose(carried[:-1], 1.0, atol=1e-5)
    np.testing.assert_allclose(carried[-1], 0.0, atol=1e-6)

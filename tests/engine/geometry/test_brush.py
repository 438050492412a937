"""What brushes reach and how they move it."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from toy import ToyStore

from facewright.engine.geometry.brush import (
    FALLOFFS,
    KINDS,
    Brush,
    dabbed,
    faded,
    footprints,
    grabbed,
    rims,
    skin_of,
)
from facewright.engine.mesh import Topology


def plane(count: int = 30, jitter: float = 0.0) -> tuple[np.ndarray, Topology]:
    """A square of `count` by `count` mm, one vertex a mm, moved a little inside the plane."""
    x, y = np.meshgrid(np.arange(count, dtype=float), np.arange(count, dtype=float))
    vertices = np.stack([x.ravel(), y.ravel(), np.zeros(x.size)], axis=1)
    vertices[:, :2] += np.random.default_rng(0).uniform(-jitter, jitter, (x.size, 2))
    corner = (np.arange(count - 1)[:, None] * count + np.arange(count - 1)).ravel()
    one = np.stack([corner, corner + 1, corner + count + 1], axis=1)
    other = np.stack([corner, corner + count + 1, corner + count], axis=1)
    return vertices, Topology.build(np.concatenate([one, other]), len(vertices))


def ball() -> tuple[np.ndarray, Topology]:
    made = trimesh.creation.icosphere(subdivisions=4, radius=80.0)
    return np.array(made.vertices), Topology.build(made.faces, len(made.vertices))


@pytest.mark.parametrize("jitter", [0.0, 0.3])
def test_distances_in_the_plane_are_straight(jitter: float) -> None:
    vertices, topology = plane(jitter=jitter)
    corners = topology.faces[400]
    start = np.full(3, 1 / 3) @ vertices[corners]
    rows, distances = skin_of(topology).within(vertices, corners, np.full(3, 1 / 3), 12.0)
    true = np.linalg.norm(vertices - start, axis=1)
    excess = distances - true[rows]  # edges are 1 mm long
    assert excess.min() > -1e-6
    assert excess.max() < 0.25
    assert excess.mean() < 0.04
    assert set(rows) >= set(np.flatnonzero(true < 11.7))


def test_distances_follow_the_surface_of_a_ball() -> None:
    vertices, topology = ball()
    corners = topology.faces[7]
    rows, distances = skin_of(topology).within(vertices, corners, (1, 0, 0), 200.0)
    start = vertices[corners[0]] / 80.0
    arc = 80.0 * np.arccos(np.clip(vertices[rows] @ start / 80.0, -1, 1))
    near = arc > 5
    np.testing.assert_allclose(distances[near], arc[near], rtol=0.015)
    assert distances.max() > np.linalg.norm(vertices[rows] - 80 * start, axis=1).max()


def test_a_gap_is_not_crossed() -> None:
    """Two sheets that lie on each other, as lips do: the brush stays on its own."""
    vertices, topology = plane(12)
    lower = vertices - (0.0, 0.0, 0.1)
    both = np.concatenate([vertices, lower])
    faces = np.concatenate([topology.faces, topology.faces + len(vertices)])
    sheets = Topology.build(faces, len(both))
    rows, _ = skin_of(sheets).within(both, sheets.faces[60], (1, 0, 0), 50.0)
    assert rows.max() < len(vertices)


def test_the_rim_is_a_closed_line_at_the_radius() -> None:
    vertices, topology = plane()
    middle = topology.faces[15 * 29 + 15]
    start = np.full(3, 1 / 3) @ vertices[middle]
    (rim,) = rims(skin_of(topology), vertices, middle, np.full(3, 1 / 3), 8.0)
    np.testing.assert_array_equal(rim[0], rim[-1])
    away = np.linalg.norm(rim - start, axis=1)
    np.testing.assert_allclose(away, 8.0, atol=0.25)
    assert np.linalg.norm(np.diff(rim, axis=0), axis=1).max() < 1.5
    around = np.linalg.norm(np.diff(rim, axis=0), axis=1).sum()
    assert around == pytest.approx(2 * np.pi * 8.0, rel=0.05)


def test_the_rim_ends_at_a_border() -> None:
    vertices, topology = plane()
    (rim,) = rims(skin_of(topology), vertices, topology.faces[14], (1, 0, 0), 8.0)
    assert (rim[[0, -1], 1] == 0).all()


def rim_length(skin, vertices, corners, radius: float) -> float:
    """How long the rim is, triangle by triangle, without putting it together."""
    rows, found = skin.reached(vertices, corners, np.full(3, 1 / 3), radius)
    distance = dict(zip(rows.tolist(), found.tolist(), strict=True))
    length = 0.0
    for face in skin.faces.tolist():
        if not all(corner in distance for corner in face):
            continue
        ends = []
        for one, other in zip(face, face[1:] + face[:1], strict=True):
            near, far = sorted((one, other), key=distance.__getitem__)
            if distance[near] <= radius < distance[far]:
                share = (radius - distance[near]) / (distance[far] - distance[near])
                ends.append(vertices[near] + share * (vertices[far] - vertices[near]))
        if ends:
            length += float(np.linalg.norm(ends[0] - ends[1]))
    return length


@pytest.mark.parametrize("seed", range(6))
def test_the_runs_of_a_rim_are_all_of_it(seed: int) -> None:
    """In the plane and on a ball, wherever the brush is."""
    rng = np.random.default_rng(seed)
    flat, square = plane(jitter=0.3)
    for vertices, topology, widest in ((flat, square, 25.0), (*ball(), 230.0)):
        skin = skin_of(topology)
        corners = skin.faces[rng.integers(len(skin.faces))]
        radius = float(rng.uniform(0.2, 1.0) * widest)
        runs = rims(skin, vertices, corners, np.full(3, 1 / 3), radius)
        whole = sum(np.linalg.norm(np.diff(run, axis=0), axis=1).sum() for run in runs)
        assert whole == pytest.approx(rim_length(skin, vertices, corners, radius), rel=1e-9)


def test_nothing_is_left_of_a_rim_beyond_the_surface() -> None:
    vertices, topology = plane(8)
    assert rims(skin_of(topology), vertices, topology.faces[30], np.full(3, 1 / 3), 99.0) == []


@pytest.mark.parametrize("falloff", FALLOFFS)
def test_falloffs_go_from_one_to_nothing(falloff: str) -> None:
    weights = faded(falloff, np.linspace(0, 1.2, 50))
    assert weights[0] == 1.0
    assert (weights[np.linspace(0, 1.2, 50) >= 1] == 0).all()
    assert (np.diff(weights) <= 0).all()


def test_the_sharp_falloff_is_narrow_and_the_constant_one_wide() -> None:
    middle = [faded(falloff, 0.5) for falloff in ("sharp", "smooth", "constant")]
    assert middle == sorted(middle)
    assert middle[-1] == 1.0


def bump() -> tuple[np.ndarray, Topology, int]:
    vertices, topology = plane(31)
    there = np.linalg.norm(vertices[:, :2] - 15.0, axis=1)
    vertices[:, 2] = 3.0 * np.exp(-((there / 2.0) ** 2))
    middle = int(np.flatnonzero((topology.faces == 15 * 31 + 15).any(axis=1))[0])
    return vertices, topology, middle


def touched(kind: str, **options: object) -> tuple[np.ndarray, np.ndarray]:
    vertices, topology, middle = bump()
    brush = Brush(kind, radius=10.0, **options)  # type: ignore[arg-type]
    skin = skin_of(topology)
    prints = footprints(skin, vertices, topology.faces[middle], (1, 0, 0), brush)
    goal = vertices * (1.0, 1.0, 0.0)
    return vertices, dabbed(brush, skin, vertices, prints, goal)


def test_smoothing_and_flattening_lower_a_bump() -> None:
    for kind in ("smooth", "flatten"):
        vertices, moved = touched(kind)
        peak = vertices[:, 2].argmax()
        assert moved[peak, 2] < -0.1
        _, sharper = touched(kind, invert=True)
        assert sharper[peak, 2] > 0.1


def test_inflating_moves_outward_and_inverted_inward() -> None:
    vertices, moved = touched("inflate")
    assert moved[vertices[:, 2].argmax(), 2] > 0.2
    _, inward = touched("inflate", invert=True)
    np.testing.assert_allclose(inward, -moved)


def test_restoring_goes_to_the_goal() -> None:
    vertices, moved = touched("restore", falloff="constant")
    near = np.linalg.norm(vertices[:, :2] - 15.0, axis=1) < 4
    np.testing.assert_allclose((vertices + moved)[near, 2], 0.0, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_both_sides_do_the_same(kind: str) -> None:
    """On the symmetric toy head a mirrored touch is the mirror image of itself."""
    topology = ToyStore().lifespan().topology
    vertices = ToyStore().lifespan().mean().vertices.astype(float)
    mirror = topology.mirror
    dents = np.sin(vertices[:, 1] / 9.0) * (1 + np.abs(vertices[:, 0]) / 90.0)
    vertices = vertices * (1 + 0.03 * dents[:, None])
    brush = Brush(kind, radius=60.0, mirror=True)  # type: ignore[arg-type]
    skin = skin_of(topology)
    prints = footprints(skin, vertices, topology.faces[40], (0.3, 0.3, 0.4), brush)
    if kind == "grab":
        moved = grabbed(prints, (3.0, 2.0, 1.0), len(vertices))
    else:
        goal = vertices * 1.1
        goal = 0.5 * (goal + goal[mirror] * (-1, 1, 1))
        moved = dabbed(brush, skin, vertices, prints, goal)
    assert np.abs(moved).max() > 0.05
    np.testing.assert_allclose(moved[mirror] * (-1, 1, 1), moved, atol=1e-9)


def test_the_midline_moves_as_far_as_the_side() -> None:
    """Overlapping with its image, a stroke is averaged, not doubled."""
    model = ToyStore().lifespan()
    vertices = model.mean().vertices.astype(float)
    tip = int(np.argmax(vertices[:, 2]))
    triangle = int(np.flatnonzero((model.topology.faces == tip).any(axis=1))[0])
    corners = model.topology.faces[triangle]
    brush = Brush("grab", radius=60.0, mirror=True)
    weights = (corners == tip).astype(float)
    prints = footprints(skin_of(model.topology), vertices, corners, weights, brush)
    moved = grabbed(prints, (4.0, 0.0, 5.0), len(vertices))
    np.testing.assert_allclose(moved[tip], (0.0, 0.0, 5.0), atol=1e-9)

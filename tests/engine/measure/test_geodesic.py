"""Ways along a surface: against great circles, unfolded boxes and a slow search."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from scipy.sparse.csgraph import dijkstra

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.errors import InputError
from facewright.engine.geometry.masking import edge_lengths
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.measure.geodesic import SurfacePath, shortest_path
from facewright.engine.mesh import Topology


def surface(mesh: trimesh.Trimesh) -> tuple[Topology, DoubleArray]:
    vertices = np.asarray(mesh.vertices, np.float64)
    return Topology.build(mesh.faces, len(vertices)), vertices


def at(topology: Topology, vertices: DoubleArray, point: object) -> tuple[IntArray, DoubleArray]:
    found = SurfaceTree(vertices, topology.faces).nearest(np.array([point], np.float64))
    return topology.faces[found.triangles[0]], found.weights[0]


def drawn(path: SurfacePath, vertices: DoubleArray) -> float:
    return float(np.linalg.norm(np.diff(path.on(vertices), axis=0), axis=1).sum())


def test_on_a_sphere_it_is_a_great_circle(rng: np.random.Generator) -> None:
    topology, vertices = surface(trimesh.creation.icosphere(subdivisions=4, radius=100.0))
    for _ in range(12):
        faces, weights = rng.integers(0, len(topology.faces), 2), rng.dirichlet([1, 1, 1], 2)
        ends = [(topology.faces[f], w) for f, w in zip(faces, weights, strict=True)]
        path = shortest_path(topology, vertices, *ends)
        a, b = (w @ vertices[c] for c, w in ends)
        arc = 100 * np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
        assert path.length == pytest.approx(arc, rel=2e-3)
        assert drawn(path, vertices) == pytest.approx(path.length, rel=1e-9)
        np.testing.assert_allclose(path.on(vertices)[[0, -1]], [a, b], atol=1e-6)


def test_over_an_edge_of_a_box_it_is_straight_when_unfolded() -> None:
    box = trimesh.creation.box((2.0, 2.0, 2.0))
    for _ in range(3):
        box = box.subdivide()
    topology, vertices = surface(box)
    start, end = at(topology, vertices, (-0.3, 0.2, 1)), at(topology, vertices, (1, -0.4, 0.1))
    assert shortest_path(topology, vertices, start, end).length == pytest.approx(
        np.hypot(1.3 + 0.9, 0.6), rel=1e-6
    )


def test_it_goes_around_a_spike_no_longer_than_a_slow_search(rng: np.random.Generator) -> None:
    topology, vertices = surface(trimesh.creation.icosphere(subdivisions=3, radius=50.0))
    bumps = rng.normal(0, 1.5, len(vertices))
    vertices = vertices * (1 + bumps[:, None] / 50.0)
    vertices[np.argmax(vertices[:, 2])] *= 1.6
    lengths = edge_lengths(vertices, topology.faces)
    for a, b in rng.integers(0, len(vertices), (10, 2)):
        ends = []
        for vertex in (a, b):
            corners = topology.faces[(topology.faces == vertex).any(axis=1)][0]
            ends.append((corners, (corners == vertex).astype(float)))
        along_edges = float(dijkstra(lengths, indices=a)[b])
        path = shortest_path(topology, vertices, *ends)
        assert path.length <= along_edges + 1e-6
        assert path.length >= np.linalg.norm(vertices[a] - vertices[b]) - 1e-9
        assert drawn(path, vertices) == pytest.approx(path.length, rel=1e-9, abs=1e-9)


def test_within_one_triangle_it_is_straight() -> None:
    topology, vertices = surface(trimesh.creation.icosphere(subdivisions=1, radius=10.0))
    corners = topology.faces[3]
    a, b = np.array([0.6, 0.2, 0.2]), np.array([0.1, 0.5, 0.4])
    path = shortest_path(topology, vertices, (corners, a), (corners, b))
    assert path.length == pytest.approx(np.linalg.norm((a - b) @ vertices[corners]))


def test_there_is_no_way_between_pieces() -> None:
    one = trimesh.creation.icosphere(subdivisions=1)
    two = one.copy()
    two.apply_translation((5, 0, 0))
    topology, vertices = surface(trimesh.util.concatenate([one, two]))
    ends = [(topology.faces[k], np.full(3, 1 / 3)) for k in (0, -1)]
    with pytest.raises(InputError, match="No way"):
        shortest_path(topology, vertices, *ends)
    with pytest.raises(InputError, match="does not lie"):
        shortest_path(topology, vertices, ends[0], (np.array([0, 1, 170], np.int32), np.ones(3)))

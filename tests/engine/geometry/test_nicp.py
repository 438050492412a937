"""Non-rigid registration on shapes whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from facewright.engine.errors import Cancelled
from facewright.engine.geometry import nicp
from facewright.engine.geometry.normals import flipped, vertex_normals
from facewright.engine.geometry.target import Target


def ball(radius=80.0, level=4):
    mesh = trimesh.creation.icosphere(subdivisions=level, radius=radius)
    return np.asarray(mesh.vertices), np.asarray(mesh.faces, dtype=np.int32)


def bumpy(points):
    """A ball with smooth hills of 3 mm."""
    along = points / np.linalg.norm(points, axis=1, keepdims=True)
    hills = np.sin(3 * along[:, 0]) * np.cos(4 * along[:, 1]) + along[:, 2]
    return along * (80 + 3 * hills)[:, None]


@pytest.fixture
def scan():
    """The bumpy ball, denser than what is drawn onto it, on other vertices."""
    vertices, faces = ball(level=5)
    turn = trimesh.transformations.rotation_matrix(0.3, [1, 2, 3])[:3, :3]
    return bumpy(vertices @ turn.T), faces


def off(points):
    """Exact distance to the bumpy surface along the radius."""
    return np.linalg.norm(points - bumpy(points), axis=1)


def test_a_ball_is_drawn_onto_hills(scan):
    start, faces = ball()
    assert np.median(off(start)) > 1.0
    drawn = nicp.register(start, faces, Target(*scan))
    assert np.median(off(drawn)) < 0.04
    assert off(drawn).max() < 0.4
    assert len(flipped(start, drawn, faces)) == 0


def test_holes_pull_nothing_and_are_bridged(scan):
    vertices, faces = scan
    hole = (vertices[faces].mean(axis=1) @ [0, 0, 1]) > 70
    start, own = ball()
    drawn = nicp.register(start, own, Target(vertices, faces[~hole]))
    over = start[:, 2] > 66
    assert np.median(off(drawn)[~over]) < 0.05
    assert off(drawn)[over].max() < 2.5
    assert len(flipped(start, drawn, own)) == 0


def test_spikes_are_ignored(scan, rng):
    vertices, faces = scan[0].copy(), scan[1]
    spiked = rng.choice(len(vertices), 60, replace=False)
    vertices[spiked] *= rng.uniform(1.1, 1.4, (60, 1))
    start, own = ball()
    drawn = nicp.register(start, own, Target(vertices, faces))
    assert np.quantile(off(drawn), 0.95) < 0.35
    assert off(drawn).max() < 4.0
    assert len(flipped(start, drawn, own)) == 0


def test_vertices_that_do_not_seek_follow_smoothly(scan):
    start, faces = ball()
    seek = (start[:, 0] > -20).astype(float)
    drawn = nicp.register(start, faces, Target(*scan), weights=seek)
    assert np.median(off(drawn)[seek > 0]) < 0.05
    along = vertex_normals(start, faces)
    assert np.abs(np.einsum("vd,vd->v", drawn - start, along))[seek == 0].max() < 6.0
    assert len(flipped(start, drawn, faces)) == 0


def test_anchors_slide_the_surface():
    start, faces = ball()
    target = Target(*ball(level=5))
    corner = int(np.argmax(start[:, 2]))
    shifted = start[corner] + [6.0, 0, 0]
    shifted *= 80 / np.linalg.norm(shifted)
    anchors = nicp.Anchors.build(
        np.full((1, 3), corner, np.int32), [[1.0, 0, 0]], shifted[None], np.ones(1), len(start)
    )
    drawn = nicp.register(start, faces, target, anchors=anchors)
    assert np.linalg.norm(drawn[corner] - shifted) < 3.0
    assert np.abs(np.linalg.norm(drawn, axis=1) - 80).max() < 0.5


def test_the_solve_is_that_of_a_dense_system(scan):
    start, faces = ball(level=2)
    body = nicp.Deformer.build(start, faces)
    stage = nicp.Stage(5.0, 10.0, 1, 20.0, 0.0, 3.0)
    target = Target(*scan)
    pins = nicp.Anchors.none(len(start))
    still = np.zeros_like(start)
    # the tolerance of a step is loose on purpose: steps repeat
    stepped = nicp._System(body, stage, pins).step(still, target, np.ones(len(start)))
    match = target.match(start, vertex_normals(start, faces), limit=20.0, cosine=0.0)
    weight = match.trust * body.areas / (1 + (match.distances / 3.0) ** 2) ** 2
    count = len(start)
    dense = np.kron(body.stiffness(stage).toarray(), np.eye(3))
    dense += np.diag(np.repeat(nicp.SLIP * body.areas + nicp.FRICTION * weight, 3))
    right = np.zeros(3 * count)
    for i in range(count):
        n, rows = match.normals[i], slice(3 * i, 3 * i + 3)
        dense[rows, rows] += weight[i] * np.outer(n, n)
        right[rows] += weight[i] * n * (n @ (match.points[i] - start[i]))
    exact = np.linalg.solve(dense, right).reshape(-1, 3)
    assert np.linalg.norm(stepped - exact) < 0.05 * np.linalg.norm(exact)


def test_untangle_mends_turned_triangles():
    start, faces = ball()
    body = nicp.Deformer.build(start, faces)
    torn = np.zeros_like(start)
    torn[10] = [9.0, 9.0, 0]
    torn[500] = [0, -12.0, 5.0]
    assert len(flipped(start, start + torn, faces)) > 0
    mended = nicp.untangle(body, torn)
    assert len(flipped(start, mended, faces)) == 0
    far = np.linalg.norm(start - start[10], axis=1) > 40
    far &= np.linalg.norm(start - start[500], axis=1) > 40
    assert (mended[far] == start[far]).all()


def test_cancelling_stops_at_the_next_step(scan):
    calls = []

    def stop(fraction, text):
        calls.append(fraction)
        if len(calls) == 3:
            raise Cancelled

    start, faces = ball(level=3)
    with pytest.raises(Cancelled):
        nicp.register(start, faces, Target(*scan), progress=stop)
    assert len(calls) == 3


def test_target_knows_its_border():
    vertices = np.array([[0, 0, 0], [10, 0, 0], [10, 10, 0], [0, 10, 0.0]])
    faces = np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32)
    target = Target(vertices, faces, trust=[1, 1, 0.5, 0.5])
    points = np.array([[5, 0.5, 1], [5, -1, 1], [4.9, 5, 1], [5, 9, 20.0]])
    match = target.match(points, np.tile([0, 0, 1.0], (4, 1)), limit=5.0, cosine=0.5)
    assert match.trust == pytest.approx([0.975, 0, 0.75, 0], abs=0.02)
    assert match.distances[0] == pytest.approx(1.0)
    turned = target.match(points, np.tile([0, 0, -1.0], (4, 1)), limit=5.0, cosine=0.5)
    assert (turned.trust == 0).all()

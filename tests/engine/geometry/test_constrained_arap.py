"""Blending between held vertices beside the paper's own system, solved slowly and plainly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
import trimesh
from scipy.spatial.transform import Rotation

from facewright.engine.geometry._constrained_arap import best_turns
from facewright.engine.geometry.constrained_arap import ConstrainedArap
from facewright.engine.geometry.laplacian import edge_weights, laplacian_of
from facewright.engine.geometry.threads import one_thread


@pytest.fixture(scope="module")
def ball():
    mesh = trimesh.creation.icosphere(subdivisions=2, radius=50.0)
    return np.asarray(mesh.vertices), np.asarray(mesh.faces, dtype=np.int32)


@pytest.fixture(scope="module")
def band(ball):
    """Free vertices between two held caps."""
    return np.abs(ball[0][:, 2]) < 20.0


def best_turn(before, after):
    u, _, vt = np.linalg.svd(after.T @ before)
    return u @ np.diag([1.0, 1.0, np.linalg.det(u @ vt)]) @ vt


@one_thread()
def obvious(rest, faces, free, moved, iterations):
    """NEO-3DF's eq. 3 and algorithm 1 on the whole mesh, with its Lagrange multipliers."""
    joined = edge_weights(faces, len(rest)).toarray() > 0
    operator = laplacian_of(edge_weights(faces, len(rest))).toarray()
    held = np.flatnonzero(~free)
    choose = np.eye(len(rest))[held]
    system = np.block(
        [[operator.T @ operator, choose.T], [choose, np.zeros((len(held), len(held)))]]
    )
    right = operator.T @ operator @ rest
    x = np.linalg.solve(system, np.vstack([right, moved[held]]))[: len(rest)]
    for _ in range(iterations):
        turns = np.array(
            [best_turn(rest[joined[i]] - rest[i], x[joined[i]] - x[i]) for i in range(len(rest))]
        )
        edges = np.zeros_like(rest)
        for i, j in np.argwhere(joined):
            edges[i] += (turns[i] + turns[j]) / 2 @ (rest[i] - rest[j])
        x = np.linalg.solve(system, np.vstack([operator.T @ edges, moved[held]]))[: len(rest)]
    return x


def pulled(vertices, seed=0):
    """A squeezed and noisy copy, turned above and moved below."""
    moved = vertices * [1.1, 0.9, 1.0] + np.random.default_rng(seed).normal(0, 1.0, vertices.shape)
    above = vertices[:, 2] > 0
    moved[above] = moved[above] @ Rotation.from_rotvec([0.1, 0.2, 0.5]).as_matrix().T
    moved[~above] += [4.0, -3.0, -6.0]
    return moved


@pytest.mark.parametrize("iterations", [0, 1, 3])
def test_equals_the_whole_saddle_point_system(ball, band, iterations):
    vertices, faces = ball
    rest = vertices * [1.0, 1.2, 0.8]
    moved = pulled(rest)
    found = ConstrainedArap(faces, band).bent(rest, moved, iterations)
    assert np.abs(found - obvious(rest, faces, band, moved, iterations)).max() < 1e-9


def test_turned_inside_out_it_still_equals(ball, band):
    """Edges that fold over leave Newton's method without a maximum near by."""
    vertices, faces = ball
    moved = vertices.copy()
    moved[vertices[:, 2] > 0] *= [-1.0, -1.0, -0.5]
    found = ConstrainedArap(faces, band).bent(vertices, moved)
    assert np.abs(found - obvious(vertices, faces, band, moved, 3)).max() < 1e-8


def star(count, seed):
    """The neighbours of one vertex, and the CSR arrays of a patch that holds nothing else."""
    around = np.random.default_rng(seed).normal(0, 1.0, (count + 1, 3))
    around[0] = 0.0
    return around, np.array([0, count], np.int32), np.arange(1, count + 1, dtype=np.int32)


@pytest.mark.parametrize("angle", [0.0, 0.1, 1.0, 2.0, 3.0, np.pi])
@pytest.mark.parametrize("stretch", [[1, 1, 1], [1.3, 0.7, 1], [1, 1, 0], [1, 1, -0.5]])
def test_best_turns_are_those_of_singular_values(angle, stretch):
    """From any start, with equal singular values, flat neighbourhoods, and mirrored ones."""
    for seed in range(10):
        rest, starts, ends = star(6, seed)
        axis = Rotation.random(rng=seed).as_matrix()[0]
        moved = rest * stretch @ Rotation.from_rotvec(angle * axis).as_matrix().T
        turns = np.eye(3)[None].copy()
        best_turns(rest, moved - rest, starts, ends, turns)
        assert np.abs(turns[0] - best_turn(rest[1:], moved[1:])).max() < 1e-9


def test_neighbours_in_a_line_turn_as_the_line_does():
    rest, starts, ends = star(3, 0)
    rest[1:] = [[1, 0, 0], [2, 0, 0], [-1, 0, 0]]
    moved = rest @ Rotation.from_rotvec([0.2, 0.5, 0.9]).as_matrix().T
    turns = np.eye(3)[None].copy()
    best_turns(rest, moved - rest, starts, ends, turns)
    assert np.abs(rest @ turns[0].T - moved).max() < 1e-9
    assert np.abs(turns[0] @ turns[0].T - np.eye(3)).max() < 1e-12


def test_held_vertices_are_where_they_were_put_bit_for_bit(ball, band):
    vertices, faces = ball
    for kind in (np.float32, np.float64):
        rest, moved = vertices.astype(kind), pulled(vertices).astype(kind)
        found = ConstrainedArap(faces, band).bent(rest, moved)
        assert found.dtype == kind
        assert (found[~band] == moved[~band]).all()
        assert (found[band] != moved[band]).all()


def test_nothing_moves_where_handles_do_not(ball):
    vertices, faces = ball
    rest = vertices.astype(np.float32)
    rest[0] = [-0.0, 0.0, 50.0]
    free = np.abs(vertices[:, 2]) > 38.0  # two patches
    arap = ConstrainedArap(faces, free)
    assert len(arap.patches) == 2
    moved = rest.copy()
    moved[free] = np.nan  # where free vertices were is of no interest
    assert arap.bent(rest, moved).tobytes() == rest.tobytes()
    lower = arap.handles & (vertices[:, 2] < 0)
    moved[lower] += np.float32(1.0)
    found = arap.bent(rest, moved)
    upper = free & (vertices[:, 2] > 0)
    assert (found[upper] == rest[upper]).all()
    assert (found[free & ~upper] != rest[free & ~upper]).all()


def test_a_patch_without_motion_has_none_in_a_batch_either(ball, band):
    vertices, faces = ball
    moved = np.stack([vertices, pulled(vertices)])
    found = ConstrainedArap(faces, band).bent(vertices, moved)
    assert (found[0] == vertices).all()
    assert (found[1, band] != vertices[band]).all()


def test_only_handles_count(ball, band):
    vertices, faces = ball
    arap = ConstrainedArap(faces, band)
    assert not (arap.handles & band).any()
    moved = pulled(vertices)
    elsewhere = moved.copy()
    elsewhere[~arap.handles] = 0.0
    found = arap.bent(vertices, moved)
    assert (arap.bent(vertices, elsewhere)[band] == found[band]).all()
    for vertex in np.flatnonzero(arap.handles)[::7]:
        elsewhere = moved.copy()
        elsewhere[vertex] += 1.0
        assert (arap.bent(vertices, elsewhere)[band] != found[band]).any()


def test_many_at_once_are_each_as_alone(ball, band):
    vertices, faces = ball
    arap = ConstrainedArap(faces, band)
    moved = np.stack([pulled(vertices, seed) for seed in range(3)])
    rest = vertices + np.random.default_rng(5).normal(0, 1.0, moved.shape)
    together = arap.bent(rest, moved)
    for k in range(3):
        assert np.abs(together[k] - arap.bent(rest[k], moved[k])).max() < 1e-10


def test_threads_share_it_and_nothing_is_remembered(ball, band):
    vertices, faces = ball
    arap = ConstrainedArap(faces, band)
    moves = [pulled(vertices, seed) for seed in range(40)]
    wanted = [arap.bent(vertices, moved).tobytes() for moved in moves]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda moved: arap.bent(vertices, moved).tobytes(), moves))
    assert found == wanted


def test_turning_rest_and_handles_turns_the_result(ball, band):
    vertices, faces = ball
    turn = Rotation.from_rotvec([0.4, -2.0, 1.0]).as_matrix().T
    arap, moved = ConstrainedArap(faces, band), pulled(vertices)
    found = arap.bent(vertices @ turn + 7.0, moved @ turn + 7.0)
    assert np.abs(found - (arap.bent(vertices, moved) @ turn + 7.0)).max() < 1e-9


def test_handles_moved_together_take_the_rest_along(ball, band):
    """Exactly when shifted; when turned by 60°, ever nearer by iterations."""
    vertices, faces = ball
    arap = ConstrainedArap(faces, band)
    shifted = vertices + np.array([3.0, -20.0, 9.0])
    assert np.abs(arap.bent(vertices, shifted) - shifted).max() < 1e-9
    turned = vertices @ Rotation.from_rotvec(np.full(3, np.pi / 3 / np.sqrt(3))).as_matrix().T
    far = [np.abs(arap.bent(vertices, turned, n) - turned).max() for n in (0, 3, 10, 100)]
    assert all(after < 0.5 * before for before, after in pairwise(far))
    assert far[-1] < 1e-6


def test_free_vertices_that_nothing_holds_are_refused(ball):
    _, faces = ball
    with pytest.raises(ValueError, match="joined to no held one"):
        ConstrainedArap(faces, np.ones(162, dtype=bool))
    alone = np.append(np.zeros(162, dtype=bool), True)
    with pytest.raises(ValueError, match="1 free vertices are joined to no held one"):
        ConstrainedArap(faces, alone)
    with pytest.raises(ValueError, match="one entry of `free`"):
        ConstrainedArap(faces, np.zeros(100, dtype=bool))


def test_another_number_of_vertices_is_refused(ball, band):
    vertices, faces = ball
    with pytest.raises(ValueError, match="162"):
        ConstrainedArap(faces, band).bent(vertices[:-1], vertices[:-1])


def test_no_free_vertices_leave_everything(ball):
    vertices, faces = ball
    arap = ConstrainedArap(faces, np.zeros(len(vertices), dtype=bool))
    assert (arap.bent(vertices, vertices + 1.0) == vertices + 1.0).all()

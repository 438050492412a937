"""Derivatives of blending beside finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import trimesh
from scipy.spatial.transform import Rotation

from facewright.engine.geometry._arap_gradient import best_turns_back
from facewright.engine.geometry._constrained_arap import best_turns
from facewright.engine.geometry.arap_gradient import bent
from facewright.engine.geometry.constrained_arap import ConstrainedArap


@pytest.fixture(scope="module")
def pair():
    """Two balls side by side."""
    mesh = trimesh.creation.icosphere(subdivisions=1, radius=5.0)
    vertices, faces = np.asarray(mesh.vertices), np.asarray(mesh.faces, dtype=np.int32)
    beside = vertices + np.array([20.0, 0.0, 0.0])
    return np.vstack([vertices, beside]), np.vstack([faces, faces + len(vertices)])


@pytest.fixture(scope="module")
def arap(pair):
    """A belt of one ball and a cap of the other: two patches."""
    vertices, faces = pair
    free = np.where(vertices[:, 0] < 10, np.abs(vertices[:, 2]) < 2.0, vertices[:, 2] > 3.0)
    result = ConstrainedArap(faces, free)
    assert len(result.patches) == 2
    return result


def tensors(vertices, count, seed=0):
    rng = np.random.default_rng(seed)
    rest = vertices + rng.normal(0, 0.2, (count, *vertices.shape))
    turn = Rotation.from_rotvec([0.2, 0.3, -0.4]).as_matrix()
    moved = rest @ turn.T + rng.normal(0, 0.5, rest.shape)
    return torch.tensor(rest, requires_grad=True), torch.tensor(moved, requires_grad=True)


def gradients(arap, rest, moved):
    """Derivatives of a fixed mixture of all vertices."""
    rest, moved = (values.detach().clone().requires_grad_() for values in (rest, moved))
    result = bent(arap, rest, moved)
    mixture = torch.linspace(-1.0, 2.0, result[0].numel()).reshape(result[0].shape)
    (result * mixture.to(result)).sum().backward()
    return rest.grad, moved.grad


def grid(size):
    """A flat square of right triangles, 1 mm apart, and which of its vertices lie within."""
    y, x = np.divmod(np.arange(size * size), size)
    corner = np.flatnonzero((x < size - 1) & (y < size - 1))
    upper = np.stack([corner, corner + 1, corner + size + 1], axis=1)
    lower = np.stack([corner, corner + size + 1, corner + size], axis=1)
    within = (np.minimum(x, y) > 1) & (np.maximum(x, y) < size - 2)
    vertices = np.stack([x, y, 0 * x], axis=1).astype(np.float64)
    return vertices, np.vstack([upper, lower]).astype(np.int32), within


def test_derivatives_equal_differences():
    vertices, faces, within = grid(7)
    arap = ConstrainedArap(faces, within)
    inputs = tensors(vertices, 1)
    assert torch.autograd.gradcheck(lambda rest, moved: bent(arap, rest, moved), inputs)


@pytest.mark.parametrize("iterations", [0, 1, 2, 3, 6])
def test_derivatives_of_a_batch_equal_differences(pair, arap, iterations):
    assert torch.autograd.gradcheck(
        lambda rest, moved: bent(arap, rest, moved, iterations),
        tensors(pair[0], 3),
        fast_mode=True,
    )


def test_derivatives_equal_differences_on_a_flat_mesh_at_rest():
    """Neighbourhoods as alike as can be: two equal singular values, the third 0."""
    vertices, faces, within = grid(7)
    flat = [torch.tensor(vertices, requires_grad=True) for _ in range(2)]
    arap = ConstrainedArap(faces, within)
    assert torch.autograd.gradcheck(lambda rest, moved: bent(arap, rest, moved), flat)


def test_derivatives_equal_differences_with_three_equal_singular_values():
    """Six neighbours along the axes, turned by 1 rad."""
    corners = np.vstack([np.eye(3), -np.eye(3)])
    faces = [[6, i, j] for i in range(6) for j in range(i) if i != j + 3]
    arap = ConstrainedArap(np.array(faces, np.int32), np.arange(7) == 6)
    rest = np.vstack([corners, np.zeros(3)])
    moved = rest @ Rotation.from_rotvec([0.6, 0.0, 0.8]).as_matrix().T
    inputs = torch.tensor(rest, requires_grad=True), torch.tensor(moved, requires_grad=True)
    assert torch.autograd.gradcheck(lambda rest, moved: bent(arap, rest, moved), inputs)


def test_where_turns_are_open_derivatives_stay_small():
    """A flat mesh folded onto itself, whose edges any turn about the fold fits as well."""
    vertices, faces, within = grid(7)
    folded = vertices * [1.0, -1.0, 1.0]
    folded[:, 0] = np.abs(folded[:, 0] - 3.0)
    arap = ConstrainedArap(faces, within)
    for grad in gradients(arap, torch.tensor(vertices[None]), torch.tensor(folded[None])):
        assert torch.isfinite(grad).all()
        assert grad.abs().max() < 1e5


def test_a_line_of_neighbours_passes_derivatives_on():
    """Its turn about itself is open, and matters to none of its edges."""
    rest = np.array([[0, 0, 0], [1, 0, 0], [2, 0, 0], [-1, 0, 0]], dtype=np.float64)
    shift = np.array([[0, 0, 0], [0, 0.3, 0.1], [0.1, 0.8, 0.1], [0, -0.2, 0.2]])
    lists = np.array([0, 3], np.int32), np.array([1, 2, 3], np.int32)
    rng = np.random.default_rng(0)
    weight, edges = rng.normal(size=(3, 3)), rest[1:] - rest[0]

    def loss(shift):
        turns = np.eye(3)[None].copy()
        best_turns(rest, shift, *lists, turns)
        return (weight * (edges @ turns[0].T)).sum(), turns

    turns_bar = (weight.T @ edges)[None]
    found = np.zeros((4, 3))
    best_turns_back(rest, shift, *lists, loss(shift)[1], turns_bar, np.zeros((4, 3)), found)
    for index in np.ndindex(4, 3):
        step = np.zeros((4, 3))
        step[index] = 1e-5
        slope = (loss(shift + step)[0] - loss(shift - step)[0]) / 2e-5
        assert found[index] == pytest.approx(slope, abs=1e-4)


def test_the_numbers_are_those_without_torch(pair, arap):
    rest, moved = tensors(pair[0], 3)
    wanted = arap.bent(rest.detach().numpy(), moved.detach().numpy())
    assert np.abs(bent(arap, rest, moved).detach().numpy() - wanted).max() < 1e-12
    assert torch.equal(bent(arap, rest, rest), rest)


def test_single_precision_goes_in_and_comes_out(pair, arap):
    rest, moved = tensors(pair[0], 2)
    wanted = gradients(arap, rest, moved)
    assert bent(arap, rest.float(), moved.float()).dtype == torch.float32
    assert bent(arap, rest.float(), moved).dtype == torch.float64
    for found, sure in zip(gradients(arap, rest.float(), moved.float()), wanted, strict=True):
        assert found.dtype == torch.float32
        assert (found - sure).abs().max() < 1e-4 * sure.abs().max()


def test_derivatives_of_many_are_those_of_each(pair, arap):
    rest, moved = tensors(pair[0], 3)
    together = gradients(arap, rest, moved)
    for k in range(3):
        alone = gradients(arap, rest[k : k + 1], moved[k : k + 1])
        for found, sure in zip(together, alone, strict=True):
            assert (found[k] - sure[0]).abs().max() < 1e-10


def test_one_shape_at_rest_serves_many(pair, arap):
    rest, moved = tensors(pair[0], 3)
    one = rest[0].detach().requires_grad_()
    result = bent(arap, one, moved)
    assert result.shape == moved.shape
    result.sum().backward()
    each = [torch.autograd.grad(bent(arap, one, m).sum(), one)[0] for m in moved.detach()]
    assert (one.grad - sum(each)).abs().max() < 1e-10


def test_only_what_counts_has_derivatives(pair, arap):
    rest_bar, moved_bar = gradients(arap, *tensors(pair[0], 1))
    free, handles = torch.tensor(arap.free), torch.tensor(arap.handles)
    assert (moved_bar[0, free] == 0).all()
    assert (rest_bar[0, ~free & ~handles] == 0).all()
    assert (rest_bar[0, free | handles].abs().amax(dim=1) > 0).all()
    beyond = ~free & ~handles
    mixture = torch.linspace(-1.0, 2.0, rest_bar[0].numel()).reshape(rest_bar[0].shape)
    assert torch.equal(moved_bar[0, beyond], mixture[beyond].to(moved_bar))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
def test_on_a_gpu_the_same_comes_out_there(pair, arap):
    rest, moved = tensors(pair[0], 2)
    found = bent(arap, rest.cuda(), moved.cuda())
    assert found.is_cuda
    assert torch.equal(found.cpu(), bent(arap, rest, moved))
    for here, there in zip(
        gradients(arap, rest, moved), gradients(arap, rest.cuda(), moved.cuda()), strict=True
    ):
        assert there.is_cuda
        assert torch.equal(here, there.cpu())


def test_another_number_of_vertices_is_refused(pair, arap):
    rest, moved = tensors(pair[0], 1)
    with pytest.raises(ValueError, match=str(len(pair[0]))):
        bent(arap, rest[:, 1:], moved[:, 1:])

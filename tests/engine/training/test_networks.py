"""INFACE's loss and training loop on what can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from facewright.engine.geometry.arap import Arap  # noqa: E402
from facewright.engine.models.layers import Layers  # noqa: E402
from facewright.engine.training import networks  # noqa: E402
from facewright.engine.training.disentangling import (  # noqa: E402
    CrossAndSelf,
    Quadruplets,
    Transforms,
    disentangled,
)


def test_equation_1_counts_registered_elements_alone():
    found = torch.tensor([[1.0, 5.0, 3.0], [0.0, 0.0, 0.0]])
    wanted = torch.tensor([[0.0, 0.0, 0.0], [1.0, 2.0, 4.0]])
    known = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    # (1 + 3) / 2 and 4 / 1, each scan alike
    assert networks.masked_loss(found, wanted, known).item() == pytest.approx(3.0)


def test_corrupted_elements_have_no_gradient():
    found = torch.zeros(1, 4, requires_grad=True)
    known = torch.tensor([[1.0, 0.0, 1.0, 0.0]])
    networks.masked_loss(found, torch.ones(1, 4), known).backward()
    assert found.grad.tolist() == [[-0.5, 0.0, -0.5, 0.0]]


def test_what_is_trained_is_what_runs():
    torch.manual_seed(0)
    net = networks.shallow(6, 3, hidden=8)
    x = torch.randn(4, 6)
    again = Layers.shallow(networks.arrays(net, "net"), "net")
    np.testing.assert_allclose(again.run(x.numpy(), last=False), net(x).detach().numpy(), atol=5e-3)


def problem():
    """Points on a plane in eight dimensions, and a network with two latents."""
    torch.manual_seed(1)
    x = torch.randn(64, 2) @ torch.randn(2, 8)
    nets = torch.nn.ModuleDict(
        {"encoder": networks.shallow(8, 2, 16), "decoder": networks.shallow(2, 8, 16)}
    )

    def error(rows):
        found = nets["decoder"](nets["encoder"](x[rows]))
        return networks.masked_loss(found, x[rows], torch.ones_like(found))

    return nets, error, lambda: error(slice(None)).item()


SCHEDULE = networks.Schedule(30, batch=8, rate=5e-3, patience=5)


def test_training_finds_the_plane_and_keeps_the_best():
    nets, error, judge = problem()
    before = judge()
    errors = networks.fit(nets, error, judge, 64, SCHEDULE)
    assert len(errors) == 30
    assert judge() == pytest.approx(min(errors), abs=1e-6)
    assert judge() < 0.2 * before


def test_training_resumes_where_it_was_stopped(tmp_path):
    whole, error, judge = problem()
    wanted = networks.fit(whole, error, judge, 64, SCHEDULE)
    nets, error, judge = problem()

    def stop(share, _text):
        if share >= 20 / 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        networks.fit(nets, error, judge, 64, SCHEDULE, tmp_path / "state", stop)
    nets, error, judge = problem()
    again = networks.fit(nets, error, judge, 64, SCHEDULE, tmp_path / "state")
    np.testing.assert_allclose(again, wanted, rtol=1e-4)


class Scans:
    person = np.array([7, 7, 7, 9, 9, 9, 4])
    visit = np.array([0, 0, 1, 0, 1, 1, 0])


def test_quadruplets_share_what_they_should():
    rows = Quadruplets.among(Scans, np.random.default_rng(0), each=3).rows
    assert len(rows) == 12  # two ordered pairs of each of two people, three times
    person, visit = Scans.person[rows], Scans.visit[rows]
    assert (person[:, 0] == person[:, 1]).all()
    assert (visit[:, 0] == visit[:, 1]).all()
    assert (rows[:, 0] != rows[:, 1]).all()
    assert (person[:, 2] == person[:, 0]).all()
    assert (visit[:, 2] != visit[:, 0]).all()
    assert (person[:, 3] != person[:, 0]).all()


def test_transforms_stretch_each_axis_about_the_origin():
    mean = torch.linspace(-50, 50, 30)
    x = torch.randn(5, 30)
    moved = mean + 2.0 * Transforms(mean, 2.0)(x)
    factors = (moved / (mean + 2.0 * x)).reshape(5, 10, 3)
    middle = factors.median(dim=1).values
    assert ((middle > 0.69) & (middle < 1.31)).all()
    assert middle.std() > 0.05
    places = (mean + 2.0 * x).reshape(5, 10, 3)
    rest = moved.reshape(5, 10, 3) - middle[:, None] * places
    assert rest.abs().median() < 0.15  # what is left is noise of 0.05 mm


def test_equations_2_to_4_train_a_model(tmp_path):
    """Boxes of some size (identity), bent or not (expression), grown by visit (age)."""
    import trimesh

    ball = trimesh.creation.icosphere(subdivisions=1, radius=40.0)
    vertices, faces = np.asarray(ball.vertices), np.asarray(ball.faces, np.int32)
    rng = np.random.default_rng(3)
    shapes, person, visit = [], [], []
    for who in range(12):
        width = rng.normal(0, 0.15)
        for when in (0, 1):
            for _ in range(2):
                smile = rng.uniform(0, 1)
                shape = vertices * (1 + width, 1.0 + 0.1 * when, 1.0)
                shape = shape + [0, 0, 8.0 * smile] * (vertices[:, 1:2] < -10)
                shapes.append(shape)
                person.append(who)
                visit.append(when)

    class Set:
        pass

    Set.person, Set.visit = np.array(person), np.array(visit)
    places = torch.tensor(np.array(shapes).reshape(len(shapes), -1), dtype=torch.float32)
    mean, scale = places.mean(dim=0), float(places.std(dim=0).mean())
    x = (places - mean) / scale
    torch.manual_seed(0)
    nets = disentangled(x.shape[1])
    rows = torch.from_numpy(Quadruplets.among(Set, rng, each=2).rows)
    loss = CrossAndSelf(
        nets, x, torch.ones_like(x), rows, Transforms(mean, scale), Arap(vertices, faces, 0.5),
        mean, scale,
    )  # fmt: skip
    everything = torch.arange(len(rows))

    def judge():
        return loss(everything).item()

    before = judge()
    networks.fit(nets, loss, judge, len(rows), networks.Schedule(12, 16, 2e-3))
    assert judge() < 0.6 * before
    bent = loss.bent(x[:3], x[3:6])
    assert bent.shape == (3, x.shape[1])
    np.testing.assert_allclose(loss.bent(x[:2], x[:2]), x[:2], atol=1e-3)

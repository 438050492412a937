"""INFACE's loss and training loop on what can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from scanned import scan_set  # noqa: E402

from facewright.engine.geometry.arap import Arap  # noqa: E402
from facewright.engine.models.layers import Layers  # noqa: E402
from facewright.engine.training import autoencoders, networks  # noqa: E402
from facewright.engine.training.components import Components  # noqa: E402
from facewright.engine.training.disentangling import (  # noqa: E402
    CrossAndSelf,
    Quadruplets,
    Transforms,
    disentangled,
)
from facewright.engine.training.lessons import Lessons  # noqa: E402


@pytest.fixture
def rng():
    return np.random.default_rng(3)


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


def test_components_are_principal(rng):
    vertices = rng.normal(size=(40, 1, 3)) * [[[5.0, 2.0, 0.5]]] + 7.0
    found = Components.of(vertices, 3)
    np.testing.assert_allclose(np.abs(found.axes), np.eye(3), atol=0.15)
    np.testing.assert_allclose(found.rebuilt(vertices, 3), vertices, atol=1e-4)
    flat = vertices.reshape(40, 3)
    _, values, ways = np.linalg.svd(flat - flat.mean(axis=0))
    np.testing.assert_allclose(found.sd, values / np.sqrt(40), rtol=1e-4)
    kept = flat.mean(axis=0) + (flat - flat.mean(axis=0)) @ ways[:1].T @ ways[:1]
    np.testing.assert_allclose(found.rebuilt(vertices, 1)[:, 0], kept, atol=1e-4)


def test_lessons_do_not_believe_what_was_lost(rng, monkeypatch):
    vertices = rng.normal(0, 10.0, (8, 5, 3)).astype(np.float32)
    lost = np.zeros((8, 5), bool)
    lost[2, 1] = True
    basis = Components.of(vertices, 7)
    judged = np.array([True, True, True, True, False])
    lessons = Lessons(scan_set(vertices, range(8), range(8), lost), basis, judged=judged)
    assert lessons.error(lessons.codes) == pytest.approx(0.0, abs=1e-4)
    moved = vertices.copy()
    moved[:, 4] += 100.0  # does not count
    moved[2, 1] += 100.0  # was lost
    moved[2, 0] += 2.0
    # what is decoded need not lie in the span of the scans: ask for it by its codes
    wide = Components(basis.mean, np.eye(15, dtype=np.float32), np.ones(15, np.float32))
    asked = Lessons(scan_set(vertices, range(8), range(8), lost), wide, judged=judged)
    codes = torch.from_numpy(wide.codes(moved))
    assert asked.error(codes) == pytest.approx((3 * 2.0 / 9) / 8, rel=1e-4)
    torch.manual_seed(0)
    drawn = [asked.loss(codes[2:3], torch.tensor([2])).item() for _ in range(20)]
    assert np.mean(drawn) == pytest.approx(6.0 / 9, rel=0.1)


def test_an_autoencoder_begins_as_principal_components(rng):
    vertices = rng.normal(size=(60, 8)) @ rng.normal(0, 3.0, (8, 30))
    basis = Components.of(vertices.reshape(60, 10, 3), 12)
    nets = autoencoders.autoencoder(basis, 4)
    found = autoencoders.Trained(nets, basis, []).rebuilt(vertices.reshape(60, 10, 3))
    wanted = basis.rebuilt(vertices.reshape(60, 10, 3), 4)
    np.testing.assert_allclose(found, wanted, atol=0.05)  # of some 8 mm


def test_transforms_stretch_each_axis_about_the_origin(rng):
    vertices = rng.normal(0, 30.0, (40, 10, 3)).astype(np.float32)
    basis = Components.of(vertices, 39)
    torch.manual_seed(0)
    moved = basis.placed(Transforms(basis)(torch.from_numpy(basis.codes(vertices))).numpy())
    factors = np.median(moved / vertices, axis=1)
    assert factors.min() > 0.69
    assert factors.max() < 1.31
    assert factors.std() > 0.05
    rest = moved - factors[:, None] * vertices
    assert np.median(np.abs(rest)) < 0.15  # what is left is noise of 0.05 mm


def test_equations_2_to_4_train_a_model(rng):
    """Boxes of some size (identity), bent or not (expression), grown by visit (age)."""
    import trimesh

    ball = trimesh.creation.icosphere(subdivisions=1, radius=40.0)
    vertices, faces = np.asarray(ball.vertices), np.asarray(ball.faces, np.int32)
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
    scans = scan_set(shapes, person, visit)
    basis = Components.of(scans.vertices, 6)
    lessons = Lessons(scans, basis)
    torch.manual_seed(0)
    nets = disentangled(len(basis.axes))
    quadruplets = Quadruplets.among(scans, rng, each=2)
    loss = CrossAndSelf(nets, lessons, quadruplets, basis, Arap(vertices, faces, 0.5))
    everything = torch.arange(len(quadruplets.rows))

    def judge():
        return loss(everything).item()

    before = judge()
    networks.fit(nets, loss, judge, len(everything), networks.Schedule(12, 16, 2e-3))
    assert judge() < 0.6 * before
    rows = torch.tensor([3, 4])
    np.testing.assert_allclose(loss.bent(rows, lessons.codes[rows]), lessons.codes[rows], atol=1e-3)

"""The network that paints skin: what it leaves alone, what it learns, and that it resumes."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from facewright.engine.training.painting import (  # noqa: E402
    Cases,
    Generator,
    Training,
    seen,
)
from facewright.engine.training.skins import SIDE  # noqa: E402

WHERE = np.zeros((SIDE, SIDE, 3), np.float32)


def cases(count: int = 3) -> Cases:
    """Grey skins with a dark square in the middle, of which the reconstruction knows nothing."""
    truth = np.full((count, SIDE, SIDE, 3), 0.6, np.float32)
    hole = np.zeros((count, SIDE, SIDE), bool)
    hole[:, 100:150, 100:150] = True
    truth[hole] = 0.45
    return Cases(truth, np.full_like(truth, 0.6), hole)


def test_nothing_outside_the_hole_changes():
    torch.manual_seed(1)
    some = cases()
    given = some.given([0, 1], WHERE)
    with torch.no_grad():
        made = Generator()(given)
    outside = ~torch.from_numpy(some.hole[:2])[:, None].expand_as(made)
    assert torch.equal(made[outside], given[:, :3][outside])
    assert not torch.equal(made, given[:, :3])


def test_what_is_hidden_is_not_seen():
    some = cases(1)
    other = some.truth.copy()
    other[some.hole] = 0.0
    one, two = (seen(t[0], some.low[0], some.hole[0], WHERE) for t in (some.truth, other))
    np.testing.assert_array_equal(one, two)


def test_training_goes_on_where_it_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr("facewright.engine.training.painting.KEEP_EVERY", 2)
    whole = Training(cases(), WHERE, tmp_path / "whole.pt")
    whole.run(4)
    Training(cases(), WHERE, tmp_path / "parts.pt").run(2)
    resumed = Training(cases(), WHERE, tmp_path / "parts.pt")
    assert resumed.step == 2
    resumed.run(4)
    for one, other in zip(
        whole.generator.parameters(), resumed.generator.parameters(), strict=True
    ):
        torch.testing.assert_close(one, other)


def test_it_learns_what_the_reconstruction_lacks(tmp_path):
    training = Training(cases(), WHERE, tmp_path / "state.pt")
    training.run(1)
    before = training.near
    training.run(40)
    assert training.near < 0.7 * before

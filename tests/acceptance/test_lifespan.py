"""The life-span head against its sources and published norms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from facewright.engine.assets import ASSETS
from facewright.engine.models.lifespan import WEIGHTS, LifespanModel
from facewright.engine.models.store import ModelStore
from facewright.engine.models.template import load_template
from facewright.engine.training import lifespan
from facewright.engine.training.evaluation import (
    CIRCUMFERENCE_SD,
    against_norms,
    circumferences,
    transfer_errors,
)

pytestmark = pytest.mark.acceptance

REQUIRED = {
    ("en_l", "en_r"), ("ex_l", "ex_r"), ("n", "gn"), ("zy_l", "zy_r"), ("al_l", "al_r"),
    ("ch_l", "ch_r"), ("n", "sn"),
}  # fmt: skip
AGES = {1.0, 3.0, 5.0, 10.0, 18.0, 30.0}


@pytest.fixture(scope="module")
def model() -> LifespanModel:
    return ModelStore().lifespan()


@pytest.fixture(scope="module")
def trained(data_folder: Path) -> lifespan.Trained:
    return lifespan.train(load_template(), data_folder)


def test_means_lie_within_one_published_sd(model: LifespanModel) -> None:
    rows = [
        row for row in against_norms(model) if row.norm.pair in REQUIRED and row.norm.age in AGES
    ]
    assert len(rows) > 70
    for row in rows:
        norm = row.norm
        print(
            f"{'-'.join(norm.pair):9s} {norm.age:4g} y {norm.sex:+.0f} norm {norm.mean:6.1f} "
            f"+- {norm.sd:.1f} head {row.found:6.1f} ({row.deviation:+.2f} sd) {norm.source}"
        )
    assert max(abs(row.deviation) for row in rows) < 1.0


def test_head_circumference_follows_its_table(model: LifespanModel) -> None:
    for age, sex, published, found in circumferences(model):
        print(f"{age:4g} y {sex:+.0f} published {published:.0f} head {found:.1f} mm")
        assert abs(found - published) < 0.25 * CIRCUMFERENCE_SD


def test_template_keeps_the_faces_it_was_registered_to(trained: lifespan.Trained) -> None:
    errors = list(transfer_errors(trained.registered, trained.identity))
    for number, error in enumerate(errors):
        name = f"sample {number}" if number else "neutral"
        print(f"{name}: median {error.median:.3f} mean {error.mean:.3f} p95 {error.p95:.3f} mm")
    assert max(error.median for error in errors) <= 0.15
    assert max(error.p95 for error in errors) <= 0.6


def test_training_again_gives_the_shipped_model(trained: lifespan.Trained) -> None:
    """To the last bit, on any processor."""
    shipped = load_file(ASSETS / lifespan.MODEL / WEIGHTS)
    assert trained.arrays.keys() == shipped.keys()
    for name, array in trained.arrays.items():
        assert array.dtype == shipped[name].dtype, name
        np.testing.assert_array_equal(array, shipped[name], name)


def test_the_registration_lies_on_the_head_it_was_made_for(trained: lifespan.Trained) -> None:
    registered = trained.registered
    distances = registered.match.distances[registered.matched]
    print(f"median {np.median(distances):.4f} mm, worst {distances.max():.3f} mm")
    assert registered.matched[registered.template.visible].mean() > 0.9
    assert np.median(distances) < 0.02
    assert distances.max() < 1.0

"""The life-span head against its sources and published norms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from stores import shipped

from facewright.engine.assets import ASSETS
from facewright.engine.measure.farkas import BY_CODE
from facewright.engine.models.lifespan import WEIGHTS, LifespanModel
from facewright.engine.models.template import load_template
from facewright.engine.training import lifespan
from facewright.engine.training.evaluation import (
    CIRCUMFERENCE_SD,
    against_norms,
    circumferences,
    transfer_errors,
)

pytestmark = pytest.mark.acceptance

DISTANCES = {code for code, definition in BY_CODE.items() if definition.kind == "distance"}
REQUIRED = {"en-en", "ex-ex", "n-gn", "zy-zy", "al-al", "ch-ch", "n-sn"}


@pytest.fixture(scope="module")
def model() -> LifespanModel:
    return shipped().lifespan()


@pytest.fixture(scope="module")
def trained(data_folder: Path) -> lifespan.Trained:
    return lifespan.train(load_template(), data_folder)


def test_means_lie_within_one_published_sd(model: LifespanModel) -> None:
    """Of the norms that they were fitted to; those of other sources are printed beside them."""
    rows = against_norms(model)
    for row in sorted(rows, key=lambda row: (not row.fitted, row.code, row.age, row.sex)):
        norm, kind = row.norm, "fitted" if row.fitted else "held out"
        print(
            f"{row.code:11s} {row.age:4g} y {norm.sex:6s} norm {norm.mean:6.1f} +- {norm.sd:.1f} "
            f"head {row.found:6.1f} ({row.z:+.2f} sd) {kind}: {norm.source.title}"
        )
    fitted = [row for row in rows if row.fitted]
    assert len(fitted) > 270
    assert {row.code for row in fitted} >= REQUIRED
    assert {row.age for row in fitted} == {1.0, 3.0, 5.0, 10.0, 18.0, 30.0}
    assert max(abs(row.z) for row in fitted) < 1.0


def test_means_meet_norms_that_were_held_out(model: LifespanModel) -> None:
    """Second sources of distances at the ages of the first, and the wings of the nose."""
    rows = [row for row in against_norms(model) if not row.fitted and row.code in DISTANCES]
    assert len(rows) > 15
    assert sum(abs(row.z) < 1.0 for row in rows) > 0.8 * len(rows)
    assert max(abs(row.z) for row in rows) < 2.0


def test_lips_of_the_means_meet_and_sides_are_alike(model: LifespanModel) -> None:
    """Inner edges of lips that touch lie 1.4 mm apart in the scanned faces' own mean."""
    lips = model._stored["lips"].astype(int)
    for age in (0.0, 1.0, 3.0, 10.0, 30.0, 60.0, 90.0):
        mean, _ = model.neutral_basis(age)
        apart = np.linalg.norm(mean[lips[:, 0]] - mean[lips[:, 1]], axis=1)
        print(f"{age:g} years: lips {apart.mean():.2f} mm apart, at most {apart.max():.2f}")
        assert apart.mean() < 1.4
        mirrored = mean[model.template.coarse.mirror] * [-1, 1, 1]
        np.testing.assert_allclose(mean, mirrored, atol=0.05)


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

"""The comparison of PCA and autoencoder at a scale that takes seconds."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

pytest.importorskip("torch")
from facewright.engine.training import generalisation
from facewright.engine.training.compressing import LATENTS
from facewright.engine.training.generalisation import (
    SHARES,
    Schedule,
    compared,
    table,
)
from facewright.engine.training.generalisation_figure import figure

pytestmark = pytest.mark.acceptance


SMALL = {
    "people": 90, "scans": 220, "test": 10, "unlimited": 600,
    "schedule": Schedule(epochs=3, batch=32, rate=2e-5),
}  # fmt: skip


@pytest.fixture(scope="module")
def rows(models):
    return list(compared(models.lifespan(), **SMALL))


def left(rows, model, latents, share=1.0):
    (row,) = [r for r in rows if (r.model, r.latents, r.share) == (model, latents, share)]
    return row.mean


def test_more_scans_and_more_latents_leave_less(rows):
    for latents in (32, 64):
        assert left(rows, "PCA", latents) < left(rows, "PCA", latents, SHARES[0])
        many = left(rows, "PCA, unlimited clean scans", latents)
        assert many < left(rows, "PCA", latents)
    for model in ("PCA", "PCA, mirrored too", "autoencoder"):
        errors = [left(rows, model, latents) for latents in LATENTS[:5]]
        assert errors == sorted(errors, reverse=True)


def test_an_autoencoder_is_no_worse_than_what_it_begins_as(rows):
    for latents in (16, 64):
        begun = left(rows, "PCA, mirrored too", latents)
        assert left(rows, "autoencoder", latents) < 1.03 * begun


def test_a_stopped_run_makes_what_is_left(rows, models, monkeypatch):
    (gone,) = [row for row in rows if (row.model, row.latents) == ("autoencoder", 32)]
    done = [row for row in rows if row != gone]
    trained = []

    def train(_lessons, _validation, _basis, latents, _schedule):
        trained.append(latents)
        return SimpleNamespace(rebuilt=lambda vertices: vertices)

    monkeypatch.setattr(generalisation, "train", train)
    again = list(compared(models.lifespan(), **SMALL, done=done))
    assert trained == [32]
    assert [row for row in again if row in done] == done
    assert 0 < again[rows.index(gone)].mean < 0.1  # the jitter of scans that are left as they are


def test_table_and_figure_hold_every_row(rows):
    lines = table(rows).splitlines()
    assert len(lines) == 1 + len(rows)
    assert lines[0] == "model,share,scans,latents,mean,sd"
    drawn = figure(rows)
    assert drawn.count("<polyline") == 2 * 3 + 4 + 1

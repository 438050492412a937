"""Random people against every published spread, and what real faces have beyond the axes."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from stores import shipped

from facewright.engine.assets import ASSETS
from facewright.engine.errors import ModelUnavailable
from facewright.engine.files.meshes import read_scan
from facewright.engine.measure.symmetry import asymmetry
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.people import PEOPLE, SPECTRUM, People
from facewright.engine.scans.registration import register
from facewright.engine.training import people
from facewright.engine.training.lifespan import MODEL
from facewright.engine.training.spreads import LEAST, MOST, spreads

pytestmark = pytest.mark.acceptance

ADULTS = {
    "LeePerrySmith.obj": 0.40, "james.obj": 0.44, "meshmonk_DemoFace_10K.obj": 0.55,
    "fran_cut.vtk": 0.67,
}  # fmt: skip
"""Scans of adults, and mm that least squares over all shape axes leaves in the face."""
FIT_NOISE = 0.5


@pytest.fixture(scope="module")
def model() -> LifespanModel:
    return shipped().lifespan()


def test_every_measure_differs_as_much_as_published(model: LifespanModel) -> None:
    """Where both sexes can have it: one table serves women and men."""
    rows = sorted(spreads(model, 4), key=lambda row: (row.code, row.age))
    assert len(rows) > 500
    clashing = 0
    for (code, age), group in groupby(rows, key=lambda row: (row.code, row.age)):
        same = list(group)
        sds = [row.published for row in same]
        if LEAST * max(sds) > 0.97 * MOST * min(sds):
            clashing += 1
            middle = np.sqrt(max(sds) * min(sds))
            assert all(LEAST <= row.found / middle <= MOST for row in same), (code, age)
            continue
        for row in same:
            assert LEAST <= row.ratio <= MOST, (code, age, row.sex, row.published, row.found)
    within = sum(LEAST <= row.ratio <= MOST for row in rows)
    print(f"{within} of {len(rows)} within; {clashing} where the sexes' norms exclude each other")
    assert clashing <= 4


def test_asymmetry_is_that_of_normal_children(model: LifespanModel) -> None:
    """0.96 +- 0.52 mm from 6 to 12 years (Chou 2019, 600 children)."""
    found = []
    for seed, age in zip(range(24), np.linspace(6, 12, 24), strict=True):
        rng = np.random.default_rng(seed)
        head = model.instance(model.sample(rng, 1, age)[0])
        found.append(asymmetry(head.moved(head.vertices + model.fine_form(rng, age))).face_rms)
    print(f"{np.mean(found):.2f} +- {np.std(found):.2f} mm")
    assert 0.7 < np.mean(found) < 1.2


@pytest.mark.parametrize("age", [1.0, 8.0, 30.0])
def test_fitting_again_gives_the_shipped_table(model: LifespanModel, age: float) -> None:
    root = People.load(ASSETS / MODEL / PEOPLE).root(age)
    again = people.covariance(LifespanModel(model._stored, model.card, model.template), age)
    assert np.abs(root @ root.T - again).max() < 0.02


def test_card_says_what_was_measured() -> None:
    card = json.loads((ASSETS / MODEL / "card.json").read_text(encoding="utf-8"))
    said = " ".join(card["measured"])
    for words in ("Spread of random women and men", "128 principal components", "plausibility"):
        assert words in said
    assert (ASSETS / MODEL / people.FIGURE).is_file()


def test_real_faces_have_more_than_the_axes(model: LifespanModel, data_folder: Path) -> None:
    store = shipped()
    try:
        store.network("face_landmark")
    except ModelUnavailable as error:
        pytest.skip(str(error))
    scans = data_folder / "real" / "scans"
    if not scans.is_dir():
        pytest.skip(f"{scans} is not here")
    face = model.template.coarse_face
    shape = slice(model.groups["identity"].start, model.groups["asymmetry"].stop)
    for name, expected in ADULTS.items():
        head = register(read_scan(scans / name), store).face
        c = model.coefficients(head.mesh)
        c[shape] = 0.0
        off = (head.mesh.vertices - model.vertices(c))[model.template.subset][face].ravel()
        _, basis = model.neutral_basis(float(c[0]))
        ways = basis[shape.start - 1 :][:, face] * model.prior_sd[shape, None, None]
        flat = ways.reshape(len(ways), -1).astype(np.float64)
        fitted = np.linalg.solve(
            flat @ flat.T + FIT_NOISE**2 * np.eye(len(flat)), flat @ off.astype(np.float64)
        )
        left = np.sqrt(np.square((off - fitted @ flat).reshape(-1, 3)).sum(axis=1).mean())
        print(f"{name}: {left:.2f} mm")
        assert left == pytest.approx(expected, abs=0.06)
        assert left > 0.8 * np.sqrt(sum(amount**2 for _, amount in SPECTRUM))

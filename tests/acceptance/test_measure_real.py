"""The shipped head against published norms, and ways along its skin."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from stores import shipped

from facewright.engine.cli import main
from facewright.engine.edits.start import Start
from facewright.engine.errors import ModelUnavailable
from facewright.engine.face import Subject, Trait
from facewright.engine.files.project import save
from facewright.engine.measure.anthropometry import Judged, judged, measure_head
from facewright.engine.measure.symmetry import asymmetry
from facewright.engine.mesh import Mesh
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.project import History, Project

pytestmark = pytest.mark.acceptance

LOOSE = {
    "ls-sto", "sto-li", "li-sl", "c-sn-ls", "g-sn-pg", "sn-c", "ac-prn", "sn-ls",
    "eu-eu", "ft-ft", "t-t", "t-n", "t-sn", "t-gn",
}  # fmt: skip
"""Measures that the mean heads were not calibrated on, and of edges that are hard to place."""


@pytest.fixture(scope="module")
def model() -> LifespanModel:
    try:
        return shipped().lifespan()
    except ModelUnavailable as error:
        pytest.skip(str(error))


def rows_of(model: LifespanModel, age: float, sex: float) -> dict[str, Judged]:
    coefficients = model.defaults
    coefficients[:2] = age, sex
    mesh = Mesh(model.topology, model.vertices(coefficients))
    values = measure_head(mesh, model.template.landmarks)
    subject = Subject(age=Trait(age, "given"), sex=Trait(sex, "given"))
    return {row.value.definition.code: row for row in judged(values, subject)}


@pytest.mark.parametrize(
    ("age", "sex", "least"), [(1, -1, 5), (5, 1, 30), (18, -1, 31), (30, 1, 29)]
)
def test_mean_heads_lie_near_the_norms(
    model: LifespanModel, age: float, sex: float, least: int
) -> None:
    rows = rows_of(model, age, sex)
    found = {code: row for code, row in rows.items() if row.norm is not None}
    assert len(found) >= least
    for code, row in found.items():
        print(f"{age:4g} y {code:14} {row.value.number:7.1f} z {row.z:+.2f}")
        assert abs(row.z) < (3.0 if code in LOOSE else 1.0), code
    for row in rows.values():
        assert not row.value.missing
        assert np.isfinite(row.value.number)
        if np.isfinite(row.value.right):
            assert row.value.right == pytest.approx(row.value.left, abs=0.05)


def test_arcs_are_longer_than_chords_and_alike_on_both_sides(model: LifespanModel) -> None:
    rows = {code: row.value for code, row in rows_of(model, 30, 0).items()}
    for arc, chord in (("t-sn-t", "t-sn"), ("t-gn-t", "t-gn")):
        assert rows[arc].number > 2 * rows[chord].number
        assert rows[arc].number < 2.6 * rows[chord].number
    assert 540 < rows["OFC"].number < 590
    assert asymmetry(model.mean()).face_rms < 0.05


def test_the_command_measures_a_saved_head(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = shipped()
    path, table = tmp_path / "child.face", tmp_path / "child.csv"
    project = Project(edits=(Start(age=5.0, sex=1.0),), models=(models.reference("lifespan"),))
    save(History.of(project), path, models)
    assert main(["measure", str(path), "--norms", "--json", "-o", str(table)], models) == 0
    data = json.loads(capsys.readouterr().out)
    rows = {row["code"]: row for row in data["measures"]}
    assert rows["zy-zy"]["norm_source"] == "Weinberg 2016, calipers"
    assert abs(rows["zy-zy"]["z"]) < 1
    with table.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(rows)

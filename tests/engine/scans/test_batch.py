"""A folder of scans: table, resume, bad files; a quick call stands for the slow one."""

from __future__ import annotations

import csv
from types import SimpleNamespace

import numpy as np
import pytest
import trimesh
from PIL import Image
from stores import shipped

from facewright.engine.edits import register as register_module
from facewright.engine.edits.age import Age
from facewright.engine.edits.register import Register, Registered
from facewright.engine.errors import Cancelled, InputError
from facewright.engine.face import Face
from facewright.engine.measure.distance import Distances
from facewright.engine.project import Source
from facewright.engine.scans.batch import MEASURES, SHEET, TABLE, Asked, register_folder
from facewright.engine.scans.verdict import Verdict


@pytest.fixture(scope="module")
def models():
    return shipped()


@pytest.fixture
def folder(tmp_path):
    inside = tmp_path / "scans"
    (inside / "ward").mkdir(parents=True)
    trimesh.creation.icosphere(2, 80).export(inside / "a.ply")
    trimesh.creation.icosphere(2, 90).export(inside / "ward" / "b & c.ply")
    (inside / "broken.obj").write_text("v 1 2 nonsense")
    (inside / "notes.md").write_text("no scan")
    return inside


@pytest.fixture
def engine(monkeypatch, models):
    """Registers anything at once; `calls` are the names of what was registered."""
    state = SimpleNamespace(calls=[], error=None)
    mean = models.lifespan().mean()

    def register_scan(scan, models, *, unit, age, progress):
        state.calls.append(scan.name)
        progress(0.5, "Fitting")
        if state.error is not None:
            raise state.error
        face = Face(mean)
        account = SimpleNamespace(
            face=face,
            scan_to_head=np.eye(4),
            distances=Distances.of([0.1, 0.2, 0.3]),
            verdict=Verdict("good", "Good.", (), {}),
            artefacts=SimpleNamespace(share=0.125),
        )
        edit = Register(face=face, source=scan.sha256)
        return Registered(edit, Source(scan.name, scan.sha256, unit="mm"), account)

    monkeypatch.setattr(register_module, "register_scan", register_scan)
    return state


def width(path):
    with Image.open(path) as picture:
        return picture.width


def rows(out):
    with (out / TABLE).open(encoding="utf-8", newline="") as stream:
        return {row["file"]: row for row in csv.DictReader(stream)}


def test_every_scan_gets_a_line_and_a_bad_one_stops_nothing(folder, tmp_path, models, engine):
    batch = register_folder(folder, tmp_path / "out", models)
    table = rows(tmp_path / "out")
    assert list(table) == ["a.ply", "broken.obj", "ward/b & c.ply"]
    assert table["a.ply"]["median"] == "0.200"
    assert table["a.ply"]["artefacts"] == "0.125"
    assert "broken.obj" in table["broken.obj"]["error"]
    assert (tmp_path / "out" / table["ward/b & c.ply"]["head"]).is_file()
    assert (batch.done, batch.failed) == (3, 1)
    sheet = (tmp_path / "out" / SHEET).read_text(encoding="utf-8")
    assert "b &amp; c.ply" in sheet
    assert "13% left out" in sheet or "12% left out" in sheet
    assert sheet.count("<img") == 2
    assert len(list((tmp_path / "out" / "pictures").iterdir())) == 2


def test_every_head_is_measured_and_shown_before_and_after_its_steps(
    folder, tmp_path, models, engine
):
    out = tmp_path / "out"
    register_folder(folder, out, models)
    wide = width(out / "pictures" / "a.ply.jpg")
    with (out / MEASURES / "ward_b & c.ply.csv").open(encoding="utf-8", newline="") as stream:
        measured = {row["code"]: row for row in csv.DictReader(stream)}
    own = models.lifespan().template.landmarks.on(models.lifespan().mean().vertices)
    apart = np.linalg.norm(own["en_r"] - own["en_l"])
    assert float(measured["en-en"]["value"]) == pytest.approx(apart, abs=0.01)
    assert "measures/ward_b%20%26%20c.ply.csv" in (out / SHEET).read_text(encoding="utf-8")
    register_folder(folder, out, models, Asked(steps=(Age(years=70.0),)))
    assert width(out / "pictures" / "a.ply.jpg") == wide * 3 // 2


def test_what_is_done_is_not_done_again_unless_it_changed(folder, tmp_path, models, engine):
    out = tmp_path / "out"
    register_folder(folder, out, models)
    engine.calls.clear()
    assert register_folder(folder, out, models).done == 0
    assert engine.calls == []
    trimesh.creation.icosphere(2, 70).export(folder / "a.ply")
    (out / "ward_b & c.ply.face").unlink()
    register_folder(folder, out, models)
    assert engine.calls == ["a.ply", "b & c.ply"]
    engine.calls.clear()
    register_folder(folder, out, models, Asked(age=2.0))
    assert engine.calls == ["a.ply", "b & c.ply"]
    engine.calls.clear()
    register_folder(folder, out, models, Asked(age=2.0), again=True)
    assert engine.calls == ["a.ply", "b & c.ply"]


def test_stopping_keeps_what_is_done(folder, tmp_path, models, engine):
    def stop(fraction, text):
        if "b & c.ply: Fitting" in text:
            raise Cancelled

    out = tmp_path / "out"
    with pytest.raises(Cancelled):
        register_folder(folder, out, models, progress=stop)
    assert list(rows(out)) == ["a.ply", "broken.obj"]
    engine.calls.clear()
    register_folder(folder, out, models)
    assert engine.calls == ["b & c.ply"]


@pytest.mark.parametrize("error", [RuntimeError("inside"), MemoryError()])
def test_an_error_of_the_program_is_a_line_too(folder, tmp_path, models, engine, error):
    engine.error = error
    batch = register_folder(folder, tmp_path / "out", models)
    assert batch.failed == 3
    assert all(line.error.endswith(".") for line in batch.lines)


def test_a_folder_without_scans_is_told(tmp_path, models):
    with pytest.raises(InputError, match="no scan"):
        register_folder(tmp_path, tmp_path / "out", models)
    with pytest.raises(InputError, match="no folder"):
        register_folder(tmp_path / "nowhere", tmp_path / "out", models)

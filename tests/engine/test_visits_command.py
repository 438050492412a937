"""`facewright-cli visits`: visits go into the project, and what they tell comes out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facewright.engine import cli
from facewright.engine.edits.register import Register
from facewright.engine.edits.repair import Repair
from facewright.engine.face import Face, Subject, Trait
from facewright.engine.files.archive import ArchiveReader
from facewright.engine.files.project import load, save
from facewright.engine.measure.cleft import measure_cleft
from facewright.engine.models.store import ModelStore
from facewright.engine.project import History, Project, Source
from facewright.engine.scans.clefts import Cleft, Kind, with_cleft

STORE = ModelStore()
PICTURE = np.full((32, 32, 3), 77, np.uint8)


@pytest.fixture(scope="module")
def made() -> Cleft:
    model = STORE.lifespan()
    c = np.array(model.defaults)
    c[0] = 0.35
    return with_cleft(model.instance(c), model.template, Kind("left", "complete", 0.7))


def saved(path: Path, mesh, landmarks, age: float, *edits) -> Path:
    face = Face(mesh, Subject(age=Trait(age, "given")), landmarks=landmarks)
    step = Register(face=replace(face, landmarks=None), source="s")
    source = Source(f"{path.stem}.ply", "s")
    project = Project(sources=(source,), edits=(step, *edits), landmarks=landmarks)
    save(History.of(project), path, STORE, preview=PICTURE)
    return path


@pytest.fixture
def case(made: Cleft, tmp_path: Path) -> Path:
    return saved(tmp_path / "kim.face", made.mesh, made.landmarks, 0.35, Repair(side="left"))


@pytest.fixture
def later(made: Cleft, tmp_path: Path) -> Path:
    return saved(tmp_path / "later.face", made.truth, None, 1.0)


def told(capsys, *words: object) -> dict[str, object]:
    assert cli.main(["visits", *map(str, words), "--json"], STORE) == 0
    return json.loads(capsys.readouterr().out)


def test_a_visit_is_kept_and_followed(made: Cleft, case: Path, later: Path, capsys) -> None:
    report = case.with_name("report.html")
    words = (case, "--add", later, "--date", "2026-11-02", "--case-date", "2026-03-02")
    data = told(capsys, *words, "-o", report)
    assert data["side"] == "left"  # as the project's proposal says
    assert data["files"] == [str(case), str(report)]
    first, second = data["visits"]
    assert [v["name"] for v in (first, second)] == ["kim.face", "later.face"]
    assert [v["day"] for v in (first, second)] == ["2026-03-02", "2026-11-02"]
    marks = made.landmarks
    open_lip = measure_cleft(made.mesh, marks, "left")["columellar angle"]
    healed = measure_cleft(made.truth, STORE.lifespan().template.landmarks, "left")
    assert first["measures"]["columellar angle"] == pytest.approx(open_lip, abs=0.01)
    assert second["measures"]["columellar angle"] == pytest.approx(
        healed["columellar angle"], abs=0.01
    )
    (change,) = data["changes"]
    assert (change["from"], change["to"]) == ("kim.face", "later.face")
    assert change["regions"]["upper_lip"]["mean"] > 0.5
    assert change["forehead_rms"] < 0.01  # one head, which was opened
    page = report.read_text()
    for word in ("kim.ply", "later.face", "2026-11-02", "Columellar angle", "no medical device"):
        assert word in page

    history = load(case, STORE).history
    assert [len(v.project.visits) for v in history.versions] == [0, 1]  # one step to undo
    with ArchiveReader(case) as archive:
        np.testing.assert_array_equal(archive.preview(), PICTURE)
    again = told(capsys, case, "--add", later, "--date", "2026-11-03")
    assert [v["day"] for v in again["visits"]] == ["2026-03-02", "2026-11-03"]  # in its place


def test_looking_writes_nothing(case: Path, capsys) -> None:
    before = case.read_bytes()
    data = told(capsys, case)
    assert data["files"] == data["changes"] == []
    assert len(data["visits"]) == 1
    assert case.read_bytes() == before


def test_without_a_side_visits_are_laid_together_all_the_same(
    made: Cleft, later: Path, tmp_path: Path, capsys
) -> None:
    plain = saved(tmp_path / "plain.face", made.mesh, None, 0.35)
    words = ["visits", str(plain), "--add", str(later)]
    assert cli.main(words, STORE) == 0
    text = capsys.readouterr().out
    assert "--side" in text
    assert "the face changed by" in text
    data = told(capsys, plain, "--side", "left")
    assert "columellar angle" in data["visits"][0]["measures"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--add", "LATER", "--date", "soon"], "is no day"),
        (["--date", "2026-01-01"], "for each --add"),
        (["--add", "LATER", "--age", "1", "--age", "2"], "for each --add"),
        (["--add", "CASE"], "add another visit"),
        (["--add", "none.face"], "none.face"),
        (["-o", "report.txt"], ".html or .pdf"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(
    words: list[str], reason: str, case: Path, later: Path, capsys
) -> None:
    before = case.read_bytes()
    words = [{"LATER": str(later), "CASE": str(case)}.get(word, word) for word in words]
    assert cli.main(["visits", str(case), *words], STORE) == 1
    assert reason in capsys.readouterr().err
    assert case.read_bytes() == before

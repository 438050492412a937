"""The expression of another head: from a project, a scan or by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from documents import scanned
from toy import ToyStore

from facewright.engine.edits import register
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.register import Registered
from facewright.engine.edits.start import Start
from facewright.engine.edits.transfer import DONOR, donor_in, named
from facewright.engine.errors import Cancelled, InputError
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Weights
from facewright.engine.files import meshes
from facewright.engine.files.project import load, save
from facewright.engine.mesh import Scan
from facewright.engine.models.fetching import sha256_of
from facewright.engine.models.presets import PRESETS
from facewright.engine.project import History, Project, Source

MODELS = ToyStore()
SMILE = Weights(mouthSmileLeft=0.7, mouthSmileRight=0.5)


@pytest.fixture
def smiling(tmp_path: Path) -> Path:
    path = tmp_path / "anna.face"
    save(History.of(Project(edits=(Start(), Expression(weights=SMILE)))), path, MODELS)
    return path


def test_a_project_gives_its_expression_and_is_no_longer_needed(
    smiling: Path, tmp_path: Path
) -> None:
    donor = donor_in(smiling, MODELS)
    assert donor.expression == SMILE
    assert donor.source is not None
    assert (donor.source.name, donor.source.role) == ("anna.face", DONOR)
    assert donor.source.sha256 == sha256_of(smiling)
    project = donor.given_to(Project(edits=(Start(seed=3),))).with_edit(donor.step)
    smiling.unlink()
    path = tmp_path / "mine.face"
    save(History.of(project), path, MODELS)
    back = load(path, MODELS).history.project
    assert Evaluator(MODELS).face(back).expression == SMILE
    assert back.edits[-1].called == "Expression of anna"
    assert [source.role for source in back.sources] == [DONOR]


def test_the_donor_does_not_take_the_place_of_the_own_scan(smiling: Path) -> None:
    own = Source("same.face", sha256_of(smiling))
    donor = donor_in(smiling, MODELS)
    assert donor.given_to(Project(sources=(own,))).sources == (own,)


def test_a_scan_is_registered_with_progress_and_can_be_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = scanned(MODELS, np.random.default_rng(1))
    source = Source("ben.ply", "cd" * 32)
    seen: list[float] = []

    def registered(scan: Scan, models: object, *, progress: Any) -> Registered:
        progress(0.5, "Fitting")
        return Registered(step, source, None)  # type: ignore[arg-type]

    monkeypatch.setattr(meshes, "read_scan", lambda path, progress: None)
    monkeypatch.setattr(register, "register_scan", registered)
    donor = donor_in(tmp_path / "ben.ply", MODELS, lambda fraction, text: seen.append(fraction))
    assert donor.expression == Weights(jawOpen=0.3)
    assert donor.source is not None
    assert donor.source.role == DONOR
    assert seen == [pytest.approx(0.55)]

    def stop(fraction: float, text: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        donor_in(tmp_path / "ben.ply", MODELS, stop)


def test_names_are_found_whatever_their_capitals() -> None:
    assert named("smile").expression == PRESETS["Smile"]
    with pytest.raises(InputError, match="Surprise"):
        named("smirk")

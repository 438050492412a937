"""The document: what is tried and given up, what fails, and the scans that versions come from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

import numpy as np
import pytest
from benches import steps, working
from documents import scanned
from toy import ToyStore

from facewright.engine.edits.base import Edit, Slider
from facewright.engine.errors import InputError
from facewright.engine.face import Face
from facewright.engine.mesh import Scan
from facewright.engine.project import History, Project, Source
from facewright.engine.scans.standing import MIRRORED


@dataclass(frozen=True, eq=False, kw_only=True)
class Lift(Edit):
    """Moves everything up, by no more than 10 mm."""

    kind: ClassVar[str] = "lift"
    label: ClassVar[str] = "Lift"

    by: Annotated[float, Slider(0, 20, "mm", 0.1, "By")] = 0.0

    def apply(self, face: Face, models: object) -> Face:
        if self.by > 10.0:
            raise InputError("That is too far up.")
        return replace(face, mesh=face.mesh.moved(face.mesh.vertices + np.array([0, self.by, 0])))


@pytest.fixture
def document(qapp):
    with working() as bench:
        yield bench.document


def height(document) -> float:
    return float(document.shown.face.mesh.vertices[:, 1].mean())


def test_what_fails_at_last_leaves_the_head_that_is_kept(document):
    before, failed, told = height(document), [], []
    document.failed.connect(failed.append)
    document.project_changed.connect(lambda: told.append(1))
    document.preview(None, Lift(by=5.0))
    document.flush()
    assert height(document) == pytest.approx(before + 5.0, abs=1e-3)
    document.preview(None, Lift(by=15.0))
    document.commit("Lift")
    (error,) = failed
    assert "too far up" in str(error)
    assert steps(document) == []
    assert height(document) == pytest.approx(before, abs=1e-3)
    assert told  # sliders go back to what is kept
    assert not document.apply("Lift", document.project.with_edit(Lift(by=15.0)))
    assert height(document) == pytest.approx(before, abs=1e-3)


def test_undo_gives_up_first_what_is_only_tried(document):
    before = height(document)
    assert document.apply("Lift", document.project.with_edit(Lift(by=2.0)))
    document.preview(1, Lift(by=7.0))
    document.flush()
    document.undo()
    document.flush()
    assert document.project.edits[-1].by == 2.0
    assert height(document) == pytest.approx(before + 2.0, abs=1e-3)
    document.commit("Lift")
    assert steps(document) == ["Lift"]
    document.undo()
    assert len(document.project.edits) == 1


def test_what_is_saved_is_what_was_written(document, tmp_path):
    written = document.history
    document.name_version(document.history.shown, "Before")
    document.saved_as(tmp_path / "head.face", written)
    assert document.dirty
    document.saved_as(tmp_path / "head.face", document.history)
    assert not document.dirty


def test_a_scan_has_the_sides_of_the_version_that_is_shown(document, rng):
    models = ToyStore()
    source = Source("scan.obj", "ab" * 32, "scan", "mm", np.eye(4, dtype=np.float32))
    project = Project(sources=(source,), edits=(scanned(models, rng),))
    vertices = rng.normal(size=(9, 3)).astype(np.float32)
    scan = Scan("scan.obj", vertices, np.arange(9, dtype=np.int32).reshape(3, 3), sha256="ab" * 32)
    other = replace(scan, name="other.obj", sha256="cd" * 32)
    document.keep_scan(scan)
    document.keep_scan(other)
    document.open(History.of(project, "Open"))
    assert document.scan is scan
    assert [key[0] for key in document.scans] == ["ab" * 32]  # the other one is free
    turned = project.with_source(replace(source, notes=(MIRRORED,)))
    assert document.apply("Register again", turned)
    np.testing.assert_array_equal(document.scan.vertices, vertices * [-1, 1, 1])
    document.undo()
    assert document.scan is scan

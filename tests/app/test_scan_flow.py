"""From a scan to a head, with the slow engine calls replaced by quick ones."""

from __future__ import annotations

import time
from types import SimpleNamespace

import numpy as np
import pytest

from facewright.app.dialogs import ask
from facewright.engine.edits import register as register_module
from facewright.engine.edits.register import Register, Registered
from facewright.engine.errors import InputError
from facewright.engine.face import Face
from facewright.engine.landmarks import Points
from facewright.engine.project import Source


def found(unit: str = "mm") -> SimpleNamespace:
    return SimpleNamespace(
        points=Points.build(("n", "prn"), np.zeros((2, 3))),
        to_upright=np.eye(4),
        unit=unit,
        faces=1,
        confidence=0.9,
        notes=("The size does not tell the unit.",) if unit == "arbitrary" else (),
    )


@pytest.fixture
def scan_file(tmp_path, store):
    import trimesh

    path = tmp_path / "visitor.ply"
    mean = store.lifespan().mean()
    trimesh.Trimesh(mean.vertices, mean.topology.faces, process=False).export(path)
    return path


@pytest.fixture
def engine(monkeypatch, store):
    """What the engine would answer; tests change its fields."""
    state = SimpleNamespace(found=found(), seconds=0.0, calls=[])

    def find_landmarks(scan, models, *, unit="auto", progress=None):
        if isinstance(state.found, Exception):
            raise state.found
        return state.found

    def register_scan(scan, models, *, found=None, unit="auto", progress=None, **_more):
        state.calls.append(unit)
        begun = time.monotonic()
        while time.monotonic() - begun < state.seconds:
            progress(0.5 * (time.monotonic() - begun) / state.seconds, "Fitting")
            time.sleep(0.02)
        mean = store.lifespan().mean()
        error = np.full(162, 0.2, np.float32)
        error[mean.vertices[:, 2] > 60] = 2.0
        error[:5] = np.nan
        edit = Register(
            face=Face(mesh=mean.moved(mean.vertices * 1.05)),
            source=scan.sha256,
            error=error,
            level="check",
            verdict="Check the chin: it is 2 mm off.",
            advice="Cut away the shirt.\nTry another unit.",
        )
        return Registered(edit, Source(scan.name, scan.sha256), None)

    monkeypatch.setattr(
        "facewright.engine.scans.landmarking.find_landmarks", find_landmarks, raising=False
    )
    monkeypatch.setattr(register_module, "register_scan", register_scan)
    return state


def test_a_scan_becomes_a_head_and_is_judged_in_words(open_window, qtbot, engine, scan_file):
    window = open_window(head=False)
    assert window.viewport is None
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.document.registration is not None)
    panel = window.panels["scan"]
    assert window.banner.message.level == "check"
    assert "chin" in window.banner.text.text()
    assert panel.badge.accessibleName() == "Check"
    assert panel.advice.text().count("•") == 2
    assert "2 landmarks found" in panel.found.text()
    assert "0.20 mm" in window.status.fit.text()
    assert window.document.dirty
    assert window.document.title == "visitor"


def test_error_map_is_red_where_the_error_is(open_window, qtbot, engine, scan_file):
    from facewright.viewer.picking import pixel

    window = open_window(head=False)
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.document.registration is not None)
    window.stage.change(heat=True, sides=False, heat_limit=2.0)
    view = window.viewport
    view.view("front")
    view.frame()
    qtbot.wait(300)
    picture = view.pixels().astype(int)

    def color(point):
        x, y = pixel(view.renderer, np.array(point))
        return picture[picture.shape[0] - 1 - y, x]

    nose, brow = color([0.0, 0.0, 94.0]), color([0.0, 95.0, 40.0])
    assert nose[0] > 1.8 * nose[1]
    assert nose[0] > 1.8 * nose[2]
    assert brow[0] < 1.6 * brow[2]  # a tenth of the limit: nearly white under warm light
    assert window.viewport.scene.legend.bar.GetVisibility()


def test_cancel_leaves_the_document_as_it_was(open_window, qtbot, engine, scan_file):
    window = open_window()
    project = window.document.project
    engine.seconds = 20.0
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: bool(engine.calls))
    assert window.status.job_bar.isVisible()
    begun = time.monotonic()
    window.status.job_bar.cancel.click()
    assert time.monotonic() - begun < 1.0
    assert not window.status.job_bar.isVisible()
    qtbot.wait(100)
    assert window.document.project is project
    assert window.files.waiting is not None  # the scan stays, to be tried again


def test_a_result_that_comes_too_late_asks(open_window, qtbot, engine, scan_file, monkeypatch):
    window = open_window()
    engine.seconds = 0.6
    answers = []
    monkeypatch.setattr(ask, "choose", lambda *a: answers.append(a[1]) or ask.CANCEL)
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: bool(engine.calls))
    window.panels["subject"].age.control("years").change(60.0)
    project = window.document.project
    qtbot.waitUntil(lambda: bool(answers))
    qtbot.wait(50)
    assert answers == ["The head is ready"]
    assert window.document.project is project


def test_no_face_is_said_and_the_scan_stays_on_screen(open_window, qtbot, engine, scan_file):
    engine.found = InputError("No face was found in visitor.ply: turn it to the front.")
    window = open_window(head=False)
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.files.waiting is not None)
    assert window.banner.text.text().startswith("No face was found")
    assert window.viewport.scene.has_scan
    assert window.panels["scan"].again.isEnabled()
    window.panels["scan"].unit.setCurrentIndex(2)
    window.panels["scan"].again.click()
    qtbot.waitUntil(lambda: window.document.registration is not None)
    assert engine.calls == ["cm"]
    assert window.files.waiting is None


def test_an_unsure_unit_is_asked(open_window, qtbot, engine, scan_file, monkeypatch):
    from PySide6.QtWidgets import QDialog

    from facewright.app.dialogs.unit import UnitDialog

    engine.found = found("arbitrary")
    texts = []

    def answer(dialog):
        texts.extend(button.text() for button in dialog._units.buttons())
        dialog._units.button(1).setChecked(True)
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(UnitDialog, "exec", answer)
    window = open_window(head=False)
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.document.registration is not None)
    assert engine.calls == ["cm"]
    assert "mm across" in texts[0]


def test_register_again_is_one_step_that_can_be_undone(open_window, qtbot, engine, scan_file):
    window = open_window(head=False)
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.document.registration is not None)
    window.panels["expression"].sync()
    window.panels["expression"].list.slider("jawOpen").change(0.5)
    first = window.document.registration
    window.files.register_again("cm")
    qtbot.waitUntil(lambda: window.document.registration is not first)
    assert engine.calls == ["auto", "cm"]
    assert [edit.kind for edit in window.document.project.edits] == ["register", "expression"]
    window.document.undo()
    assert window.document.registration is first


def test_real_age_goes_before_later_steps(open_window, qtbot, engine, scan_file):
    window = open_window(head=False)
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.document.registration is not None)
    panel = window.panels["subject"]
    assert "real age" in panel._facts.text.text()
    panel.age.control("years").change(70.0)
    assert panel.about.control("age").number == pytest.approx(30.0)  # not what it was carried to
    panel.about.control("age").change(40.0)
    assert [edit.kind for edit in window.document.project.edits] == ["register", "subject", "age"]
    assert window.document.face_at().subject.age.value == pytest.approx(70.0)

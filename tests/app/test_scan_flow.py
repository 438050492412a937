"""From a scan to a head, with the slow engine calls replaced by quick ones."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scan_answers import found

from facewright.app.dialogs import ask
from facewright.app.widgets.guide_step import GuideStep
from facewright.engine.errors import InputError


def test_a_scan_becomes_a_head_and_is_judged_in_words(open_window, qtbot, engine, scan_file):
    window = open_window(head=False)
    assert window.viewport is None
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.document.registration is not None)
    panel = window.panels["scan"]
    assert window.banner.message.level == "check"
    assert "chin" in window.banner.text.text()
    assert panel.badge.accessibleName() == "check"
    assert panel.advice.text().count("•") == 2
    assert "3 landmarks found" in panel.found.text()
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
    assert brow[2] > 1.5 * nose[2]  # a tenth of the limit, so paler
    assert window.viewport.scene.legend.visible


def test_cancel_leaves_the_document_as_it_was(open_window, qtbot, engine, scan_file):
    window = open_window()
    project = window.document.project
    engine.seconds = 60.0
    took = []
    for _ in range(3):
        engine.calls.clear()
        window.files.open([scan_file])
        qtbot.waitUntil(lambda: bool(engine.calls))
        assert window.status.job_bar.isVisible()
        begun = time.monotonic()
        window.status.job_bar.cancel.click()
        took.append(time.monotonic() - begun)
        assert not window.status.job_bar.isVisible()
        qtbot.wait(100)
    assert sorted(took)[1] < 1.0
    assert window.document.project is project
    assert window.files.scans.waiting is not None  # the scan stays, to be tried again


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


def test_what_finds_faces_is_fetched_where_it_is_missing(
    open_window, qtbot, engine, scan_file, store, monkeypatch
):
    here = []
    engine.found = InputError('Run "facewright-cli models fetch mediapipe" once.')
    monkeypatch.setattr(store, "fetched", lambda: bool(here))
    window = open_window(head=False)
    panel = window.panels["scan"]

    def fetch(id, progress):
        here.append(id)
        engine.found = found()

    monkeypatch.setattr(store, "fetch", fetch, raising=False)
    window.files.open([scan_file])
    qtbot.waitUntil(panel.fetch.isVisible)
    assert "cli" not in window.banner.text.text() + panel.found.text()
    panel.fetch.click()
    qtbot.waitUntil(lambda: window.document.registration is not None)
    assert here == ["mediapipe"]
    assert not panel.fetch.isVisible()


def test_steps_of_the_scan_panel_tell_where_one_is(open_window, qtbot, engine, scan_file):
    window = open_window(head=False)
    panel = window.panels["scan"]
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.document.registration is not None)
    assert panel.file_step.state == "done"
    assert panel.landmark_step.state == "done"
    assert panel.register_step.state == "done"
    assert panel.verdict_step.state == "check"
    assert not panel.rescue_step.isHidden()
    assert all(button.isEnabled() for button in panel.rescues)
    window.stage.change(heat=True)
    shares = [share.text() for _patch, _band, share in panel.display.scale._rows[:-1]]
    assert sum(int(text.removesuffix(" %")) for text in shares) in range(98, 103)
    assert shares[0] != "0 %"  # the nose is 2 mm outside
    assert shares[2] != "0 %"


def test_artefacts_are_shown_corrected_and_registered_again(open_window, qtbot, engine, scan_file):
    window = open_window(head=False)
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.document.registration is not None)
    panel = window.panels["scan"]
    assert "12 %" in panel.left_out.text()
    found = window.document.registration.artefacts
    panel.correct.click()
    assert window.document.project.mask.tobytes() == found.tobytes()
    window.document.undo()
    assert window.document.project.mask is None
    window.document.redo()
    panel.again.click()
    qtbot.waitUntil(lambda: len(engine.calls) == 2 and not window.jobs.busy)
    assert engine.mask.tobytes() == (1.0 - found).tobytes()
    assert "As painted" in panel.left_out.text()


def test_a_scan_is_laid_over_the_head_that_came_from_it(open_window, qtbot, engine, scan_file):
    window = open_window(head=False)
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.document.registration is not None)
    project, calls = window.document.project, len(engine.calls)
    window.document.scans.clear()
    window.document.project_changed.emit()
    assert not window.panels["scan"].again.isEnabled()
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.document.scan is not None)
    assert window.document.project is project
    assert len(engine.calls) == calls
    assert window.stage.display.scan


def test_several_files_are_opened_as_they_belong_together(
    open_window, qtbot, engine, tmp_path, store
):
    import PIL.Image
    import trimesh

    folder = tmp_path / "patient"
    folder.mkdir()
    mean = store.lifespan().mean()
    visual = trimesh.visual.TextureVisuals(uv=mean.vertices[:, :2] / 400 + 0.5)
    trimesh.Trimesh(mean.vertices, mean.topology.faces, process=False, visual=visual).export(
        folder / "head.obj"
    )
    for extra in folder.glob("*"):
        if extra.suffix != ".obj":
            extra.unlink()
    PIL.Image.new("RGB", (8, 8), (200, 40, 40)).save(folder / "skin colours.png")
    (folder / "notes.docx").write_bytes(b"not ours")
    window = open_window(head=False)
    window.files.open([folder])
    qtbot.waitUntil(lambda: window.document.scan is not None)
    scan = window.document.scan
    assert scan.texture is not None
    assert tuple(scan.texture[0, 0]) == (200, 40, 40)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["head.dcm"], "CT or MR volume"),
        (["photo.jpg"], "together with the scan"),
        (["marks.fcsv"], "together with its scan"),
        (["a.docx", "b.docx"], "holds nothing"),
    ],
)
def test_what_cannot_be_opened_is_said(open_window, tmp_path, names, words):
    window = open_window(head=False)
    paths = [tmp_path / name for name in names]
    for path in paths:
        path.write_bytes(b"x")
    window.files.open(paths)
    assert words in window.banner.text.text()
    assert not window.jobs.busy


def test_register_again_is_one_step_that_can_be_undone(open_window, qtbot, engine, scan_file):
    window = open_window(head=False)
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.document.registration is not None)
    window.panels["expression"].sync()
    window.panels["expression"].list.slider("jawOpen").change(0.5)
    first = window.document.registration
    window.files.scans.register("cm")
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
    assert "known of the person" in panel._facts.text.text()
    panel.age.control("years").change(70.0)
    assert panel.about.control("age").number == pytest.approx(30.0)  # not what it was carried to
    panel.about.control("age").change(40.0)
    assert [edit.kind for edit in window.document.project.edits] == ["register", "subject", "age"]
    assert window.document.face_at().subject.age.value == pytest.approx(70.0)


def test_steps_that_are_seen_are_counted_without_a_gap(open_window):
    window = open_window()
    window.raise_panel("scan")
    panel = window.panels["scan"]
    assert panel.artefact_step.isHidden()
    seen = [step for step in panel.findChildren(GuideStep) if not step.isHidden()]
    assert [step._mark.number for step in seen] == list(range(1, len(seen) + 1))

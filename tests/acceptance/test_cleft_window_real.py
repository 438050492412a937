"""The cleft walk in the real window, on an infant with a made cleft, to the report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facewright.app.window import MainWindow
from facewright.engine.edits.register import Register
from facewright.engine.face import Face, Subject, Trait
from facewright.engine.landmarks import Landmarks
from facewright.engine.measure.cleft import measure_cleft
from facewright.engine.measure.vocabulary import CLEFT
from facewright.engine.project import History, Project, Source
from facewright.engine.scans.clefts import Cleft, Kind, with_cleft
from facewright.engine.visits import Visit


def opened(window: MainWindow) -> Cleft:
    """Open an infant of four months with a cleft that was made, its landmarks placed."""
    models = window.document.models
    model = models.lifespan()
    c = np.array(model.defaults)
    c[0] = 0.35
    made = with_cleft(model.instance(c), model.template, Kind("left", "complete", 0.7))
    face = Face(made.mesh, subject=Subject(age=Trait(0.35, "given")))
    step = Register(face=face, source="f00d")
    project = Project(
        sources=(Source("infant.ply", "f00d"),),
        edits=(step,),
        landmarks=made.landmarks,
        models=(models.reference("lifespan"),),
    )
    window.document.open(History.of(project, "Infant"), title="Infant", saved=True)
    return made


@pytest.mark.acceptance
def test_a_clinician_walks_from_a_head_to_a_report(
    user_window: MainWindow, qtbot, tmp_path: Path
) -> None:
    window = user_window
    models, made = window.document.models, opened(window)
    model = models.lifespan()
    window.raise_panel("cleft")
    panel = window.panels["cleft"]
    assert panel.patient_step.state == "done"
    assert panel.landmark_step.state == "done"

    panel.sides.buttons["left"].click()
    qtbot.waitUntil(lambda: panel.plan is not None, timeout=120_000)
    rows = {row.definition.code: row for row in panel.plan.rows}
    truth = measure_cleft(made.truth, model.template.landmarks, "left")
    for code in ("columellar angle", "nostril width", "lateral lip height"):
        row = rows[code]
        assert abs(row.proposed - truth[code]) < 0.4 * abs(row.before - truth[code]), code
    assert panel.compare_step.table.topLevelItemCount() == len(panel.plan.rows)
    assert "0.00 mm" in panel.compare_step.changes.text()

    view = window.viewport
    plain = view.pixels().astype(int)
    panel.compare_step.heat.setChecked(True)
    qtbot.wait(300)
    assert np.abs(view.pixels().astype(int) - plain).mean() > 1  # the change is seen
    faint = view.pixels().astype(int)
    panel.compare_step.limit.moved.emit(0.3)
    qtbot.wait(300)
    assert window.stage.display.heat_limit != 0.3  # the other error map keeps its own range
    assert np.abs(view.pixels().astype(int) - faint).max() > 30
    panel.sure.switch.setChecked(True)  # one map gives way to the other
    qtbot.waitUntil(lambda: not panel.compare_step.heat.isChecked())

    for suffix, begins in ((".html", b"<!DOCTYPE html>"), (".pdf", b"%PDF-")):
        path = tmp_path / f"plan{suffix}"
        panel.write_report(path)
        qtbot.waitUntil(path.exists, timeout=240_000)
        assert path.read_bytes().startswith(begins)
    assert "Infant" in (tmp_path / "plan.html").read_text()

    panel.compare_step.before.click()
    np.testing.assert_array_equal(window.document.face_at().mesh.vertices, made.mesh.vertices)
    window.document.apply("Notes", replace(window.document.project, notes="seen"))


@pytest.mark.acceptance
def test_visits_and_rounds_are_followed_to_the_report(user_window: MainWindow, qtbot) -> None:
    window, document = user_window, user_window.document
    made = opened(window)
    panel = window.panels["cleft"]
    window.raise_panel("cleft")
    panel.sides.buttons["left"].click()
    qtbot.waitUntil(lambda: panel.plan is not None, timeout=120_000)

    step = panel.repeat_step
    step.begin.click()
    assert window.panels["landmarks"].which.currentData() == "cleft"
    again = made.landmarks.select(CLEFT)
    again = Landmarks.build(CLEFT, again.corners, np.roll(again.weights, 1, axis=1))
    document.apply("Place landmarks", replace(document.project, landmarks=again))
    window.raise_panel("cleft")
    step.finish.click()
    panel.compare_step.before.click()
    qtbot.waitUntil(lambda: step.table.topLevelItemCount() > 0, timeout=120_000)
    assert panel.plan.errors["nostril width"].dahlberg >= 0.0
    assert "mouth width" not in panel.plan.errors  # nobody placed its points

    face = Face(made.truth, subject=Subject(age=Trait(1.0, "given")))
    visit = Visit("later.ply", "beef", face, "2026-09-01")
    project = replace(document.project, day="2026-01-01", visits=(visit,))
    document.apply("Add a visit", project)
    window.raise_panel("visits")
    visits = window.panels["visits"]
    qtbot.waitUntil(visits.view.table.isVisible, timeout=120_000)
    qtbot.waitUntil(visits.courses.isVisible, timeout=120_000)
    assert visits.tiles.tiles[0].text().startswith("2026-01-01")
    assert not visits.tiles.tiles[0].icon().isNull()
    plain = window.viewport.pixels().astype(int)
    visits.colour.click()
    qtbot.wait(300)
    assert np.abs(window.viewport.pixels().astype(int) - plain).mean() > 1
    visits.tiles.tiles[1].click()  # one alone is compared with nothing
    assert not visits.colour.isChecked()

    window.raise_panel("cleft")
    qtbot.waitUntil(
        lambda: panel.plan is not None and panel.plan.follow_up is not None, timeout=120_000
    )
    assert len(panel.plan.follow_up.changes) == 1
    assert panel.visit_step.state == "done"

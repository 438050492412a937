"""The cleft walk in the real window, on an infant with a made cleft, to the report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facewright.app.window import MainWindow
from facewright.engine.edits.register import Register
from facewright.engine.face import Face, Subject, Trait
from facewright.engine.measure.cleft import measure_cleft
from facewright.engine.project import History, Project, Source
from facewright.engine.scans.clefts import Kind, with_cleft


@pytest.mark.acceptance
def test_a_clinician_walks_from_a_head_to_a_report(
    user_window: MainWindow, qtbot, tmp_path: Path
) -> None:
    window = user_window
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

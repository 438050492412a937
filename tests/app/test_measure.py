"""Measuring in the window: the table follows the head, calipers are steps, tables leave it."""

from __future__ import annotations

import csv
import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from facewright.app import measuring
from facewright.app.actions import ACTIONS
from facewright.app.tools import caliper
from facewright.app.widgets import symmetry_view
from facewright.app.widgets.measure_tree import CHANGE, VALUE, Z, norm_text, source_text
from facewright.engine.edits.age import Age
from facewright.engine.edits.register import Register
from facewright.engine.face import Subject, Trait
from facewright.engine.measure import comparison
from facewright.engine.measure.anthropometry import Value, judged
from facewright.engine.measure.farkas import BY_CODE
from facewright.engine.project import Source

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def row_of(panel, code):
    return panel.tree._rows[code]


def act(window, id):
    next(action for action in ACTIONS if action.id == id).run(window)


def drag(view, start, end):
    QTest.mouseMove(view, start)
    QTest.mousePress(view, LEFT, PLAIN, start)
    QTest.mouseMove(view, (start + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, LEFT, PLAIN, end)


def middle(view):
    return QPoint(view.width() // 2, view.height() // 2)


def measured(window, qtbot):
    window.raise_panel("measure")
    panel = window.panels["measure"]
    qtbot.waitUntil(lambda: bool(panel.measuring.rows))
    return panel


@pytest.mark.parametrize(
    ("code", "age", "mark", "said"),
    [
        ("n-sn", 1.0, "?", "Not checked against the original"),
        ("n-sn", 10.0, "", "3D photographs"),
        ("zy-zy", 10.0, "", "measures more than calipers that press"),
        ("OFC", 0.5, "", "A tape over brow"),
        ("ps-pi", 0.5, None, "None that we could check."),
        ("n-sn", 50.0, None, "No norm at this age: there are some from birth to 41 years."),
    ],
)
def test_a_norm_says_where_it_comes_from_and_whether_it_was_checked(code, age, mark, said):
    subject = Subject(age=Trait(age, "given"), sex=Trait(-1.0, "given"))
    (row,) = judged([Value(BY_CODE[code], 30.0)], subject)
    assert said in source_text(row)
    assert norm_text(row) == (
        "" if mark is None else f"{row.norm.mean:.1f} ± {row.norm.sd:.1f}{mark}"
    )


def test_the_table_follows_the_head_while_it_is_tuned(open_window, qtbot):
    window = open_window()
    panel = measured(window, qtbot)
    before = float(row_of(panel, "n-sn").text(VALUE))
    window.document.preview(None, Age(years=2.0))
    qtbot.waitUntil(lambda: float(row_of(panel, "n-sn").text(VALUE)) != before)
    window.document.drop_preview()
    qtbot.waitUntil(lambda: float(row_of(panel, "n-sn").text(VALUE)) == before)
    assert row_of(panel, "en-en").text(VALUE) == "–"  # the toy head has no eye corners


def test_nothing_is_measured_that_nobody_sees(open_window, qtbot):
    window = open_window()
    panel = measured(window, qtbot)
    window.docks["measure"].hide()
    rows = panel.measuring.rows
    window.document.apply("Age", window.document.project.with_edit(Age(years=5.0)))
    qtbot.wait(80)
    assert panel.measuring.rows is rows
    window.raise_panel("measure")
    qtbot.waitUntil(lambda: panel.measuring.rows is not rows)


def test_what_takes_long_is_measured_beside_the_window(open_window, qtbot, monkeypatch):
    window = open_window()
    threads: dict[str, set[int]] = {}

    def noting(where, name):
        function = getattr(where, name)

        def noted(*args, **named):
            if name != "measure_head" or "definitions" in named:
                threads.setdefault(name, set()).add(threading.get_ident())
            return function(*args, **named)

        monkeypatch.setattr(where, name, noted)

    noting(measuring, "measure_head")
    noting(caliper, "read")
    for name in ("asymmetry", "mask_area"):
        noting(symmetry_view, name)
    noting(comparison, "_summary")
    panel = measured(window, qtbot)
    panel.measuring.complete(lambda _rows: None)
    act(window, "caliper.surface")
    drag(window.viewport, middle(window.viewport), middle(window.viewport) + QPoint(60, 0))
    nose = window.document.models.lifespan().topology.regions["nose"]
    window.document.apply("Mask", replace(window.document.project, mask=nose))
    panel.tabs.setCurrentWidget(panel.symmetry)
    panel.symmetry.again.click()
    window.document.apply("Age", window.document.project.with_edit(Age(years=2.0)))
    window.raise_panel("compare")
    window.stage.comparer.set(mode="difference")
    qtbot.waitUntil(lambda: len(threads) == 5)
    assert all(threading.get_ident() not in seen for seen in threads.values())


def test_a_table_that_is_asked_for_is_of_the_head_of_that_moment(open_window, qtbot):
    window = open_window()
    panel = measured(window, qtbot)
    tables = []
    before = float(row_of(panel, "n-sn").text(VALUE))
    panel.measuring.complete(tables.append)
    window.document.apply("Age", window.document.project.with_edit(Age(years=2.0)))
    qtbot.waitUntil(lambda: bool(tables))
    found = {row.value.definition.code: row.value.number for row in tables[0]}
    assert found["n-sn"] == pytest.approx(before, abs=0.05)


def test_search_and_unusual_leave_what_is_asked_for(open_window, qtbot):
    window = open_window()
    panel = measured(window, qtbot)
    panel.search.setText("nose height")
    assert not row_of(panel, "n-sn").isHidden()
    assert row_of(panel, "n-prn").isHidden()
    panel.search.clear()
    panel.unusual.setChecked(True)
    z = row_of(panel, "n-sn").text(Z)
    assert row_of(panel, "n-sn").isHidden() == (abs(float(z)) < 2)
    assert row_of(panel, "eu-eu").isHidden()


def test_a_chosen_measure_is_explained_and_drawn(open_window, qtbot):
    window = open_window()
    panel = measured(window, qtbot)
    panel.tree.setCurrentItem(row_of(panel, "n-sn"))
    assert "base of the nose" in panel.words.text()
    assert "Weinberg 2016" in panel.words.text()
    overlay = window.stage._overlays["measure"]
    assert [marker.label for marker in overlay.markers] == ["n", "sn"]
    assert overlay.lines[0].label.startswith("n-sn")
    window.docks["measure"].hide()
    qtbot.waitUntil(lambda: "measure" not in window.stage._overlays)


def test_a_version_stands_beside_the_head(open_window, qtbot):
    window = open_window()
    panel = measured(window, qtbot)
    window.document.apply("Age", window.document.project.with_edit(Age(years=2.0)))
    row = panel.versus.findText("As opened")
    panel.versus.activated.emit(row)
    assert not panel.tree.isColumnHidden(CHANGE)
    assert float(row_of(panel, "n-sn").text(CHANGE)) < 0
    window.document.apply("Age", window.document.project.with_replaced(1, Age(years=3.0)))
    assert panel.versus.currentText() == "As opened"
    panel.versus.activated.emit(0)
    assert panel.tree.isColumnHidden(CHANGE)


def test_the_table_goes_to_a_file_and_to_the_clipboard(open_window, qtbot, tmp_path):
    window = open_window()
    panel = measured(window, qtbot)
    panel.export_table(tmp_path / "m.csv")
    qtbot.waitUntil((tmp_path / "m.csv").exists)
    with (tmp_path / "m.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    assert float(rows["n-sn"]["value"]) > 0
    assert (rows["n-sn"]["head"], rows["n-sn"]["scale"]) == ("Toy", "model")
    panel.copy.click()
    qtbot.waitUntil(lambda: "n-sn\tNose height" in QGuiApplication.clipboard().text())


def test_a_caliper_is_dragged_moved_named_and_deleted_as_steps(open_window, qtbot):
    window = open_window()
    panel, view, document = measured(window, qtbot), window.viewport, window.document
    act(window, "caliper.straight")
    tool = window.tools.current
    assert panel.tabs.currentWidget() is panel.calipers
    centre = middle(view)
    drag(view, centre - QPoint(60, 0), centre + QPoint(60, 0))
    (caliper,) = document.project.calipers
    reading = tool.reading(caliper)
    ends = caliper.points.on(document.shown.face.mesh.vertices).positions
    assert reading.number == pytest.approx(np.linalg.norm(ends[1] - ends[0]), rel=1e-5)
    assert document.history.undo_name == "Caliper"
    drag(view, centre + QPoint(60, 0), centre + QPoint(60, 50))
    assert document.history.undo_name == "Move caliper"
    assert tool.reading(document.project.calipers[0]).number != reading.number
    panel.calipers.list.item(0).setText("gap")
    assert document.project.calipers[0].name == "gap"
    assert panel.calipers.list.item(0).text().startswith("gap: ")
    act(window, "caliper.delete")
    assert document.project.calipers == ()
    document.undo()
    assert document.project.calipers[0].name == "gap"


def test_a_caliper_follows_the_head(open_window, qtbot):
    window = open_window()
    panel, view, document = measured(window, qtbot), window.viewport, window.document
    for kind, height in (("straight", 40), ("surface", 0)):
        act(window, f"caliper.{kind}")
        drag(view, middle(view) - QPoint(60, height), middle(view) + QPoint(60, -height))
    tool = panel.tool
    held = document.project.calipers
    qtbot.waitUntil(lambda: all(tool.reading(c) is not None for c in held))
    before = [tool.reading(caliper).number for caliper in held]
    document.apply("Age", document.project.with_edit(Age(years=1.0)))
    qtbot.waitUntil(
        lambda: all(tool.reading(c).number < b for c, b in zip(held, before, strict=True))
    )
    window.tools.put_down()
    assert window.stage._overlays["caliper"].lines
    panel.calipers.shown.setChecked(False)
    assert "caliper" not in window.stage._overlays


def test_an_angle_needs_three_clicks_and_an_area_is_closed(open_window, qtbot):
    window = open_window()
    view, document = measured(window, qtbot) and window.viewport, window.document
    act(window, "caliper.angle")
    centre = middle(view)
    for point in (QPoint(-40, 0), QPoint(0, 40), QPoint(40, 0)):
        drag(view, centre + point, centre + point)
    assert [c.kind for c in document.project.calipers] == ["angle"]
    act(window, "caliper.area")
    corners = [QPoint(-60, -70), QPoint(60, -70), QPoint(60, -110), QPoint(-60, -110)]
    for point in (*corners, corners[0]):
        drag(view, centre + point, centre + point)
    tool = window.tools.current
    area = document.project.calipers[-1]
    assert (area.kind, len(area.points.names)) == ("area", 4)
    qtbot.waitUntil(lambda: tool.reading(area) is not None)
    assert tool.reading(area).number > 100
    act(window, "caliper.straight")
    drag(view, centre, centre)
    window.tools.put_down()  # what is half set is forgotten
    assert len(document.project.calipers) == 2


def test_asymmetry_is_a_number_and_a_map(open_window, qtbot):
    window = open_window()
    panel = measured(window, qtbot)
    panel.tabs.setCurrentWidget(panel.symmetry)
    qtbot.waitUntil(lambda: panel.symmetry.face.text() == "Face: 0.00 mm")
    panel.symmetry.map.setChecked(True)
    assert window.stage._values.title == "Asymmetry (mm)"
    panel.tabs.setCurrentIndex(0)
    assert window.stage._values is None


def test_one_map_at_a_time_colours_the_head(open_window, qtbot):
    window = open_window()
    window.document.apply("Age", window.document.project.with_edit(Age(years=2.0)))
    comparer, buttons = window.stage.comparer, window.panels["compare"].modes
    panel = measured(window, qtbot)
    panel.tabs.setCurrentWidget(panel.symmetry)
    box = panel.symmetry.map
    qtbot.waitUntil(box.isEnabled)
    box.click()
    comparer.set(mode="difference")
    assert window.stage._values.title == "Difference (mm)"
    assert not box.isChecked()
    assert not panel.symmetry.colours.isVisible()
    box.click()
    assert window.stage._values.title == "Asymmetry (mm)"
    assert comparer.state.mode == ""
    assert buttons[""].isChecked()
    assert not window.actions_table["compare.difference"].isChecked()
    window.document.apply("Age", window.document.project.with_replaced(1, Age(years=5.0)))
    assert window.stage._values.title == "Asymmetry (mm)", "who gave way stays away"
    box.click()
    assert window.stage._values is None


def test_the_mask_has_an_area_and_volumes(open_window, qtbot):
    window = open_window()
    panel = measured(window, qtbot)
    panel.tabs.setCurrentWidget(panel.symmetry)
    assert not panel.symmetry.again.isEnabled()
    nose = window.document.models.lifespan().topology.regions["nose"]
    window.document.apply("Mask", replace(window.document.project, mask=nose))
    qtbot.waitUntil(panel.symmetry.again.isEnabled)
    panel.symmetry.again.click()
    qtbot.waitUntil(lambda: "mm²" in panel.symmetry.told.text())
    assert "border" in panel.symmetry.told.text()


def test_lengths_of_unknown_scale_are_not_passed_off_as_the_persons(open_window, qtbot, tmp_path):
    window = open_window()
    panel = measured(window, qtbot)
    assert "unit" not in panel.who.text()
    assert window.status.unit.text() == "mm"
    project = window.document.project
    edit = Register(face=window.document.face_at(), source="0" * 64, level="check")
    source = Source("bust.obj", "0" * 64, unit="arbitrary")
    window.document.apply("Scan", replace(project, edits=(edit,), sources=(source,)))
    qtbot.waitUntil(lambda: "unit of the scan is not known" in panel.who.text())
    assert "scale" in window.status.unit.text()
    assert "average adult" in window.status.unit.toolTip()
    panel.export_table(tmp_path / "m.csv")
    qtbot.waitUntil((tmp_path / "m.csv").exists)
    with (tmp_path / "m.csv").open(encoding="utf-8", newline="") as file:
        assert {row["scale"] for row in csv.DictReader(file)} == {"unknown"}


def test_the_map_of_asymmetry_has_the_range_of_the_face_and_the_shared_colours(open_window, qtbot):
    window = open_window()
    panel = measured(window, qtbot)
    panel.tabs.setCurrentWidget(panel.symmetry)
    view = panel.symmetry
    qtbot.waitUntil(lambda: view.found is not None)
    assert not view.colours.isVisible()
    view.map.click()
    assert view.colours.isVisible()
    window.stage.change(heat_bands=5)
    assert view.colours.steps.currentData() == 5
    scene = window.viewport.scene
    face = window.document.shown.face.mesh.topology.regions["face"] > 0.5
    signed = np.abs(view.found.comparison.signed[face])
    assert scene.display.heat_limit == round(max(0.5, float(np.quantile(signed, 0.98))), 1)
    assert not scene.display.mask, "stripes would be taken for values"
    view.map.click()
    assert scene.display.mask

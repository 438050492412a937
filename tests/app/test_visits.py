"""Visits of a patient: added, dated, removed and compared, each a step that can be undone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from facewright.app.dialogs.visit import VisitDialog, as_years
from facewright.app.widgets.course_chart import CourseChart
from facewright.engine.edits.age import Age
from facewright.engine.errors import InputError
from facewright.engine.face import Face, Subject, Trait
from facewright.engine.files.project import save
from facewright.engine.measure.cleft_words import UNILATERAL
from facewright.engine.measure.follow_up import Course
from facewright.engine.project import History
from facewright.engine.visits import Visit


def visit(window, years: float, day: str = "", name: str = "a.ply") -> Visit:
    mean = window.document.models.lifespan().mean()
    return Visit(name, name, Face(mesh=mean, subject=Subject(age=Trait(years, "given"))), day)


def begin(open_window, *visits: Visit):
    window = open_window()
    window.raise_panel("visits")
    panel = window.panels["visits"]
    if visits:
        keep(window, visits)
    return window, panel


def keep(window, visits) -> None:
    project = replace(window.document.project, visits=tuple(visits))
    window.document.apply("Visits", project)


def texts(panel) -> list[str]:
    return [tile.text() for tile in panel.tiles.tiles]


def test_without_other_visits_it_says_what_they_are_for(open_window):
    _, panel = begin(open_window)
    assert len(panel.tiles.tiles) == 1
    assert "one visit so far" in panel.about.text()
    assert panel.change_part.isHidden()
    assert panel.course_part.isHidden()


def test_without_a_head_there_is_nothing_to_add(open_window):
    window = open_window(head=False)
    window.raise_panel("visits")
    panel = window.panels["visits"]
    assert "Open a patient's scan" in panel.about.text()
    assert panel.tiles.isHidden()


def test_a_project_is_added_as_one_step(open_window, qtbot, tmp_path):
    window, panel = begin(open_window)
    document = window.document
    other = document.project.with_edit(Age(years=8.0))
    save(History.of(other), tmp_path / "before.face", document.models)
    panel.add(tmp_path / "before.face", "2026-03-01", 0.5)
    qtbot.waitUntil(lambda: len(document.project.visits) == 1, timeout=20_000)
    added = document.project.visits[0]
    assert (added.name, added.day) == ("before.face", "2026-03-01")
    assert added.face.subject.age.value == 0.5
    assert len(panel.tiles.tiles) == 2
    assert not panel.change_part.isHidden()
    document.undo()
    assert document.project.visits == ()
    assert len(panel.tiles.tiles) == 1


def test_a_file_that_is_no_visit_changes_nothing(open_window, qtbot, tmp_path):
    window, panel = begin(open_window)
    (tmp_path / "bad.face").write_bytes(b"no zip")
    panel.add(tmp_path / "bad.face")
    qtbot.waitUntil(lambda: window.banner.isVisible(), timeout=20_000)
    assert "bad.face" in window.banner.message.text
    assert window.document.project.visits == ()


def test_visits_stand_in_order_and_the_last_two_are_compared(open_window):
    window = open_window()
    keep(window, (visit(window, 40.0, name="late"), visit(window, 4.0, name="early")))
    window.raise_panel("visits")
    panel = window.panels["visits"]
    names = [text.splitlines()[0] for text in texts(panel)]
    assert names == ["early", "This head", "late"]  # the toy head is of thirty years
    assert panel.tiles.places == (1, 2)
    panel.tiles.tiles[0].click()
    assert panel.tiles.places == (0, 2)  # the one that was clicked first goes
    panel.tiles.tiles[0].click()
    assert panel.tiles.places == (2,)
    assert "Choose two" in panel.view.said.text()


def test_day_and_age_of_a_visit_are_steps(open_window):
    window = open_window()
    keep(window, (visit(window, 40.0, name="late"),))
    window.raise_panel("visits")
    panel, document = window.panels["visits"], window.document
    assert panel.which.text() == "late"
    panel.day.setText("2026-02-30")
    panel.day.editingFinished.emit()
    assert "no day" in window.banner.message.text
    assert document.project.visits[0].day == ""
    panel.day.setText("2026-02-20")
    panel.day.editingFinished.emit()
    assert document.project.visits[0].day == "2026-02-20"
    panel.age.setText("41 y")
    panel.age.editingFinished.emit()
    assert document.project.visits[0].face.subject.age.value == 41.0
    panel.remove.click()
    assert document.project.visits == ()
    for _ in range(3):
        document.undo()
    assert document.project.visits[0].day == ""


def test_the_dialog_takes_days_and_ages_as_people_write_them(open_window):
    dialog = VisitDialog(open_window(), "scan.ply")
    dialog.day.setText("yesterday")
    dialog._check()
    assert "no day" in dialog.problem.text()
    dialog.day.setText("2026-01-02")
    dialog.age.setText("2y 3mo")
    assert dialog.answer() == ("2026-01-02", pytest.approx(2.25))
    assert as_years("") is None
    for wrong in ("old", "-1", "400"):
        with pytest.raises(InputError, match="age"):
            as_years(wrong)
    dialog.deleteLater()


def test_a_measure_over_time_is_drawn(qtbot):
    chart = CourseChart()
    qtbot.addWidget(chart)
    chart.resize(320, 170)
    empty = pixels(chart)
    rising = Course(UNILATERAL[1], (1.0, 1.8), (None, None))
    chart.show_course(rising, (0.3, 1.0))
    up = pixels(chart)
    chart.show_course(Course(UNILATERAL[1], (1.8, 1.0), (None, None)), (0.3, 1.0))
    down = pixels(chart)
    assert not np.array_equal(empty, up)
    assert not np.array_equal(up, down)
    assert "Nostril width ratio" in chart.accessibleName()
    chart.show_course(Course(UNILATERAL[1], (float("nan"),), (None,)), (0.3,))
    pixels(chart)  # one visit, nothing to measure: nothing breaks


def pixels(widget) -> np.ndarray:
    image = widget.grab().toImage().convertToFormat(widget.grab().toImage().Format.Format_RGB888)
    return np.array(image.constBits()).copy()

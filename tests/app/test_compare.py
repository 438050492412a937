"""Comparing: the reference stays, the head stays live, and every mode shows what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from toy import ToyHead

from facewright.app.references import brought
from facewright.app.settings import MOTION
from facewright.engine.edits.age import Age
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.identity import Asymmetry
from facewright.engine.edits.start import Start
from facewright.engine.face import Weights
from facewright.engine.files.project import save
from facewright.engine.project import History, Project


def begin(open_window):
    window = open_window()
    window.document.apply("Age", window.document.project.with_edit(Age(years=70.0)))
    window.raise_panel("compare")
    return window


def skin(window):
    return window.document.shown.head.skin.vertices


def opening(window):
    return window.document.seen(window.document.opening).head.skin.vertices


def test_holding_the_key_shows_the_other_head_until_it_is_let_go(open_window, qtbot):
    window = begin(open_window)
    view = window.viewport
    assert np.array_equal(view.scene.vertices, skin(window))
    QTest.keyPress(window, Qt.Key.Key_QuoteLeft)
    assert np.array_equal(view.scene.vertices, opening(window))
    assert window.pages.views._frames[0].caption.text() == "As opened"
    QTest.keyRelease(window, Qt.Key.Key_QuoteLeft)
    assert np.array_equal(view.scene.vertices, skin(window))
    assert window.document.history.index == 1, "looking changes nothing"


def test_the_reference_stays_and_the_head_stays_live(open_window):
    window = begin(open_window)
    comparer = window.stage.comparer
    comparer.set(mode="beside")
    first, second = window.stage.views
    document = window.document
    document.apply("Jaw", document.project.with_edit(Expression(weights=Weights(jawOpen=1.0))))
    assert np.array_equal(first.scene.vertices, skin(window))
    assert np.array_equal(second.scene.vertices, opening(window))
    frames = window.pages.views._frames
    assert [frame.caption.text() for frame in frames] == ["Now", "As opened"]
    QTest.keyClick(second, Qt.Key.Key_Right)
    assert first.orbit.azimuth == second.orbit.azimuth == 5.0
    comparer.set(mode="")
    assert window.stage.views == (first,)
    assert not window.stage.arrangement.turned


def test_the_difference_map_measures_along_the_normals_and_follows_the_head(open_window, qtbot):
    window = begin(open_window)
    panel, comparer = window.panels["compare"], window.stage.comparer
    comparer.set(mode="difference")
    scene = window.viewport.scene
    assert scene.display.heat
    assert scene.display.heat_limit == comparer.state.limit
    offsets = skin(window).astype(float) - opening(window)
    numbers = comparer.difference.signed
    assert np.all(np.abs(numbers) <= np.linalg.norm(offsets, axis=1) + 1e-6)
    assert np.abs(numbers).max() > 1.0
    qtbot.waitUntil(lambda: panel.table.item(0, 4) is not None)
    rows = {panel.table.item(row, 0).text(): row for row in range(panel.table.rowCount())}
    assert float(panel.table.item(rows["Whole head"], 4).text()) == pytest.approx(
        np.linalg.norm(offsets, axis=1).max(), abs=0.01
    )
    assert "Nose" in rows
    window.document.jump(0)
    assert np.abs(comparer.difference.signed).max() < 1e-4
    panel.sliders["difference"].change(0.5)
    assert scene.display.heat_limit == 0.5
    comparer.set(mode="")
    assert not scene.display.heat
    assert comparer.difference is None


def test_the_line_of_the_wipe_is_dragged_in_the_view(open_window):
    window = begin(open_window)
    comparer, view = window.stage.comparer, window.viewport
    comparer.set(mode="wipe")
    azimuth, middle = view.orbit.azimuth, view.height() // 2
    start, end = view.width() // 2, view.width() // 4
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(start, middle))
    QTest.mouseMove(view, QPoint(end, middle))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(end, middle))
    assert comparer.state.wipe == pytest.approx(0.25, abs=0.02)
    assert window.panels["compare"].sliders["wipe"].number == pytest.approx(0.25, abs=0.02)
    assert view.orbit.azimuth == azimuth
    away = view.width() * 3 // 4
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(away, middle))
    QTest.mouseMove(view, QPoint(away + 50, middle))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(away + 50, middle))
    assert view.orbit.azimuth != azimuth, "away from the line the camera turns"


def test_each_side_of_the_wipe_shows_its_own_head(open_window, qtbot):
    window = begin(open_window)
    view, comparer = window.viewport, window.stage.comparer
    window.stage.change(sides=False, cube=False, scale=False)

    def picture():
        qtbot.wait(300)
        return view.pixels().astype(int)

    now = picture()
    comparer.hold(True)
    other = picture()
    comparer.hold(False)
    comparer.set(mode="wipe")
    both = picture()
    width = both.shape[1]
    left, right = slice(0, width // 2 - 6), slice(width // 2 + 6, width)
    changed = np.abs(now - other).max(axis=2) > 30
    assert changed[:, left].sum() > 200
    assert changed[:, right].sum() > 200
    like_now = np.abs(both - now).max(axis=2) < 12
    like_other = np.abs(both - other).max(axis=2) < 12
    assert like_now[:, left][changed[:, left]].mean() > 0.9
    assert like_other[:, right][changed[:, right]].mean() > 0.9


def test_blinking_turns_by_itself_unless_motion_is_reduced(open_window, qtbot):
    window = begin(open_window)
    comparer, panel = window.stage.comparer, window.panels["compare"]
    comparer.set(mode="blink", seconds=0.3)
    seen = set()

    def both():
        seen.add(np.array_equal(window.viewport.scene.vertices, skin(window)))
        return len(seen) == 2

    qtbot.waitUntil(both)
    window.settings.choose(MOTION, "reduced")
    assert not panel.modes["blink"].isEnabled()
    assert "reduced" in panel.modes["blink"].toolTip()
    assert comparer.state.mode == "", "what blinks stops"


def test_named_versions_come_first_and_opening_forgets(open_window):
    window = begin(open_window)
    document, comparer = window.document, window.stage.comparer
    document.name_version(document.history.shown, "Before surgery")
    document.apply("Age", document.project.with_replaced(1, Age(years=20.0)))
    titles = [reference.title for reference in comparer.references()]
    assert titles[:2] == ["Before surgery", "As opened"]
    panel = window.panels["compare"]
    assert panel.reference.itemText(0) == "Before surgery"
    panel.reference.setCurrentIndex(0)
    panel.reference.activated.emit(0)
    comparer.set(mode="over")
    assert comparer.state.reference.title == "Before surgery"
    document.open(document.history, title="Again", saved=True)
    assert comparer.state.mode == ""
    assert comparer.state.reference is None


def test_of_versions_of_one_name_the_chosen_one_is_taken(open_window):
    window = begin(open_window)
    document, panel = window.document, window.panels["compare"]
    for years in (50.0, 20.0, 40.0):
        edit = Age(years=years)
        document.apply("Age", document.project.with_replaced(1, edit))
        document.name_version(document.history.shown, "The same")
    box = panel.reference
    rows = [row for row in range(box.count()) if box.itemText(row) == "The same"]
    assert len(rows) == 3
    for row in rows:
        box.setCurrentIndex(row)
        box.activated.emit(row)
        assert panel.comparer.state.reference.project is box.itemData(row).project
        assert box.currentIndex() == row
    document.name_version(document.history.shown, "Another")
    assert box.currentText() == "The same"


def test_a_head_that_nothing_has_changed_offers_what_it_can_be_compared_with(open_window, qtbot):
    window = open_window()
    window.raise_panel("compare")
    panel, document = window.panels["compare"], window.document
    assert panel.same.isVisible()
    assert "Nothing has changed" in panel.nothing.text()
    assert panel.offers["error"].isHidden()  # there was no scan
    document.apply("Age", document.project.with_edit(Age(years=70.0)))
    assert panel.same.isHidden()
    panel.offers["mean"].click()
    comparer = panel.comparer
    assert comparer.state.mode == "difference"
    assert panel.reference.currentText() == "Mean of age and sex"
    assert np.abs(comparer.difference.signed).max() < 0.01  # an aged mean is the mean of that age
    lean = Asymmetry(weights=Weights(asymmetry_000=2.0))
    document.apply("Lean", document.project.with_edit(lean))
    panel.offers["even"].click()
    assert np.abs(comparer.difference.signed).max() > 1.0
    document.jump(0)
    comparer.use(next(r for r in comparer.references() if r.kind == "opening"))
    assert panel.same.isVisible()


def test_a_head_of_another_project_is_brought_to_this_one(open_window, qtbot, tmp_path):
    window = open_window()
    document, panel = window.document, window.panels["compare"]
    other = Project(edits=(Start(age=70.0),))
    save(History.of(other, "Other"), tmp_path / "other.face", document.models)
    window.raise_panel("compare")
    panel.compare_with(tmp_path / "other.face")
    qtbot.waitUntil(lambda: panel.comparer.difference is not None)
    assert panel.reference.currentText() == "other"
    away = document.seen(other).head.skin
    moved = panel.comparer.difference.first.vertices
    sizes = [np.linalg.norm(v - v.mean(axis=0)) for v in (away.vertices, moved)]
    assert sizes[0] == pytest.approx(sizes[1], rel=1e-5)  # its size stays
    aside = document.seen(other)
    aside = replace(aside, head=ToyHead(away.moved(away.vertices + np.array([30.0, 5.0, 0.0]))))
    np.testing.assert_allclose(
        brought(aside, document.shown).head.skin.vertices, moved, atol=0.05
    )  # wherever it stood
    panel.compare_with(tmp_path / "none.face")
    qtbot.waitUntil(lambda: "none.face" in window.banner.text.text())
    assert panel.reference.currentText() == "other"

"""The colours of an error or a difference: one choice, shown wherever it can be made."""

from __future__ import annotations

import numpy as np
from PySide6.QtTest import QTest

from facewright.app.widgets.error_scale import ErrorScale
from facewright.engine.edits.age import Age
from facewright.viewer.colormaps import MAPS, TINTS
from facewright.viewer.display import Display


def choose(combo, data):
    """Choose an entry as the keyboard does."""
    combo.setFocus()
    combo.setCurrentIndex(combo.findData(data))
    combo.activated.emit(combo.currentIndex())


def test_colours_chosen_in_one_panel_are_those_of_the_others(open_window):
    window = open_window()
    window.document.apply("Age", window.document.project.with_edit(Age(years=70.0)))
    window.raise_panel("compare")
    window.stage.comparer.set(mode="difference")
    here, there = window.panels["compare"].colours, window.panels["scan"].display.colours
    assert here.isVisible()
    assert not here.lowest.isVisible(), "a map with a middle is even about zero"
    limit = window.stage.comparer.state.limit
    choose(here.colours, "cividis")
    choose(here.steps, 7)
    assert window.stage.display.heat_low == -limit, "what lies inside is not hidden"
    assert here.lowest.isVisible()
    assert there.colours.currentData() == "cividis"
    assert there.steps.currentData() == 7
    here.lowest.change(0.0)
    scene = window.viewport.scene
    assert scene.display.heat_map == "cividis"
    assert scene.display.heat_bands == 7
    assert scene.display.heat_range == (0.0, limit)
    choose(here.colours, "orange")
    assert scene.display.heat_range == (-limit, limit)
    window.stage.comparer.set(mode="")
    assert not here.isVisible()


def test_the_choice_can_be_made_by_keys(open_window):
    window = open_window()
    window.raise_panel("compare")
    window.stage.comparer.set(mode="difference")
    controls = window.panels["compare"].colours
    controls.colours.setFocus()
    QTest.keyClick(controls.colours, "v")
    assert controls.colours.currentData() == "viridis"
    assert window.stage.display.heat_map == "viridis"


def test_the_scale_has_the_colours_of_the_map_and_says_where_nothing_is_known(qtbot):
    scale = ErrorScale()
    qtbot.addWidget(scale)
    error = np.array([5.0, 0.5, 0.0, 0.0, -5.0, np.nan, np.nan, np.nan], np.float32)
    scale.show_values(error, Display(heat_map="orange", heat_limit=1.0))
    colors = [swatch.color.getRgb()[:3] for swatch, _, _ in scale._rows]
    ends = MAPS["orange"].strip()[0, [-1, 0]].tolist()
    assert [list(colors[0]), list(colors[4])] == ends
    assert [share.text() for _, _, share in scale._rows] == [
        "20 %", "20 %", "40 %", "0 %", "20 %", "38 %",
    ]  # fmt: skip
    assert colors[5] not in colors[:5]


def test_the_scan_takes_a_plain_colour(open_window):
    window = open_window()
    tint = window.panels["scan"].display.tint
    assert tint.currentData() is None
    choose(tint, TINTS["amber"])
    assert window.stage.display.scan_color == TINTS["amber"]
    window.stage.change(scan_color=None)
    assert tint.currentData() is None

"""Brushes and the mask: strokes heed a mask as soon as there is one, and say when it stops them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from facewright.engine.edits.age import Age

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def mask_out(window, region):
    """Mask what `region` of the toy head is not."""
    inside = window.document.models.lifespan().topology.regions[region]
    project = replace(window.document.project, mask=np.asarray(1.0 - inside, np.float32))
    window.document.apply("Mask", project)


def stroke(window):
    """Drag a brush over the middle of the face."""
    view = window.viewport
    start = QPoint(view.width() // 2, view.height() // 2)
    QTest.mouseMove(view, start)
    QTest.mousePress(view, LEFT, PLAIN, start)
    QTest.mouseMove(view, start + QPoint(3, -3))
    QTest.mouseMove(view, start + QPoint(6, -6))
    QTest.mouseRelease(view, LEFT, PLAIN, start + QPoint(6, -6))


def test_free_strokes_stay_inside_a_mask_while_there_is_one(open_window):
    window = open_window()
    window.raise_panel("sculpt")
    tool = window.tools.get("sculpt")
    assert tool.hand.confinement == "free"
    mask_out(window, "nose")
    assert tool.hand.confinement == "mask"
    assert window.panels["sculpt"].confinements["mask"].isChecked()
    tool.confine("free")
    window.document.apply("Age", window.document.project.with_edit(Age(years=40.0)))
    assert tool.hand.confinement == "free", "who asks for it sculpts freely"
    tool.confine("mask")
    window.document.undo()
    window.document.undo()
    assert tool.hand.confinement == "free", "no mask, nothing to stay inside of"
    tool.confine("plausible")
    window.document.redo()
    assert tool.hand.confinement == "plausible"


def test_a_stroke_that_the_mask_stops_makes_no_step_and_says_so(open_window):
    window = open_window()
    window.raise_panel("sculpt")
    project = window.document.project
    tool = window.tools.get("sculpt")
    window.document.apply("Mask", replace(project, mask=np.zeros(162, np.float32)))
    tool.take_up("inflate")
    tool.tune(radius=20.0)
    window.tools.use("sculpt")
    assert "Shift smooths" in window.status.hint.text()
    before = window.document.project
    stroke(window)
    assert window.document.project is before
    assert "outside of the mask" in window.banner.text.text()
    tool.confine("free")
    stroke(window)
    assert window.document.project is not before
    window.tools.use("")
    assert not window.status.hint.isVisible()

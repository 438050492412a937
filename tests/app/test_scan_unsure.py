"""Scans that leave something to ask: unit, stand, sides, a face that is not found."""

from __future__ import annotations

import numpy as np
from scan_answers import found

from facewright.engine.errors import InputError


def test_no_face_is_said_and_the_scan_stays_on_screen(open_window, qtbot, engine, scan_file):
    engine.found = InputError("No face was found in visitor.ply: turn it to the front.")
    window = open_window(head=False)
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.files.scans.waiting is not None)
    assert window.banner.text.text().startswith("No face was found")
    assert window.viewport.scene.has_scan
    assert window.panels["scan"].again.isEnabled()
    window.panels["scan"].again.click()
    qtbot.waitUntil(lambda: window.document.registration is not None)
    assert engine.calls == ["auto"]
    assert window.files.scans.waiting is None


def test_an_unsure_unit_is_asked(open_window, qtbot, engine, scan_file):
    engine.found = found("arbitrary")
    window = open_window(head=False)
    window.files.open([scan_file])
    dialog = asked(window, qtbot)
    assert dialog.units["auto"].isChecked()  # the guess: no unit fits
    assert "190 mm wide" in dialog.units["mm"].text()
    assert "guess" in dialog.units["auto"].text()
    qtbot.waitUntil(lambda: not dialog.picture.pixmap().isNull())
    picture = dialog.picture.pixmap().toImage()
    middle = picture.pixelColor(picture.width() // 2, picture.height() // 2)
    assert middle != picture.pixelColor(2, 2)  # the scan stands in the middle
    dialog.units["cm"].setChecked(True)
    dialog.accept()
    qtbot.waitUntil(lambda: window.document.registration is not None)
    assert engine.calls == ["cm"]


def asked(window, qtbot):
    from facewright.app.dialogs.unit import UnitDialog

    qtbot.waitUntil(lambda: bool(window.findChildren(UnitDialog)))
    return window.findChildren(UnitDialog)[0]


def test_a_sure_unit_is_not_asked_unless_wished(open_window, qtbot, engine, scan_file):
    window = open_window(head=False)
    window.settings.set("ask_unit", "always")
    window.files.open([scan_file])
    dialog = asked(window, qtbot)
    assert dialog.units["mm"].isChecked()
    dialog.reject()
    qtbot.wait(50)
    assert engine.calls == []
    assert window.files.scans.waiting is not None


def test_a_scan_without_a_face_is_stood_up_by_hand(open_window, qtbot, engine, scan_file):
    engine.found = InputError("No face was found in visitor.ply.")
    window = open_window(head=False)
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.files.scans.waiting is not None)
    panel = window.panels["scan"]
    assert panel.landmark_step.state == "poor"
    assert not panel.rescue_step.isHidden()
    panel.unit.click()
    dialog = asked(window, qtbot)
    dialog.up.setCurrentIndex(dialog.up.findData("+z"))
    assert dialog.front.currentData() != "+z"  # one axis cannot be both
    dialog.front.setCurrentIndex(dialog.front.findData("-y"))
    dialog.accept()
    motion = window.files.scans.waiting.to_upright
    assert np.allclose(motion[:3, :3] @ [0, 0, 1], [0, 1, 0])
    assert np.allclose(motion[:3, :3] @ [0, -1, 0], [0, 0, 1])


def test_sides_are_asked_once_and_recorded(open_window, qtbot, engine, scan_file):
    from facewright.app.scanning import SIDES_CONFIRMED

    window = open_window(head=False)
    panel = window.panels["scan"]
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.document.registration is not None)
    assert not panel.sides.isHidden()
    panel.sides_right.click()
    assert panel.sides.isHidden()
    assert SIDES_CONFIRMED in window.document.scan_source.notes
    assert window.document.history.undo_name == "Confirm left and right"
    panel.again.click()
    qtbot.waitUntil(lambda: len(engine.calls) == 2 and not window.jobs.busy)
    assert panel.sides.isHidden()  # known from before
    window.document.jump(0)
    assert not panel.sides.isHidden()


def test_a_mirrored_scan_is_registered_anew_and_noted(open_window, qtbot, engine, scan_file):
    from facewright.engine.scans.standing import MIRRORED

    window = open_window(head=False)
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.document.registration is not None)
    before = window.document.scan
    window.panels["scan"].mirror.click()
    qtbot.waitUntil(lambda: len(engine.calls) == 2 and not window.jobs.busy)
    after = window.document.scan
    assert np.allclose(after.vertices, before.vertices * [-1, 1, 1])
    assert MIRRORED in window.document.scan_source.notes
    assert window.panels["scan"].sides.isHidden()
    assert window.document.history.undo_name == "Register again"


def test_a_scan_without_a_face_is_rescued_by_landmarks(
    open_window, qtbot, engine, scan_file, monkeypatch
):
    """No face is found; the landmarks placed by hand go to the registration."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    from facewright.app.dialogs.unit import UnitDialog

    engine.found = InputError("No face was found on visitor.ply: place landmarks by hand.")
    window = open_window(head=False)
    window.files.open([scan_file])
    qtbot.waitUntil(lambda: window.files.scans.waiting is not None)
    for dialog in window.findChildren(UnitDialog):
        dialog.reject()
    window.raise_panel("landmarks")
    panel, view = window.panels["landmarks"], window.viewport
    qtbot.waitUntil(lambda: view.pictures > 0)
    panel.which.setCurrentIndex(1)
    panel.sync()
    assert panel.isEnabled()
    assert not panel.register.isEnabled()
    assert "Place at least" in panel.register.toolTip()
    panel.guide.click()
    asked = window.tools.current.queue
    assert len(asked) == 3  # the toy head has no more
    monkeypatch.setattr("facewright.app.panels.landmarks.FEWEST", len(asked))
    middle = QPoint(view.width() // 2, view.height() // 2)
    for by in (QPoint(-30, -30), QPoint(30, -30), QPoint(0, 30)):
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=middle + by)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle + by)
    placed = window.tools.current.placed
    assert placed.names == asked
    assert np.linalg.norm(placed.positions, axis=1).min() > 50  # on the scan's own surface
    panel.register.click()
    qtbot.waitUntil(lambda: window.document.is_open)
    assert engine.landmarks.names == asked
    assert window.tools.current is None

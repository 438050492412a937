"""What a hand does with sliders of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from facewright.app.widgets.slider import NamedSlider


def drag(slider: NamedSlider, to: float, *, release: bool = True) -> None:
    """Drag the handle as a hand does, in steps, once the slider lies where it will stay."""
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    y = slider.height() // 2
    start, end = (int(slider.position_of(number)) for number in (slider.number, to))
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(start, y))
    for step in range(1, 9):
        QTest.mouseMove(slider, QPoint(start + (end - start) * step // 8, y))
        QApplication.processEvents()
    if release:
        QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(end, y))
        QApplication.processEvents()


def drag_age(window) -> None:
    window.raise_panel("subject")
    drag(window.panels["subject"].age.control("years"), 55.0)

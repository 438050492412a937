"""What the monkey does with a single control: clicks, drags, keys, turns of the wheel, words."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

T = TypeVar("T")

TEXTS = ("", "nose", "  ", "1,5", "-1e309", "nan", "12 mm", "(2+3)*4", "0/0", "%s {} <b>x</b>",
         "ÄÖ漢字🙂", "\\", ".*[", "a" * 300, "\t", "-999999999999", "mouth smile")  # fmt: skip
KEYS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Space,
        Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
        Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Delete,
        Qt.Key.Key_Backspace, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_1, Qt.Key.Key_L,
        Qt.Key.Key_K, Qt.Key.Key_G, Qt.Key.Key_S, Qt.Key.Key_F2, Qt.Key.Key_QuoteLeft)  # fmt: skip
MODIFIERS = (Qt.KeyboardModifier.NoModifier,) * 3 + (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


class Vanished(Exception):
    """What was in hand is gone, as when a list is made anew while one of its rows is dragged."""


def pick(options: Sequence[T], rng: random.Random) -> T:
    """Choose with one draw, so that the next draw does not depend on how many there are."""
    return options[int(rng.random() * len(options))]


class Hands:
    """Uses controls as its generator says; who holds it may give it another one."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def _pick(self, options: Sequence[T]) -> T:
        return pick(options, self._rng)

    def _place(self, widget: QWidget) -> QPoint:
        """Return a place in a widget, more often near its middle, where the head is."""
        across, down = (0.5 + 0.22 * self._rng.gauss() for _ in range(2))
        x, y = (min(max(share, 0.0), 0.999) for share in (across, down))
        if not isValid(widget):
            raise Vanished
        return QPoint(int(x * widget.width()), int(y * widget.height()))

    def _use(self, widget: QWidget) -> None:
        if isinstance(widget, QAbstractButton):
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())
        elif isinstance(widget, QAbstractSlider):
            self._slide(widget)
        elif isinstance(widget, QComboBox):
            widget.setFocus()
            QTest.keyClick(widget, self._pick((Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_End)))
        elif isinstance(widget, QLineEdit):
            self._type(widget)
        elif isinstance(widget, QTabBar):
            widget.setCurrentIndex(self._rng.randrange(max(widget.count(), 1)))
        elif isinstance(widget, QAbstractItemView):
            self._use_list(widget)

    def _slide(self, widget: QAbstractSlider) -> None:
        way = self._pick(("drag", "drag", "keys", "double-click", "wheel", "menu"))
        start = self._place(widget)
        if way == "drag":
            QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
            for _ in range(3):
                QTest.mouseMove(widget, self._place(widget))
                QApplication.processEvents()
            QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=self._place(widget))
        elif way == "keys":
            widget.setFocus()
            for _ in range(3):
                QTest.keyClick(widget, self._pick(KEYS[5:]), self._pick(MODIFIERS))
        elif way == "double-click":
            QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, pos=start)
        elif way == "wheel":
            widget.setFocus()
            self._wheel(widget, start)
        else:
            QTest.mouseClick(widget, Qt.MouseButton.RightButton, pos=start)

    def _type(self, field: QLineEdit) -> None:
        field.setFocus()
        field.selectAll()
        for letter in self._pick(TEXTS):
            QTest.keyClick(field, letter) if letter.isascii() else field.insert(letter)
        QTest.keyClick(field, self._pick((Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab)))

    def _use_list(self, view: QAbstractItemView) -> None:
        at = self._place(view.viewport())
        way = self._pick(("click", "click", "double-click", "keys", "menu"))
        inside = view.viewport()
        if way == "click":
            QTest.mouseClick(inside, Qt.MouseButton.LeftButton, self._pick(MODIFIERS), at)
        elif way == "double-click":
            QTest.mouseDClick(inside, Qt.MouseButton.LeftButton, pos=at)
        elif way == "keys":
            view.setFocus()
            QTest.keyClick(view, self._pick(KEYS), self._pick(MODIFIERS))
        else:
            QTest.mouseClick(inside, Qt.MouseButton.RightButton, pos=at)

    def _wheel(self, widget: QWidget, at: QPoint) -> None:
        turn = QPoint(0, self._pick((-240, -120, 120, 240)))
        event = QWheelEvent(
            QPointF(at), QPointF(widget.mapToGlobal(at)), QPoint(), turn,
            Qt.MouseButton.NoButton, self._pick(MODIFIERS), Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)

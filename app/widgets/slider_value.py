"""The number behind a slider: previewed while it changes, committed once."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractSlider, QWidget

from facewright.app.timers import pause
from facewright.app.widgets.limits import Range, differs

PAGE = 5
"""Steps of the Page keys."""

_PER_UNIT = 1000  # QAbstractSlider counts in integers; a thousandth is finer than any screen
_COMMIT_AFTER_MS = 500  # keys and wheel turns that follow each other sooner are one step


class SliderValue(QAbstractSlider):
    """A number in a range that people change by drags, keys and typing.

    Parameters
    ----------
    limits : Range
    parent : QWidget or None

    Attributes
    ----------
    moved : Signal(float)
        A value to preview.
    committed : Signal(float)
        A value to keep as one step.
    locked : bool
        Whether it stays as it is, whoever wants to change it.
    """

    moved = Signal(float)
    committed = Signal(float)

    def __init__(self, limits: Range, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.limits = limits
        self.locked = False
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(round(limits.low * _PER_UNIT), round(limits.high * _PER_UNIT))
        self.setSingleStep(max(round(limits.step * _PER_UNIT), 1))
        self.setPageStep(PAGE * self.singleStep())
        self.setValue(round(limits.default * _PER_UNIT))
        self._ends = limits.low, limits.high
        self._before = self.number
        self._pause = pause(_COMMIT_AFTER_MS, self.commit, self)

    @property
    def number(self) -> float:
        """The value."""
        return float(self.value()) / _PER_UNIT

    @property
    def held(self) -> bool:
        """Whether a hand drags it."""
        return False

    def show_number(self, number: float) -> None:
        """Set the value without telling anyone; a hand that drags has the last word."""
        if self.held or self._pause.isActive():
            return
        self._make_room(number)
        self._set(number)
        self._before = self.number

    def set_default(self, number: float) -> None:
        """Say where the slider stands when nothing is changed."""
        self._change_limits(replace(self.limits, default=number))

    def set_effect(self, millimetres: float) -> None:
        """Say how many millimetres one unit is; 0 for not known."""
        self._change_limits(replace(self.limits, effect=millimetres))

    def set_measured(self, millimetres: float | None) -> None:
        """Say what it measures that the slider changes; None for nothing."""
        self._change_limits(replace(self.limits, measured=millimetres))

    def change(self, number: float) -> None:
        """Preview and commit a value at once."""
        if self.locked:
            return
        self._set(number)
        self.moved.emit(self.number)
        self.commit()

    def reset(self) -> None:
        """Go back to the default as one step."""
        if differs(self.number, self.limits) or self._before != self.number:
            self.change(self.limits.default)

    def preview(self, number: float) -> None:
        """Try a value; it is kept by `commit`."""
        self._pause.stop()
        before = self.value()
        self._set(number)
        if self.value() != before:
            self.moved.emit(self.number)

    def nudge(self, steps: float) -> None:
        """Try a value some steps away; it is kept when no other follows soon."""
        self.preview(self.number + steps * self.limits.step_at(self.number))
        self._pause.start()

    def keep(self) -> None:
        """Commit what was nudged, without waiting."""
        if self._pause.isActive():
            self.commit()

    def commit(self) -> None:
        """Keep the value that stands there; a drag is kept when it ends."""
        self._pause.stop()
        if not self.held and self.number != self._before:
            self._before = self.number
            self.committed.emit(self.number)

    # -- inside ------------------------------------------------------------------------------

    def _describe(self) -> None:
        """Tell screen readers the value as it is shown."""
        self.setAccessibleDescription(f"{self.number:g}")

    def _change_limits(self, limits: Range) -> None:
        if limits != self.limits:
            self.limits = limits
            blocked = self.blockSignals(True)
            self.setRange(round(limits.low * _PER_UNIT), round(limits.high * _PER_UNIT))
            self.blockSignals(blocked)
            self._describe()
            self.update()

    def _make_room(self, number: float) -> None:
        """Widen a range of standard deviations while the number is beyond it, as a typed mm is."""
        low, high = self._ends
        if self.limits.unit == "sd" and low == -high:
            high = max(high, float(math.ceil(abs(number) - 5e-4)))
            self._change_limits(replace(self.limits, low=-high, high=high))

    def _set(self, number: float) -> None:
        before = self.value()
        blocked = self.blockSignals(True)
        self.setValue(round(number * _PER_UNIT))
        self.blockSignals(blocked)
        if self.value() != before:
            self._describe()
            self.update()

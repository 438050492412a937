"""What a slider may hold."""

from __future__ import annotations

from dataclasses import dataclass

from facewright.app.widgets.numbers import INFANT_YEARS, beside, shown
from facewright.engine.edits.base import Slider

_GROWN = 18.0
AGE_MARKS = (1.0, 5.0, 18.0, 40.0, 65.0, 90.0)


@dataclass(frozen=True)
class Range:
    """Limits, default and step of a number, and how it is shown.

    Attributes
    ----------
    low, high, default, step : float
    unit : str
        "sd", "years", "share", "count" or "".
    usual : tuple of two float, or None
        Where ordinary values lie; shaded.
    ends : tuple of two str, or None
        What the low and the high end mean; written under them.
    effect : float
        Millimetres for one unit, shown beside the value and understood when typed; 0 for none.
    curve : float
        How places on the bar go with numbers: share of the bar = share of the range ** curve.
        Below 1 the low end has more room than its share.
    marks : tuple of float
        Numbers that are written under the bar.
    measured : float or None
        What the slider changes, as it measures now, in mm: shown beside the value, and another
        can be typed.
    no_length : str
        Why no length can be typed, where one might be expected.
    """

    low: float
    high: float
    default: float = 0.0
    step: float = 0.1
    unit: str = ""
    usual: tuple[float, float] | None = None
    ends: tuple[str, str] | None = None
    effect: float = 0.0
    curve: float = 1.0
    marks: tuple[float, ...] = ()
    measured: float | None = None
    no_length: str = ""

    def share_of(self, number: float) -> float:
        """Return the place of `number` on the bar, 0 to 1."""
        share = (number - self.low) / (self.high - self.low)
        return float(min(max(share, 0.0), 1.0) ** self.curve)

    def number_at(self, share: float) -> float:
        """Return the number at a place on the bar, 0 to 1."""
        inside = min(max(share, 0.0), 1.0)
        return self.low + float(inside ** (1.0 / self.curve)) * (self.high - self.low)

    def said(self, number: float) -> str:
        """Return the number as it stands beside a slider: "1.50 σ", "45 % female"."""
        if self.ends is None or self.low != -self.high:
            return shown(number, self.unit)
        share = shown(abs(number) / self.high, "share")
        return f"{share} {self.ends[number > 0].lower()}" if differs(number, self) else share

    def other(self, number: float) -> str:
        """Return the number's other measure, in mm; nothing where there is none."""
        if self.measured is not None:
            return shown(self.measured, "mm")
        return beside(number, self.effect)

    def step_at(self, number: float) -> float:
        """Return what an arrow key adds at `number`; infants grow by months."""
        if self.unit == "years" and number < INFANT_YEARS:
            return min(self.step, 1.0 / 12.0)
        return self.step

    def rounded(self, number: float) -> float:
        """Return what a hand that drags to `number` means: people say ages in whole steps."""
        if self.unit != "years":
            return number
        grain = 1.0 / 12.0 if number < INFANT_YEARS else 0.5 if number < _GROWN else 1.0
        return min(max(grain * round(number / grain), self.low), self.high)


def years(low: float, high: float, default: float, step: float) -> Range:
    """Return a range of ages: the first years have the room that their growth asks for."""
    marks = tuple(mark for mark in AGE_MARKS if low < mark <= high)
    return Range(low, high, default, step, "years", curve=0.5, marks=marks)


def range_of(control: Slider, *, whole: bool = False) -> Range:
    """Return the range of a field of a step; `whole` where it counts."""
    if control.unit == "years":
        return years(control.low, control.high, control.low, control.step)
    unit = "count" if whole else control.unit
    return Range(control.low, control.high, 0.0, control.step, unit, ends=control.ends)


def differs(number: float, limits: Range) -> bool:
    """Return whether a number is not the default, as far as can be seen."""
    return abs(number - limits.default) > 0.0005

"""Numbers, ages and regions as reports write them."""

from __future__ import annotations

import math
from datetime import datetime

from facewright.engine.face import Subject
from facewright.engine.measure.comparison import Comparison
from facewright.engine.reports.html import Markup, table

MINUS = "−"
NONE = "–"
"""What stands where there is no number."""
REGIONS = ("nose", "upper_lip", "lower_lip", "rest", "face")
SIDE_WORDS = {"left": "left", "right": "right", "both": "both sides"}


def number(value: float, unit: str = "", *, sign: bool = False) -> str:
    """Return a measure with its unit: two digits, or one with its sign."""
    if not math.isfinite(value):
        return NONE
    shown = round(value, 1 if sign else 2) + 0.0  # no "-0.00"
    text = f"{shown:+.1f}{unit}" if sign else f"{shown:.2f}{unit}"
    return text.replace("-", MINUS)


def scale_words(limit: float) -> str:
    """Return what the colours of a change mean."""
    return f"red outward, blue inward, full colour at {limit:.1f} mm"


def side_words(side: str) -> str:
    """Return which side has the cleft."""
    return SIDE_WORDS.get(side, side)


def age_words(subject: Subject) -> str:
    """Return an age in months or years."""
    age = subject.age
    if age.origin == "unknown":
        return "not said"
    words = f"{12 * age.value:.0f} months" if age.value < 2 else f"{age.value:.1f} years"
    return words if age.origin == "given" else f"{words} (estimated)"


def when(made: datetime) -> str:
    """Return a day and time."""
    return made.strftime("%Y-%m-%d %H:%M")


def change_rows(change: Comparison) -> Markup:
    """Return a table of what changed, by region."""
    found = change.summary["regions"]
    rows = [
        (
            name.replace("_", " ").capitalize(),
            *(f"{found[name][key]:.2f}" for key in ("mean", "p95", "max")),
            f"{found[name]['signed_mean']:+.2f}".replace("-", MINUS),
        )
        for name in REGIONS
        if name in found
    ]
    header = ("Region", "Mean (mm)", "95 % within", "Largest", "Mean outward")
    return table(header, rows, 4)

"""What a slider may hold."""

from __future__ import annotations

from dataclasses import dataclass


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
    """

    low: float
    high: float
    default: float = 0.0
    step: float = 0.1
    unit: str = ""
    usual: tuple[float, float] | None = None
    ends: tuple[str, str] | None = None

"""Numbers, days and traits as JSON holds them, checked when they are read."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import numpy as np

from facewright.engine.face import Origin, Trait
from facewright.engine.files.archive import Damaged


def plain(value: float) -> float | str:
    """Return a float; JSON has no word for those that are not finite, so they become text."""
    number = float(value)
    return number if np.isfinite(number) else str(number)


def real(value: Any) -> float:
    """Return the number that `plain` wrote."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Damaged("a number is missing")
    return float(value)


def day(value: Any) -> str:
    """Return a day in ISO form, or nothing."""
    return date.fromisoformat(value).isoformat() if value else ""


def whole(value: Any) -> int:
    """Return a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Damaged("a whole number is missing")
    return value


def plain_trait(trait: Trait) -> list[Any]:
    """Return a trait's value and origin."""
    return [plain(trait.value), trait.origin]


def as_trait(data: Any) -> Trait:
    """Return the trait that `plain_trait` wrote."""
    value, origin = data
    if origin not in get_args(Origin):
        raise Damaged("a trait has an unknown origin")
    return Trait(real(value), origin)

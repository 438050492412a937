"""Sizing a brush by moving the mouse, as Blender does: its ring stays where it is and grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from facewright.app.tools.base import Hit

if TYPE_CHECKING:
    from facewright.viewer.pointer import Pointer

Dial = Literal["radius", "strength"]

WHOLE = 200.0
"""Pixels that take the strength from nothing to all."""


@dataclass(frozen=True, eq=False)
class Sizing:
    """What is being set, and where from.

    Attributes
    ----------
    dial : str
        "radius" or "strength".
    before : float
        What it was: what giving up goes back to.
    pointer : Pointer
        Where the mouse was.
    hit : Hit
        Where the ring stays.
    limits : (low, high)
    """

    dial: Dial
    before: float
    pointer: Pointer
    hit: Hit
    limits: tuple[float, float]

    def at(self, pointer: Pointer) -> float:
        """Return the value with the mouse at `pointer`: more to the right, less to the left."""
        way = pointer.x - self.pointer.x
        unit = self.pointer.millimetres_per_pixel if self.dial == "radius" else 1.0 / WHOLE
        return float(np.clip(self.before + unit * way, *self.limits))

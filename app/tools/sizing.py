"""Sizing a brush by moving the mouse, as Blender does: its ring stays where it is and grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from facewright.app.errors import Message
from facewright.app.tools.base import Hit, Tool

if TYPE_CHECKING:
    from facewright.app.workbench import Workbench
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


class SizedTool(Tool):
    """A tool with a brush that the mouse sizes between `size` and a click; `cancel` gives it up.

    Those made of it show their brush in `reach`, hand it out by `dialled` and take it by `dial`.
    They ask `sizes` first when the mouse moves and `keeps_size` when it is pressed.

    Attributes
    ----------
    dials : tuple of str
        What can be set.
    radii : (low, high)
        Mm.
    """

    dials: ClassVar[tuple[Dial, ...]] = ("radius", "strength")
    radii: ClassVar[tuple[float, float]]

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._over: tuple[Pointer, Hit] | None = None  # where on the head the mouse was last
        self._sizing: Sizing | None = None

    def dialled(self, dial: Dial) -> float:
        """Return the radius or the strength."""
        raise NotImplementedError

    def dial(self, dial: Dial, value: float) -> None:
        """Set the radius or the strength."""
        raise NotImplementedError

    def reach(self, hit: Hit, sizing: Sizing) -> None:
        """Draw the brush at `hit` while it is sized."""
        raise NotImplementedError

    def size(self, dial: Dial) -> None:
        """Have the mouse set the radius or the strength, until a click keeps it."""
        self.cancel()
        if self._over is None:
            text = self.tr("Point at the head first: the brush is sized where the mouse is.")
            self.bench.tell(Message("info", text))
            return
        limits = self.radii if dial == "radius" else (0.0, 1.0)
        self._sizing = Sizing(dial, self.dialled(dial), *self._over, limits)
        self.reach(self._sizing.hit, self._sizing)

    @property
    def is_busy(self) -> bool:
        """Whether the mouse sets the brush."""
        return self._sizing is not None

    def enter(self) -> None:
        """Forget where the mouse was."""
        super().enter()
        self._over = None

    def sizes(self, pointer: Pointer, hit: Hit | None) -> bool:
        """Follow the mouse; return whether it sets the brush."""
        if self._sizing is None:
            self._over = self._over if hit is None else (pointer, hit)
            return False
        self.dial(self._sizing.dial, self._sizing.at(pointer))
        self.reach(self._sizing.hit, self._sizing)
        return True

    def keeps_size(self, pointer: Pointer, hit: Hit | None) -> bool:
        """Keep the brush as it was sized; return whether there was one."""
        was, self._sizing = self._sizing, None
        if was is not None:
            self.hover(pointer, hit)
        return was is not None

    def menu(self, pointer: Pointer, hit: Hit | None) -> bool:
        """Give up sizing the brush."""
        was = self.is_busy
        self.cancel()
        return was

    def cancel(self) -> None:
        """Have the brush that there was before it was sized."""
        was, self._sizing = self._sizing, None
        if was is not None:
            self.dial(was.dial, was.before)
            self.hover(was.pointer, was.hit)
        super().cancel()

    def leave(self) -> None:
        """Give up what is under way before the overlay goes."""
        self.cancel()
        super().leave()

    def said(self, dial: Dial) -> str:
        """Return what stands beside the ring."""
        if dial == "radius":
            return self.tr("{:.0f} mm").format(self.dialled(dial))
        return self.tr("{:.0f} %").format(100 * self.dialled(dial))

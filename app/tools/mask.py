"""Painting the mask: a brush that adds or takes away, and a lasso."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from facewright.app.tools.base import Hit, Tool
from facewright.app.tools.sizing import Dial, SizedTool, Sizing
from facewright.engine.arrays import DoubleArray, FloatArray, frozen
from facewright.engine.geometry.brush import Falloff, faded, skin_of
from facewright.engine.geometry.masking import in_lasso, seen_from
from facewright.viewer.overlay import Marker, Overlay, Ring

if TYPE_CHECKING:
    from facewright.app.workbench import Workbench
    from facewright.engine.mesh import Mesh
    from facewright.viewer.pointer import Pointer

DABS_PER_RADIUS = 3.0
"""Dabs a stroke leaves on its way, for each radius of it: closer ones cannot be told apart."""
RADII = (2.0, 80.0)


@dataclass(frozen=True)
class MaskBrush:
    """How the mask is painted.

    Attributes
    ----------
    radius : float
        Mm along the surface.
    strength : float
        Value in the middle of a dab.
    hard : bool
        Whether it has one value up to its rim.
    mirror : bool
        Whether the other side of the face gets the same.
    erase : bool
        Whether it takes away; holding Ctrl turns it round.
    through : bool
        Whether a lasso takes what lies behind as well.
    """

    radius: float = 12.0
    strength: float = 1.0
    hard: bool = False
    mirror: bool = False
    erase: bool = False
    through: bool = False


class _Masking(Tool):
    """What brush and lasso share: the mask that is being made, shown live, kept as one step.

    Attributes
    ----------
    brush : MaskBrush
    resized : Signal()
        The radius is another one by `resize`.
    """

    resized = Signal()

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.brush = MaskBrush()
        self._mask: FloatArray | None = None

    @property
    def skin(self) -> Mesh:
        """The skin as it is shown."""
        assert self.document.shown is not None
        return self.document.shown.head.skin

    def enter(self) -> None:
        """Show the mask from now on."""
        self.bench.stage.change(mask=True)

    def leave(self) -> None:
        """Give up a stroke in progress."""
        super().leave()
        self.cancel()

    def cancel(self) -> None:
        """Show the mask as it was."""
        if self._mask is not None:
            self._mask = None
            self.bench.stage.show_mask(self.document.project.mask)

    def _begin(self) -> FloatArray:
        before = self.document.project.mask
        count = self.skin.topology.count
        return np.zeros(count, np.float32) if before is None else before

    def _show(self, mask: FloatArray) -> None:
        self._mask = mask
        self.bench.stage.show_mask(mask)

    def _keep(self, name: str) -> None:
        mask, self._mask = self._mask, None
        if mask is not None:
            keep_mask(self.bench, name, mask)

    def _with_mirror(self, amount: FloatArray) -> FloatArray:
        other = self.skin.topology.mirror
        if not self.brush.mirror or other is None:
            return amount
        return np.asarray(np.maximum(amount, amount[other]))


class PaintMask(SizedTool, _Masking):
    """Paints the mask with a round brush whose reach is measured along the skin."""

    id = "mask"
    label = "Paint mask"
    hint = "Drag over the head to paint the mask. Ctrl erases, F sets the size."
    dials = ("radius",)
    radii = RADII

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._stroke: FloatArray | None = None
        self._last: Pointer | None = None
        self._erase = False

    def resize(self, factor: float) -> None:
        """Change the radius."""
        self.dial("radius", float(np.clip(self.brush.radius * factor, *RADII)))

    def dialled(self, dial: Dial) -> float:
        """Return the radius."""
        return self.brush.radius

    def dial(self, dial: Dial, value: float) -> None:
        """Set the radius."""
        self.brush = replace(self.brush, radius=value)
        self.resized.emit()

    def reach(self, hit: Hit, sizing: Sizing) -> None:
        """Draw the ring."""
        mark = Marker(hit.position, self.said(sizing.dial), "chosen")
        ring = Ring(hit.position, hit.normal, self.brush.radius)
        self.bench.stage.overlay(self.id, Overlay(rings=(ring,), markers=(mark,)))

    def hover(self, pointer: Pointer, hit: Hit | None) -> None:
        """Show the reach of the brush."""
        if not self.sizes(pointer, hit):
            rings = () if hit is None else (Ring(hit.position, hit.normal, self.brush.radius),)
            self.bench.stage.overlay(self.id, Overlay(rings=rings))

    def press(self, pointer: Pointer, hit: Hit | None) -> bool:
        """Begin a stroke on the head, or keep the brush that was sized."""
        if self.keeps_size(pointer, hit):
            return True
        if hit is None:
            return False
        self._erase = self.brush.erase != pointer.control
        self._stroke = np.zeros(self.skin.topology.count, np.float32)
        self._last = pointer
        self._dab(hit)
        return True

    def drag(self, pointer: Pointer, hit: Hit | None) -> None:
        """Dab along the way from the last place."""
        if self._stroke is None:
            return
        for between in self._way(pointer):
            found = self.bench.tools.hit(between, refresh=False)
            if found is not None:
                self._dab(found)
        self._last = pointer
        self.hover(pointer, hit)

    def release(self, pointer: Pointer, hit: Hit | None) -> None:
        """Keep the stroke."""
        if self._stroke is None:
            return
        self._stroke = self._last = None
        self._keep(self.tr("Erase mask") if self._erase else self.tr("Paint mask"))

    def cancel(self) -> None:
        """Forget the stroke."""
        self._stroke = self._last = None
        super().cancel()

    def _way(self, pointer: Pointer) -> list[Pointer]:
        """Return the pointer at every dab from the last one to this one."""
        last = self._last
        if last is None:
            return [pointer]
        pixels = float(np.hypot(pointer.x - last.x, pointer.y - last.y))
        apart = self.brush.radius / DABS_PER_RADIUS / max(pointer.millimetres_per_pixel, 1e-6)
        steps = int(np.clip(np.ceil(pixels / max(apart, 1.0)), 1, 64))
        shares = np.arange(1, steps + 1) / steps
        return [
            replace(
                pointer,
                origin=last.origin + share * (pointer.origin - last.origin),
                ray=last.ray + share * (pointer.ray - last.ray),
            )
            for share in shares
        ]

    def _dab(self, hit: Hit) -> None:
        assert self._stroke is not None
        skin = self.skin
        rows, distances = skin_of(skin.topology).within(
            skin.vertices.astype(np.float64),
            skin.topology.faces[hit.triangle],
            hit.weights,
            self.brush.radius,
        )
        shape: Falloff = "constant" if self.brush.hard else "smooth"
        amount = self.brush.strength * faded(shape, distances / self.brush.radius)
        self._stroke[rows] = np.maximum(self._stroke[rows], amount)
        self._show(combined(self._begin(), self._with_mirror(self._stroke), self._erase))


class Lasso(_Masking):
    """Adds what a line drawn around it on the screen encloses; Ctrl takes it away."""

    id = "lasso"
    label = "Lasso"
    hint = "Draw around the part to mask it. Ctrl takes it out of the mask."

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._line: list[tuple[float, float]] = []

    def press(self, pointer: Pointer, hit: Hit | None) -> bool:
        """Begin the line, on the head or beside it."""
        self._line = [(pointer.x, pointer.y)]
        return True

    def drag(self, pointer: Pointer, hit: Hit | None) -> None:
        """Go on with the line."""
        self._line.append((pointer.x, pointer.y))
        self.bench.stage.overlay(self.id, Overlay(lasso=np.array([*self._line, self._line[0]])))

    def release(self, pointer: Pointer, hit: Hit | None) -> None:
        """Mask what the line encloses."""
        line, self._line = np.array(self._line), []
        self.bench.stage.overlay(self.id, None)
        if len(line) < 3 or np.ptp(line, axis=0).max() < 4:
            return
        erase = self.brush.erase != pointer.control
        chosen = enclosed(self.skin, pointer, line, through=self.brush.through)
        self._show(combined(self._begin(), self._with_mirror(chosen), erase))
        self._keep(self.tr("Take out by lasso") if erase else self.tr("Mask by lasso"))

    def cancel(self) -> None:
        """Forget the line."""
        self._line = []
        self.bench.stage.overlay(self.id, None)
        super().cancel()


def enclosed(skin: Mesh, pointer: Pointer, line: DoubleArray, *, through: bool) -> FloatArray:
    """Return the `(V,)` mask of what a closed line of pixels encloses.

    `through` takes what lies behind as well as what is seen.
    """
    inside = in_lasso(pointer.project(skin.vertices), line)
    if not through and inside.any():
        inside &= seen_from(skin.vertices, skin.topology.faces, pointer.eye)
    return inside.astype(np.float32)


def combined(before: FloatArray, amount: FloatArray, erase: bool) -> FloatArray:
    """Return a mask with `amount` added, or taken away."""
    if erase:
        return frozen(np.minimum(before, 1.0 - amount))
    return frozen(np.maximum(before, amount))


def keep_mask(bench: Workbench, name: str, mask: FloatArray | None) -> None:
    """Make `mask` the project's, as one step of the history; one that is empty goes."""
    document = bench.document
    kept = None if mask is None or not mask.any() else frozen(mask)
    if kept is None and document.project.mask is None:
        bench.stage.show_mask(None)
        return
    document.apply(name, replace(document.project, mask=kept))

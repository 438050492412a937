"""Sculpting: brushes that follow the hand, one step of the history for each stroke."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from facewright.app.errors import Message
from facewright.app.tools.base import Hit
from facewright.app.tools.layer import acting, in_head, layer_of
from facewright.app.tools.sizing import Dial, SizedTool, Sizing
from facewright.engine.edits.sculpt import Sculpt
from facewright.engine.edits.strokes import Confinement, Spot, Stroke
from facewright.engine.geometry.brush import Brush, Kind, rehearse, rims, skin_of
from facewright.viewer.overlay import Line, Marker, Overlay

if TYPE_CHECKING:
    from facewright.app.workbench import Workbench
    from facewright.engine.arrays import DoubleArray
    from facewright.engine.mesh import Mesh
    from facewright.engine.progress import Progress
    from facewright.viewer.pointer import Pointer

RADII = (3.0, 80.0)
DABS_PER_RADIUS = 4.0
"""Dabs a stroke leaves on its way, for each radius of it."""
MOST_DABS = 12
"""Dabs between two moves of the mouse: a hand that jumps must not make the picture wait."""
STRENGTHS: dict[Kind, float] = {
    "grab": 1.0,
    "smooth": 0.5,
    "inflate": 0.5,
    "flatten": 0.5,
    "restore": 0.5,
}


_BRUSH = Brush()


@dataclass(frozen=True)
class Hand:
    """How the user sculpts.

    Attributes
    ----------
    brush : Brush
        `invert` is what holding Ctrl turns round.
    confinement : str
        "free", "mask" or "plausible".
    pressure : bool
        Whether a pen's pressure scales the strength.
    """

    brush: Brush = _BRUSH
    confinement: Confinement = "free"
    pressure: bool = True


class SculptTool(SizedTool):
    """Grabs, smooths, inflates, flattens and restores.

    Attributes
    ----------
    hand : Hand
        Set through `tune` and `take_up`.
    tuned : Signal(Hand)
    """

    id = "sculpt"
    radii = RADII
    label = "Sculpt"
    hint = (
        "Drag over the head. Shift smooths, Ctrl does the opposite, F sets the size and Shift+F "
        "the strength, X sculpts both sides."
    )
    tuned = Signal(object)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.hand = Hand()
        self._strengths = dict(STRENGTHS)
        self._stroke: Stroke | None = None
        self._index: int | None = None
        self._grip: Hit | None = None
        self._last: Pointer | None = None
        self._since = 0.0  # mm since the last dab
        self._moved = False
        self._ready = False

    # -- how ---------------------------------------------------------------------------------

    def take_up(self, kind: Kind) -> None:
        """Choose a brush; each keeps its own strength."""
        self.tune(kind=kind, strength=self._strengths[kind])

    def tune(self, **fields: object) -> None:
        """Change fields of the brush."""
        self.hand = replace(self.hand, brush=replace(self.hand.brush, **fields))  # type: ignore[arg-type]
        self._strengths[self.hand.brush.kind] = self.hand.brush.strength
        self.tuned.emit(self.hand)

    def confine(self, confinement: Confinement) -> None:
        """Choose what strokes stay inside of."""
        self.hand = replace(self.hand, confinement=confinement)
        self.tuned.emit(self.hand)

    def heed_pressure(self, on: bool) -> None:
        """Say whether a pen's pressure counts."""
        self.hand = replace(self.hand, pressure=on)
        self.tuned.emit(self.hand)

    def resize(self, factor: float) -> None:
        """Change the radius."""
        self.tune(radius=float(np.clip(self.hand.brush.radius * factor, *RADII)))

    def dialled(self, dial: Dial) -> float:
        """Return the radius or the strength."""
        return float(getattr(self.hand.brush, dial))

    def dial(self, dial: Dial, value: float) -> None:
        """Set the radius or the strength."""
        self.tune(**{dial: value})

    @property
    def reason(self) -> str:
        """Why a stroke would do nothing, in words; empty when it works."""
        if self.hand.confinement == "mask" and self.document.project.mask is None:
            return self.tr("Nothing is masked yet: paint a mask, or sculpt freely.")
        return ""

    # -- the drag ----------------------------------------------------------------------------

    def enter(self) -> None:
        """Have the loops of the brushes compiled by the time that the hand comes down."""
        super().enter()
        if not self._ready and self.document.shown is not None:
            self._ready = True
            skin = self.document.shown.head.skin

            def prepare(_progress: Progress) -> None:
                rehearse(skin)

            self.bench.jobs.start(self.tr("Getting the brushes ready"), prepare, key="brushes")

    def hover(self, pointer: Pointer, hit: Hit | None) -> None:
        """Show the reach of the brush, and of its image; set it while it is being sized."""
        if not self.sizes(pointer, hit):
            self.bench.stage.overlay(self.id, self._reach(hit, smoothing=pointer.shift))

    def press(self, pointer: Pointer, hit: Hit | None) -> bool:
        """Begin a stroke on the head, or keep the brush that was sized."""
        if self.keeps_size(pointer, hit):
            return True
        shown = self.document.shown
        if hit is None or shown is None:
            return False
        if self.reason:
            self.bench.tell(Message("check", self.reason))
            return False
        self._index, layer, before = layer_of(self.document, Sculpt)
        self._stroke = Stroke(
            layer,
            before,
            self.document.models,
            self._brush(pointer),
            confinement=self.hand.confinement,
            mask=self.document.project.mask,
            acting=acting(shown),
        )
        self._grip, self._last, self._moved, self._since = hit, pointer, False, 0.0
        if self._stroke.brush.kind == "grab":
            self._stroke.take(self._spot(hit))
        else:
            self._dab(pointer, hit)
            self._show()
        return True

    def drag(self, pointer: Pointer, hit: Hit | None) -> None:
        """Go on with the stroke and show it."""
        stroke, shown = self._stroke, self.document.shown
        if stroke is None or shown is None:
            return
        if stroke.brush.kind == "grab":
            stroke.drag(in_head(shown, self._way(pointer)))
            self._moved = True
        else:
            for between in self._between(pointer):
                found = self.bench.tools.hit(between, refresh=False)
                if found is not None:
                    self._dab(between, found)
        self._last = pointer
        self._show()
        self.document.flush()  # head and ring in one picture
        self.bench.stage.overlay(
            self.id, self._reach(self._grip if stroke.brush.kind == "grab" else hit)
        )

    def release(self, pointer: Pointer, hit: Hit | None) -> None:
        """Keep the stroke as one step."""
        stroke, self._stroke = self._stroke, None
        if stroke is None:
            return
        if self._moved and not stroke.is_idle:
            self.document.preview(self._index, stroke.layer)
            self.document.commit(self.names[stroke.brush.kind])
            return
        self.document.drop_preview()
        if not self._moved:
            return
        if stroke.is_masked_off:
            text = self.tr("Nothing moved: the stroke lay outside of the mask.")
            self.bench.tell(Message("info", text))
        elif stroke.brush.kind == "restore":
            text = self.tr("Nothing to restore: this part of the head is not sculpted.")
            self.bench.tell(Message("info", text))

    def cancel(self) -> None:
        """Show the head as it was before the stroke; have the brush that there was before."""
        super().cancel()
        if self._stroke is not None:
            self._stroke = None
            self.document.drop_preview()

    @property
    def names(self) -> dict[Kind, str]:
        """What the brushes are called."""
        return {
            "grab": self.tr("Grab"),
            "smooth": self.tr("Smooth"),
            "inflate": self.tr("Inflate"),
            "flatten": self.tr("Flatten"),
            "restore": self.tr("Restore"),
        }

    # -- inside ------------------------------------------------------------------------------

    def _brush(self, pointer: Pointer) -> Brush:
        brush = self.hand.brush
        if pointer.shift:
            return replace(brush, kind="smooth", strength=self._strengths["smooth"])
        return replace(brush, invert=brush.invert != pointer.control)

    def _spot(self, hit: Hit) -> Spot:
        return Spot(self._skin.topology.faces[hit.triangle], hit.weights)

    @property
    def _skin(self) -> Mesh:
        assert self.document.shown is not None
        return self.document.shown.head.skin

    def _dab(self, pointer: Pointer, hit: Hit) -> None:
        assert self._stroke is not None
        self._stroke.dab(self._spot(hit), pointer.pressure if self.hand.pressure else 1.0)
        self._moved = True

    def _show(self) -> None:
        if self._stroke is not None and self._moved:
            self.document.preview(self._index, self._stroke.layer)

    def reach(self, hit: Hit, sizing: Sizing) -> None:
        """Draw the ring, and a second one for its strength."""
        overlay, brush = self._reach(hit), self.hand.brush
        if sizing.dial == "strength":
            inner = replace(brush, radius=max(brush.radius * brush.strength, 0.5), mirror=False)
            overlay = replace(overlay, lines=overlay.lines + self._rims(inner, hit, "chosen"))
        mark = Marker(hit.position, self.said(sizing.dial), "chosen")
        self.bench.stage.overlay(self.id, replace(overlay, markers=(mark,)))

    def _way(self, pointer: Pointer) -> DoubleArray:
        """Return the drag in the plane through the grip that faces the eye, `(3,)` mm."""
        assert self._grip is not None
        anchor, toward = self._grip.position, np.cross(pointer.rightward, pointer.upward)
        length = float((anchor - pointer.origin) @ toward) / float(pointer.ray @ toward)
        return np.asarray(pointer.origin + length * pointer.ray - anchor)

    def _between(self, pointer: Pointer) -> list[Pointer]:
        """Return where dabs go on the way from the last place: evenly, however fast the hand."""
        last = self._last
        if last is None:
            return []
        pixels = float(np.hypot(pointer.x - last.x, pointer.y - last.y))
        length = pixels * pointer.millimetres_per_pixel
        apart = self.hand.brush.radius / DABS_PER_RADIUS
        places = np.arange(apart - self._since, length + 1e-9, apart)[:MOST_DABS]
        self._since = self._since + length if not len(places) else length - float(places[-1])
        return [
            replace(
                pointer,
                origin=last.origin + share * (pointer.origin - last.origin),
                ray=last.ray + share * (pointer.ray - last.ray),
            )
            for share in places / max(length, 1e-9)
        ]

    def _reach(self, hit: Hit | None, *, smoothing: bool = False) -> Overlay:
        """Return the rim of the brush on the skin, and that of its image."""
        if hit is None:
            return Overlay()
        tone = "quiet" if smoothing or self.reason else "guide"
        return Overlay(lines=self._rims(self.hand.brush, hit, tone))

    def _rims(self, brush: Brush, hit: Hit, tone: str) -> tuple[Line, ...]:
        topology = self._skin.topology
        skin, vertices = skin_of(topology), self._skin.vertices.astype(np.float64)
        corners = topology.faces[hit.triangle]
        spots = [(corners, tone)]
        if brush.mirror and topology.mirror is not None:
            spots.append((topology.mirror[corners], "quiet"))
        return tuple(
            Line(rim, tone=color)
            for where, color in spots
            for rim in rims(skin, vertices, where, hit.weights, brush.radius)
        )

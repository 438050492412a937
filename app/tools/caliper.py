"""Calipers: measure between points on the skin, straight, along it, as an angle or an area."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from psygnal import Signal

from facewright.app.timers import pause
from facewright.app.tools.base import Hit, Tool
from facewright.app.tools.landmarks import DEPTH, REACH
from facewright.engine.errors import FacewrightError
from facewright.engine.measure.calipers import FEWEST, Caliper, CaliperKind, Reading, read
from facewright.viewer.overlay import Line, Marker, Overlay

if TYPE_CHECKING:
    from facewright.app.workbench import Workbench
    from facewright.engine.arrays import DoubleArray, FloatArray, IntArray
    from facewright.engine.mesh import Mesh
    from facewright.engine.progress import Progress
    from facewright.viewer.pointer import Pointer

MOST = 40
"""Points of an area at most."""
_REST_MS = 120
"""How long a head must rest until ways along its skin are looked for again."""
_DRAGGED = 5.0
"""Pixels from which a press is a drag."""


class CaliperTool(Tool):
    """Sets calipers, moves their ends along the skin, and draws them while they are shown.

    Calipers belong to the project: each change is one step of its history. They measure the
    neutral head, as the table does, and are drawn on the head as it is seen.

    Attributes
    ----------
    told : Signal()
        Calipers, what they read, or which is chosen has changed.
    kind : str
        Of the caliper that the next points make.
    chosen : int
        The caliper that is looked at, -1 for none.
    visible : bool
        Whether they are drawn while another tool is in use.
    """

    id = "caliper"
    label = "Caliper"
    told = Signal()

    HINTS: ClassVar[dict[CaliperKind, str]] = {
        "straight": "Drag from one point of the skin to another: a straight distance.",
        "surface": "Drag from one point of the skin to another: the way along the skin.",
        "angle": "Click three points of the skin: the angle at the second.",
        "area": "Click points around an area, and the first one again to close it.",
    }

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.kind: CaliperKind = "straight"
        self.chosen = -1
        self.visible = True
        self._made: list[tuple[IntArray, DoubleArray]] = []
        self._held: tuple[int, int] | None = None  # caliper (-1: the one being made) and point
        self._moved: Caliper | None = None
        self._closing = False
        self._pressed = (0.0, 0.0)
        self._readings: dict[Caliper, tuple[object, Reading | None]] = {}
        self._rest = pause(_REST_MS, self._read_slow, self)
        self.document.head_changed.connect(self._head_changed)
        self.document.project_changed.connect(self._project_changed)

    @property
    def hint(self) -> str:  # type: ignore[override]
        """What to do next, by kind."""
        return self.tr(self.HINTS[self.kind])

    # -- what the panel asks for -------------------------------------------------------------

    @property
    def calipers(self) -> tuple[Caliper, ...]:
        """The project's."""
        return self.document.project.calipers if self.document.is_open else ()

    def reading(self, caliper: Caliper) -> Reading | None:
        """Return what a caliper reads; None where it cannot, or not yet."""
        known = self._readings.get(caliper)
        return None if known is None else known[1]

    def take_up(self, kind: CaliperKind) -> None:
        """Make the next caliper of this kind."""
        self.kind = kind
        self._made = []
        self.draw()

    def toggle(self, kind: CaliperKind) -> None:
        """Be in use for this kind, or be put down where that is so already."""
        tools = self.bench.tools
        if tools.current is self and self.kind == kind:
            tools.put_down()
            return
        in_use = tools.current is self
        self.take_up(kind)
        tools.use(self.id)
        if in_use:
            tools.changed.emit(self.id)  # the same tool, of another kind now

    def choose(self, index: int) -> None:
        """Look at a caliper."""
        self.chosen = index
        self.draw()

    def delete(self) -> None:
        """Take the chosen caliper away."""
        calipers = self.calipers
        if 0 <= self.chosen < len(calipers):
            rest = (*calipers[: self.chosen], *calipers[self.chosen + 1 :])
            self.chosen = -1
            self._keep(self.tr("Delete caliper"), rest)

    def rename(self, index: int, name: str) -> None:
        """Call a caliper `name`."""
        calipers = self.calipers
        if calipers[index].name != name:
            self._keep(
                self.tr("Rename caliper"),
                _with(calipers, index, replace(calipers[index], name=name)),
            )

    def show(self, on: bool) -> None:
        """Draw calipers also while another tool is in use, or not."""
        self.visible = on
        self.draw()

    # -- pointing ----------------------------------------------------------------------------

    def enter(self) -> None:
        """Show the calipers from now on."""
        self.draw()

    def leave(self) -> None:
        """Forget what is half set; the rest stays drawn."""
        self._made = []
        self._held = self._moved = None
        self.draw()

    def press(self, pointer: Pointer, hit: Hit | None) -> bool:
        """Take hold of an end, or set a point."""
        self._pressed = (pointer.x, pointer.y)
        self._closing = False
        near = self._near(pointer)
        if near is not None and near[0] < 0:
            self._closing = self.kind == "area" and near[1] == 0 and len(self._made) >= 3
            self._held = near
            return True
        if near is not None and not self._made:
            self._held, self._moved = near, self.calipers[near[0]]
            self.chosen = near[0]
            self.draw()
            return True
        if hit is None or len(self._made) >= MOST:
            return False
        self._add(hit)
        return True

    def drag(self, pointer: Pointer, hit: Hit | None) -> None:
        """Slide the end along the surface."""
        gap = np.hypot(pointer.x - self._pressed[0], pointer.y - self._pressed[1])
        if hit is None or self._held is None or gap < _DRAGGED:
            return
        self._closing = False
        index, point = self._held
        corners = self._corners(hit)
        if index >= 0:
            assert self._moved is not None
            self._moved = _with_point(self._moved, point, corners, hit.weights)
        elif len(self._made) == 1 and self.kind in ("straight", "surface"):
            self._add(hit)
        else:
            self._made[point] = (corners, np.asarray(hit.weights))
        self.draw()

    def release(self, pointer: Pointer, hit: Hit | None) -> None:
        """Keep where it is; the last point makes the caliper."""
        held, self._held = self._held, None
        moved, self._moved = self._moved, None
        if held is not None and held[0] >= 0 and moved is not None:
            if moved is not self.calipers[held[0]]:
                self._keep(self.tr("Move caliper"), _with(self.calipers, held[0], moved))
        elif self._closing or (self.kind != "area" and len(self._made) == FEWEST[self.kind]):
            caliper = self._making()
            self._made = []
            self.chosen = len(self.calipers)
            self._keep(self.tr("Caliper"), (*self.calipers, caliper))
        self.draw()

    def cancel(self) -> None:
        """Leave everything where it was."""
        self._held = self._moved = None
        self._made = []
        self.draw()

    # -- inside ------------------------------------------------------------------------------

    def _keep(self, name: str, calipers: tuple[Caliper, ...]) -> None:
        self.document.apply(name, replace(self.document.project, calipers=calipers))

    def _corners(self, hit: Hit) -> IntArray:
        assert self.document.shown is not None
        return np.asarray(self.document.shown.head.skin.topology.faces[hit.triangle], np.int32)

    def _add(self, hit: Hit) -> None:
        self._made.append((self._corners(hit), np.asarray(hit.weights)))
        self._held = (-1, len(self._made) - 1)
        self.draw()

    def _making(self) -> Caliper:
        corners, weights = zip(*self._made, strict=True)
        return Caliper.build(self.kind, np.stack(corners), np.stack(weights))

    def _near(self, pointer: Pointer) -> tuple[int, int] | None:
        """Return caliper and point under the pointer; -1 for the one that is being made."""
        shown = self.document.shown
        if shown is None:
            return None
        skin = shown.head.skin.vertices
        held = list(enumerate(self.calipers))
        if self._made:
            held.append((-1, self._making()))
        best, found = REACH, None
        for index, caliper in held:
            places = caliper.points.on(skin).positions
            gaps = np.linalg.norm(pointer.project(places) - [pointer.x, pointer.y], axis=1)
            depth = (places - pointer.eye) @ pointer.ray
            gaps[depth > depth.min() + DEPTH] = np.inf
            if gaps.min() < best:
                best, found = float(gaps.min()), (index, int(gaps.argmin()))
        return found

    # -- reading and drawing -----------------------------------------------------------------

    def _head_changed(self, _shown: object) -> None:
        if self.calipers or self._made:
            self._read()
            self.draw()

    def _project_changed(self) -> None:
        if self.chosen >= len(self.calipers):
            self.chosen = -1
        self._readings = {c: self._readings[c] for c in self.calipers if c in self._readings}
        self._read()
        self.draw()

    def _read(self) -> None:
        """Read what is quick now, and ways along the skin when the head rests."""
        shown = self.document.shown
        if shown is None:
            return
        for caliper in self.calipers:
            known = self._readings.get(caliper)
            if known is not None and known[0] is shown.face.mesh:
                continue
            if caliper.kind in ("straight", "angle"):
                self._readings[caliper] = (shown.face.mesh, _read_one(caliper, shown.face.mesh))
            else:
                self._rest.start()

    def _read_slow(self) -> None:
        """Read aside what is not known of the head that rests."""
        shown = self.document.shown
        if shown is None:
            return
        mesh = shown.face.mesh
        known = {c for c, (head, _) in self._readings.items() if head is mesh}
        waiting = [caliper for caliper in self.calipers if caliper not in known]

        def work(progress: Progress) -> dict[Caliper, tuple[object, Reading | None]]:
            found: dict[Caliper, tuple[object, Reading | None]] = {}
            for place, caliper in enumerate(waiting):
                progress(place / len(waiting), "")
                found[caliper] = mesh, _read_one(caliper, mesh)
            return found

        def done(found: dict[Caliper, tuple[object, Reading | None]]) -> None:
            self._readings |= found
            self.draw()

        self.bench.aside.start("", work, done, self.bench.files.fail, key="calipers")

    def draw(self) -> None:
        """Draw every caliper that is to be seen."""
        shown = self.document.shown
        used = self.bench.tools.current is self
        if shown is None or not (used or self.visible) or not (self.calipers or self._made):
            self.bench.stage.overlay(self.id, None)
            self.told.emit()
            return
        skin = shown.head.skin.vertices
        markers: list[Marker] = []
        lines: list[Line] = []
        for index, caliper in enumerate(self.calipers):
            tone = "chosen" if index == self.chosen else "plain"
            held = self._held is not None and self._held[0] == index and self._moved is not None
            if held:
                assert self._moved is not None
                self._draw_one(self._moved, None, skin, "moved", markers, lines)
            else:
                self._draw_one(caliper, self.reading(caliper), skin, tone, markers, lines)
        if self._made:
            self._draw_one(self._making(), None, skin, "moved", markers, lines)
        self.bench.stage.overlay(self.id, Overlay(tuple(markers), tuple(lines), through=True))
        self.told.emit()

    def _draw_one(
        self,
        caliper: Caliper,
        reading: Reading | None,
        skin: FloatArray,
        tone: str,
        markers: list[Marker],
        lines: list[Line],
    ) -> None:
        """Draw a caliper; without a reading its ends are joined straight, with what that reads."""
        points = caliper.points.on(skin).positions
        ends = points if self.bench.tools.current is self else points[:0]
        markers.extend(Marker(place, "", tone) for place in ends)
        shown = self.document.shown
        if reading is None and shown is not None and caliper.kind in ("straight", "angle"):
            reading = _read_one(caliper, shown.face.mesh)
        way = points if reading is None else reading.way.on(skin)
        if len(way) > 1:
            label = "" if reading is None else words_of(caliper, reading)
            closed = caliper.kind == "area" and tone != "moved"
            lines.append(Line(way, label, tone, closed=closed))


def _read_one(caliper: Caliper, mesh: Mesh) -> Reading | None:
    try:
        return read(caliper, mesh)
    except FacewrightError:
        return None


def words_of(caliper: Caliper, reading: Reading) -> str:
    """Return what a caliper reads, with its unit and name."""
    if not np.isfinite(reading.number):
        return ""
    number = f"{reading.number:.0f}" if caliper.unit == "mm²" else f"{reading.number:.1f}"
    gap = "" if caliper.unit == "°" else " "
    return f"{caliper.name + ': ' if caliper.name else ''}{number}{gap}{caliper.unit}"


def _with(calipers: tuple[Caliper, ...], index: int, caliper: Caliper) -> tuple[Caliper, ...]:
    return (*calipers[:index], caliper, *calipers[index + 1 :])


def _with_point(caliper: Caliper, point: int, corners: IntArray, weights: DoubleArray) -> Caliper:
    held, shares = caliper.points.corners.copy(), caliper.points.weights.copy()
    held[point], shares[point] = corners, weights
    return Caliper.build(caliper.kind, held, shares, caliper.name)

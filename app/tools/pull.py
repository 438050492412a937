"""Pulling points: the face follows as a plausible person would."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal
from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu

from facewright.app.tools.base import Hit, Tool
from facewright.app.tools.layer import in_head, layer_of
from facewright.engine.edits.pull import Pull, PulledPoint
from facewright.engine.geometry.brush import ACROSS
from facewright.engine.geometry.normals import normals_at
from facewright.viewer.overlay import Line, Marker, Overlay

if TYPE_CHECKING:
    from facewright.app.workbench import Workbench
    from facewright.engine.arrays import DoubleArray, IntArray
    from facewright.engine.face import Face
    from facewright.viewer.pointer import Pointer

NEAR = 14.0
"""Pixels within which a point is taken hold of."""
MISSED = 0.5
"""Mm from its place at which a line shows where a point should be."""


class PullTool(Tool):
    """Drags points of the skin; a click pins one.

    Attributes
    ----------
    mirror : bool
        Whether the other side is pulled alike.
    chosen : str
        Name of the point that lists and the view mark.
    picked : Signal(str)
        Another point was chosen.
    """

    id = "pull"
    label = "Pull a point"
    hint = (
        "Drag a point of the skin and the face follows. Click to pin a point where it is; "
        "right-click a point for more."
    )
    picked = Signal(str)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.mirror = False
        self.chosen = ""
        self._layer: tuple[int | None, Pull, Face] | None = None
        self._points: tuple[PulledPoint, ...] = ()
        self._anchor: DoubleArray = np.zeros(3)
        self._began: DoubleArray = np.zeros(3)
        self._moved = False

    # -- points ------------------------------------------------------------------------------

    def layer(self) -> tuple[int | None, Pull, Face]:
        """Return the position of the step that holds the points, the step, the face before it."""
        return layer_of(self.document, Pull)

    def points(self) -> tuple[PulledPoint, ...]:
        """Return the points as they are on the head that is seen."""
        if not self.document.is_open:
            return ()
        _, step, before = self.layer()
        return step.on(before, self.document.models)

    def choose(self, name: str) -> None:
        """Mark a point."""
        if name != self.chosen:
            self.chosen = name
            self.picked.emit(name)
            self._draw()

    def keep(self, name: str, points: tuple[PulledPoint, ...]) -> None:
        """Make `points` those of the step, as one step of the history called `name`."""
        index, step, before = self.layer()
        project = self.document.project
        if index is not None and not points:
            self.document.apply(name, project.without_edit(index))
            return
        changed = step.with_points(points, before, self.document.models)
        self.document.preview(index, changed)
        self.document.commit(name)

    def delete(self, name: str) -> None:
        """Take a point away; with the last one the step goes too."""
        rest = tuple(point for point in self.points() if point.name != name)
        self.keep(self.tr("Delete {}").format(name), rest)
        self.choose("")

    def pin(self, name: str) -> None:
        """Ask a point to stay where it is without the pull."""
        pinned = tuple(
            replace(point, move=(0.0, 0.0, 0.0)) if point.name == name else point
            for point in self.points()
        )
        self.keep(self.tr("Pin {}").format(name), pinned)

    def clear(self) -> None:
        """Take every point away."""
        self.keep(self.tr("Clear pulled points"), ())
        self.choose("")

    # -- the tool ----------------------------------------------------------------------------

    def enter(self) -> None:
        """Show the points."""
        self.document.head_changed.connect(self._draw)
        self.document.project_changed.connect(self._draw)  # a pin alone moves nothing
        self._draw()

    def leave(self) -> None:
        """Give up a drag in progress and hide the points."""
        self.document.head_changed.disconnect(self._draw)
        self.document.project_changed.disconnect(self._draw)
        self.cancel()
        super().leave()

    def press(self, pointer: Pointer, hit: Hit | None) -> bool:
        """Take hold of a point, or of the skin."""
        shown = self.document.shown
        if shown is None:
            return False
        points = self.points()
        index = self._nearest(pointer, points)
        if index is None and hit is None:
            return False
        self._layer = self.layer()
        if index is None:
            assert hit is not None
            points = self._with_new(points, hit)
            index = len(points) - 1
        point = points[index]
        self._points, self._moved = points, False
        skin = shown.head.skin.vertices
        self._anchor = point.on(skin)
        before = self._layer[2].mesh.vertices
        self._began = point.on(shown.face.mesh.vertices) - point.on(before)
        self.choose(point.name)
        return True

    def drag(self, pointer: Pointer, hit: Hit | None) -> None:
        """Pull the point in the plane that faces the eye."""
        shown = self.document.shown
        if self._layer is None or shown is None:
            return
        toward = np.cross(pointer.rightward, pointer.upward)
        length = float((self._anchor - pointer.origin) @ toward) / float(pointer.ray @ toward)
        way = in_head(shown, pointer.origin + length * pointer.ray - self._anchor)
        self._points = self._pulled(self._points, self._began + way)
        self._moved = True
        index, step, before = self._layer
        changed = step.with_points(self._points, before, self.document.models)
        self.document.preview(index, changed)

    def release(self, pointer: Pointer, hit: Hit | None) -> None:
        """Keep the pull; a new point that was only clicked is pinned."""
        layer, self._layer = self._layer, None
        if layer is None:
            return
        if self._moved:
            self.document.commit(self.tr("Pull {}").format(self.chosen))
        elif len(self._points) > len(layer[1].points):
            self.keep(self.tr("Pin {}").format(self.chosen), self._points)
        self._draw()

    def cancel(self) -> None:
        """Show the head as it was before the drag."""
        if self._layer is not None:
            self._layer = None
            self.document.drop_preview()

    def menu(self, pointer: Pointer, hit: Hit | None) -> bool:
        """Offer what can be done with the point under the pointer."""
        points = self.points()
        index = self._nearest(pointer, points)
        if index is None:
            return False
        name = points[index].name
        self.choose(name)
        menu = QMenu(self.bench.stage.active)  # without a parent it would be gone at once
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pin = menu.addAction(self.tr("Pin it where it was"), lambda: self.pin(name))
        pin.setEnabled(not points[index].is_pinned)
        menu.addAction(self.tr("Delete"), lambda: self.delete(name))
        menu.popup(QCursor.pos())
        return True

    # -- inside ------------------------------------------------------------------------------

    def _nearest(self, pointer: Pointer, points: tuple[PulledPoint, ...]) -> int | None:
        """Return which point is under the pointer, or None."""
        shown = self.document.shown
        if shown is None or not points:
            return None
        places = np.array([point.on(shown.head.skin.vertices) for point in points])
        gaps = np.linalg.norm(pointer.project(places) - (pointer.x, pointer.y), axis=1)
        nearest = int(gaps.argmin())
        return nearest if gaps[nearest] <= NEAR else None

    def _with_new(self, points: tuple[PulledPoint, ...], hit: Hit) -> tuple[PulledPoint, ...]:
        """Return the points with one more at `hit`, its counterpart before it."""
        assert self.document.shown is not None
        topology = self.document.shown.head.skin.topology
        taken = {point.name for point in points}
        number = next(n for n in range(1, len(taken) + 2) if self._called(n) not in taken)
        corners = topology.faces[hit.triangle]
        made = PulledPoint(self._called(number), _corners(corners), _triple(hit.weights))
        if not self.mirror or topology.mirror is None:
            return (*points, made)
        across = topology.mirror[corners]
        if set(across.tolist()) == set(corners.tolist()):
            return (*points, made)
        other = replace(
            made, name=self.tr("{}, other side").format(made.name), corners=_corners(across)
        )
        return (*points, other, made)

    def _called(self, number: int) -> str:
        return self.tr("Point {}").format(number)

    def _pulled(
        self, points: tuple[PulledPoint, ...], move: DoubleArray
    ) -> tuple[PulledPoint, ...]:
        """Return the points with the chosen one, and its counterpart, moved to `move`."""
        assert self.document.shown is not None
        mirror = self.document.shown.head.skin.topology.mirror
        chosen = next(point for point in points if point.name == self.chosen)
        across = None
        if self.mirror and mirror is not None:
            across = _corners(mirror[list(chosen.corners)])
        result = []
        for point in points:
            if point.name == chosen.name:
                point = replace(point, move=_triple(move))
            elif point.corners == across:
                point = replace(point, move=_triple(move * ACROSS))
            result.append(point)
        return tuple(result)

    def _draw(self, *_told: object) -> None:
        """Mark the points on the head, and where those that are not reached should be."""
        shown = self.document.shown
        if shown is None or self.bench.tools.current is not self:
            return
        points = self.points() if self._layer is None else self._points
        before = (self.layer() if self._layer is None else self._layer)[2].mesh.vertices
        turn = shown.face.pose[:3, :3].astype(np.float64)
        skin = shown.head.skin
        places = np.array([point.corners for point in points], np.int32).reshape(-1, 3)
        weights = np.array([point.weights for point in points]).reshape(-1, 3)
        normals = normals_at(skin.vertices, skin.topology.faces, places, weights)
        markers, lines = [], []
        for point, normal in zip(points, normals, strict=True):
            at = point.on(skin.vertices)
            tone = (
                "chosen" if point.name == self.chosen else "quiet" if point.is_pinned else "moved"
            )
            markers.append(Marker(at, point.name, tone, normal))
            wanted = point.on(before) + point.move - point.on(shown.face.mesh.vertices)
            if np.linalg.norm(wanted) > MISSED:
                lines.append(Line(np.stack([at, at + turn @ wanted]), "", "quiet"))
        overlay = Overlay(tuple(markers), tuple(lines)) if markers else None
        self.bench.stage.overlay(self.id, overlay)


def _corners(rows: IntArray) -> tuple[int, int, int]:
    first, second, third = rows
    return int(first), int(second), int(third)


def _triple(values: DoubleArray) -> tuple[float, float, float]:
    first, second, third = values
    return float(first), float(second), float(third)

"""Landmarks by hand: drag them along the surface, or place them one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
from psygnal import Signal

from facewright.app.tools.base import Hit, Tool
from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.geometry.normals import normals_at
from facewright.engine.landmarks import Landmarks, Points
from facewright.engine.measure.vocabulary import WORDS, counterpart, word_of
from facewright.viewer.overlay import Marker, Overlay

if TYPE_CHECKING:
    from facewright.app.workbench import Workbench
    from facewright.viewer.pointer import Pointer

DEPTH = 140.0
"""Mm behind the nearest landmark within which others are seen and may be taken."""
REACH = 12.0
"""Pixels within which a press takes hold of a landmark."""
TREMBLE = 3.0
"""Pixels that a hand moves in a click."""


class LandmarkTool(Tool):
    """Moves landmarks on the head, or places them on a scan that has no head yet.

    On a head every landmark has a place; dragging one makes it the user's, kept in the project
    as one step. On a scan only those stand that were placed; they go to the registration.

    Attributes
    ----------
    told : Signal()
        What is placed, chosen or to be placed next has changed.
    chosen : str
        The landmark that is looked at, or nothing.
    queue : tuple of str
        What is to be placed by the next clicks, in order.
    mirror : bool
        Whether the counterpart on the other side follows.
    named : bool
        Whether all names are shown, and not only that of the chosen one.
    placed : Points
        What was placed on the scan that has no head yet, in the file's own unit and axes.
    """

    id = "landmarks"
    label = "Landmarks"
    hint = "Drag a landmark along the skin, or click to place the one that is asked for."
    acts_on_scans = True
    told = Signal()

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.chosen = ""
        self.queue: tuple[str, ...] = ()
        self.mirror = False
        self.named = False
        self.placed = _nothing()
        self._dragged: Landmarks | Points | None = None
        self._pressed: Pointer | None = None  # until the hand moves
        self._under = ""
        self._heard = (
            (self.document.head_changed, self._draw),
            (self.document.project_changed, self._draw),
            (bench.files.scans.changed, self._other_scan),
        )

    # -- what there is -----------------------------------------------------------------------

    @property
    def on_scan(self) -> bool:
        """Whether it works on a scan without a head."""
        return self.bench.files.scans.waiting is not None

    @property
    def anchors(self) -> Landmarks | None:
        """The landmarks of the head in the view, those that the user moved included."""
        shown = self.document.shown
        if shown is None:
            return None
        own = self.document.models.lifespan().template.landmarks
        return own.replaced(shown.face.landmarks)

    def points(self) -> Points:
        """Return every landmark that stands, where it stands in the view, mm."""
        if self.on_scan:
            held = self._dragged if isinstance(self._dragged, Points) else self.placed
            waiting = self.bench.files.scans.waiting
            assert waiting is not None
            motion = waiting.to_upright
            places = held.positions @ motion[:3, :3].T + motion[:3, 3]
            return Points.build(held.names, places.reshape(-1, 3))
        anchors = self._known()
        if anchors is None or self.document.shown is None:
            return _nothing()
        return anchors.on(self.document.shown.head.skin.vertices)

    def is_moved(self, name: str) -> bool:
        """Tell whether the user has placed a landmark."""
        if self.on_scan:
            return name in self.placed.names
        held = self.document.project.landmarks
        return held is not None and name in held.names

    # -- what the panel asks for -------------------------------------------------------------

    def choose(self, name: str) -> None:
        """Look at a landmark."""
        self.chosen = name
        self._draw()

    def ask_for(self, names: tuple[str, ...]) -> None:
        """Have the next clicks place these, one after the other; none ends that."""
        self.queue = names
        self.chosen = names[0] if names else self.chosen
        self._draw()

    def skip(self) -> None:
        """Go on without the landmark that is asked for: it cannot be seen."""
        self.ask_for(self.queue[1:])

    def give_back(self, names: tuple[str, ...]) -> None:
        """Put landmarks back to where the program had them; on a scan, take them away."""
        if self.on_scan:
            self.placed = without(self.placed, names)
            self._draw()
            return
        held = self.document.project.landmarks
        if held is None:
            return
        kept = tuple(name for name in held.names if name not in names)
        if len(kept) < len(held.names):
            text = self.tr("Landmark {} back").format(names[0])
            if len(names) > 1:
                text = self.tr("Landmarks back to automatic")
            self._keep(text, held.select(kept) if kept else None)

    def take(self, points: Points) -> int:
        """Take landmarks from elsewhere and return how many have a name that is known.

        Those of a head are moved to the nearest place on its skin.
        """
        from facewright.engine.geometry.nearest import SurfaceTree

        known = tuple(name for name in points.names if word_of(name) is not None)
        if not known:
            return 0
        places = np.stack([points[name] for name in known])
        if self.on_scan:
            for name, place in zip(known, places, strict=True):
                self.placed = with_point(self.placed, name, place)
            self._draw()
        elif self.document.shown is not None:
            skin = self.document.shown.head.skin
            found = SurfaceTree(skin.vertices, skin.topology.faces).nearest(places)
            taken = Landmarks.build(known, skin.topology.faces[found.triangles], found.weights)
            held = self.document.project.landmarks
            self._keep(self.tr("Import landmarks"), taken if held is None else held.replaced(taken))
        return len(known)

    # -- pointing ----------------------------------------------------------------------------

    def enter(self) -> None:
        """Show the landmarks from now on."""
        for signal, answer in self._heard:
            signal.connect(answer)
        self._draw()

    def leave(self) -> None:
        """Take the landmarks away."""
        for signal, answer in self._heard:
            signal.disconnect(answer)
        self.queue = ()
        super().leave()
        self.told.emit()

    def hover(self, pointer: Pointer, hit: Hit | None) -> None:
        """Name what lies under the pointer."""
        under = self._near(pointer)
        if under != self._under:
            self._under = under
            self._draw()

    def press(self, pointer: Pointer, hit: Hit | None) -> bool:
        """Take hold of a landmark, or place the one that is asked for."""
        near = self._near(pointer)
        self._pressed = None
        if self.queue and hit is not None:
            self.chosen = self.queue[0]
            self._move(hit)
        elif near:
            self.chosen, self._pressed = near, pointer
            self._draw()
        else:
            return False
        return True

    def drag(self, pointer: Pointer, hit: Hit | None) -> None:
        """Slide the landmark along the surface; a click alone chooses it and moves nothing."""
        begun = self._pressed
        if begun is not None and np.hypot(pointer.x - begun.x, pointer.y - begun.y) < TREMBLE:
            return
        self._pressed = None
        if hit is not None:
            self._move(hit)

    def release(self, pointer: Pointer, hit: Hit | None) -> None:
        """Keep where it is."""
        dragged, self._dragged = self._dragged, None
        if self.queue and self.chosen == self.queue[0]:
            self.queue = self.queue[1:]
        if isinstance(dragged, Points):
            self.placed = dragged
        elif isinstance(dragged, Landmarks):
            held = self.document.project.landmarks
            moved = {self.chosen, *self._follower()}
            kept = () if held is None else held.names
            names = tuple(name for name in dragged.names if name in moved or name in kept)
            self._keep(self.tr("Landmark {}").format(self.chosen), dragged.select(names))
        if self.queue:
            self.chosen = self.queue[0]
        self._draw()

    def cancel(self) -> None:
        """Leave the landmark where it was."""
        self._dragged = None
        self._draw()

    # -- inside ------------------------------------------------------------------------------

    def _keep(self, name: str, landmarks: Landmarks | None) -> None:
        self.document.apply(name, replace(self.document.project, landmarks=landmarks))

    def _follower(self) -> tuple[str, ...]:
        other = counterpart(self.chosen) if self.mirror and not self.on_scan else None
        return () if other is None else (other,)

    def _move(self, hit: Hit) -> None:
        if self.on_scan:
            waiting = self.bench.files.scans.waiting
            assert waiting is not None
            back = np.linalg.inv(waiting.to_upright.astype(np.float64))
            place = back[:3, :3] @ hit.position + back[:3, 3]
            self._dragged = with_point(self.placed, self.chosen, place)
        else:
            anchors, shown = self.anchors, self.document.shown
            if anchors is None or shown is None:
                return
            topology = shown.head.skin.topology
            corners = topology.faces[hit.triangle]
            moved = with_anchor(anchors, self.chosen, corners, hit.weights)
            for other in self._follower():
                if topology.mirror is not None:
                    moved = with_anchor(moved, other, topology.mirror[corners], hit.weights)
            self._dragged = moved
        self._draw()

    def _near(self, pointer: Pointer) -> str:
        """Return the landmark under the pointer; one behind the head is not taken."""
        points = self.points()
        if not points.names:
            return ""
        gaps = np.linalg.norm(pointer.project(points.positions) - [pointer.x, pointer.y], axis=1)
        depth = (points.positions - pointer.eye) @ pointer.ray
        seen = depth < depth.min() + DEPTH
        gaps[~seen] = np.inf
        nearest = int(gaps.argmin())
        return points.names[nearest] if gaps[nearest] < REACH else ""

    def _known(self) -> Landmarks | None:
        """Return the landmarks of the head that have a word, where a drag has them now."""
        anchors = self._dragged if isinstance(self._dragged, Landmarks) else self.anchors
        if anchors is None:
            return None
        return anchors.select(tuple(name for name in anchors.names if word_of(name) is not None))

    def _markers(self) -> tuple[Marker, ...]:
        """Return the landmarks as they are drawn, what is looked at first.

        Names on a head go with their side of it.
        """
        points = self.points()
        normals: Iterator[DoubleArray | None] = repeat(None)
        anchors = None if self.on_scan else self._known()
        if anchors is not None and self.document.shown is not None:
            skin = self.document.shown.head.skin
            faces = skin.topology.faces
            normals = iter(normals_at(skin.vertices, faces, anchors.corners, anchors.weights))
        looked_at = self.chosen, self._under
        markers: dict[str, Marker] = {}
        for name, place, normal in zip(points.names, points.positions, normals, strict=False):
            tone = "plain" if self.is_moved(name) else "quiet"
            if name == self.chosen:
                tone = "chosen"
            label = name if self.named or name in looked_at else ""
            markers[name] = Marker(place, label, tone, normal)
        return tuple(
            markers[name] for name in dict.fromkeys((*looked_at, *markers)) if name in markers
        )

    def _other_scan(self) -> None:
        self.placed = _nothing()
        self._draw()

    def _draw(self, *_told: object) -> None:
        if self.bench.tools.current is not self:
            return
        self.bench.stage.overlay(self.id, Overlay(markers=self._markers()))
        self.told.emit()


def _nothing() -> Points:
    return Points.build((), np.zeros((0, 3), np.float32))


def with_anchor(
    landmarks: Landmarks, name: str, corners: IntArray, weights: DoubleArray
) -> Landmarks:
    """Return the landmarks with `name` anchored elsewhere."""
    return landmarks.replaced(Landmarks.build((name,), corners[None], weights[None]))


def with_point(points: Points, name: str, place: DoubleArray) -> Points:
    """Return the points with `name` at `(3,)`."""
    rest = without(points, (name,))
    return Points.build((*rest.names, name), np.concatenate([rest.positions, place[None]]))


def without(points: Points, names: tuple[str, ...]) -> Points:
    """Return the points without those of these names."""
    rows = [row for row, name in enumerate(points.names) if name not in names]
    return Points.build(tuple(points.names[row] for row in rows), points.positions[rows])


def names_on_head(landmarks: Landmarks) -> tuple[str, ...]:
    """Return those that have a Farkas code, in the order of the vocabulary, right before left."""
    asked = (name for code in WORDS for name in (code, f"{code}_r", f"{code}_l"))
    return tuple(name for name in asked if name in landmarks.names)

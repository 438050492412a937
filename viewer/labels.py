"""Names beside points of the scene, kept apart from each other on the screen."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from vtkmodules.vtkRenderingCore import vtkCoordinate, vtkRenderer, vtkTextActor

from facewright.engine.arrays import DoubleArray
from facewright.viewer.flat import ratio
from facewright.viewer.grounds import Ground
from facewright.viewer.overlay import Marker
from facewright.viewer.pointer import to_pixels

_AWAY = -0.2
"""Cosine between the way to the eye and the normal at which a name falls silent: in a profile
the points of the middle still have theirs."""
_PLATE = 0.8
"""Opacity behind words."""
_ASIDE, _ABOVE = 9.0, 6.0
"""Layout pixels from a point to its name."""
_SIDES = np.array(
    [(1, 1, 0, 0), (1, -1, 0, -1), (-1, 1, -1, 0), (-1, -1, -1, -1),
     (0, 2, -0.5, 0), (0, -2, -0.5, -1)]
)  # fmt: skip
"""Where a name may stand, the best first: steps from the point, and shares of its own size."""


class Label:
    """A name beside a point; nothing hides it but another name."""

    def __init__(self) -> None:
        self.actor = vtkTextActor()
        self._said: Marker | None = None
        self._silent = False
        self._size: tuple[tuple[str, float], DoubleArray] | None = None
        self.side = 0
        self._anchor = vtkCoordinate()
        self._anchor.SetCoordinateSystemToWorld()
        self._offset = self.actor.GetPositionCoordinate()
        self._offset.SetReferenceCoordinate(self._anchor)
        self._offset.SetCoordinateSystemToViewport()
        self.actor.PickableOff()
        style = self.actor.GetTextProperty()
        style.SetFontFamilyToArial()
        style.SetFontSize(13)
        style.SetBackgroundOpacity(_PLATE)

    def show(self, said: Marker | None) -> None:
        """Stand beside another point, or nowhere."""
        if said is None or self._said is None or said.label != self._said.label:
            self.side = 0
        self._said = said
        self._silent = False
        self.actor.SetVisibility(said is not None)
        if said is not None:
            self._anchor.SetValue(*(float(part) for part in said.position))
            self.actor.SetInput(f" {said.label} ")

    def paint(self, ground: Ground) -> None:
        """Take the colours of `ground`."""
        if self._said is not None:
            style = self.actor.GetTextProperty()
            style.SetColor(*ground.tones[self._said.tone])
            style.SetBackgroundColor(*ground.plate)

    def face(self, eye: DoubleArray) -> None:
        """Be silent while the normal points away from the eye."""
        said = self._said
        if said is not None and said.normal is not None:
            way = eye - said.position
            self._silent = float(way @ said.normal) < _AWAY * float(np.linalg.norm(way))

    @property
    def place(self) -> DoubleArray | None:
        """The point in the scene, while there is something to say."""
        if self._said is None or self._silent or not self.actor.GetVisibility():
            return None
        return np.asarray(self._said.position, np.float64)

    def size(self, renderer: vtkRenderer, unit: float) -> DoubleArray:
        """Return width and height in drawn pixels."""
        assert self._said is not None
        key = self._said.label, unit
        if self._size is None or self._size[0] != key:
            self.actor.SetInput(f" {self._said.label} ")
            found = [0.0, 0.0]
            self.actor.GetSize(renderer, found)
            self._size = key, np.array(found)
        return self._size[1]

    def say(self, offset: DoubleArray | None) -> None:
        """Say the name at an offset in drawn pixels, or nothing."""
        if self._said is not None and offset is not None:
            self._offset.SetValue(float(offset[0]), float(offset[1]), 0.0)
            self.actor.SetInput(f" {self._said.label} ")
        else:
            self.actor.SetInput("")


def keep_apart(labels: Iterable[Label], renderer: vtkRenderer) -> None:
    """Say the names where they cover no other; of those without room the first ones stay.

    A name keeps its side for as long as there is room on it.
    """
    spoken = []
    for label in labels:
        place = label.place
        if place is None:
            label.say(None)
        else:
            spoken.append((label, place))
    if not spoken:
        return
    unit = ratio(renderer)
    matrix = to_pixels(renderer, *renderer.GetSize())
    places = np.array([place for _, place in spoken])
    flat = places @ matrix[:, :3].T + matrix[:, 3]
    points = flat[:, :2] / flat[:, 3:]
    taken = np.zeros((len(spoken), 4))
    count = 0
    for (label, _), point in zip(spoken, points, strict=True):
        size = label.size(renderer, unit)
        offsets = _SIDES[:, :2] * (unit * _ASIDE, unit * _ABOVE) + _SIDES[:, 2:] * size
        lows = point + offsets
        highs = lows + size
        others = taken[:count]
        free = ~(
            (lows[:, None] < others[None, :, 2:]) & (highs[:, None] > others[None, :, :2])
        ).all(axis=2).any(axis=1)
        side = label.side if free[label.side] else int(free.argmax())
        if not free[side]:
            label.say(None)
            continue
        label.side = side
        label.say(offsets[side])
        taken[count, :2], taken[count, 2:] = lows[side], highs[side]
        count += 1

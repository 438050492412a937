"""The orientation cube: shows from where the head is seen; its faces turn the view."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkRenderingCore import vtkRenderer

from facewright.viewer.flat import Drawing, Shape, Words, ratio
from facewright.viewer.grounds import GROUNDS, Ground

_FACES: dict[str, tuple[str, tuple[float, float, float]]] = {
    "front": ("F", (0, 0, 1)),
    "back": ("B", (0, 0, -1)),
    "left": ("L", (1, 0, 0)),
    "right": ("R", (-1, 0, 0)),
    "top": ("T", (0, 1, 0)),
    "bottom": ("U", (0, -1, 0)),
}
"""View, letter and outward direction of each face; left is the subject's."""

_EDGE, _MARGIN, _SMALL_VIEW = 44.0, 14.0, 420.0
"""Length of an edge and distance from the view's corner, pixels; views less high get less."""

_READABLE = 0.38
"""Least cosine to the viewer at which a face shows its letter."""

Array = NDArray[np.float64]


class OrientationCube:
    """A cube in the upper right corner that turns with the head.

    Parameters
    ----------
    renderer : vtkRenderer
    """

    def __init__(self, renderer: vtkRenderer) -> None:
        self._renderer = renderer
        self._drawing = Drawing(renderer)
        self._letters = {name: Words(renderer, 13, across="centre", bold=True) for name in _FACES}
        self._visible = True
        self._middle: Array = np.zeros(2)
        self._faces: dict[str, Array] = {}
        self._drawn: tuple[object, ...] = ()
        self.ground: Ground = GROUNDS["dark"]

    def show(self, visible: bool) -> None:
        """Show or hide the cube."""
        self._visible = visible
        self._drawn = ()
        self._drawing.show(visible)
        for letter in self._letters.values():
            letter.show(visible)

    def turn(self) -> None:
        """Draw the cube as the camera sees it now."""
        if not self._visible:
            return
        view = self._renderer.GetActiveCamera().GetViewTransformMatrix()
        rotation = np.array([[view.GetElement(i, j) for j in range(3)] for i in range(3)])
        width, height = self._renderer.GetSize()
        scale = ratio(self._renderer)
        stand = rotation.tobytes(), width, height, scale, self.ground
        if stand == self._drawn:
            return
        self._drawn = stand
        edge = _EDGE * scale * min(1.0, max(0.6, height / scale / _SMALL_VIEW))
        reach = edge * np.sqrt(3) / 2
        middle = self._middle = np.array([width, height]) - _MARGIN * scale - reach
        fills: list[Shape] = []
        lines: list[Shape] = []
        self._faces = {}
        for name, (letter, outward) in _FACES.items():
            normal = rotation @ np.asarray(outward, float)
            self._letters[name].show(bool(normal[2] > _READABLE))
            if normal[2] <= 1e-3:
                continue
            corners = middle + (rotation @ _square(outward).T).T[:, :2] * edge / 2
            self._faces[name] = corners
            face, line = np.array(self.ground.face), np.array(self.ground.line)
            shade = face + (1 - normal[2]) * 0.35 * (line - face)
            red, green, blue = (float(part) for part in shade)
            fills.append((corners, (red, green, blue)))
            lines.append((np.vstack([corners, corners[:1]]), self.ground.line))
            self._letters[name].write(letter, corners.mean(axis=0), self.ground.text)
        self._drawing.draw(fills, lines)

    @property
    def centre(self) -> tuple[float, float]:
        """Drawn pixel at the middle of the cube, from the lower left."""
        return float(self._middle[0]), float(self._middle[1])

    def pick(self, x: float, y: float) -> str | None:
        """Return the view of the face at drawn pixel `(x, y)` from the lower left, or None."""
        if not self._visible:
            return None
        for name, corners in self._faces.items():
            along = np.roll(corners, -1, axis=0) - corners
            to = np.array([x, y]) - corners
            turn = along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]
            if (turn >= 0).all() or (turn <= 0).all():
                return name
        return None


def _square(outward: tuple[float, float, float]) -> Array:
    """Return the corners of a face of the cube from -1 to 1, in order, `(4, 3)`."""
    axis = int(np.argmax(np.abs(outward)))
    one, two = (k for k in range(3) if k != axis)
    corners = np.zeros((4, 3))
    corners[:, axis] = outward[axis]
    corners[:, one] = (-1, 1, 1, -1)
    corners[:, two] = (-1, -1, 1, 1)
    return corners

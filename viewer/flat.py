"""Flat drawing over the picture: polygons, lines and words in pixels of the view."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkRenderingCore import (
    vtkActor2D,
    vtkPolyDataMapper2D,
    vtkRenderer,
    vtkTextActor,
    vtkTextProperty,
)

from facewright.viewer.grounds import Color

Shape = tuple[ArrayLike, Color]
"""Corners `(N, 2)` in drawn pixels, and a colour."""


def ratio(renderer: vtkRenderer) -> float:
    """Return how many drawn pixels one pixel of the layout has: screen scale times sharpness."""
    window = renderer.GetRenderWindow()
    return float(window.GetDPI()) / 72.0 if window is not None else 1.0


class Drawing:
    """Filled polygons with lines over them, drawn anew as a whole.

    Parameters
    ----------
    renderer : vtkRenderer
    """

    def __init__(self, renderer: vtkRenderer) -> None:
        self._fills = _Layer(renderer)
        self._lines = _Layer(renderer)

    def draw(self, fills: Sequence[Shape] = (), lines: Sequence[Shape] = ()) -> None:
        """Show shapes: `(N, 2)` corners in drawn pixels and a colour."""
        self._fills.draw(fills, polygons=True)
        self._lines.draw(lines, polygons=False)

    def show(self, visible: bool) -> None:
        """Show or hide the drawing."""
        for layer in (self._fills, self._lines):
            layer.actor.SetVisibility(visible)


class _Layer:
    def __init__(self, renderer: vtkRenderer) -> None:
        self._data = vtkPolyData()
        mapper = vtkPolyDataMapper2D()
        mapper.SetInputData(self._data)
        mapper.SetColorModeToDirectScalars()
        self.actor = vtkActor2D()
        self.actor.SetMapper(mapper)
        self.actor.PickableOff()
        renderer.AddViewProp(self.actor)

    def draw(self, shapes: Sequence[Shape], *, polygons: bool) -> None:
        cells = vtkCellArray()
        points = vtkPoints()
        for corners, _ in shapes:
            placed = np.asarray(corners, float).tolist()
            cells.InsertNextCell(
                len(placed), [points.InsertNextPoint(x, y, 0.0) for x, y in placed]
            )
        self._data.SetPoints(points)
        if polygons:
            self._data.SetPolys(cells)
        else:
            self._data.SetLines(cells)
        colors = np.array([color for _, color in shapes]).reshape(-1, 3) * 255 + 0.5
        self._data.GetCellData().SetScalars(numpy_to_vtk(colors.astype(np.uint8), deep=True))
        self._data.Modified()


class Words:
    """One line of text at a place in drawn pixels.

    Parameters
    ----------
    renderer : vtkRenderer
    size : int
        Height of the type in layout pixels.
    across, upward : {"left", "centre", "right"}, {"bottom", "centre", "top"}
        Which point of the text is at the place.
    """

    def __init__(
        self,
        renderer: vtkRenderer,
        size: int = 12,
        *,
        across: str = "left",
        upward: str = "centre",
        bold: bool = False,
    ) -> None:
        self.actor = vtkTextActor()
        self.actor.PickableOff()
        style = self.actor.GetTextProperty()
        plain(style, size)
        style.SetBold(bold)
        style.SetJustification(("left", "centre", "right").index(across))
        style.SetVerticalJustification(("bottom", "centre", "top").index(upward))
        renderer.AddViewProp(self.actor)

    def write(self, text: str, place: ArrayLike, color: Color) -> None:
        """Show `text` at `(x, y)`."""
        x, y = np.asarray(place, float)
        self.actor.SetInput(text)
        self.actor.SetPosition(float(x), float(y))
        self.actor.GetTextProperty().SetColor(*color)

    def show(self, visible: bool) -> None:
        """Show or hide the text."""
        self.actor.SetVisibility(visible)


def plain(style: vtkTextProperty, size: int) -> None:
    """Set type without effects."""
    style.SetFontFamilyToArial()
    style.SetFontSize(size)
    style.ShadowOff()
    style.ItalicOff()
    style.BoldOff()

"""Marks drawn over the picture: sides of the subject and the scale of a heat map."""

from __future__ import annotations

from vtkmodules.vtkCommonCore import vtkLookupTable
from vtkmodules.vtkRenderingAnnotation import vtkScalarBarActor
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkTextActor, vtkTextProperty

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.viewer.looks import Color, heat_colors

_TEXT: Color = (0.88, 0.90, 0.93)
_QUIET: Color = (0.66, 0.69, 0.74)


class SideMarks:
    """Words at both edges of the view that say which side of the subject lies there."""

    def __init__(self, renderer: vtkRenderer) -> None:
        self.texts = (vtkTextActor(), vtkTextActor())
        for text, place in zip(self.texts, (0.0, 1.0), strict=True):
            text.GetPositionCoordinate().SetCoordinateSystemToNormalizedViewport()
            text.GetPositionCoordinate().SetValue(0.018 + place * 0.964, 0.5)
            style = text.GetTextProperty()
            _set(style, 15, _TEXT)
            style.BoldOn()
            style.SetVerticalJustificationToCentered()
            if place:
                style.SetJustificationToRight()
            text.PickableOff()
            renderer.AddViewProp(text)

    def turn(self, rightward: DoubleArray) -> None:
        """Name the sides for a camera whose right on the screen is the unit vector given."""
        x, _, z = rightward
        names = ("R", "L") if abs(x) >= abs(z) else ("back", "front")
        positive = x if abs(x) >= abs(z) else z
        ordered = names if positive >= 0 else names[::-1]
        for text, name in zip(self.texts, ordered, strict=True):
            text.SetInput(name)

    def show(self, visible: bool) -> None:
        """Show or hide both."""
        for text in self.texts:
            text.SetVisibility(visible)


class Legend:
    """The scale of the heat map: colours with their values and unit."""

    def __init__(self, renderer: vtkRenderer) -> None:
        self._table = vtkLookupTable()
        self._table.SetNumberOfTableValues(65)
        self.bar = vtkScalarBarActor()
        self.bar.SetLookupTable(self._table)
        self.bar.SetNumberOfLabels(5)
        self.bar.UnconstrainedFontSizeOn()
        self.bar.SetLabelFormat("{:+.1f}")
        self.bar.GetPositionCoordinate().SetValue(
            0.88, 0.06
        )  # its title fits at the least width of a view
        self.bar.SetWidth(0.08)
        self.bar.SetHeight(0.36)
        self.bar.SetBarRatio(0.22)
        self.bar.SetTitleRatio(0.4)
        self.bar.SetVerticalTitleSeparation(10)
        self.bar.SetTextPad(4)
        _set(self.bar.GetTitleTextProperty(), 13, _TEXT)
        _set(self.bar.GetLabelTextProperty(), 12, _QUIET)
        self.bar.PickableOff()
        self.bar.VisibilityOff()
        renderer.AddViewProp(self.bar)

    def show(self, title: str, limit: float) -> None:
        """Show the colours of `heat_colors` from `-limit` to `limit`."""
        import numpy as np

        steps: FloatArray = np.linspace(-limit, limit, 65, dtype=np.float32)
        self._table.SetRange(-limit, limit)
        for index, color in enumerate(heat_colors(steps, limit) / 255.0):
            red, green, blue = (float(part) for part in color)
            self._table.SetTableValue(index, red, green, blue, 1.0)
        self.bar.SetTitle(title)
        self.bar.VisibilityOn()

    def hide(self) -> None:
        """Hide the scale."""
        self.bar.VisibilityOff()


def _set(style: vtkTextProperty, size: int, color: Color) -> None:
    style.SetFontFamilyToArial()
    style.SetFontSize(size)
    style.SetColor(*color)
    style.ShadowOff()
    style.ItalicOff()
    style.BoldOff()

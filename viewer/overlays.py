"""The actors that draw overlays: dots, lines and words of one size on the screen."""

from __future__ import annotations

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkActor2D,
    vtkBillboardTextActor3D,
    vtkCoordinate,
    vtkPolyDataMapper,
    vtkPolyDataMapper2D,
    vtkProp,
    vtkRenderer,
    vtkTextActor,
)

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.viewer.overlay import TONES, Overlay, Ring

_ON_TOP = -20000.0
"""Depth offset of lines and dots that the head does not hide, in the mapper's units."""
_SIZES = {"chosen": 13.0, "moved": 10.0, "plain": 9.0, "quiet": 7.0, "guide": 7.0}


class OverlayLayers:
    """Named layers over one renderer; each shows one `Overlay`.

    Parameters
    ----------
    renderer : vtkRenderer
    """

    def __init__(self, renderer: vtkRenderer) -> None:
        self._renderer = renderer
        self._layers: dict[str, _Layer] = {}

    def show(self, name: str, overlay: Overlay | None) -> None:
        """Show `overlay` in the layer `name`, or nothing."""
        layer = self._layers.get(name)
        if layer is None:
            if overlay is None:
                return
            layer = self._layers[name] = _Layer(self._renderer)
        if overlay is not None and overlay.through != layer.through:
            layer.close()
            layer = self._layers[name] = _Layer(self._renderer, through=overlay.through)
        layer.show(overlay if overlay is not None else Overlay())

    def scale(self, pixels: float) -> None:
        """Say how many drawn pixels a pixel of the view has: sizes on the screen stay."""
        for layer in self._layers.values():
            layer.scale(pixels)

    @property
    def props(self) -> tuple[vtkProp, ...]:
        """What is drawn by all layers."""
        return tuple(prop for layer in self._layers.values() for prop in layer.props)

    def close(self) -> None:
        """Let go of every actor."""
        for layer in self._layers.values():
            layer.close()
        self._layers.clear()


class _Layer:
    """The actors of one layer: dots and lines by tone, words from a pool."""

    def __init__(self, renderer: vtkRenderer, *, through: bool = False) -> None:
        self._renderer = renderer
        self.through = through
        self._dots: dict[str, _Strokes] = {}
        self._lines: dict[str, _Strokes] = {}
        self._words: list[vtkBillboardTextActor3D | vtkTextActor] = []
        self._lasso: tuple[vtkActor2D, vtkPolyData] | None = None
        self._pixels = 1.0

    def show(self, overlay: Overlay) -> None:
        words: list[tuple[FloatArray | DoubleArray, str, str]] = []
        dots: dict[str, list[FloatArray | DoubleArray]] = {}
        for marker in overlay.markers:
            dots.setdefault(marker.tone, []).append(np.asarray(marker.position, np.float64)[None])
            if marker.label:
                words.append((marker.position, marker.label, marker.tone))
        lines: dict[str, list[FloatArray | DoubleArray]] = {}
        for line in overlay.lines:
            points = np.asarray(line.points, np.float64)
            if line.closed:
                points = np.concatenate([points, points[:1]])
            lines.setdefault(line.tone, []).append(points)
            if line.label and len(points):
                short = self.through and len(points) == 2
                place = points.mean(axis=0) if short else points[len(points) // 2]
                words.append((place, line.label, line.tone))
        for ring in overlay.rings:
            lines.setdefault(ring.tone, []).append(_circle(ring))
        self._draw(self._dots, dots, dots_size=True)
        self._draw(self._lines, lines, dots_size=False)
        self._say(words)
        self._rope(overlay.lasso)

    def scale(self, pixels: float) -> None:
        self._pixels = pixels
        for group in (self._dots, self._lines):
            for strokes in group.values():
                strokes.scale(pixels)

    @property
    def props(self) -> tuple[vtkProp, ...]:
        strokes = (*self._dots.values(), *self._lines.values())
        lasso = () if self._lasso is None else (self._lasso[0],)
        return (*(stroke.actor for stroke in strokes), *self._words, *lasso)

    def close(self) -> None:
        for prop in self.props:
            self._renderer.RemoveViewProp(prop)
        self._words, self._lasso = [], None

    def _draw(
        self,
        actors: dict[str, _Strokes],
        wanted: dict[str, list[FloatArray | DoubleArray]],
        *,
        dots_size: bool,
    ) -> None:
        for tone in actors.keys() | wanted.keys():
            strokes = actors.get(tone)
            if strokes is None:
                strokes = actors[tone] = _Strokes(tone, dots=dots_size, through=self.through)
                strokes.scale(self._pixels)
                self._renderer.AddViewProp(strokes.actor)
            strokes.show(wanted.get(tone, []))

    def _say(self, words: list[tuple[FloatArray | DoubleArray, str, str]]) -> None:
        while len(self._words) < len(words):
            text: vtkBillboardTextActor3D | vtkTextActor
            if self.through:
                text = vtkTextActor()
                anchor, offset = vtkCoordinate(), text.GetPositionCoordinate()
                anchor.SetCoordinateSystemToWorld()
                offset.SetReferenceCoordinate(anchor)
                offset.SetCoordinateSystemToViewport()
                offset.SetValue(9.0, 6.0, 0.0)
            else:
                text = vtkBillboardTextActor3D()
                text.SetDisplayOffset(9, 6)
            text.PickableOff()
            style = text.GetTextProperty()
            style.SetFontFamilyToArial()
            style.SetFontSize(13)
            style.SetBackgroundColor(0.09, 0.10, 0.12)
            style.SetBackgroundOpacity(0.72)
            self._renderer.AddViewProp(text)
            self._words.append(text)
        for index, actor in enumerate(self._words):
            actor.SetVisibility(index < len(words))
            if index < len(words):
                position, label, tone = words[index]
                place = tuple(float(part) for part in position)
                if isinstance(actor, vtkTextActor):
                    actor.GetPositionCoordinate().GetReferenceCoordinate().SetValue(*place)
                else:
                    actor.SetPosition(*place)
                actor.SetInput(f" {label} ")
                actor.GetTextProperty().SetColor(*TONES[tone])

    def _rope(self, lasso: DoubleArray | None) -> None:
        if self._lasso is None:
            if lasso is None:
                return
            data, mapper, actor = vtkPolyData(), vtkPolyDataMapper2D(), vtkActor2D()
            place = vtkCoordinate()
            place.SetCoordinateSystemToViewport()
            mapper.SetTransformCoordinate(place)
            mapper.SetInputData(data)
            actor.SetMapper(mapper)
            actor.GetProperty().SetColor(*TONES["chosen"])
            actor.GetProperty().SetLineWidth(2.0)
            actor.PickableOff()
            self._renderer.AddViewProp(actor)
            self._lasso = (actor, data)
        actor, data = self._lasso
        actor.SetVisibility(lasso is not None and len(lasso) > 1)
        if lasso is not None:
            flat = np.column_stack([lasso * self._pixels, np.zeros(len(lasso))])
            _fill(data, [flat], dots=False)


class _Strokes:
    """Dots or lines of one tone; drawn a little in front, or the skin would hide half."""

    def __init__(self, tone: str, *, dots: bool, through: bool = False) -> None:
        self._is_dots = dots
        self._width = _SIZES.get(tone, 9.0) if dots else 2.0
        self.data = vtkPolyData()
        mapper = vtkPolyDataMapper()
        mapper.SetInputData(self.data)
        mapper.SetResolveCoincidentTopologyToPolygonOffset()
        mapper.SetRelativeCoincidentTopologyPointOffsetParameter(_ON_TOP if through else -16.0)
        units = _ON_TOP if through else -40.0
        mapper.SetRelativeCoincidentTopologyLineOffsetParameters(-4.0, units)
        self.actor = vtkActor()
        self.actor.SetMapper(mapper)
        self.actor.PickableOff()
        look = self.actor.GetProperty()
        look.SetColor(*TONES[tone])
        look.SetRenderPointsAsSpheres(dots)
        look.LightingOff()
        self.scale(1.0)

    def scale(self, pixels: float) -> None:
        self.actor.GetProperty().SetPointSize(self._width * pixels)
        self.actor.GetProperty().SetLineWidth(max(self._width * pixels, 1.0))

    def show(self, strokes: list[FloatArray | DoubleArray]) -> None:
        self.actor.SetVisibility(bool(strokes))
        if strokes:
            _fill(self.data, strokes, dots=self._is_dots)


def _fill(data: vtkPolyData, strokes: list[FloatArray | DoubleArray], *, dots: bool) -> None:
    positions = np.ascontiguousarray(np.concatenate(strokes), np.float32)
    points = vtkPoints()
    points.SetData(numpy_to_vtk(positions, deep=True))
    cells = vtkCellArray()
    start = 0
    for stroke in strokes:
        members = range(start, start + len(stroke))
        if dots:
            for index in members:
                cells.InsertNextCell(1, (index,))
        else:
            cells.InsertNextCell(len(stroke), tuple(members))
        start += len(stroke)
    data.SetPoints(points)
    data.SetVerts(cells if dots else vtkCellArray())
    data.SetLines(vtkCellArray() if dots else cells)
    data.Modified()


def _circle(ring: Ring, steps: int = 48) -> DoubleArray:
    """Return the closed circle of `ring` as `(steps + 1, 3)` points."""
    normal = np.asarray(ring.normal, np.float64)
    normal = normal / max(float(np.linalg.norm(normal)), 1e-12)
    aside = np.array([1.0, 0.0, 0.0]) if abs(normal[0]) < 0.9 else np.array([0.0, 1.0, 0.0])
    first = np.cross(normal, aside)
    first /= np.linalg.norm(first)
    second = np.cross(normal, first)
    angles = np.linspace(0.0, 2 * np.pi, steps + 1)
    turned = np.outer(np.cos(angles), first) + np.outer(np.sin(angles), second)
    # A little above the skin, so that a curved cheek hides less of the circle.
    middle = np.asarray(ring.center, np.float64) + 0.06 * ring.radius * normal
    return np.asarray(middle + ring.radius * turned)

"""The actors that draw overlays: dots, lines and words of one size on the screen."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkActor2D,
    vtkCoordinate,
    vtkPolyDataMapper,
    vtkPolyDataMapper2D,
    vtkProp,
    vtkRenderer,
)

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.viewer.grounds import Ground
from facewright.viewer.labels import Label, keep_apart
from facewright.viewer.overlay import Marker, Overlay, Ring
from facewright.viewer.pointer import eye_of
from facewright.viewer.shading import material

_ON_TOP = -20000.0
"""Depth offset of lines and dots that the head does not hide, in the mapper's units."""
_SIZES = {"chosen": 14.0, "moved": 11.0, "plain": 10.0, "quiet": 9.0, "guide": 8.0}
_LINE, _CASING = 2.0, 4.5
"""Widths of a line and of what stands out below it from any skin, pixels of the view."""


class OverlayLayers:
    """Named layers over one renderer; each shows one `Overlay`.

    Parameters
    ----------
    renderer : vtkRenderer
    ground : callable
        Gives the colours in use, which follow the theme.
    """

    def __init__(self, renderer: vtkRenderer, ground: Callable[[], Ground]) -> None:
        self._renderer = renderer
        self._ground = ground
        self._layers: dict[str, _Layer] = {}
        owner = weakref.ref(self)  # VTK keeps its observers: they must not keep us
        self._tag = renderer.AddObserver("StartEvent", _before_picture(owner))

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

    def before_picture(self) -> None:
        """Say the names that face the eye, in the colours in use; called by the renderer itself."""
        eye, ground = eye_of(self._renderer), self._ground()
        for layer in self._layers.values():
            layer.paint(ground)
            layer.face(eye)
        keep_apart(
            (word for layer in self._layers.values() for word in layer.words), self._renderer
        )

    def close(self) -> None:
        """Let go of every actor."""
        self._renderer.RemoveObserver(self._tag)
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
        self._words: list[Label] = []
        self._lasso: tuple[vtkActor2D, vtkPolyData] | None = None
        self._pixels = 1.0
        self._painted: Ground | None = None

    def show(self, overlay: Overlay) -> None:
        words: list[Marker] = []
        dots: dict[str, list[FloatArray | DoubleArray]] = {}
        for marker in overlay.markers:
            dots.setdefault(marker.tone, []).append(np.asarray(marker.position, np.float64)[None])
            if marker.label:
                words.append(marker)
        lines: dict[str, list[FloatArray | DoubleArray]] = {}
        for line in overlay.lines:
            points = np.asarray(line.points, np.float64)
            if line.closed:
                points = np.concatenate([points, points[:1]])
            lines.setdefault(line.tone, []).append(points)
            if line.label and len(points):
                short = self.through and len(points) == 2
                place = points.mean(axis=0) if short else points[len(points) // 2]
                words.append(Marker(place, line.label, line.tone))
        for ring in overlay.rings:
            lines.setdefault(ring.tone, []).append(_circle(ring))
        self._draw(self._dots, dots, dots_size=True)
        self._draw(self._lines, lines, dots_size=False)
        self._say(words)
        self._rope(overlay.lasso)
        self._painted = None

    def paint(self, ground: Ground) -> None:
        if ground is self._painted:
            return
        self._painted = ground
        for group in (self._dots, self._lines):
            for strokes in group.values():
                strokes.paint(ground)
        for word in self._words:
            word.paint(ground)
        if self._lasso is not None:
            self._lasso[0].GetProperty().SetColor(*ground.tones["chosen"])

    def face(self, eye: DoubleArray) -> None:
        for word in self._words:
            word.face(eye)

    def scale(self, pixels: float) -> None:
        self._pixels = pixels
        for group in (self._dots, self._lines):
            for strokes in group.values():
                strokes.scale(pixels)

    @property
    def words(self) -> tuple[Label, ...]:
        return tuple(self._words)

    @property
    def props(self) -> tuple[vtkProp, ...]:
        strokes = (*self._dots.values(), *self._lines.values())
        lasso = () if self._lasso is None else (self._lasso[0],)
        words = (word.actor for word in self._words)
        drawn = (actor for stroke in strokes for actor in stroke.actors)
        return (*drawn, *words, *lasso)

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
                for actor in strokes.actors:
                    self._renderer.AddViewProp(actor)
            strokes.show(wanted.get(tone, []))

    def _say(self, words: list[Marker]) -> None:
        while len(self._words) < len(words):
            self._words.append(Label())
            self._renderer.AddViewProp(self._words[-1].actor)
        for index, word in enumerate(self._words):
            word.show(words[index] if index < len(words) else None)

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
        self._tone, self._is_dots = tone, dots
        self.data = vtkPolyData()
        if dots:
            self._sizes: tuple[float, ...] = (_SIZES.get(tone, 10.0),)
            self.actors: tuple[vtkActor, ...] = (self._dotted(_ON_TOP if through else -16.0),)
        else:
            nearest = _ON_TOP if through else -40.0
            self._sizes = (_CASING, _LINE)
            self.actors = (self._lined(nearest + 4.0), self._lined(nearest))
        self.scale(1.0)

    def paint(self, ground: Ground) -> None:
        self.actors[-1].GetProperty().SetColor(*ground.tones[self._tone])
        if self._is_dots:
            material.ring(self.actors[0], ground.plate)
        else:
            self.actors[0].GetProperty().SetColor(*ground.plate)

    def scale(self, pixels: float) -> None:
        for actor, size in zip(self.actors, self._sizes, strict=True):
            actor.GetProperty().SetPointSize(size * pixels)
            actor.GetProperty().SetLineWidth(max(size * pixels, 1.0))

    def show(self, strokes: list[FloatArray | DoubleArray]) -> None:
        for actor in self.actors:
            actor.SetVisibility(bool(strokes))
        if strokes:
            _fill(self.data, strokes, dots=self._is_dots)

    def _dotted(self, nearer: float) -> vtkActor:
        actor = self._actor()
        actor.GetMapper().SetRelativeCoincidentTopologyPointOffsetParameter(nearer)
        actor.GetProperty().SetRenderPointsAsSpheres(True)
        return actor

    def _lined(self, nearer: float) -> vtkActor:
        actor = self._actor()
        actor.GetMapper().SetRelativeCoincidentTopologyLineOffsetParameters(-4.0, nearer)
        return actor

    def _actor(self) -> vtkActor:
        mapper = vtkPolyDataMapper()
        mapper.SetInputData(self.data)
        mapper.SetResolveCoincidentTopologyToPolygonOffset()
        actor = vtkActor()
        actor.SetMapper(mapper)
        actor.PickableOff()
        actor.GetProperty().LightingOff()
        return actor


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


def _before_picture(owner: weakref.ref[OverlayLayers]) -> Callable[[Any, str], None]:
    def before(_caller: Any, _event: str) -> None:
        layers = owner()
        if layers is not None:
            layers.before_picture()

    return before

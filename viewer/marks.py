"""Marks drawn over the picture: sides of the subject, scale of a heat map, a length, a wipe."""

from __future__ import annotations

import math

import numpy as np
from vtkmodules.vtkRenderingCore import vtkRenderer

from facewright.engine.arrays import DoubleArray
from facewright.viewer.colormaps import ColorMap
from facewright.viewer.flat import Drawing, Shape, Words, ratio
from facewright.viewer.grounds import GROUNDS, Ground

_EDGE = 16.0
"""Distance of marks from the border of the view, layout pixels."""


class SideMarks:
    """Words at both edges of the view that say which side of the subject lies there."""

    def __init__(self, renderer: vtkRenderer) -> None:
        self._words = [
            Words(renderer, 15, across="left", bold=True),
            Words(renderer, 15, across="right", bold=True),
        ]
        self.texts = tuple(words.actor for words in self._words)
        for text, place in zip(self.texts, (0.018, 0.982), strict=True):
            text.GetPositionCoordinate().SetCoordinateSystemToNormalizedViewport()
            text.GetPositionCoordinate().SetValue(place, 0.5)
        self.dress(GROUNDS["dark"])

    def dress(self, ground: Ground) -> None:
        """Take the colours of `ground`."""
        for text in self.texts:
            text.GetTextProperty().SetColor(*ground.text)

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
    """The scale of the heat map: its colours with their values and unit."""

    TICKS = 5

    def __init__(self, renderer: vtkRenderer) -> None:
        self._renderer = renderer
        self._drawing = Drawing(renderer)
        self._title = Words(renderer, 13, across="right", upward="bottom", bold=True)
        self._labels = [Words(renderer, 12, across="right") for _ in range(self.TICKS)]
        self._scale: tuple[str, ColorMap, float, float, int] | None = None
        self.visible = False
        self.hide()

    @property
    def texts(self) -> list[str]:
        """The title and the labels from the lowest value to the highest."""
        return [words.actor.GetInput() for words in [self._title, *self._labels]]

    def show(self, title: str, map_: ColorMap, low: float, high: float, bands: int) -> None:
        """Show the colours of `map_` from `low` to `high`."""
        self._scale = (title, map_, low, high, bands)
        self._set_visible(True)

    def hide(self) -> None:
        """Hide the scale."""
        self._set_visible(False)

    def draw(self, ground: Ground) -> None:
        """Lay the scale out for the view's present size."""
        if not self.visible or self._scale is None:
            return
        title, map_, low, high, bands = self._scale
        unit = ratio(self._renderer)
        width, height = self._renderer.GetSize()
        tall = min(190.0 * unit, 0.34 * height, height / 2 - 58 * unit)  # below the side marks
        right, bottom = width - _EDGE * unit, _EDGE * unit + 6 * unit
        left = right - 14 * unit
        steps = bands or 64
        colors = map_.strip(bands)[0, ((np.arange(steps) + 0.5) / steps * 256).astype(int)] / 255
        fills: list[Shape] = []
        lines: list[Shape] = []
        for k, (red, green, blue) in enumerate(colors.tolist()):
            low_edge, high_edge = bottom + tall * k / steps, bottom + tall * (k + 1) / steps
            box = [(left, low_edge), (right, low_edge), (right, high_edge), (left, high_edge)]
            fills.append((box, (red, green, blue)))
        for k, words in enumerate(self._labels):
            share = k / (self.TICKS - 1)
            level = bottom + tall * share
            lines.append(([(left - 4 * unit, level), (left, level)], ground.quiet))
            text = number(low + (high - low) * share, high - low, signed=low < 0)
            words.write(text, (left - 7 * unit, level), ground.text)
        self._title.write(title, (right, bottom + tall + 9 * unit), ground.text)
        self._drawing.draw(fills, lines)

    def _set_visible(self, visible: bool) -> None:
        self.visible = visible
        self._drawing.show(visible)
        for words in (self._title, *self._labels):
            words.show(visible)


class _Note:
    """A drawing with a line of words, shown and hidden as one."""

    def __init__(self, renderer: vtkRenderer, words: Words, *, visible: bool) -> None:
        self._renderer = renderer
        self._drawing = Drawing(renderer)
        self._words = words
        self.show(visible)

    def show(self, visible: bool) -> None:
        """Show or hide it."""
        self.visible = visible
        self._drawing.show(visible)
        self._words.show(visible)


class ScaleBar(_Note):
    """A length in millimetres: exact in a parallel view, in perspective at the focus alone."""

    LONGEST = 130.0
    """Pixels."""

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer, Words(renderer, 12, upward="bottom"), visible=True)
        self.length = 0.0

    @property
    def text(self) -> str:
        """What the bar says."""
        return str(self._words.actor.GetInput())

    def draw(self, ground: Ground) -> None:
        """Lay the bar out for the present camera."""
        if not self.visible:
            return
        camera = self._renderer.GetActiveCamera()
        _, height = self._renderer.GetSize()
        parallel = bool(camera.GetParallelProjection())
        half = math.tan(math.radians(camera.GetViewAngle()) / 2) * camera.GetDistance()
        tall = 2 * (camera.GetParallelScale() if parallel else half)
        step = tall / max(height, 1)
        unit = ratio(self._renderer)
        self.length = round_length(self.LONGEST * unit * step)
        x, y, long = _EDGE * unit, _EDGE * unit, self.length / step
        tick = 4 * unit
        marks = [[(x, y + tick), (x, y), (x + long, y), (x + long, y + tick)]]
        if unit > 1.4:
            marks.append([(a, b + 1) for a, b in marks[0]])
        self._drawing.draw(lines=[(line, ground.text) for line in marks])
        about = "" if parallel else "about "
        self._words.write(f"{about}{self.length:g} mm", (x, y + 7 * unit), ground.text)


class InferredKey(_Note):
    """What the dots on the skin mean: a piece of dotted skin with two words beside it."""

    WORDS = "inferred, not measured"
    _SKIN, _DOT = (0.84, 0.67, 0.58), (0.36, 0.52, 0.86)
    _SIDE, _ABOVE = 14.0, 44.0
    """Side of the piece and its height above the view's edge, over the scale: layout pixels."""

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer, Words(renderer, 12), visible=False)

    def draw(self, ground: Ground) -> None:
        """Lay the key out in the colours of `ground`."""
        if not self.visible:
            return
        unit = ratio(self._renderer)
        left, bottom, side = _EDGE * unit, self._ABOVE * unit, self._SIDE * unit
        corners = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
        round_ = np.linspace(0.0, 2 * np.pi, 9)[:-1]
        dot = 0.1 * np.column_stack([np.cos(round_), np.sin(round_)])
        places = [(x, y) for x in (1 / 6, 0.5, 5 / 6) for y in (1 / 6, 0.5, 5 / 6)]
        fills: list[Shape] = [((left, bottom) + side * corners, self._SKIN)]
        fills += [((left, bottom) + side * (dot + place), self._DOT) for place in places]
        self._drawing.draw(fills)
        self._words.write(self.WORDS, (left + side + 7 * unit, bottom + side / 2), ground.text)


class WipeLine:
    """The line between two heads that are shown left and right of it."""

    def __init__(self, renderer: vtkRenderer) -> None:
        self._renderer = renderer
        self._drawing = Drawing(renderer)
        self.place: float | None = None

    def draw(self, ground: Ground) -> None:
        """Draw the line at its place, a fraction of the view's width, or none."""
        self._drawing.show(self.place is not None)
        if self.place is None:
            return
        width, height = self._renderer.GetSize()
        x, half = self.place * width, ratio(self._renderer)
        shadow = [(x - half - 1, 0), (x + half + 1, 0), (x + half + 1, height),
                  (x - half - 1, height)]  # fmt: skip
        line = [(x - half, 0), (x + half, 0), (x + half, height), (x - half, height)]
        self._drawing.draw([(shadow, ground.low), (line, ground.text)])


def round_length(longest: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that is not above `longest`."""
    power = 10.0 ** math.floor(math.log10(longest))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= longest * (1 + 1e-9))


def number(value: float, span: float, *, signed: bool) -> str:
    """Return `value` with the digits that a scale of `span` needs, its sign where there are two."""
    digits = max(0, 1 - math.floor(math.log10(span))) if span > 0 else 1
    text = f"{value:+.{digits}f}" if signed and value else f"{value:.{digits}f}"
    return text.replace("-", "\N{MINUS SIGN}")

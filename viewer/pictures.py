"""Pictures of a view for files: of any size, on any ground, with or without marks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from vtkmodules.vtkRenderingCore import vtkProp

from facewright.engine.arrays import ByteArray
from facewright.viewer.drawn import picture_of
from facewright.viewer.grounds import Color
from facewright.viewer.shot import CLEAR, WHITE, Shot
from facewright.viewer.viewport import Viewport

_BLACK_WHITE: tuple[Color, Color] = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def take(view: Viewport, shot: Shot) -> ByteArray:
    """Return the picture `(H, W, 3)` uint8, or `(H, W, 4)` on a transparent ground."""
    return next(turned(view, shot, 1))


def turned(view: Viewport, shot: Shot, count: int) -> Iterator[ByteArray]:
    """Yield `count` pictures of one turn around the head, from where the camera stands.

    The view is as it was before each one is handed out, so that it can be drawn meanwhile.
    """
    begin = view.orbit.stand
    for index in range(count):
        with _dressed(view, shot):
            view.orbit.stand = replace(begin, azimuth=begin.azimuth + 360.0 * index / count)
            picture = _clear(view) if shot.ground == CLEAR else _drawn(view)
            view.orbit.stand = begin
        yield picture


@contextmanager
def _dressed(view: Viewport, shot: Shot) -> Iterator[None]:
    """Give the view another size, ground and marks for the time of a picture."""
    window, renderer, scene, display = view.ren_win, view.renderer, view.scene, view.scene.display
    hidden: list[vtkProp] = []
    if not shot.marks:
        scene.display = replace(
            display, sides=False, cube=False, scale=False, landmarks=False, mask=False
        )
        hidden = [prop for prop in view.overlays.props if prop.GetVisibility()]
    size, dpi, hurried = tuple(window.GetSize()), window.GetDPI(), scene.hurrying
    grounds = renderer.GetBackground(), renderer.GetBackground2()
    ratio = shot.size[1] / max(view.height(), 1)
    try:
        for prop in hidden:
            prop.VisibilityOff()
        window.SetSize(*shot.size)
        window.SetDPI(round(72 * ratio))  # marks keep their share of the picture
        view.overlays.scale(ratio)
        scene.hurry(False)
        renderer.SetUseFXAA(True)
        if shot.ground == WHITE:
            _paint(view, _BLACK_WHITE[1])
        yield
    finally:
        for prop in hidden:
            prop.VisibilityOn()
        renderer.GradientBackgroundOn()
        renderer.SetBackground(*grounds[0])
        renderer.SetBackground2(*grounds[1])
        window.SetSize(*size)
        window.SetDPI(dpi)
        view.overlays.scale(view.orbit.sharpness)
        scene.hurry(hurried)
        scene.display = display
        view.redraw()


def _paint(view: Viewport, color: Color) -> None:
    view.renderer.GradientBackgroundOff()
    view.renderer.SetBackground(*color)


def _drawn(view: Viewport) -> ByteArray:
    view.scene.sides.turn(view.orbit.rightward)
    view.renderer.ResetCameraClippingRange()
    view.ren_win.Render()
    return picture_of(view.ren_win)


def _clear(view: Viewport) -> ByteArray:
    """Return `(H, W, 4)`: what differs between a black and a white ground lets it through.

    Over black a pixel is `a c`, over white `a c + (1 - a)`: exact for soft edges and for what
    can be seen through, and needs nothing of the driver.
    """
    pictures = []
    for ground in _BLACK_WHITE:
        _paint(view, ground)
        pictures.append(_drawn(view).astype(np.float32) / 255.0)
    black, white = pictures
    alpha = np.clip(1.0 - (white - black).mean(axis=2, keepdims=True), 0.0, 1.0)
    color = np.where(alpha > 0.0, black / np.maximum(alpha, 1e-3), 0.0)
    both = np.concatenate([np.clip(color, 0.0, 1.0), alpha], axis=2)
    return np.asarray(both * 255.0 + 0.5, np.uint8)

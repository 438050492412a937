"""The views: one, two or four viewports that go together, and the one that is worked in."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.memory import give_back_soon
from facewright.app.stage import Stage
from facewright.app.staging import Arrangement
from facewright.app.turns import Turns
from facewright.viewer.mouse import DRAGS
from facewright.viewer.navigation import VIEWS, Stand
from facewright.viewer.viewport import Viewport

_HAND_S = 0.5  # seconds for which a view is the hand's after the pointer moved in it

PRESETS: dict[int, tuple[str, ...]] = {
    2: ("front", "left"),
    4: ("front", "left", "right", "three-quarter"),
}
"""Where the cameras of several views stand at first, the main one's first."""

NAMES = {
    "front": "Front",
    "left": "Left side",
    "right": "Right side",
    "three-quarter": "Three-quarter",
    "three-quarter-left": "Three-quarter, left",
    "top": "Top",
    "bottom": "From below",
    "back": "Back",
}


class ViewGrid(QWidget):
    """All viewports of a window.

    Attributes
    ----------
    main : Viewport
        The first, which is always there.
    lost : Signal(str)
        A view cannot draw any more, and why.
    """

    lost = Signal(str)

    def __init__(self, stage: Stage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._drags, self._glides = DRAGS["standard"], False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2)
        self._frames: list[_Frame] = []
        self._stands: list[Stand] = []
        self._spinning = False
        self._open = True
        self._turns = Turns(self._leading)
        self.main = self._add()
        stage.arranged.connect(self._arrange)
        stage.captioned.connect(self._name)
        self._arrange(stage.arrangement)

    @property
    def views(self) -> tuple[Viewport, ...]:
        """Every viewport, the main one first."""
        return tuple(frame.view for frame in self._frames)

    def behave(self, mouse: str, glides: bool) -> None:
        """Take up how the mouse works (a key of `DRAGS`) and whether cameras glide."""
        self._drags, self._glides = DRAGS[mouse], glides
        for view in self.views:
            view.bindings.drags, view.glides = self._drags, glides

    def close_views(self) -> None:
        """Let go of OpenGL and VTK; call before the widget is deleted."""
        if not self._open:
            return
        self._open = False
        self._stage.arranged.disconnect(self._arrange)
        self._stage.captioned.disconnect(self._name)
        self._turns.close()
        while self._frames:
            self._remove()

    # -- inside ------------------------------------------------------------------------------

    def _add(self) -> Viewport:
        view = Viewport(self)
        view.bindings.drags, view.glides = self._drags, self._glides
        view.ask = self._turns.ask
        view.lost.connect(self.lost, Qt.ConnectionType.QueuedConnection)
        view.moved.connect(partial(self._moved, view))
        view.chosen.connect(partial(self._choose, view))
        frame = _Frame(view)
        self._frames.append(frame)
        self._stands.append(view.orbit.stand)
        self._stage.attach(view)
        return view

    def _shrink(self, count: int) -> None:
        """Remove views until `count` are left, and then give back what they were drawn with."""
        gone = [self._remove() for _ in range(len(self._frames) - count)]
        if gone:
            gone[-1].destroyed.connect(give_back_soon)

    def _remove(self) -> QWidget:
        frame = self._frames.pop()
        self._stands.pop()
        self._stage.detach(frame.view)
        self._turns.forget(frame.view)
        frame.view.ask = Viewport.update
        for signal in (frame.view.lost, frame.view.moved, frame.view.chosen):
            signal.disconnect()
        frame.view.close()
        self._grid.removeWidget(frame)
        frame.setParent(None)
        frame.deleteLater()
        return frame

    def _leading(self) -> Viewport:
        """Return the view that the pointer moves in, or else the one that is worked in."""
        latest = max(self.views, key=lambda view: view.pointed)
        if time.monotonic() - latest.pointed < _HAND_S:
            return latest
        return self._stage.active or self.main

    def _arrange(self, arrangement: Arrangement) -> None:
        """Have as many views as wanted, where they belong."""
        count = len(self._frames)
        self._shrink(arrangement.count)
        while len(self._frames) < arrangement.count:
            self._add()
        for index, frame in enumerate(self._frames):
            self._grid.addWidget(frame, index // 2, index % 2)
        for line in range(2):
            self._grid.setRowStretch(line, 1 if line * 2 < len(self._frames) else 0)
            self._grid.setColumnStretch(line, 1 if line < len(self._frames) else 0)
        if len(self._frames) > count:
            self._place(count)
        elif len(self._frames) < count:
            QTimer.singleShot(0, self, self._fit)
        for view in self.views:
            if view.orbit.parallel != arrangement.parallel:
                view.orbit.parallel = arrangement.parallel
                view.redraw()
        self._outline()
        self._name()

    def _place(self, first: int) -> None:
        """Stand new cameras where they show most: those that turn along beside the main one."""
        self._grid.activate()
        stand, together = self.main.orbit.stand, self._stage.arrangement.turned
        names = PRESETS.get(len(self._frames), ())
        if len(self._frames) == 4:
            first = 0
        for index, view in enumerate(self.views):
            if index >= first:
                turned = stand
                if not together:
                    azimuth, elevation = VIEWS[names[index]]
                    turned = replace(stand, azimuth=azimuth, elevation=elevation)
                view.orbit.stand = turned
                view.redraw()
            self._stands[index] = view.orbit.stand
        QTimer.singleShot(0, self, self._fit)  # when every view has its size

    def _fit(self) -> None:
        """Fit the head into every view, at one scale where they go together."""
        stands = [view.fitted() for view in self.views]
        known = [stand for stand in stands if stand is not None]
        if not self._open or not known:
            return
        farthest = max(known, key=lambda stand: stand.distance)
        for index, (view, stand) in enumerate(zip(self.views, stands, strict=True)):
            wanted = farthest if self._stage.arrangement.linked else stand
            if wanted is not None:
                now = view.orbit.stand
                view.orbit.stand = replace(now, focus=wanted.focus, distance=wanted.distance)
                self._stands[index] = view.orbit.stand
                view.redraw()

    def _moved(self, view: Viewport) -> None:
        """Let the other cameras follow."""
        index = self.views.index(view)
        before, now = self._stands[index], view.orbit.stand
        self._stands[index] = now
        arrangement = self._stage.arrangement
        for other, frame in enumerate(self._frames):
            if other == index or not (arrangement.linked or arrangement.turned):
                continue
            stand = frame.view.orbit.stand
            if arrangement.linked:
                stand = replace(stand, focus=now.focus, distance=now.distance)
            frame.view.orbit.stand = stand
            if arrangement.turned:
                frame.view.orbit.turn(
                    now.azimuth - before.azimuth, now.elevation - before.elevation
                )
            self._stands[other] = frame.view.orbit.stand
            frame.view.redraw()
        if len(self._frames) > 1:
            self._name()
        if self._spinning != view.spinning:
            self._spinning = view.spinning
            self._stage.arranged.emit(arrangement)

    def _choose(self, view: Viewport) -> None:
        if self._stage.active is not view:
            if self._stage.active is not None:
                self._stage.active.rest()
            self._stage.active = view
            self._outline()

    def _outline(self) -> None:
        for frame in self._frames:
            frame.mark(len(self._frames) > 1, frame.view is self._stage.active)

    def _name(self) -> None:
        """Say over each view what it shows, where there is more than one answer."""
        several = len(self._frames) > 1
        for frame in self._frames:
            words = self._stage.caption(frame.view)
            if several and not words:
                orbit = frame.view.orbit
                words = self.tr(_preset(orbit.azimuth, orbit.elevation))
            frame.caption.say(words)


class _Frame(QFrame):
    """A viewport with an outline while it is the one that is worked in, and a caption."""

    _EDGE = 2

    def __init__(self, view: Viewport) -> None:
        super().__init__()
        self.view = view
        self._several = self._active = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(view)
        self.caption = _Caption(self)

    def mark(self, several: bool, active: bool) -> None:
        """Outline the view, where there are several, if it is the active one."""
        edge = self._EDGE if several else 0
        self._column.setContentsMargins(edge, edge, edge, edge)
        self._several, self._active = several, active
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw the outline; the view covers the rest."""
        if self._several:
            color = theme.theme.accent if self._active else theme.theme.line
            painter = QPainter(self)
            painter.fillRect(self.rect(), QColor(color))
            painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the caption in its place."""
        super().resizeEvent(event)
        self.caption.place()


class _Caption(QLabel):
    """Words over the upper edge of a view; the pointer goes through them."""

    def __init__(self, frame: QFrame) -> None:
        super().__init__(frame)
        self._frame = frame
        self.setProperty("role", "small-strong")
        self.setContentsMargins(2 * theme.SPACE, theme.SPACE, 2 * theme.SPACE, theme.SPACE)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAutoFillBackground(True)
        self.hide()

    def say(self, words: str) -> None:
        """Show `words`, or nothing."""
        if words != self.text():
            self.setText(words)
            self.setVisible(bool(words))
            self.place()

    def place(self) -> None:
        """Stand in the middle of the upper edge."""
        frame = self._frame
        self.adjustSize()
        if self.width() > frame.width() - 4 * theme.SPACE:
            self.resize(frame.width() - 4 * theme.SPACE, self.height())
        self.move((frame.width() - self.width()) // 2, 2 * theme.SPACE)
        self.raise_()


def _preset(azimuth: float, elevation: float) -> str:
    """Return what the view from there is called, or nothing."""
    for name, (turn, rise) in VIEWS.items():
        off = (azimuth - turn + 180.0) % 360.0 - 180.0
        if abs(off) < 0.5 and abs(elevation - rise) < 0.5:
            return NAMES[name]
    return ""

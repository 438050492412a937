"""The stage: keeps every viewport showing the document, and holds how it is shown."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from psygnal import Signal
from PySide6.QtCore import QCoreApplication, Qt

from facewright.app import theme
from facewright.app.compare import Comparer
from facewright.app.document import Document
from facewright.app.heads import Shown
from facewright.app.staging import Arrangement, Other, Surface, Values
from facewright.engine.arrays import ByteArray, FloatArray
from facewright.engine.mask import Mask
from facewright.engine.mesh import Scan
from facewright.viewer.colormaps import AMOUNTS, MAPS
from facewright.viewer.display import Display

if TYPE_CHECKING:
    from facewright.viewer.overlay import Overlay
    from facewright.viewer.pointer import Pointer, PointerListener
    from facewright.viewer.viewport import Viewport

translate = QCoreApplication.translate

OVER = (0.36, 0.62, 1.0)
"""Tint of the other head where it lies over the document's."""


class Stage:
    """Mirrors the document into viewports; with none attached nothing is lost.

    Attributes
    ----------
    display_changed : Signal(Display)
    arranged : Signal(Arrangement)
        There are other views, they go together otherwise, or the turntable began or stopped.
    captioned : Signal()
        The captions of views may be others.
    coloured : Signal(object)
        Who shows values on the head now: all others who do have to stop.
    comparer : Comparer
    active : Viewport or None
        The view that is worked in.
    listener : PointerListener or None
        Who is asked first when the pointer acts on a view.
    """

    display_changed = Signal(object)
    arranged = Signal(object)
    captioned = Signal()
    coloured = Signal(object)

    def __init__(self, document: Document) -> None:
        self._document = document
        self._views: list[Viewport] = []
        self._display = Display(ground=theme.theme.name)
        self._arrangement = Arrangement()
        self.active: Viewport | None = None
        self.listener: PointerListener | None = None
        self._overlays: dict[str, Overlay] = {}
        self._loose: tuple[Scan, FloatArray] | None = None
        self._loose_surface: Surface | None = None
        self._skin_surface: Surface | None = None
        self._mask: Mask | None = None
        self._laid_over: tuple[object, object] | None = None
        self._other: Other | None = None
        self._values: Values | None = None
        self._valued_by: object = None
        self._drawn: object = None
        self._at_line = False
        document.head_changed.connect(self._show)
        document.opened.connect(self._opened)
        document.project_changed.connect(self._refresh)
        theme.changed.connect(self._follow_theme)
        self.comparer = Comparer(document, self)

    # -- how it is shown ---------------------------------------------------------------------

    @property
    def display(self) -> Display:
        """How everything is shown."""
        return self._display

    def change(self, **fields: Any) -> None:
        """Change fields of the display in every view."""
        display = replace(self._display, **fields)
        if display == self._display:
            return
        self._display = display
        self._dress()
        if "landmarks" in fields and self._document.shown is not None:
            self._show(self._document.shown)
        self.display_changed.emit(display)

    @property
    def arrangement(self) -> Arrangement:
        """Which views there are."""
        return self._arrangement

    def arrange(self, **fields: Any) -> None:
        """Change fields of the arrangement."""
        arrangement = replace(self._arrangement, **fields)
        if arrangement != self._arrangement:
            self._arrangement = arrangement
            self.arranged.emit(arrangement)

    @property
    def spinning(self) -> bool:
        """Whether the turntable turns."""
        return self.active is not None and self.active.spinning

    def spin(self, on: bool) -> None:
        """Start or stop the turntable of the view that is worked in."""
        if self.active is None:
            return
        if on:
            self.active.spin(self._arrangement.speed)
        else:
            self.active.rest()
        self.arranged.emit(self._arrangement)

    # -- views -------------------------------------------------------------------------------

    @property
    def views(self) -> tuple[Viewport, ...]:
        """The views, the main one first."""
        return tuple(self._views)

    def attach(self, view: Viewport) -> None:
        """Show the document in `view` from now on."""
        self._views.append(view)
        if self.active is None:
            self.active = view
        view.listener = partial(self._point, view)
        for layer, overlay in self._overlays.items():
            view.overlays.show(layer, overlay)
        view.orbit.parallel = self._arrangement.parallel
        self._laid_over = self._drawn = self._mask = None
        self._dress()
        self._lay_over(view)
        if self._document.shown is not None:
            self._show(self._document.shown)
        self._refresh()
        view.frame()

    def detach(self, view: Viewport) -> None:
        """Leave `view` alone from now on."""
        if view in self._views:
            self._views.remove(view)
            view.listener = None
        if self.active is view:
            self.active = self._views[0] if self._views else None

    def close(self) -> None:
        """Let go of document and views."""
        self.comparer.close()
        self._views.clear()
        self.active = None
        self._document.head_changed.disconnect(self._show)
        self._document.opened.disconnect(self._opened)
        self._document.project_changed.disconnect(self._refresh)
        theme.changed.disconnect(self._follow_theme)

    def frame(self) -> None:
        """Fit what is shown into every view."""
        for view in self._views:
            view.frame()

    def thumbnail(self, size: int = 256) -> ByteArray | None:
        """Return a small square picture of the first view, `(size, size, 3)`, or None."""
        if not self._views or self._document.shown is None:
            return None
        picture = self._views[0].pixels()
        side = min(picture.shape[:2])
        top, left = ((length - side) // 2 for length in picture.shape[:2])
        rows = np.linspace(0, side - 1, size).astype(int)
        return np.ascontiguousarray(picture[top + rows][:, left + rows])

    # -- what is shown -----------------------------------------------------------------------

    def overlay(self, layer: str, overlay: Overlay | None) -> None:
        """Draw `overlay` over the head in every view, in place of what `layer` drew before."""
        if overlay is None and layer not in self._overlays:
            return
        if overlay is None:
            del self._overlays[layer]
        else:
            self._overlays[layer] = overlay
        for view in self._views:
            view.overlays.show(layer, overlay)
            view.redraw()

    def show_mask(self, mask: Mask | None) -> None:
        """Show a mask on the head, until the project changes."""
        self._mask = mask
        for view in self._views:
            view.scene.mask(mask)

    @property
    def surface(self) -> Surface | None:
        """The surface that tools act on: a scan without a head, or else the head's skin."""
        if self._loose is not None:
            if self._loose_surface is None:
                scan, to_upright = self._loose
                upright = scan.vertices @ to_upright[:3, :3].T + to_upright[:3, 3]
                self._loose_surface = Surface(upright.astype(np.float32), scan.faces, is_head=False)
            return self._loose_surface if len(self._loose_surface.faces) else None
        shown = self._document.shown
        if shown is None:
            return None
        skin = shown.head.skin
        if self._skin_surface is None or self._skin_surface.vertices is not skin.vertices:
            self._skin_surface = Surface(skin.vertices, skin.topology.faces)
        return self._skin_surface

    def show_loose_scan(self, scan: Scan | None, to_upright: FloatArray | None = None) -> None:
        """Show a scan that has no head yet, upright, or take it away."""
        self._loose = None if scan is None or to_upright is None else (scan, to_upright)
        self._loose_surface = None
        self._refresh()
        self.change(scan=self._loose is not None or self._display.scan)
        if self._loose is not None:
            self.comparer.set(mode="")  # there is no head to compare
        for view in self._views:
            if self._loose is not None:
                view.scene.show(None)
                view.scene.landmarks(None)
                view.frame()
            elif self._document.shown is not None:
                self._show(self._document.shown)

    def show_other(self, other: Other | None) -> None:
        """Show a second head, in place of the one before, or none."""
        if other is None and self._other is None:
            return
        self._other = other
        for view in self._views:
            self._lay_over(view)
        if self._document.shown is not None:
            self._show(self._document.shown)
        self.captioned.emit()

    def show_values(self, values: Values | None, owner: object = None) -> None:
        """Show values on the head, or take those of the same owner away.

        Without any the head has the error of the scan again, or whatever the display says.
        """
        if values is None and (self._values is None or owner is not self._valued_by):
            return
        taken = values is not None and (self._values is None or owner is not self._valued_by)
        self._values, self._valued_by = values, owner
        if taken:
            self.coloured.emit(owner)
        self._refresh()
        self._dress()

    def caption(self, view: Viewport) -> str:
        """Return what head `view` shows where that needs saying; else nothing."""
        other = self._other
        if other is None or other.place == "over":
            return ""
        return other.title if self._is_other(view) else translate("Compare", "Now")

    # -- inside ------------------------------------------------------------------------------

    def _point(self, view: Viewport, event: str, pointer: Pointer) -> bool:
        width = max(view.width(), 1)
        place = pointer.x / width
        if event == "hover":
            at_line = self.comparer.at_line(place, width)
            if at_line != self._at_line:
                self._at_line = at_line
                view.setCursor(Qt.CursorShape.SplitHCursor) if at_line else view.unsetCursor()
        if self.comparer.point(event, place, width):
            return True
        return self.listener is not None and self.listener(event, pointer)

    def _follow_theme(self) -> None:
        self.change(ground=theme.theme.name)

    def _opened(self) -> None:
        self._loose = None
        self.change(scan=False, heat=False)
        for view in self._views:
            view.scene.show(None)

    def _is_other(self, view: Viewport) -> bool:
        """Whether `view` shows the other head in place of the document's."""
        if self._other is None:
            return False
        second = len(self._views) > 1 and view is self._views[1]
        return self._other.place == "instead" or (self._other.place == "beside" and second)

    def _show(self, shown: Shown | None) -> None:
        if shown is None or self._loose is not None:
            return
        for view in self._views:
            self._show_in(view, shown)

    def _show_in(self, view: Viewport, shown: Shown) -> None:
        other = self._other
        scene = view.scene
        if other is not None and self._is_other(view):
            shown = other.shown
        empty = scene.bounds is None or not len(scene.vertices)
        skin = shown.head.skin
        scene.show(skin, shown.head.parts, shown.image)
        scene.inferred(shown.face.inferred)
        if self._display.landmarks:
            own = self._document.models.lifespan().template.landmarks
            anchors = own.replaced(shown.face.landmarks)
            scene.landmarks(anchors.on(skin.vertices).positions)
        if empty:
            view.frame()

    def _lay_over(self, view: Viewport) -> None:
        """Show the other head over the document's, where that is its place; it stays as it is."""
        other = self._other
        if other is None or other.place != "over":
            view.scene.compare(None)
            view.scene.wipe(None)
            return
        head, wiped = other.shown.head, other.wipe is not None
        view.scene.compare(
            head.skin,
            head.parts,
            other.shown.image,
            opacity=1.0 if wiped else other.opacity,
            tint=None if wiped else OVER,
        )
        view.scene.wipe(other.wipe)

    def _refresh(self) -> None:
        """Show the scan and the values of the committed project, where they changed."""
        document = self._document
        step, source = document.registration, document.scan_source
        scan = document.scan
        to_head = None if source is None else source.transform
        if self._loose is not None:
            scan, to_head = self._loose
        known = self._laid_over
        if known is None or known[0] is not scan or known[1] is not to_head:
            self._laid_over = scan, to_head
            for view in self._views:
                view.scene.scan(scan, to_head)
        if document.is_open and document.project.mask is not self._mask:
            self.show_mask(document.project.mask)
        error = None if step is None else step.error
        drawn = error if self._values is None else self._values
        if drawn is not self._drawn:
            self._drawn = drawn
            for view in self._views:
                if self._values is None:
                    view.scene.values(error)
                else:
                    view.scene.values(self._values.numbers, self._values.title)

    def _dress(self) -> None:
        display, values = self._display, self._values
        if values is not None:
            # Without stripes: they would be taken for values.
            display = replace(display, heat=True, heat_limit=values.limit, mask=False)
            if values.amounts:
                colours = AMOUNTS if MAPS[display.heat_map].diverging else display.heat_map
                display = replace(display, heat_map=colours, heat_low=0.0)
        for view in self._views:
            view.scene.display = display

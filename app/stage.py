"""The stage: keeps every viewport showing the document, and holds how it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from psygnal import Signal

from facewright.app.document import Document, Shown
from facewright.engine.arrays import ByteArray, FloatArray
from facewright.engine.mesh import Scan
from facewright.viewer.display import Display

if TYPE_CHECKING:
    from facewright.viewer.overlay import Overlay
    from facewright.viewer.pointer import Pointer, PointerListener
    from facewright.viewer.viewport import Viewport


class Stage:
    """Mirrors the document into viewports; with none attached nothing is lost.

    Attributes
    ----------
    display_changed : Signal(Display)
    listener : PointerListener or None
        Who is asked first when the pointer acts on a view.
    """

    display_changed = Signal(object)

    def __init__(self, document: Document) -> None:
        self._document = document
        self._views: list[Viewport] = []
        self._display = Display()
        self.listener: PointerListener | None = None
        self._overlays: dict[str, Overlay] = {}
        self._loose: tuple[Scan, FloatArray] | None = None
        self._scan: object = None
        self._error: object = None
        document.head_changed.connect(self._show)
        document.opened.connect(self._opened)
        document.project_changed.connect(self._refresh)

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
        for view in self._views:
            view.scene.display = display
        if "landmarks" in fields and self._document.shown is not None:
            self._show(self._document.shown)
        self.display_changed.emit(display)

    def attach(self, view: Viewport) -> None:
        """Show the document in `view` from now on."""
        self._views.append(view)
        view.listener = self._point
        for layer, overlay in self._overlays.items():
            view.overlays.show(layer, overlay)
        self._scan = self._error = None
        view.scene.display = self._display
        if self._document.shown is not None:
            self._show(self._document.shown)
        self._refresh()
        view.frame()

    def detach(self, view: Viewport) -> None:
        """Leave `view` alone from now on."""
        if view in self._views:
            self._views.remove(view)
            view.listener = None

    def close(self) -> None:
        """Let go of document and views."""
        self._views.clear()
        self._document.head_changed.disconnect(self._show)
        self._document.opened.disconnect(self._opened)
        self._document.project_changed.disconnect(self._refresh)

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

    def show_loose_scan(self, scan: Scan | None, to_upright: FloatArray | None = None) -> None:
        """Show a scan that has no head yet, upright, or take it away."""
        self._loose = None if scan is None or to_upright is None else (scan, to_upright)
        self._refresh()
        self.change(scan=self._loose is not None or self._display.scan)
        for view in self._views:
            if self._loose is not None:
                view.scene.show(None)
                view.frame()
            elif self._document.shown is not None:
                self._show(self._document.shown)

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

    def _point(self, event: str, pointer: Pointer) -> bool:
        return self.listener is not None and self.listener(event, pointer)

    def _opened(self) -> None:
        self._loose = None
        self.change(scan=False, heat=False)
        for view in self._views:
            view.scene.show(None)

    def _show(self, shown: Shown | None) -> None:
        if shown is None or self._loose is not None:
            return
        skin = shown.head.skin
        anchors = shown.face.landmarks
        if anchors is None and self._display.landmarks:
            anchors = self._document.models.lifespan().template.landmarks
        points = None
        if anchors is not None and self._display.landmarks:
            points = anchors.on(skin.vertices).positions
        for view in self._views:
            empty = view.scene.bounds is None or not len(view.scene.vertices)
            view.scene.show(skin, shown.head.parts, shown.image)
            view.scene.inferred(shown.face.inferred)
            if points is not None:
                view.scene.landmarks(points)
            if empty:
                view.frame()

    def _refresh(self) -> None:
        """Show the scan and the error of the committed project, where they changed."""
        document = self._document
        step, source = document.registration, document.scan_source
        scan = document.scan
        to_head = None if source is None else source.transform
        if self._loose is not None:
            scan, to_head = self._loose
        if scan is not self._scan:
            self._scan = scan
            for view in self._views:
                view.scene.scan(scan, to_head)
        error = None if step is None else step.error
        if error is not self._error:
            self._error = error
            for view in self._views:
                view.scene.values(error)

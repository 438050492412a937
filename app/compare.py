"""Comparing the head with another state of it: which, how, and by how much they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from psygnal import Signal
from PySide6.QtCore import QCoreApplication, QTimer

from facewright.app.references import FOREIGN, Reference, References, brought
from facewright.app.staging import Other, Values
from facewright.engine.errors import FacewrightError
from facewright.engine.measure.comparison import Comparison, compare

if TYPE_CHECKING:
    from facewright.app.document import Document
    from facewright.app.heads import Shown
    from facewright.app.stage import Stage

translate = QCoreApplication.translate

MODES: tuple[tuple[str, str, str, str], ...] = (
    ("", "Off", "head", "Show the head alone"),
    ("wipe", "Wipe", "wipe", "Both heads in one picture, parted by a line that can be dragged"),
    ("beside", "Side by side", "side-by-side", "Two views that turn and zoom together"),
    ("over", "Overlay", "difference", "The other head over this one, as clear as you like"),
    ("blink", "Blink", "blink", "One head after the other in the same place"),
    ("difference", "Difference map", "heat",
     "How far this head lies outside or inside the other, as colours"),
)  # fmt: skip
"""Identifier, label, icon and help of each way to compare."""

TITLE = "Difference (mm)"
_GRAB = 10
"""Pixels from the wipe's line within which it can be taken."""


@dataclass(frozen=True, eq=False)
class Comparing:
    """How the head is compared; a value.

    Attributes
    ----------
    mode : str
        Identifier of `MODES`.
    reference : Reference or None
    wipe : float
        Share of the view's width, from the left, that shows the head.
    opacity : float
        Of the other head over this one.
    seconds : float
        Each head's turn of a blink.
    limit : float
        mm at which the difference map has its strongest colour.
    held : bool
        Whether the other head is shown for as long as a key is held.
    """

    mode: str = ""
    reference: Reference | None = None
    wipe: float = 0.5
    opacity: float = 0.5
    seconds: float = 0.7
    limit: float = 2.0
    held: bool = False


class Comparer:
    """Shows the document's head against a reference that stays as it was chosen.

    Parameters
    ----------
    document : Document
    stage : Stage
        Where both are shown.

    Attributes
    ----------
    changed : Signal(Comparing)
    switched : Signal()
        The mode is another one.
    measured : Signal()
        `difference` is another one.
    choices : References
    difference : Comparison or None
        From the reference to the head, in the difference map.
    """

    changed = Signal(object)
    switched = Signal()
    measured = Signal()

    def __init__(self, document: Document, stage: Stage) -> None:
        self._document = document
        self._stage = stage
        self.choices = References(document)
        self.state = Comparing()
        self.difference: Comparison | None = None
        self._other: Shown | None = None
        self._phase = False
        self._dragging = False
        self._count_before: tuple[int, bool] | None = None
        self._blink = QTimer()
        self._blink.timeout.connect(self._turn)
        document.opened.connect(self._opened)
        document.head_changed.connect(self._measure)
        stage.coloured.connect(self._give_way)

    def close(self) -> None:
        """Let go of the document."""
        self._blink.stop()
        self._document.opened.disconnect(self._opened)
        self._document.head_changed.disconnect(self._measure)
        self._stage.coloured.disconnect(self._give_way)

    def references(self) -> Iterator[Reference]:
        """Yield what there is to compare with, the most likely first."""
        return self.choices.listed()

    @property
    def alike(self) -> bool:
        """Whether the head is the very one that it is compared with, or would be."""
        shown, other = self._document.shown, self._other
        if other is None:
            first = next(self.references(), None)
            return first is not None and first.project is self._document.project
        if shown is None:
            return False
        return np.array_equal(shown.head.skin.vertices, other.head.skin.vertices)

    def use(self, reference: Reference) -> None:
        """Compare with `reference` from now on."""
        document = self._document
        try:
            other = reference.shown or document.seen(reference.project)
            if reference.kind in FOREIGN and document.shown is not None:
                other = brought(other, document.shown)
        except FacewrightError as error:
            document.failed.emit(error)
            return
        self._other = other
        self.set(reference=reference)

    def set(self, **fields: Any) -> None:
        """Change fields of the state; a mode without a reference takes the likeliest one."""
        state = replace(self.state, **fields)
        if (state.mode or state.held) and state.reference is None:
            first = next(self.references(), None)
            if first is None:
                return
            self.use(first)
            if self.state.reference is None:
                return
            state = replace(state, reference=self.state.reference)
        before, self.state = self.state, state
        if before.mode != state.mode:
            self._arrange(state.mode == "beside")
            self._phase = False
        self._show()
        self.changed.emit(state)
        if before.mode != state.mode:
            self.switched.emit()

    def hold(self, on: bool) -> None:
        """Show the other head for as long as a key is held."""
        self.set(held=on)

    def at_line(self, place: float, width: int) -> bool:
        """Whether a share of a view's width lies on the wipe's line, which a press there takes."""
        wiping = self.state.mode == "wipe" and not self.state.held
        return wiping and abs(place - self.state.wipe) * width <= _GRAB

    def point(self, event: str, place: float, width: int) -> bool:
        """Take the pointer at a share of a view's width when it drags the wipe's line."""
        if self.state.mode != "wipe" or self.state.held:
            self._dragging = False
            return False
        if event == "press":
            self._dragging = self.at_line(place, width)
            return self._dragging
        if event == "drag" and self._dragging:
            self.set(wipe=min(max(place, 0.02), 0.98))
        if event == "release":
            was, self._dragging = self._dragging, False
            return was
        return self._dragging

    # -- inside ------------------------------------------------------------------------------

    def _opened(self) -> None:
        self._other = None
        mode = self.state.mode
        self.state = replace(self.state, mode="", reference=None, held=False)
        if mode:
            self._arrange(False)
        self._show()
        self.changed.emit(self.state)
        self.switched.emit()

    def _arrange(self, beside: bool) -> None:
        """Make a second view for the other head, and take it away again."""
        stage = self._stage
        now = stage.arrangement
        if beside:
            self._count_before = (now.count, now.turned)
            stage.arrange(count=2, linked=True, turned=True)
        elif self._count_before is not None:
            count, turned = self._count_before
            self._count_before = None
            stage.arrange(count=count, turned=turned)

    def _show(self) -> None:
        state, other = self.state, self._other
        blinking = state.mode == "blink" and not state.held
        if blinking and other is not None:
            self._blink.setInterval(round(1000 * state.seconds))
            if not self._blink.isActive():
                self._blink.start()
        else:
            self._blink.stop()
        place = {"beside": "beside", "over": "over", "wipe": "over"}.get(state.mode, "")
        if state.held or (blinking and self._phase):
            place = "instead"
        if other is None or not place or state.reference is None:
            self._stage.show_other(None)
        else:
            wipe = state.wipe if state.mode == "wipe" else None
            title = state.reference.title
            self._stage.show_other(Other(other, title, place, wipe, state.opacity))
        self._measure()

    def _turn(self) -> None:
        self._phase = not self._phase
        self._show()

    def _give_way(self, owner: object) -> None:
        """Leave the difference map when something else colours the head."""
        if owner is not self and self.state.mode == "difference":
            self.set(mode="")

    def _measure(self, _shown: object = None) -> None:
        """Measure the head anew against the reference, while the map is shown."""
        shown, other = self._document.shown, self._other
        wanted = self.state.mode == "difference" and not self.state.held
        if not wanted or shown is None or other is None:
            if self.difference is not None:
                self.difference = None
                self._stage.show_values(None, self)
                self.measured.emit()
            return
        try:
            self.difference = compare(other.head.skin, shown.head.skin, align=False)
        except FacewrightError as error:
            self._document.failed.emit(error)
            self.set(mode="")
            return
        numbers = np.asarray(self.difference.signed, np.float32)
        title = translate("Compare", TITLE)
        self._stage.show_values(Values(numbers, self.state.limit, title), self)
        self.measured.emit()

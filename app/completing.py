"""What is missing of a head, worked out beside the window: likely shape, alternatives, spread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Signal

from facewright.app.aside import Aside
from facewright.app.document import Document
from facewright.engine.arrays import ByteArray, FloatArray
from facewright.engine.edits.blend import blend
from facewright.engine.edits.complete import Complete, area_of, completion_of
from facewright.engine.errors import FacewrightError, InputError
from facewright.engine.face import Face
from facewright.engine.mask import Mask
from facewright.engine.progress import Progress

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore

_LEAST_KNOWN = 0.1
"""Share of a region whose other side must be known: borders of regions are not quite even."""
_REMEMBERED = 6
"""Regions that are not worked out again each time the pointer passes."""
_ROUND = 0.5
"""Mm that the strongest colour of the spread is rounded up to."""


@dataclass(frozen=True, eq=False)
class Question:
    """A step that completes a region, and the head before it.

    Attributes
    ----------
    before : Face
    edit : Complete
    """

    before: Face
    edit: Complete

    def same_region(self, other: Question | None) -> bool:
        """Whether both ask for the same part of the same head."""
        if other is None or self.before is not other.before:
            return False
        return self.edit.region == other.edit.region and self.edit.area is other.edit.area

    def same_faces(self, other: Question | None) -> bool:
        """Whether each alternative is the same face for both."""
        if other is None or not self.same_region(other):
            return False
        one, two = self.edit, other.edit
        same = (one.variety, one.mirror, one.strength) == (two.variety, two.mirror, two.strength)
        return same and one.mask is two.mask


@dataclass(frozen=True, eq=False)
class Sureness:
    """How far the truth is expected to lie from the likely shape.

    Attributes
    ----------
    spread : (V,) float32
        mm; NaN where the skin is known or hidden.
    within : float
        mm within which nine in ten points of the region are expected.
    limit : float
        mm of the strongest colour.
    """

    spread: FloatArray
    within: float
    limit: float


def region_of(edit: Complete, face: Face, models: ModelStore) -> Mask | None:
    """Return the `(V,)` mask of what a step replaces; None before a region is chosen.

    Raises
    ------
    InputError
        If it covers no skin that can be seen.
    """
    from facewright.engine.scans.completion import NOTHING_SEEN

    area = area_of(edit, models.lifespan())
    if area is not None and not (area[models.lifespan().template.visible] > 0).any():
        raise InputError(NOTHING_SEEN)
    return area


def other_side_known(area: Mask, face: Face, models: ModelStore) -> bool:
    """Return whether enough of a region's mirror image is known skin to take it from there."""
    mirror = face.mesh.topology.mirror
    seen = (area > 0) & models.lifespan().template.visible
    return mirror is not None and float((1.0 - area[mirror][seen]).mean()) >= _LEAST_KNOWN


def completed(question: Question, models: ModelStore) -> Face:
    """Return the head after the step, as the document has it.

    Raises
    ------
    InputError
        As `Complete.apply`.
    """
    edit = question.edit
    return blend(question.before, edit.apply(question.before, models), edit, models)


def pictures(
    question: Question,
    numbers: Iterable[int],
    side: int,
    models: ModelStore,
    tell: Callable[[int, ByteArray], object],
    progress: Progress,
) -> None:
    """Draw the region's alternatives from near, each `(side, side, 3)`, told as it is ready."""
    from facewright.engine.photos.shading import close_up, picture

    rig, size = models.rig(), (side, side)
    area = region_of(question.edit, question.before, models)
    if area is None:
        return
    camera = close_up(rig.pose(question.before).skin, area, size)
    for number in numbers:
        progress(0.0, "")
        face = completed(replace(question, edit=replace(question.edit, alternative=number)), models)
        tell(number, picture(rig.pose(face), rig.skin_image(face), size=size, camera=camera))


def sureness(question: Question, models: ModelStore) -> Sureness | None:
    """Return how sure the region's likely shape is; None before a region is chosen.

    Raises
    ------
    InputError
        As `Complete.apply`.
    """
    asked = completion_of(question.edit, question.before, models)
    if asked is None:
        return None
    spread = asked.spread()
    high = float(np.quantile(spread[asked.seen], 0.98))
    limit = max(_ROUND, _ROUND * np.ceil(high / _ROUND))
    shown = np.where(asked.seen, spread, np.nan).astype(np.float32)
    return Sureness(shown, asked.within_90(spread), float(limit))


class Completing(Aside):
    """Answers the questions of a panel in a thread of its own, what is asked last first.

    Parameters
    ----------
    document : Document

    Attributes
    ----------
    pictured : Signal(int, object)
        There is a picture, `(side, side, 3)` uint8, of an alternative of `question`.
    question : Question or None
        What pictures are drawn of.
    """

    pictured = Signal(int, object)
    _drawn = Signal(object, int, object)

    def __init__(self, document: Document) -> None:
        super().__init__(document.models)
        self._wanted: tuple[int, ...] = ()
        self._side = 0
        self._known: dict[int, ByteArray] = {}
        self._areas: deque[tuple[Question, Mask | None]] = deque(maxlen=_REMEMBERED)
        self.question: Question | None = None
        self._drawn.connect(self._keep)

    def forget(self) -> None:
        """Stop, and drop every picture."""
        super().forget()
        self.question, self._wanted, self._known = None, (), {}
        self._areas.clear()

    def region(self, question: Question) -> Mask | None:
        """Return what a question covers, None where that is nothing."""
        for asked, area in self._areas:
            if question.same_region(asked):
                return area
        try:
            found = region_of(question.edit, question.before, self._models)
        except FacewrightError:
            found = None
        self._areas.append((question, found))
        return found

    def solve(
        self, question: Question, done: Callable[[], None], failed: Callable[[str], None]
    ) -> None:
        """Work out a completion, so that the document has it at once."""
        models = self._models

        def work(_progress: Progress) -> None:
            completed(question, models)

        self._first("solve", work, lambda _nothing: done(), failed)

    def measure(
        self, question: Question, done: Callable[[Sureness | None], None],
        failed: Callable[[str], None],
    ) -> None:  # fmt: skip
        """Work out how sure a completion is."""
        models = self._models
        self._first("measure", lambda _progress: sureness(question, models), done, failed)

    def draw(self, question: Question, numbers: Iterable[int], side: int) -> None:
        """Draw alternatives; those that are known are told at once."""
        if not question.same_faces(self.question) or side != self._side:
            self._known = {}
        self.question, self._wanted, self._side = question, tuple(numbers), side
        for number in self._wanted:
            if number in self._known:
                self.pictured.emit(number, self._known[number])
        self._draw()

    # -- inside ------------------------------------------------------------------------------

    def _first(
        self,
        key: str,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        failed: Callable[[str], None],
    ) -> None:
        """Let pictures wait for what is more urgent."""
        self._lane.cancel("draw")
        self._ask(key, work, done, failed)
        self._draw()

    def _draw(self) -> None:
        question, models, side = self.question, self._models, self._side
        missing = [number for number in self._wanted if number not in self._known]
        if question is None or not missing:
            self._lane.cancel("draw")
            return

        def work(progress: Progress) -> None:
            def tell(number: int, picture: ByteArray) -> None:
                self._drawn.emit(question, number, picture)

            pictures(question, missing, side, models, tell, progress)

        self._lane.start("", work, key="draw")

    def _keep(self, question: Question, number: int, picture: ByteArray) -> None:
        """Take a picture from the thread, unless something else is asked by now."""
        if question.same_faces(self.question) and len(picture) == self._side:
            self._known[number] = picture
            self.pictured.emit(number, picture)

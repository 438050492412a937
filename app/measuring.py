"""The standard measures of the head on the screen, kept up to date while it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from psygnal import Signal

from facewright.app.timers import pause
from facewright.engine.errors import FacewrightError
from facewright.engine.measure.anthropometry import Judged, Value, judged, measure_head
from facewright.engine.measure.farkas import DEFINITIONS

if TYPE_CHECKING:
    from facewright.app.document import Document
    from facewright.app.jobs import JobLane
    from facewright.engine.face import Face, Subject
    from facewright.engine.landmarks import Landmarks
    from facewright.engine.progress import Progress
    from facewright.engine.project import Project

_AFTER_MS = 200  # the picture goes first; while a hand drags, some values a second are enough
_REST_MS = 500
"""How long a head must rest until what goes along its skin is measured."""

TAPED = tuple(d for d in DEFINITIONS if d.kind in ("arc", "girth"))

Numbers = dict[str, float]
"""By code of the measure."""


@dataclass(frozen=True, eq=False)
class Measurable:
    """A head with its landmarks: all that measuring needs.

    Attributes
    ----------
    face : Face
    landmarks : Landmarks
    moved : tuple of str
        Landmarks that the user placed.
    """

    face: Face
    landmarks: Landmarks
    moved: tuple[str, ...]

    def is_like(self, other: Measurable | None) -> bool:
        """Whether both have the same shape and landmarks."""
        return (
            other is not None
            and self.face.mesh is other.face.mesh
            and self.face.landmarks is other.face.landmarks
        )

    def values(self) -> tuple[Value, ...]:
        """Return every measure, those along the skin without a number."""
        return measure_head(self.face.mesh, self.landmarks, moved=self.moved, along_surface=False)

    def taped(self, progress: Progress) -> Numbers:
        """Return what goes along the skin; takes a tenth of a second each."""
        found: Numbers = {}
        for done, definition in enumerate(TAPED):
            progress(done / len(TAPED), "")
            with suppress(FacewrightError):  # landmarks without a way between have no number
                (value,) = measure_head(self.face.mesh, self.landmarks, definitions=(definition,))
                found[definition.code] = value.number
        return found


class Measuring:
    """Follows a document and measures the head it shows, previews included.

    What a tape would measure is worked out aside when the head rests; until then it has no
    value.

    Parameters
    ----------
    document : Document
    aside : JobLane

    Attributes
    ----------
    changed : Signal()
        `rows` are others.
    rows : tuple of Judged
    subject : Subject or None
        Whose norms they are held against.
    others : mapping of str to Value
        The same measures of the version that is compared with, by code.
    """

    changed = Signal()

    def __init__(self, document: Document, aside: JobLane) -> None:
        self._document = document
        self._aside = aside
        self.rows: tuple[Judged, ...] = ()
        self.subject: Subject | None = None
        self.others: dict[str, Value] = {}
        self._reference: Project | None = None
        self._waiting = False
        self._active = False
        self._head: Measurable | None = None
        self._taped: Numbers | None = None
        self._soon = pause(_AFTER_MS, self.measure)
        self._rest = pause(_REST_MS, self._tape)
        document.head_changed.connect(self._follow)

    def close(self) -> None:
        """Stop measuring."""
        self.watch(False)
        self._document.head_changed.disconnect(self._follow)

    def watch(self, on: bool) -> None:
        """Measure while somebody looks, and not otherwise."""
        self._active = on
        if on and self._waiting:
            self._soon.start()
        if not on:
            self._soon.stop()
            self._stop_taping()

    def compare_with(self, project: Project | None) -> None:
        """Measure a version of the project too, or none."""
        if project is self._reference:
            return
        self._reference, self.others = project, {}
        self._aside.cancel("tape other")
        if project is not None:
            try:
                head = self._measurable(self._document.face_of(project), project)
                self.others = {value.definition.code: value for value in head.values()}
            except FacewrightError as error:
                self._document.failed.emit(error)
                return
            self._aside.start("", head.taped, self._take_other, self._fail, key="tape other")
        self.changed.emit()

    def measure(self) -> None:
        """Measure the head that is shown, now."""
        self._soon.stop()
        self._waiting = False
        shown = self._document.shown
        if shown is None:
            self.rows, self.subject = (), None
            self.changed.emit()
            return
        head = self._measurable(shown.face, self._document.project)
        if not head.is_like(self._head):
            self._stop_taping()
            self._taped = None
        self._head = head
        try:
            self._judge()
        except FacewrightError:
            self.rows = ()  # the document tells what is wrong
        self.changed.emit()
        if self._taped is None:
            self._rest.start()

    def complete(self, then: Callable[[tuple[Judged, ...]], None]) -> None:
        """Call `then` with every measure of the head that is shown now, once all are known."""
        self.measure()
        head = self._head
        if head is None:
            return
        if self._taped is not None:
            then(self.rows)
            return

        def done(taped: Numbers) -> None:
            self._take(head, taped)
            then(judged(_whole(head.values(), taped), head.face.subject))

        self._aside.start("", head.taped, done, self._fail)

    # -- inside ------------------------------------------------------------------------------

    def _follow(self, _shown: object) -> None:
        self._waiting = True
        self._stop_taping()
        if self._active and not self._soon.isActive():
            self._soon.start()

    def _measurable(self, face: Face, project: Project) -> Measurable:
        own = self._document.models.lifespan().template.landmarks
        moved = () if project.landmarks is None else project.landmarks.names
        return Measurable(face, own.replaced(face.landmarks), moved)

    def _judge(self) -> None:
        assert self._head is not None
        self.subject = self._head.face.subject
        self.rows = judged(_whole(self._head.values(), self._taped or {}), self.subject)

    def _tape(self) -> None:
        """Measure aside what goes along the skin of a head that rests."""
        head = self._head
        if head is not None:
            take = partial(self._take, head)
            self._aside.start("", head.taped, take, self._fail, key="tape")

    def _stop_taping(self) -> None:
        self._rest.stop()
        self._aside.cancel("tape")

    def _take(self, head: Measurable, taped: Numbers) -> None:
        if head.is_like(self._head):
            self._taped = taped
            self._judge()
            self.changed.emit()

    def _take_other(self, taped: Numbers) -> None:
        values = _whole(self.others.values(), taped)
        self.others = {value.definition.code: value for value in values}
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self._document.failed.emit(error)


def _whole(values: Iterable[Value], taped: Numbers) -> tuple[Value, ...]:
    """Return measures with the numbers of those along the skin."""
    return tuple(
        replace(value, number=taped.get(value.definition.code, value.number)) for value in values
    )

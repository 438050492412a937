"""The standard measures of the head on the screen, kept up to date while it changes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from psygnal import Signal
from PySide6.QtCore import QTimer

from facewright.engine.errors import FacewrightError
from facewright.engine.measure.anthropometry import Judged, Value, judged, measure_head
from facewright.engine.measure.farkas import BY_CODE, DEFINITIONS, Definition

if TYPE_CHECKING:
    from facewright.app.document import Document
    from facewright.engine.face import Face, Subject
    from facewright.engine.project import Project

_AFTER_MS = 200  # the picture goes first; while a hand drags, some values a second are enough
_REST_MS = 500
"""How long a head must rest until what goes along its skin is measured, one each turn."""

_BETWEEN_MS = 20

TAPED = tuple(d for d in DEFINITIONS if d.kind in ("arc", "girth"))


class Measuring:
    """Follows a document and measures the head it shows, previews included.

    What a tape would measure takes a tenth of a second each, so it waits until the head rests;
    until then it has no value.

    Parameters
    ----------
    document : Document

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

    def __init__(self, document: Document) -> None:
        self._document = document
        self.rows: tuple[Judged, ...] = ()
        self.subject: Subject | None = None
        self.others: dict[str, Value] = {}
        self._reference: Project | None = None
        self._waiting = False
        self._active = False
        self._face: Face | None = None
        self._taped: dict[str, Value] = {}
        self._soon, self._rest = _timer(_AFTER_MS), _timer(_REST_MS)
        self._soon.timeout.connect(self.measure)
        self._rest.timeout.connect(self._tape)
        document.head_changed.connect(self._follow)

    def close(self) -> None:
        """Stop measuring."""
        self._soon.stop()
        self._rest.stop()
        self._document.head_changed.disconnect(self._follow)

    def watch(self, on: bool) -> None:
        """Measure while somebody looks, and not otherwise."""
        self._active = on
        if on and self._waiting:
            self._soon.start()
        if not on:
            self._soon.stop()
            self._rest.stop()

    def compare_with(self, project: Project | None) -> None:
        """Measure a version of the project too, or none."""
        if project is self._reference:
            return
        self._reference, self.others = project, {}
        if project is not None:
            try:
                face = self._document.seen(project).face
                values = self._values(face, project)
            except FacewrightError as error:
                self._document.failed.emit(error)
                return
            self.others = {value.definition.code: value for value in values}
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
        before, self._face = self._face, shown.face
        same = before is not None and before.mesh is shown.face.mesh
        if before is None or not same or before.landmarks is not shown.face.landmarks:
            self._taped = {}
        try:
            self._judge()
        except FacewrightError:
            self.rows = ()  # the document tells what is wrong
        self.changed.emit()
        if len(self._taped) < len(TAPED):
            self._rest.start(_REST_MS)

    def complete(self) -> tuple[Judged, ...]:
        """Return all rows, after measuring what has waited."""
        self.measure()
        while self._face is not None and len(self._taped) < len(TAPED):
            self._tape_one()
        self._judge()
        self.changed.emit()
        return self.rows

    # -- inside ------------------------------------------------------------------------------

    def _follow(self, _shown: object) -> None:
        self._waiting = True
        self._rest.stop()
        if self._active and not self._soon.isActive():
            self._soon.start()

    def _values(
        self, face: Face, project: Project, definitions: tuple[Definition, ...] = DEFINITIONS
    ) -> tuple[Value, ...]:
        own = self._document.models.lifespan().template.landmarks
        moved = () if project.landmarks is None else project.landmarks.names
        return measure_head(
            face.mesh,
            own.replaced(face.landmarks),
            moved=moved,
            along_surface=definitions is not DEFINITIONS,
            definitions=definitions,
        )

    def _judge(self) -> None:
        if self._face is None:
            return
        values = self._values(self._face, self._document.project)
        whole = (
            replace(value, number=self._taped[value.definition.code].number)
            if value.definition.code in self._taped
            else value
            for value in values
        )
        self.subject = self._face.subject
        self.rows = judged(whole, self.subject)

    def _tape(self) -> None:
        """Measure one thing along the skin, and the next in another turn of the event loop."""
        if self._face is None or len(self._taped) == len(TAPED):
            return
        self._tape_one()
        if len(self._taped) < len(TAPED):
            self._rest.start(_BETWEEN_MS)
        else:
            self._judge()
            self.changed.emit()

    def _tape_one(self) -> None:
        definition = next(d for d in TAPED if d.code not in self._taped)
        assert self._face is not None
        value = Value(BY_CODE[definition.code], float("nan"))
        with suppress(FacewrightError):  # landmarks without a way between leave the row empty
            (value,) = self._values(self._face, self._document.project, (definition,))
        self._taped[definition.code] = value


def _timer(interval_ms: int) -> QTimer:
    timer = QTimer()
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    return timer

"""Visits: one patient on several days, what changed between two of them, measures over time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QPushButton, QWidget

from facewright.app import theme
from facewright.app.dialogs import places
from facewright.app.dialogs.visit import VisitDialog, as_years
from facewright.app.errors import Message, explain
from facewright.app.panels.base import Panel
from facewright.app.staging import Values
from facewright.app.visiting import Seen, Visiting
from facewright.app.widgets.change_view import ChangeView
from facewright.app.widgets.course_list import CourseList
from facewright.app.widgets.numbers import shown
from facewright.app.widgets.rows import row, small_label
from facewright.app.widgets.section import Section
from facewright.app.widgets.visit_row import VisitRow
from facewright.app.workbench import Workbench
from facewright.engine.edits.repair import side_of
from facewright.engine.errors import FacewrightError, InputError
from facewright.engine.visits import Visit, as_day

if TYPE_CHECKING:
    from facewright.engine.measure.follow_up import Course
    from facewright.engine.progress import Progress

T = TypeVar("T")


class VisitsPanel(Panel):
    """Adds visits, shows them in order of time, and compares any two."""

    least_width = 360
    catches_up = True

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.visiting = Visiting(bench.document.models)
        self._visits: tuple[Visit, ...] = ()
        self._here: Visit | None = None
        self._seen: Seen | None = None
        self._asked: tuple[object, ...] = ()
        self.about = small_label()
        self.add_visit = QPushButton(self.tr("Add a visit…"))
        self.add_visit.setToolTip(self.tr("A scan of this patient on another day, or a project"))
        self.add_visit.clicked.connect(self._ask)
        self.tiles = VisitRow()
        self.tiles.chosen.connect(self._chosen)
        self.facts = self._facts()
        self.colour = QCheckBox(self.tr("Colour the change on the head"))
        self.colour.toggled.connect(self._colour)
        self.view = ChangeView()
        self.courses = CourseList()
        self.change_part = Section(self.tr("What changed"))
        self.change_part.add(self.colour)
        self.change_part.add(self.view)
        self.course_part = Section(self.tr("Measures over time"))
        self.no_courses = small_label()
        self.course_part.add(self.no_courses)
        self.course_part.add(self.courses)
        for widget in (self.about, self.add_visit, self.tiles, self.facts):
            self.column.addWidget(widget)
        self.column.addWidget(self.change_part)
        self.column.addWidget(self.course_part)
        self.column.addStretch(1)
        self.hear(self.document.opened, self._opened)
        self.hear(bench.stage.coloured, self._leave)
        self._sync()

    def stop(self) -> None:
        """Stop listening and working."""
        self.visiting.close()
        super().stop()

    def _facts(self) -> QWidget:
        """Return the fields of the visit that was clicked last."""
        self.which = small_label()
        self.day = QLineEdit()
        self.day.setPlaceholderText(self.tr("YYYY-MM-DD"))
        self.day.setAccessibleName(self.tr("Day of the visit"))
        self.day.editingFinished.connect(self._set_day)
        self.age = QLineEdit()
        self.age.setPlaceholderText(self.tr("5 months, 2y 3mo"))
        self.age.setAccessibleName(self.tr("Age at the visit"))
        self.age.editingFinished.connect(self._set_age)
        self.remove = QPushButton(self.tr("Remove"))
        self.remove.setToolTip(self.tr("Take this visit out of the project; its file stays"))
        self.remove.clicked.connect(self._remove)
        holder = QWidget()
        form = QFormLayout(holder)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(2 * theme.SPACE)
        form.addRow(self.which)
        form.addRow(self.tr("Scanned on"), self.day)
        form.addRow(self.tr("Age then"), row(self.age, self.remove))
        return holder

    # -- showing -----------------------------------------------------------------------------

    def put_away(self) -> None:
        """Give the head its own colours back."""
        self.colour.setChecked(False)

    def sync(self) -> None:
        """Show the visits of the project that is open."""
        if not self.isVisible():
            return
        from facewright.engine.measure.follow_up import HERE, as_seen, timeline, visit_of

        project = self.document.project
        seen = as_seen(project)
        face = self.document.face_of(seen)
        asked = (
            project.visits,
            project.day,
            face.mesh,
            face.subject,
            face.landmarks,
            side_of(project),
        )
        if asked == self._asked:
            return
        self._asked = asked
        self._here = here = visit_of(project, face, self.document.title, HERE, self.document.models)
        kept = [self._visits[place].sha256 for place in self.tiles.places if self._visits]
        self._visits = timeline(project, here) if project.visits else (here,)
        chosen = [place for place, v in enumerate(self._visits) if v.sha256 in kept]
        if len(chosen) < 2:
            chosen = list(range(len(self._visits)))[-2:]
        self._show_parts(bool(project.visits))
        self.tiles.show_visits([self._title(v) for v in self._visits], chosen)
        self.visiting.portraits(self._visits, self._take_portraits)
        self._chosen(self.tiles.places)
        self._follow()

    def _show_parts(self, several: bool) -> None:
        self.change_part.setVisible(several)
        self.course_part.setVisible(several)
        self.about.setText(
            self.tr("Click two visits to compare them.")
            if several
            else self.tr(
                "There is one visit so far. Add a scan of this patient from another day to see "
                "what growth and treatment changed. It is kept in this project."
            )
        )

    def _title(self, visit: Visit) -> tuple[str, str]:
        age = visit.face.subject.age
        told = shown(age.value, "years")
        if age.origin != "given":
            told = self.tr("about {}").format(told)
        return visit.day or (self.tr("This head") if visit is self._here else visit.name), told

    def _take_portraits(self, pictures: dict[int, np.ndarray]) -> None:
        found = {
            place: pictures[id(visit.face)]
            for place, visit in enumerate(self._visits)
            if id(visit.face) in pictures and place < len(self.tiles.tiles)
        }
        self.tiles.show_pictures(found)

    def _chosen(self, chosen: Sequence[int]) -> None:
        """Show what the chosen visits say."""
        self._show_facts(self.tiles.last)
        self._seen = None
        self.colour.setEnabled(False)
        self.colour.setChecked(False)
        if len(chosen) < 2:
            self.view.say(self.tr("Choose two visits."))
            return
        first, second = (self._visits[place] for place in chosen)
        self.view.say(self.tr("Laying both together…"))
        self.visiting.change(first, second, self._take_change, self.view.say)

    def _take_change(self, seen: Seen) -> None:
        self._seen = seen
        self.view.show_change(seen)
        self.colour.setEnabled(self._here in (seen.change.first, seen.change.second))
        self.colour.setToolTip(
            "" if self.colour.isEnabled() else self.tr("Choose this head and another visit.")
        )

    def _show_facts(self, place: int | None) -> None:
        visit = None if place is None else self._visits[place]
        self.facts.setVisible(visit is not None)
        if visit is None:
            return
        mine = visit is self._here
        self.which.setText(self.tr("This head") if mine else visit.name)
        self.day.setText(visit.day)
        age = visit.face.subject.age
        self.age.setText(shown(age.value, "years") if age.origin == "given" else "")
        self.age.setEnabled(not mine)
        self.age.setToolTip(self.tr("Said in Age, sex for this head") if mine else "")
        self.remove.setVisible(not mine)

    def _follow(self) -> None:
        side = side_of(self.document.project)
        if not side or len(self._visits) < 2:
            self.courses.hide()
            self.no_courses.setText(
                self.tr("Say in Cleft on which side the cleft is: its measures are followed here.")
            )
            self.no_courses.show()
            return
        self.no_courses.setText(self.tr("Measuring…"))
        self.visiting.courses(self._visits, side, self._take_courses, self.no_courses.setText)

    def _take_courses(self, courses: tuple[Course, ...]) -> None:
        self.no_courses.hide()
        self.courses.show()
        ages = [visit.face.subject.age.value for visit in self._visits]
        self.courses.show_courses(courses, ages, [shown(age, "years") for age in ages])

    def _colour(self, on: bool) -> None:
        seen = self._seen
        if not on or seen is None:
            self.bench.stage.show_values(None, self)
            return
        numbers = np.asarray(seen.change.comparison.signed, np.float32)
        self.bench.stage.show_values(
            Values(numbers, seen.change.limit, self.tr("Change (mm)")), self
        )

    def _leave(self, owner: object) -> None:
        """Leave the colours to who asks for them now."""
        if owner is not self:
            self.colour.setChecked(False)

    # -- changing ----------------------------------------------------------------------------

    def _ask(self) -> None:
        path = places.ask_open(self, str(self.bench.settings.get("folder", "")))
        if path is None:
            return
        dialog = VisitDialog(self, path.name)
        dialog.accepted.connect(lambda: self.add(path, *dialog.answer()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def add(self, path: Path, day: str = "", years: float | None = None) -> None:
        """Add a visit from a file, registered in the background; it can be cancelled."""
        models, opening = self.document.models, self.document.opening

        def work(progress: Progress) -> Visit:
            from facewright.engine.scans.visits import read_visit

            return read_visit(path, models, day=day, years=years, progress=progress)

        def done(visit: Visit) -> None:
            if self.document.opening is opening:
                self._keep(visit)

        title = self.tr("Adding {}").format(path.name)
        self.bench.jobs.start(title, work, done, self.bench.files.fail, key="visit")

    def _keep(self, visit: Visit) -> None:
        from facewright.engine.measure.follow_up import with_visit

        self.document.apply(self.tr("Add a visit"), with_visit(self.document.project, visit))
        self.bench.tell(Message("good", self.tr("Added the visit {}.").format(visit.name)))

    def _remove(self) -> None:
        visit = self._looked_at()
        if visit is not None:
            rest = (v for v in self.document.project.visits if v.sha256 != visit.sha256)
            self._change(self.tr("Remove a visit"), visits=tuple(rest))

    def _set_day(self) -> None:
        visit, name = self._looked_at(), self.tr("Day of a visit")
        day = self._read(partial(as_day, self.day.text()))
        if visit is None or day is None or day == visit.day:
            return
        if visit is self._here:
            self._change(name, day=day)
        else:
            self._replace(name, visit, lambda stored: replace(stored, day=day))

    def _set_age(self) -> None:
        from facewright.engine.measure.follow_up import aged

        visit = self._looked_at()
        years = self._read(partial(as_years, self.age.text()))
        if visit is None or visit is self._here or years is None:
            return
        if self.age.text() != shown(visit.face.subject.age.value, "years"):
            self._replace(self.tr("Age at a visit"), visit, lambda stored: aged(stored, years))

    def _read(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except InputError as error:
            self.bench.tell(explain(error))
            self._show_facts(self.tiles.last)
            return None

    def _looked_at(self) -> Visit | None:
        place = self.tiles.last
        return None if place is None or not self._visits else self._visits[place]

    def _replace(self, name: str, visit: Visit, change: Callable[[Visit], Visit]) -> None:
        """Change a visit as it is kept; the one that is shown may have its age from days."""
        visits = tuple(
            change(stored) if stored.sha256 == visit.sha256 else stored
            for stored in self.document.project.visits
        )
        self._change(name, visits=visits)

    def _change(self, name: str, **fields: object) -> None:
        self.document.apply(name, replace(self.document.project, **fields))  # type: ignore[arg-type]

    def _opened(self) -> None:
        """Forget the patient that was open."""
        self.visiting.forget()
        self._visits, self._here, self._seen, self._asked = (), None, None, ()
        self._sync()

    def _sync(self, *told: object) -> None:
        try:
            super()._sync(*told)
        except FacewrightError as error:
            self.view.say(str(error))
        if not self.document.is_open:
            self.about.setText(self.tr("Open a patient's scan first."))
            for part in (self.tiles, self.facts, self.change_part, self.course_part):
                part.hide()
            return
        self.tiles.show()

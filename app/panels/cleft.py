"""Cleft: from a scan to a plan of its repair, in numbered steps."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton

from facewright.app import theme
from facewright.app.cleft_planning import Asked, CleftPlanning
from facewright.app.cleft_writing import ask_place, write_report, write_table
from facewright.app.completing import Completing, Question
from facewright.app.dialogs import places
from facewright.app.errors import Message
from facewright.app.panels.base import Panel
from facewright.app.tools.landmarks import LandmarkTool
from facewright.app.tools.mask import PaintMask
from facewright.app.widgets.cleft_begin import WHOLE, AreaStep, LandmarkStep, PatientStep
from facewright.app.widgets.cleft_compare import CleftCompare
from facewright.app.widgets.cleft_repeat import CleftRepeat, RaterError
from facewright.app.widgets.guide_step import GuideStep
from facewright.app.widgets.region_tiles import RegionTiles
from facewright.app.widgets.rows import small_label
from facewright.app.widgets.sure_map import SureMap
from facewright.app.workbench import Workbench
from facewright.engine.edits.complete import PAINTED, Complete
from facewright.engine.edits.neutralise import Neutralise
from facewright.engine.edits.repair import Repair, repair_area
from facewright.engine.measure.rounds import overlap
from facewright.engine.measure.vocabulary import CLEFT
from facewright.engine.reports.cleft import NO_DEVICE
from facewright.engine.scans.marked import marked_names

if TYPE_CHECKING:
    from facewright.engine.reports.cleft import CleftPlan


class CleftPanel(Panel):
    """Patient, landmarks, side and area, proposal, comparison, report."""

    least_width = 380
    catches_up = True

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.planning = CleftPlanning(bench.document.models)
        self.completing = Completing(bench.document)
        self.plan: CleftPlan | None = None
        self._asked: Asked | None = None
        self._others: tuple[Path, ...] = ()
        self.column.setSpacing(5 * theme.SPACE)
        self.compare_step = CleftCompare(5, self.tr("Compare"), bench.stage)
        self.compare_step.before.clicked.connect(self._show_before)
        for step in (
            self._patient_step(), self._landmark_step(), self._area_step(),
            self._proposal_step(), self.compare_step, self._repeat_step(), self._visit_step(),
            self._report_step(),
        ):  # fmt: skip
            self.column.addWidget(step)
            if isinstance(step, CleftCompare | CleftRepeat):
                self.column.addWidget(step.table)  # as wide as the panel
        self.column.addStretch(1)
        self.hear(self.document.opened, self._opened)
        self._sync()

    def stop(self) -> None:
        """Stop listening and working."""
        self.planning.close()
        self.completing.close()
        self.sure.stop()
        self.compare_step.stop()
        super().stop()

    def sync(self) -> None:
        """Show how far the plan is."""
        index, edit = self.step()
        self.patient_step.sync(self.document)
        self.landmark_step.sync(self.document)
        self.repeat_step.sync(self.document.project)
        self._show_visits()
        self.sides.show_chosen(edit.side)
        self.areas.show_chosen(PAINTED if edit.area is not None else WHOLE)
        self.areas.buttons[PAINTED].forbid(
            self.tr("Nothing is painted yet: paint over the cleft first.")
            if self.document.project.mask is None
            else ""
        )
        self.area_step.stand("done" if edit.side else "now", "")
        self.ways.show_chosen(edit.way if index is not None and edit.side else "")
        for way, tile in self.ways.buttons.items():
            if not edit.side:
                tile.forbid(self.tr("Say first on which side the cleft is."))
            elif edit.side == "both" and way != "model":
                words = self.tr("Both sides have a cleft: there is no healthy one to mirror.")
                tile.forbid(words)
            else:
                tile.forbid("")
        there = index is not None and bool(edit.side)
        self.remove.setVisible(there)
        head = self.document.shown
        self.neutral.setVisible(head is not None and len(head.face.expression) > 0)
        self.proposal_step.stand(
            "done" if there else "now" if edit.side else "todo",
            "" if not there or edit.enabled else self.tr("switched off"),
        )
        for step in (self.compare_step, self.report_step):
            step.setEnabled(there)
        if not there:
            self._drop_plan()
        elif self.isVisible():
            self._ask_plan()
        self._show_plan()

    def step(self) -> tuple[int | None, Repair]:
        """Return the step that is tuned, and its position; a new one where there is none."""
        return self.document.edit_for(Repair)

    def put_away(self) -> None:
        """Give the head its own colours back."""
        self.sure.release()
        self.compare_step.release()

    # -- building ----------------------------------------------------------------------------

    def _patient_step(self) -> PatientStep:
        self.patient_step = PatientStep(1, self.tr("Patient and unit"))
        self.patient_step.open.clicked.connect(lambda: self.bench.files.ask_open())
        self.patient_step.unit.clicked.connect(lambda: self.bench.files.scans.ask_unit())
        self.patient_step.person.clicked.connect(lambda: self.bench.raise_panel("subject"))
        return self.patient_step

    def _landmark_step(self) -> LandmarkStep:
        self.landmark_step = LandmarkStep(2, self.tr("Landmarks"))
        self.landmark_step.place.clicked.connect(lambda: self._go_to_landmarks())
        return self.landmark_step

    def _repeat_step(self) -> CleftRepeat:
        self.repeat_step = CleftRepeat(
            6, self.tr("Your own error"), self.document, self._mark_again
        )
        self.repeat_step.others.clicked.connect(lambda: self._ask_others())
        self.repeat_step.export.clicked.connect(lambda: self._ask_table())
        return self.repeat_step

    def _visit_step(self) -> GuideStep:
        self.visit_step = GuideStep(7, self.tr("Visits"))
        self.visited = small_label()
        self.visit_step.add(self.visited)
        self.visit_step.add_row(
            self._button(self.tr("Show visits"), partial(self.bench.raise_panel, "visits"))
        )
        return self.visit_step

    def _area_step(self) -> AreaStep:
        self.area_step = AreaStep(3, self.tr("Side and area"))
        self.sides, self.areas = self.area_step.sides, self.area_step.areas
        self.sides.chosen.connect(self._choose_side)
        self.areas.chosen.connect(self._choose_area)
        self.area_step.paint.clicked.connect(lambda: self._paint())
        return self.area_step

    def _proposal_step(self) -> GuideStep:
        self.proposal_step = GuideStep(4, self.tr("Proposal"))
        self.ways = RegionTiles(
            (
                ("model", self.tr("Likeliest"), "complete"),
                ("mirror", self.tr("Mirrored"), "mirror"),
                ("blend", self.tr("Both"), "difference"),
            )
        )
        self.ways.chosen.connect(self.propose)
        self.problem = small_label()
        self.problem.hide()
        self.remove = self._button(self.tr("Remove"), self._remove)
        self.sure = SureMap(self.bench.stage, self.completing)
        self.neutral = self._button(self.tr("Neutral expression"), self._neutralise)
        self.neutral.setToolTip(
            self.tr("Take the expression away: an open cleft can be taken for a raised lip")
        )
        self.proposal_step.add(self.ways, self.problem, self.sure)
        self.proposal_step.add_row(self.remove, self.neutral)
        return self.proposal_step

    def _report_step(self) -> GuideStep:
        self.report_step = GuideStep(8, self.tr("Report"))
        self.save = self._button(self.tr("Save the report…"), self._ask_report)
        self.save.setProperty("role", "primary")
        told = small_label()
        told.setText(self.tr(NO_DEVICE))
        self.report_step.add_row(self.save)
        self.report_step.add(told)
        return self.report_step

    def _button(self, text: str, answer: object) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda: answer())  # type: ignore[operator]
        return button

    # -- choosing ----------------------------------------------------------------------------

    def propose(self, way: str) -> None:
        """Put a proposal on the head, as one step."""
        _, edit = self.step()
        self._change(replace(edit, way=way, alternative=0, enabled=True))

    def _choose_side(self, side: str) -> None:
        index, edit = self.step()
        if side == edit.side:
            return
        way = edit.way if index is not None else ("model" if side == "both" else "blend")
        self._change(replace(edit, side=side, way="model" if side == "both" else way))

    def _choose_area(self, area: str) -> None:
        index, edit = self.step()
        painted = self.document.project.mask if area == PAINTED else None
        if index is None or not edit.side:
            self.areas.show_chosen(WHOLE)
            self._tell(self.tr("Say first on which side the cleft is."))
            return
        self._change(replace(edit, area=painted))

    def _change(self, edit: Repair) -> None:
        """Take a step into the document once its shape is worked out."""
        index, _ = self.step()
        project = self.document.project
        asked = self._question(index, edit)
        self._tell(self.tr("Working out the proposal…"))
        self.planning.prepare(asked, partial(self._keep, project, index, edit), self._tell)

    def _keep(self, project: object, index: int | None, edit: Repair) -> None:
        document = self.document
        self._tell("")
        if document.project is not project:
            self._change(edit)  # from where the head stands now
            return
        after = document.project
        after = after.with_edit(edit) if index is None else after.with_replaced(index, edit)
        if document.apply(self.tr("Propose a repair"), after):
            self.bench.stage.change(mask=False)

    def _question(self, index: int | None, edit: Repair) -> Asked:
        document = self.document
        return Asked(
            document.project, document.face_at(index), edit, document.title, document.scan,
            self._others,
        )  # fmt: skip

    def _remove(self) -> None:
        index, _ = self.step()
        if index is not None:
            self.document.select(-1)
            self.document.apply(
                self.tr("Remove the proposal"), self.document.project.without_edit(index)
            )

    def _neutralise(self) -> None:
        """Show the head without its expression, before any proposal."""
        index, _ = self.step()
        project = self.document.project
        self.document.apply(Neutralise.label, project.with_edit(Neutralise(), index))

    def _paint(self) -> None:
        self.bench.raise_panel("mask")
        self.bench.raise_panel("cleft")  # it may stand in the same place
        self.bench.tools.use(PaintMask.id)

    def _go_to_landmarks(self) -> None:
        """Ask for the landmarks that are not placed yet, one after the other.

        Where all were placed on the scan, for those that were not on the head, too.
        """
        own = self.document.project.landmarks
        placed = marked_names(self.document.project)
        if placed.issuperset(CLEFT):
            placed = frozenset(() if own is None else own.names)
        tool = self.bench.tools.get(LandmarkTool.id)
        index, edit = self.step()
        if index is not None and edit.enabled:
            self._show_before(True)  # the points lie on what is there, not on what is proposed
        self.bench.stage.change(landmarks=True)
        self.bench.raise_panel("landmarks")
        self.bench.tools.use(LandmarkTool.id)
        if isinstance(tool, LandmarkTool):
            tool.ask_for(tuple(name for name in CLEFT if name not in placed))

    def _mark_again(self) -> None:
        self._go_to_landmarks()
        words = self.tr("Place all points anew, then come back to Cleft to end the round.")
        self.bench.tell(Message("info", words))

    def _show_before(self, on: bool) -> None:
        index, edit = self.step()
        if index is not None:
            name = self.tr("Switch the proposal off") if on else self.tr("Switch the proposal on")
            self.document.replace_step(name, index, replace(edit, enabled=not on))

    # -- planning ----------------------------------------------------------------------------

    def _ask_plan(self) -> None:
        index, edit = self.step()
        asked = self._question(index, replace(edit, enabled=True))
        area = repair_area(edit, self.document.models.lifespan())
        self.sure.ask(Question(asked.before, Complete(region=PAINTED, area=area)))
        if asked.same(self._asked):
            return
        self._asked, self.plan = asked, None
        self.compare_step.say(self.tr("Measuring…"))
        self.planning.plan(asked, self._take_plan, self._no_plan)

    def _take_plan(self, plan: CleftPlan) -> None:
        self.plan = plan
        self._show_plan()

    def _no_plan(self, text: str) -> None:
        self.plan = None
        self._show_plan()
        self.compare_step.say(text)

    def _drop_plan(self) -> None:
        self.plan = self._asked = None
        self.compare_step.say("")
        self.sure.forget()

    def _show_plan(self) -> None:
        self.compare_step.before.setChecked(not self.step()[1].enabled)
        self.compare_step.show_plan(self.plan)
        self._show_rater()
        self.save.setEnabled(self.plan is not None)
        self.save.setToolTip("" if self.plan else self.tr("Propose a repair first."))
        self.report_step.stand("now" if self.plan is not None else "todo", "")

    # -- the rater's error ---------------------------------------------------------------------

    def _show_rater(self) -> None:
        plan, rounds = self.plan, self.document.project.rounds
        error = None
        if plan is not None and plan.errors:
            heads = 1 + len(self._others)
            error = RaterError(plan.side, plan.errors, plan.points, overlap(rounds), heads)
        self.repeat_step.show_error(error)

    def _ask_others(self) -> None:
        folder = str(self.bench.settings.get("folder", ""))
        found = places.ask_projects(self, folder)
        if found:
            self._others = tuple(found)
            self._ask_plan()

    def _ask_table(self) -> None:
        path = ask_place(self, self.bench, self.tr("rater"), (".csv",))
        if path is not None and self.plan is not None:
            write_table(self.plan, path, self.bench)

    # -- report ------------------------------------------------------------------------------

    def _ask_report(self) -> None:
        path = ask_place(self, self.bench, self.tr("cleft plan"), (".pdf", ".html"))
        if path is not None:
            self.write_report(path)

    def write_report(self, path: Path) -> None:
        """Draw the report of the plan that is shown, and write it."""
        if self.plan is not None:
            told = partial(self.report_step.stand, "done", path.name)
            write_report(self.plan, path, self.bench, told)

    # -- showing -----------------------------------------------------------------------------

    def _opened(self) -> None:
        """Forget the head that was open."""
        self._others = ()
        self.planning.forget()
        self.completing.forget()
        self._drop_plan()
        self._sync()

    def _sync(self, *told: object) -> None:
        super()._sync(*told)
        if not self.document.is_open:
            self.setEnabled(True)
            self.patient_step.show_nobody()
            for table in (self.compare_step.table, self.repeat_step.table):
                table.hide()
        for step in (
            self.landmark_step, self.area_step, self.proposal_step, self.compare_step,
            self.repeat_step, self.visit_step, self.report_step,
        ):  # fmt: skip
            step.setVisible(self.document.is_open)

    def _show_visits(self) -> None:
        count = len(self.document.project.visits)
        self.visit_step.stand("done" if count else "todo", "")
        self.visited.setText(
            self.tr("{} visits are followed; they go into the report.").format(count + 1)
            if count
            else self.tr("Scans of other days show what growth and treatment changed.")
        )

    def _tell(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

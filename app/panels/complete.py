"""Complete: what is missing or deformed filled in, with alternatives and how sure that is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.completing import Completing, Question, other_side_known, region_of
from facewright.app.panels.base import Panel
from facewright.app.timers import pause
from facewright.app.tools.mask import Lasso, PaintMask
from facewright.app.widgets.face_grid import MOST_ROWS, FaceGrid
from facewright.app.widgets.fold import Fold
from facewright.app.widgets.icon_label import IconLabel
from facewright.app.widgets.limits import range_of
from facewright.app.widgets.numbers import shown
from facewright.app.widgets.region_tiles import RegionTiles
from facewright.app.widgets.rows import row, small_label
from facewright.app.widgets.section import Section
from facewright.app.widgets.slider import NamedSlider
from facewright.app.widgets.sure_map import SureMap
from facewright.app.workbench import Workbench
from facewright.engine.edits.base import Slider
from facewright.engine.edits.complete import PAINTED, Complete
from facewright.engine.edits.fields import fields
from facewright.engine.errors import FacewrightError

_CONTROLS = {i.name: i.control for i in fields(Complete) if isinstance(i.control, Slider)}
_LOW = 560
"""Height of the panel's place, in pixels, below which fewer faces stand in it."""
_REST_MS = 150
"""How long a slider must rest until faces are drawn anew."""


class CompletePanel(Panel):
    """Fills in a region by what the rest of the head tells of it."""

    least_width = 360
    catches_up = True

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.completing = Completing(bench.document)
        self._another = False
        self._pointed = ""
        self._unhidden = False
        self._tried: Question | None = None
        self._soon = pause(_REST_MS, self._draw, self)
        self.column.addWidget(self._region_part())
        self.body = self._body()
        self.column.addWidget(self.body)
        self.column.addStretch(1)
        self.completing.pictured.connect(self.faces.show_picture)
        self.hear(self.document.opened, self._opened)
        self.hear(self.document.selected, self._selected)
        self.hear(bench.stage.display_changed, self._show_marks)
        self.hear(bench.tools.changed, self._sync)
        self._sync()

    def sync(self) -> None:
        """Show the step that is tuned, or what can be filled in."""
        index, edit = self.step()
        self.tiles.show_chosen(edit.region)
        self._show_mask_state(edit)
        self._tell(self.document.failures.get(edit, ""))
        begun = bool(edit.region)
        for widget in (self.body, self.another, self.remove):
            widget.setVisible(begun)
        self.region.explain(
            "" if begun else self.tr("Known skin stays exactly; what is new is inferred.")
        )
        self.back.setVisible(self._another)
        self.hint.setVisible(not begun)
        self.hint.setText(
            self.tr("Choose the next part to fill in.")
            if self._another
            else self.tr("Choose what is missing: the likeliest shape appears on the head.")
        )
        for name, slider in self.sliders.items():
            slider.show_number(float(getattr(edit, name)))
        self.faces.show_chosen(edit.alternative)
        self._show_marks()
        self._tried = Question(self.document.face_at(index), edit) if edit.region else None
        if self.isVisible():
            self._show_other_side()
            self._draw()

    def stop(self) -> None:
        """Stop listening and working."""
        self._soon.stop()
        self.completing.close()
        self.sure.stop()
        super().stop()

    def step(self) -> tuple[int | None, Complete]:
        """Return the step that is tuned, and its position: the chosen one, else the last step.

        Where that is of another kind, a new one that fills in nothing yet.
        """
        edits = self.document.project.edits
        for index in () if self._another else (self.document.selection, len(edits) - 1):
            if 0 <= index < len(edits):
                edit = edits[index]
                if isinstance(edit, Complete):
                    return index, edit
        return None, Complete()

    def fit(self, height: int) -> None:
        """Show fewer faces and fold what is seldom used where there is little height."""
        low = height < theme.stretched(_LOW)
        self.faces.show_rows(MOST_ROWS - 1 if low else MOST_ROWS)
        self.finer.suggest(not low)

    def put_away(self) -> None:
        """Give the head its own colours back; draw nothing that nobody sees."""
        self.sure.release()
        self._point("")
        self._soon.stop()

    # -- building ----------------------------------------------------------------------------

    def _region_part(self) -> QWidget:
        part = self.region = Section(self.tr("What to fill in"))
        self.another = QPushButton(self.tr("Another part"))
        self.another.setIcon(theme.icon("add"))
        self.another.setToolTip(self.tr("Keep this one and fill in a further part"))
        self.another.clicked.connect(partial(self._begin_another, True))
        self.remove = QPushButton(self.tr("Remove"))
        self.remove.setIcon(theme.icon("trash"))
        self.remove.setToolTip(self.tr("Bring back the skin that was there before"))
        self.remove.clicked.connect(self._remove)
        for button in (self.another, self.remove):
            button.setProperty("role", "small")
            part.head.addWidget(button)
        self.tiles = RegionTiles(
            (
                ("nasolabial", self.tr("Nose and lips"), "complete-nasolabial"),
                ("nose", self.tr("Nose"), "complete-nose"),
                ("lips", self.tr("Lips"), "complete-lips"),
                (PAINTED, self.tr("Painted mask"), "mask"),
            )
        )
        self.tiles.chosen.connect(self.choose)
        self.tiles.pointed.connect(self._point)
        part.add(self.tiles)
        self.about_mask = small_label()
        part.add(self.about_mask)
        self.problem = small_label()
        self._warning = IconLabel("warning", "check")
        self.problem_row = row(self._warning, self.problem, stretch=1)
        part.add(self.problem_row)
        self.hint = small_label()
        self.back = QPushButton(self.tr("Back"))
        self.back.setProperty("role", "small")
        self.back.setToolTip(self.tr("Back to the part that was filled in last"))
        self.back.clicked.connect(partial(self._begin_another, False))
        part.add(row(self.hint, self.back))
        return part

    def _body(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        self.faces = FaceGrid(round(_CONTROLS["alternative"].high))
        self.faces.chosen.connect(self._take)
        self.faces.turned.connect(self._draw)
        column.addWidget(self.faces)
        self.finer = Fold(self.tr("Variety and the other side"))
        column.addWidget(self.finer)
        self.sliders: dict[str, NamedSlider] = {}
        for name in ("variety", "mirror"):
            control = _CONTROLS[name]
            slider = NamedSlider(self.tr(control.label), range_of(control), self.tr(control.help))
            slider.set_default(float(getattr(Complete(), name)))
            slider.moved.connect(partial(self._tune, name))
            slider.committed.connect(partial(self._tuned, control.label))
            self.sliders[name] = slider
            self.finer.add(slider)
        self.one_sided = small_label()
        self.finer.add(self.one_sided)
        self.sure = SureMap(self.bench.stage, self.completing)
        column.addWidget(self.sure)
        self.marks = QCheckBox(self.tr("Mark what is inferred"))
        self.marks.clicked.connect(lambda on: self.bench.stage.change(inferred=on))
        self.sure.line.addWidget(self.marks)
        self.sure.line.addStretch(1)
        return body

    # -- choosing ----------------------------------------------------------------------------

    def choose(self, region: str) -> None:
        """Fill in a region, as one step, once its likeliest shape is worked out."""
        index, edit = self.step()
        project = self.document.project
        area = project.mask if region == PAINTED else None
        self._point("")
        if region == PAINTED and area is None:
            self._paint_mask()
            return
        if edit.region == region and edit.area is area:
            return
        wanted = replace(
            edit, region=region, area=area, alternative=0, mirror=0.0, enabled=True,
            # One begun in Steps while something was masked is confined to that.
            mask=edit.mask if edit.region else None,
        )  # fmt: skip
        question = Question(self.document.face_at(index), wanted)
        try:
            region_of(wanted, question.before, self.document.models)
        except FacewrightError as error:
            self._tell(str(error))
            return
        name = self.tiles.buttons[region].text()
        self._tell(self.tr("Working out: {}…").format(name.lower()), busy=True)
        done = partial(self._keep, project, index, wanted, name)
        self.completing.solve(question, done, self._tell)

    def _keep(self, project: object, index: int | None, edit: Complete, name: str) -> None:
        """Take a completion into the document; from the start again where that has changed."""
        document = self.document
        if document.project is not project:
            self._tell("")
            self.choose(edit.region)
            return
        beside = index is None and isinstance(self._chosen(), Complete)
        self._another = False
        self.faces.clear()
        after = document.project
        after = after.with_edit(edit) if index is None else after.with_replaced(index, edit)
        if document.apply(self.tr("Fill in {}").format(name.lower()), after):
            if beside:
                document.select(len(after.edits) - 1)
            if edit.region == PAINTED:
                self._put_mask_away()

    def _chosen(self) -> object:
        edits, row = self.document.project.edits, self.document.selection
        return edits[row] if 0 <= row < len(edits) else None

    def _put_mask_away(self) -> None:
        """Let the head be seen without the stripes of the mask that is filled in."""
        tool = self.bench.tools.current
        if isinstance(tool, PaintMask | Lasso):
            self.bench.tools.put_down()
        self.bench.stage.change(mask=False)

    def _paint_mask(self) -> None:
        self.bench.raise_panel("mask")
        self.bench.raise_panel("complete")  # it may stand in the same place
        self.bench.tools.use(PaintMask.id)

    def _take(self, number: int) -> None:
        index, edit = self.step()
        if index is None or number == edit.alternative:
            return
        name = self.tr("Alternative {}").format(number) if number else self.tr("Likeliest shape")
        self.document.replace_step(name, index, replace(edit, alternative=number))

    def _tune(self, name: str, number: float) -> None:
        index, edit = self.step()
        if index is None:
            return
        change: dict[str, Any] = {name: number}
        changed = replace(edit, **change)
        self.document.preview(index, changed)
        self._tried = Question(self.document.face_at(index), changed)
        self._soon.start()

    def _tuned(self, label: str, number: float) -> None:
        self.document.commit(f"{self.tr(label)} {shown(number, 'share')}")

    def _begin_another(self, on: bool) -> None:
        self._another = on
        self._sync()

    def _remove(self) -> None:
        index, _edit = self.step()
        if index is None:
            return
        self.document.select(-1)
        name = self.tr("Remove what was filled in")
        self.document.apply(name, self.document.project.without_edit(index))

    def _opened(self) -> None:
        """Forget the head that was open."""
        self._another = False
        self.completing.forget()
        self.faces.clear()
        self.sure.forget()
        self._sync()

    def _selected(self, _row: int) -> None:
        if self._another and isinstance(self._chosen(), Complete):
            self._another = False
            self._sync()

    # -- showing -----------------------------------------------------------------------------

    def _sync(self, *told: object) -> None:
        super()._sync(*told)
        if not self.document.is_open:
            for widget in (self.about_mask, self.body, self.back, self.another, self.remove):
                widget.hide()
            self._tell("")
            self.hint.show()
            self.hint.setText(self.tr("There is no head yet: register a scan or open a project."))

    def _tell(self, text: str, busy: bool = False) -> None:
        """Say what is going on, or what is wrong and what to do."""
        self.problem.setText(text)
        self.problem_row.setVisible(bool(text))
        self._warning.show_icon("" if busy else "warning", "check")
        self._warning.setVisible(not busy)

    def _show_mask_state(self, edit: Complete) -> None:
        """Offer the painted mask, or to paint one."""
        mask, tile = self.document.project.mask, self.tiles.buttons[PAINTED]
        painting = mask is None and isinstance(self.bench.tools.current, PaintMask | Lasso)
        changed = edit.region == PAINTED and edit.area is not mask and mask is not None
        said = ""
        if painting:
            said = self.tr("Drag over what is missing; then choose Painted mask.")
        elif changed:
            said = self.tr("The mask was changed: choose it again to fill in what is painted now.")
        tile.setText(self.tr("Paint a mask") if mask is None else self.tr("Painted mask"))
        tile.setAccessibleName(tile.text())
        tile.setToolTip(
            self.tr("Paint over what is missing on the head, then fill that in")
            if mask is None
            else said or self.tr("Fill in what is painted on the head")
        )
        self.about_mask.setText(said)
        self.about_mask.setVisible(bool(said))

    def _show_marks(self, *_told: object) -> None:
        shown_head = self.document.shown
        scanned = shown_head is not None and shown_head.face.inferred is not None
        self.marks.setChecked(self.bench.stage.display.inferred)
        self.marks.setEnabled(scanned)
        self.marks.setToolTip(
            self.tr("Blue dots where the shape was filled in and not measured")
            if scanned
            else self.tr("This head was made by the model: all of it is inferred.")
        )

    def _show_other_side(self) -> None:
        """Offer the other side where it is known."""
        slider, known = self.sliders["mirror"], True
        question = self._tried
        if question is not None and not question.edit.mirror:
            area = self.completing.region(question)
            known = area is None or other_side_known(area, question.before, self.document.models)
        slider.setEnabled(known)
        why = self.tr("Both sides are filled in, so the other side tells nothing.")
        self.one_sided.setText("" if known else why)
        self.one_sided.setVisible(not known)

    def _draw(self) -> None:
        """Draw the faces of the alternatives, and how sure the region is, while that is seen."""
        question = self._tried
        if question is None or not self.isVisible():
            return
        if not question.same_faces(self.completing.question):
            self.faces.fade()
        ratio = self.devicePixelRatioF()
        self.completing.draw(question, self.faces.numbers, round(self.faces.side * ratio))
        self.sure.ask(question)

    def _point(self, region: str) -> None:
        """Show on the head what a tile means, or the head as it was."""
        if region == self._pointed or not self.document.is_open:
            return
        stage, project = self.bench.stage, self.document.project
        self._pointed = region
        if region:
            index, edit = self.step()
            area = project.mask if region == PAINTED else None
            asked = Question(self.document.face_at(index), replace(edit, region=region, area=area))
            stage.show_mask(self.completing.region(asked))
            self._unhidden = self._unhidden or not stage.display.mask
        else:
            stage.show_mask(project.mask)
        self.sure.give_way(bool(region))
        if self._unhidden:
            stage.change(mask=bool(region))
            self._unhidden = bool(region)

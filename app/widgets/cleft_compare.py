"""What a cleft plan changes: the head before, a map of the change, and every measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QCheckBox

from facewright.app.region_words import region_word
from facewright.app.stage import Stage
from facewright.app.staging import Values
from facewright.app.widgets.cleft_table import CleftTable
from facewright.app.widgets.guide_step import GuideStep
from facewright.app.widgets.heat_controls import HeatControls
from facewright.app.widgets.limits import Range
from facewright.app.widgets.rows import small_label
from facewright.app.widgets.slider import NamedSlider
from facewright.engine.measure.cleft_words import NOT_MEASURED

if TYPE_CHECKING:
    from facewright.engine.reports.cleft import CleftPlan


class CleftCompare(GuideStep):
    """Shows a plan beside the head before; stands empty until there is one.

    Parameters
    ----------
    number : int
    title : str
    stage : Stage

    Attributes
    ----------
    before, heat : QCheckBox
    limit : NamedSlider
        Mm of the strongest colour.
    table : CleftTable
        To be placed where there is room for it.
    """

    def __init__(self, number: int, title: str, stage: Stage) -> None:
        super().__init__(number, title)
        self._stage = stage
        self._plan: CleftPlan | None = None
        self._full = 1.0
        self.before = QCheckBox(self.tr("Show the head before"))
        self.heat = QCheckBox(self.tr("Colour what changes"))
        self.heat.toggled.connect(self._colour)
        self.limit = NamedSlider(
            self.tr("Full colour at"),
            Range(0.2, 10.0, 1.0, 0.1, "mm"),
            self.tr("Change from which a colour is strongest"),
        )
        self.limit.moved.connect(self._set_limit)
        self.colours = HeatControls(stage)
        self.changes = small_label()
        self.notes = small_label()
        self.missing = small_label()
        self.missing.setText(
            self.tr("Not measured: {}. Point here to see why.").format(
                "; ".join(self.tr(name).lower() for name, _ in NOT_MEASURED)
            )
        )
        self.missing.setToolTip(
            "\n".join(f"{self.tr(name)}: {self.tr(reason)}" for name, reason in NOT_MEASURED)
        )
        self.table = CleftTable()
        self.add(
            self.before, self.heat, self.limit, self.colours, self.changes, self.notes,
            self.missing,
        )  # fmt: skip
        self.say("")
        stage.coloured.connect(self._leave)
        stage.display_changed.connect(self._show_colours)

    def stop(self) -> None:
        """Let go of the stage."""
        self._stage.coloured.disconnect(self._leave)
        self._stage.display_changed.disconnect(self._show_colours)

    def release(self) -> None:
        """Give the head its own colours back."""
        self.heat.setChecked(False)

    def say(self, words: str) -> None:
        """Tell what a reader should know, or nothing."""
        self.notes.setText(words)
        self.notes.setVisible(bool(words))

    def show_plan(self, plan: CleftPlan | None) -> None:
        """Show a plan, or that there is none."""
        if plan is not None and plan is not self._plan:
            self._full = round(plan.change.limit, 1)
            self.limit.set_default(self._full)
            self.limit.show_number(self._full)
        self._plan = plan
        for widget in (self.table, self.changes, self.missing):
            widget.setVisible(plan is not None)
        self.heat.setEnabled(plan is not None)
        self.stand("done" if plan is not None else "todo", "")
        if plan is None:
            self.release()
        else:
            self.table.show_rows(plan.rows)
            self.changes.setText(self._words(plan))
            self.say("\n".join(self.tr(note) for note in plan.notes))
        self._colour(self.heat.isChecked())

    def _words(self, plan: CleftPlan) -> str:
        regions = plan.change.summary["regions"]
        parts = [
            self.tr("{} {:.1f} mm (largest {:.1f})").format(
                region_word(name).lower(), regions[name]["mean"], regions[name]["max"]
            )
            for name in ("nose", "upper_lip")
            if name in regions
        ]
        known = self.tr("Skin outside the area moved by {:.2f} mm.").format(plan.known_moved)
        return self.tr("Mean change: {}. {}").format(", ".join(parts), known)

    def _colour(self, on: bool) -> None:
        """Colour the signed change on the head, or let its own colours come back."""
        plan = self._plan
        self.limit.setVisible(on)
        self.colours.setVisible(on)
        if not on or plan is None:
            self._stage.show_values(None, self)
            return
        numbers = np.asarray(plan.change.signed, np.float32)
        title = self.tr("Change (mm)")
        self._stage.show_values(Values(numbers, self._full, title), self)
        self._show_colours()

    def _set_limit(self, number: float) -> None:
        self._full = number
        self._colour(self.heat.isChecked())

    def _show_colours(self, *_told: object) -> None:
        if self.heat.isChecked() and self._plan is not None:
            self.colours.sync(self._full)

    def _leave(self, owner: object) -> None:
        """Leave the colours to who asks for them now."""
        if owner is not self:
            self.release()

"""Steps: what makes the head what it is, in order; switch, re-tune, move, delete."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.document import BASES
from facewright.app.panels.base import Panel
from facewright.app.widgets.form import EditForm
from facewright.app.widgets.limits import Range
from facewright.app.widgets.slider import NamedSlider
from facewright.app.workbench import Workbench
from facewright.engine.edits.base import Edit
from facewright.engine.edits.table import EDITS

PANEL_OF = {
    "age": "subject",
    "sex_ancestry": "subject",
    "subject": "subject",
    "expression": "expression",
    "identity": "identity",
    "asymmetry": "identity",
    "register": "scan",
}
"""Kinds that have a panel of their own; the others are tuned below the list."""


class StepsPanel(Panel):
    """The edit stack."""

    least_width = 240

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.column.setContentsMargins(theme.SPACE, 0, theme.SPACE, 2 * theme.SPACE)
        self.column.setSpacing(2 * theme.SPACE)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Steps"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._choose)
        self.list.itemChanged.connect(self._switch)
        self.column.addWidget(self.list, 1)
        self.column.addLayout(self._buttons())
        self._below = QWidget()
        below = QVBoxLayout(self._below)
        below.setContentsMargins(theme.SPACE, 0, theme.SPACE, 0)
        below.setSpacing(0)
        self.strength = NamedSlider(
            self.tr("Strength"), Range(0.0, 1.0, 1.0, 0.05, "share"), self.tr("How much arrives")
        )
        self.strength.moved.connect(self._weaken)
        self.strength.committed.connect(self._weakened)
        below.addWidget(self.strength)
        self._form: EditForm | None = None
        self._form_of: type[Edit] | None = None
        self.column.addWidget(self._below)
        self._sync()

    def sync(self) -> None:
        """Show the steps and the controls of the one that is chosen."""
        edits = self.document.project.edits
        self.list.blockSignals(True)
        self.list.clear()
        for index, edit in enumerate(edits):
            item = QListWidgetItem(self._name(index, edit))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if edit.enabled else Qt.CheckState.Unchecked)
            item.setToolTip((type(edit).__doc__ or "").split("\n")[0])
            self.list.addItem(item)
        self.list.setCurrentRow(self.document.selection)
        self.list.blockSignals(False)
        self._show_controls()

    # -- inside ------------------------------------------------------------------------------

    def _buttons(self) -> QHBoxLayout:
        self.add = QPushButton(" " + self.tr("Add step"))
        self.add.setIcon(theme.icon("add"))
        menu = QMenu(self.add)
        for kind, edit_type in EDITS.items():
            if kind not in PANEL_OF and not issubclass(edit_type, BASES):
                menu.addAction(edit_type.label, partial(self._add, edit_type))
        self.add.setMenu(menu)
        self.up = self._tool("up", self.tr("Move the step up"), lambda: self._move(-1))
        self.down = self._tool("chevron-down", self.tr("Move the step down"), lambda: self._move(1))
        self.delete = self._tool("trash", self.tr("Delete the step"), self._delete)
        line = QHBoxLayout()
        line.setContentsMargins(theme.SPACE, 0, theme.SPACE, 0)
        line.setSpacing(theme.SPACE)
        line.addWidget(self.add)
        line.addStretch(1)
        for button in (self.up, self.down, self.delete):
            line.addWidget(button)
        return line

    def _tool(self, name: str, text: str, run: object) -> QToolButton:
        button = QToolButton()
        button.setIcon(theme.icon(name))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(run)
        return button

    def _name(self, index: int, edit: Edit) -> str:
        share = "" if edit.strength == 1.0 else f"  {edit.strength * 100:.0f} %"
        return f"{edit.label}{share}"

    def _chosen(self) -> Edit | None:
        edits, row = self.document.project.edits, self.document.selection
        return edits[row] if 0 <= row < len(edits) else None

    def _show_controls(self) -> None:
        edit, row = self._chosen(), self.document.selection
        count = len(self.document.project.edits)
        movable = edit is not None and not isinstance(edit, BASES)
        first = self._first_free()
        self.up.setEnabled(movable and row > first)
        self.down.setEnabled(movable and row + 1 < count)
        self.delete.setEnabled(movable)
        self._below.setVisible(edit is not None)
        if edit is None:
            return
        self.strength.setVisible(movable)
        self.strength.show_number(edit.strength)
        if self._form is None or self._form_of is not type(edit):
            if self._form is not None:
                self._form.setParent(None)
                self._form.deleteLater()
                self._form = None
            if edit.kind not in PANEL_OF:
                self._form = EditForm(self.document, type(edit))
                layout = self._below.layout()
                assert layout is not None
                layout.addWidget(self._form)
            self._form_of = type(edit)
        if self._form is not None:
            self._form.sync()

    def _first_free(self) -> int:
        edits = self.document.project.edits
        return max((i + 1 for i, e in enumerate(edits) if isinstance(e, BASES)), default=0)

    def _choose(self, row: int) -> None:
        self.document.select(row)
        edit = self._chosen()
        if edit is not None and edit.kind in PANEL_OF:
            self.bench.raise_panel(PANEL_OF[edit.kind])

    def _switch(self, item: QListWidgetItem) -> None:
        row = self.list.row(item)
        edit = self.document.project.edits[row]
        on = item.checkState() == Qt.CheckState.Checked
        if on != edit.enabled:
            verb = self.tr("Switch on {}") if on else self.tr("Switch off {}")
            name = verb.format(edit.label.lower())
            self.document.replace_step(name, row, replace(edit, enabled=on))

    def _add(self, kind: type[Edit]) -> None:
        project = self.document.project
        edit = kind.initial(self.document.face_at())
        if self.document.apply(kind.label, project.with_edit(edit)):
            self.document.select(len(project.edits))

    def _move(self, by: int) -> None:
        row, edit = self.document.selection, self._chosen()
        if edit is not None and self.document.apply(
            self.tr("Move {}").format(edit.label.lower()),
            self.document.project.with_moved(row, row + by),
        ):
            self.document.select(row + by)

    def _delete(self) -> None:
        row, edit = self.document.selection, self._chosen()
        if edit is not None:
            self.document.select(-1)
            name = self.tr("Delete {}").format(edit.label.lower())
            self.document.apply(name, self.document.project.without_edit(row))

    def _weaken(self, number: float) -> None:
        edit = self._chosen()
        if edit is not None:
            self.document.preview(self.document.selection, replace(edit, strength=number))

    def _weakened(self, number: float) -> None:
        edit = self._chosen()
        if edit is not None:
            self.document.commit(f"{edit.label}: {number * 100:.0f} %")

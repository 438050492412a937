"""Steps: what makes the head what it is, in order; switch, re-tune, move, delete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, QSignalBlocker, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.heads import BASES
from facewright.app.panels.base import Panel
from facewright.app.panels.step_words import icon_of, words_of
from facewright.app.widgets.form import EditForm
from facewright.app.widgets.limits import Range
from facewright.app.widgets.mask_field import MaskField
from facewright.app.widgets.slider import NamedSlider
from facewright.app.widgets.step_list import StepList
from facewright.app.widgets.step_row import ROW_ROLE, StepRow
from facewright.app.workbench import Workbench
from facewright.engine.edits.base import Edit
from facewright.engine.edits.table import EDITS
from facewright.engine.errors import FacewrightError
from facewright.engine.mask import Mask

PANEL_OF = {
    "age": "subject",
    "sex_ancestry": "subject",
    "subject": "subject",
    "expression": "expression",
    "identity": "identity",
    "asymmetry": "identity",
    "neutralise": "expression",
    "anonymise": "anonymise",
    "complete": "complete",
    "repair": "cleft",
    "register": "scan",
    "from_model": "models",
    "sculpt": "sculpt",
    "pull": "sculpt",
}
"""Kinds that have a panel of their own; the others are tuned below the list."""

BY_ITS_PANEL = ("subject", "register", "sculpt", "pull")
"""Kinds that their panel or tool begins; a further one of any other can be added here."""


class StepsPanel(Panel):
    """The edit stack."""

    least_width = 240

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.column.setContentsMargins(theme.SPACE, 0, theme.SPACE, 2 * theme.SPACE)
        self.column.setSpacing(2 * theme.SPACE)
        self.list = StepList()
        self.list.setAccessibleName(self.tr("Steps"))
        self.list.currentRowChanged.connect(self._choose)
        self.list.itemChanged.connect(self._changed)
        self.list.itemClicked.connect(lambda _item: self._open_panel())
        self.list.moved.connect(self._move_to)
        self.list.menu_asked.connect(self._show_menu)
        self.list.delete_asked.connect(self._delete)
        self.list.duplicate_asked.connect(self._duplicate)
        self.column.addWidget(self.list, 1)
        self.column.addLayout(self._buttons())
        self.column.addWidget(self._controls())
        self._form: EditForm | None = None
        self._form_of: type[Edit] | None = None
        self._sync()

    def sync(self) -> None:
        """Show the steps and the controls of the one that is chosen."""
        edits = self.document.project.edits
        added = len(edits) > self.list.count() > 0
        with QSignalBlocker(self.list):
            while self.list.count() > len(edits):
                self.list.takeItem(self.list.count() - 1)
            while self.list.count() < len(edits):
                self.list.addItem(QListWidgetItem())
            for index, edit in enumerate(edits):
                self._fill(self.list.item(index), index, edit)
            self.list.setCurrentRow(self.document.selection)
        if added:
            self.list.scrollToBottom()  # where it went, most of the time
        hint = self.tr("Every change becomes a step here: switch it off, tune or move it later.")
        self.list.set_hint(hint if self._first_free() == len(edits) else "")
        self.list.viewport().update()
        self._show_controls()

    # -- building ----------------------------------------------------------------------------

    def _buttons(self) -> QHBoxLayout:
        self.add = QPushButton(self.tr("Add step"))
        self.add.setIcon(theme.icon("add"))
        menu = QMenu(self.add)
        for kind, edit_type in EDITS.items():
            if kind not in BY_ITS_PANEL and not issubclass(edit_type, BASES):
                menu.addAction(edit_type.label, partial(self._add, edit_type))
        self.add.setMenu(menu)
        self.add.setToolTip(self.tr("Where the head is masked, the new step works inside the mask"))
        self.up = self._tool("up", self.tr("Move the step up (Alt+Up)"), partial(self._move, -1))
        self.down = self._tool(
            "chevron-down", self.tr("Move the step down (Alt+Down)"), partial(self._move, 1)
        )
        self.delete = self._tool("trash", self.tr("Delete the step (Del)"), self._delete)
        self.more = self._tool("more", self.tr("More about the step"), self._show_more)
        line = QHBoxLayout()
        line.setContentsMargins(theme.SPACE, 0, theme.SPACE, 0)
        line.setSpacing(theme.SPACE)
        line.addWidget(self.add)
        line.addStretch(1)
        for button in (self.up, self.down, self.delete, self.more):
            line.addWidget(button)
        return line

    def _tool(self, name: str, text: str, run: object) -> QToolButton:
        button = QToolButton()
        button.setIcon(theme.icon(name))
        button.setToolTip(text)
        button.setAccessibleName(text.partition(" (")[0])
        button.clicked.connect(run)
        return button

    def _controls(self) -> QWidget:
        self._below = QWidget()
        below = QVBoxLayout(self._below)
        below.setContentsMargins(theme.SPACE, 0, theme.SPACE, 0)
        below.setSpacing(theme.SPACE)
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setProperty("role", "small")
        below.addWidget(self.problem)
        self.strength = NamedSlider(
            self.tr("Strength"), Range(0.0, 1.0, 1.0, 0.05, "share"), self.tr("How much arrives")
        )
        self.strength.moved.connect(self._weaken)
        self.strength.committed.connect(self._weakened)
        below.addWidget(self.strength)
        self.where = MaskField()
        self.where.chosen.connect(self._confine)
        below.addWidget(self.where)
        return self._below

    # -- showing -----------------------------------------------------------------------------

    def _sync(self, *told: object) -> None:
        super()._sync(*told)
        if not self.document.is_open:
            self._below.hide()

    def _fill(self, item: QListWidgetItem, index: int, edit: Edit) -> None:
        fixed = isinstance(edit, BASES)
        problem = self.document.failures.get(edit, "")
        values = self._values(index, edit)
        share = "" if edit.strength == 1.0 else f"{edit.strength * 100:.0f} %"
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not fixed:
            flags |= Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        item.setFlags(flags)
        item.setText(edit.called)
        item.setCheckState(Qt.CheckState.Checked if edit.enabled else Qt.CheckState.Unchecked)
        masked = edit.mask is not None
        row = StepRow(icon_of(edit), values, share, masked, fixed, problem)
        item.setData(ROW_ROLE, row)
        facts = [edit.called, values, share, problem]
        if not edit.enabled:
            facts.append(self.tr("off"))
        if masked:
            facts.append(self.tr("confined by a mask"))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, facts)))
        about = (type(edit).__doc__ or "").split("\n")[0]
        item.setToolTip("\n".join(filter(None, [edit.called, values, problem or about])))

    def _values(self, index: int, edit: Edit) -> str:
        try:
            model = self.document.models.lifespan()
            rest = type(edit).initial(self.document.face_at(index))
        except FacewrightError:
            return ""
        return words_of(edit, rest, model)

    def _chosen(self) -> Edit | None:
        edits, row = self.document.project.edits, self.document.selection
        return edits[row] if 0 <= row < len(edits) else None

    def _show_controls(self) -> None:
        edit, row = self._chosen(), self.document.selection
        movable = edit is not None and not isinstance(edit, BASES)
        first, last = self._first_free(), len(self.document.project.edits) - 1
        self.up.setEnabled(movable and row > first)
        self.down.setEnabled(movable and first <= row < last)
        self.delete.setEnabled(movable)
        self.more.setEnabled(movable)
        self._below.setVisible(edit is not None)
        if edit is None:
            return
        problem = self.document.failures.get(edit, "")
        self.problem.setVisible(bool(problem))
        self.problem.setText(self.tr("Without effect: {}").format(problem))
        self.strength.setVisible(movable)
        self.where.setVisible(movable)
        self.strength.show_number(edit.strength)
        shown = self.document.shown
        if shown is not None:
            regions, painted = shown.face.mesh.topology.regions, self.document.project.mask
            self.where.show_mask(edit.mask, regions, painted, (row, edit.kind))
        self._show_form(edit)

    def _show_form(self, edit: Edit) -> None:
        """Show the fields of a step that no other panel tunes."""
        if self._form_of is not type(edit):
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

    def _show_more(self) -> None:
        self._show_menu(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _show_menu(self, place: QPoint) -> None:
        edit = self._chosen()
        if edit is None or isinstance(edit, BASES):
            return
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def menu(self) -> QMenu:
        """Return what can be done with the step that is chosen."""
        edit, row = self._chosen(), self.document.selection
        menu = QMenu(self)
        rows: tuple[tuple[str, str, Callable[[], None], str], ...] = (
            ("edit", self.tr("Tune"), self._open_panel, ""),
            ("rename", self.tr("Rename"), self._rename, "F2"),
            ("duplicate", self.tr("Duplicate"), self._duplicate, "Ctrl+D"),
            ("eye", self.tr("Show this step alone"), self._solo, ""),
            ("delete", self.tr("Delete"), self._delete, "Del"),
        )
        for name, text, run, keys in rows:
            if name == "eye" and edit is not None and self._is_alone(row):
                text = self.tr("Show all steps again")
            if name == "edit" and edit is not None and edit.kind not in PANEL_OF:
                continue
            action = menu.addAction(text, run)
            action.setShortcut(QKeySequence(keys))  # the list answers it; here it is read
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return menu

    # -- changing ----------------------------------------------------------------------------

    def _choose(self, row: int) -> None:
        self.document.select(row)

    def _open_panel(self) -> None:
        edit = self._chosen()
        if edit is not None and edit.kind in PANEL_OF:
            self.bench.raise_panel(PANEL_OF[edit.kind])

    def _changed(self, item: QListWidgetItem) -> None:
        """Take up that a step was switched or called otherwise in the list."""
        row = self.list.row(item)
        edit = self.document.project.edits[row]
        on = item.checkState() == Qt.CheckState.Checked
        title = item.text().strip()
        if on != edit.enabled:
            verb = self.tr("Switch on {}") if on else self.tr("Switch off {}")
            self._replace(verb.format(edit.called), row, replace(edit, enabled=on))
        elif title != edit.called:
            name = self.tr("Call {} {}").format(edit.label.lower(), title or edit.label)
            title = "" if title == edit.label else title
            self._replace(name, row, replace(edit, title=title))

    def _replace(self, name: str, row: int, edit: Edit) -> None:
        if not self.document.replace_step(name, row, edit):
            self._sync()

    def _add(self, kind: type[Edit]) -> None:
        project = self.document.project
        edit = replace(kind.initial(self.document.face_at()), mask=project.mask)
        if self.document.apply(kind.label, project.with_edit(edit)):
            self.document.select(len(project.edits))
            self._open_panel()

    def _move(self, by: int) -> None:
        row = self.document.selection
        self._move_to(row, row + by)

    def _move_to(self, row: int, to: int) -> None:
        """Move the step at `row` to position `to`; the step that begins the head stays first."""
        edits = self.document.project.edits
        first = self._first_free()
        to = min(max(to, first), len(edits) - 1)
        if not first <= row < len(edits) or to == row:
            return
        name = self.tr("Move {}").format(edits[row].called)
        if self.document.apply(name, self.document.project.with_moved(row, to)):
            self.document.select(to)

    def _delete(self) -> None:
        row, edit = self.document.selection, self._chosen()
        if edit is None or isinstance(edit, BASES):
            return
        self.document.select(-1)
        name = self.tr("Delete {}").format(edit.called)
        self.document.apply(name, self.document.project.without_edit(row))
        self.document.select(min(row, len(self.document.project.edits) - 1))

    def _duplicate(self) -> None:
        row, edit = self.document.selection, self._chosen()
        if edit is None or isinstance(edit, BASES):
            return
        name = self.tr("Duplicate {}").format(edit.called)
        if self.document.apply(name, self.document.project.with_edit(replace(edit), row + 1)):
            self.document.select(row + 1)

    def _rename(self) -> None:
        self.list.setFocus()
        item = self.list.currentItem()
        if item is not None:
            self.list.editItem(item)

    def _is_alone(self, row: int) -> bool:
        edits = self.document.project.edits
        free = [i for i in range(self._first_free(), len(edits))]
        return len(free) > 1 and all(edits[i].enabled == (i == row) for i in free)

    def _solo(self) -> None:
        """Switch every other step off; if they are, switch all on."""
        row, edit = self.document.selection, self._chosen()
        if edit is None:
            return
        project, alone = self.document.project, self._is_alone(row)
        for index in range(self._first_free(), len(project.edits)):
            on = alone or index == row
            if project.edits[index].enabled != on:
                other = replace(project.edits[index], enabled=on)
                project = project.with_replaced(index, other)
        name = self.tr("Show all steps") if alone else self.tr("Show {} alone").format(edit.called)
        self.document.apply(name, project)

    def _weaken(self, number: float) -> None:
        edit = self._chosen()
        if edit is not None:
            self.document.preview(self.document.selection, replace(edit, strength=number))

    def _weakened(self, number: float) -> None:
        edit = self._chosen()
        if edit is not None:
            self.document.commit(f"{edit.called}: {number * 100:.0f} %")

    def _confine(self, mask: Mask | None) -> None:
        edit = self._chosen()
        if edit is not None and edit.mask is not mask:
            name = self.tr("Where {} works").format(edit.called)
            self._replace(name, self.document.selection, replace(edit, mask=mask))

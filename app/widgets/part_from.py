"""A part of another head: which head, which part, how much, and how wide it blends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QPushButton, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.dialogs import places
from facewright.app.errors import Message
from facewright.app.widgets.axis_items import TITLES
from facewright.app.widgets.limits import Range
from facewright.app.widgets.rows import row, small_label
from facewright.app.widgets.slider import NamedSlider
from facewright.app.workbench import Workbench
from facewright.engine.edits.part_from import WIDTHS, PartFrom
from facewright.engine.edits.transfer import Other, head_in, with_donor
from facewright.engine.models.parts.segments import PARTS
from facewright.engine.progress import Progress

_AMOUNT = Range(0.0, 1.0, 1.0, 0.05, "share")
_WIDTH = Range(*WIDTHS, 30.0, 1.0, "mm")


class PartFromBox(QWidget):
    """Chooses another head and tunes what is taken of it.

    Attributes
    ----------
    choose : QPushButton
    part : QComboBox
    amount, width_ : NamedSlider
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench, self._document = bench, bench.document
        self.part = QComboBox()
        self.part.setAccessibleName(self.tr("Part to take"))
        for part in PARTS:
            self.part.addItem(TITLES[part], part)
        self.part.setCurrentIndex(PARTS.index("nose"))
        self.part.activated.connect(self._change_part)
        self.choose = QPushButton(self.tr("From another head…"))
        self.choose.setIcon(theme.icon("open"))
        self.choose.setToolTip(
            self.tr("Take this part of a project or a scan; its head is kept in this project")
        )
        self.choose.clicked.connect(self._ask)
        self.said = small_label()
        self.amount = NamedSlider(
            self.tr("Amount"), _AMOUNT, self.tr("From this head's own part to the other's")
        )
        self.width_ = NamedSlider(
            self.tr("Blend width"),
            _WIDTH,
            self.tr("How far the skin around follows; on a smaller head by as much less"),
        )
        for slider, field in ((self.amount, "amount"), (self.width_, "width")):
            slider.moved.connect(lambda number, field=field: self._try(field, number))
            slider.committed.connect(
                lambda _number, label=slider.label: self._document.commit(label)
            )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(row(self.part, self.choose, QWidget(), stretch=2))
        column.addWidget(self.said)
        column.addWidget(self.amount)
        column.addWidget(self.width_)

    def sync(self) -> None:
        """Show the step that is tuned."""
        index, edit = self._document.edit_for(PartFrom)
        given = index is not None and edit.donor is not None
        chosen = given and index == self._document.selection
        self.part.setToolTip(
            self.tr("Which part of {}").format(edit.whose or self.tr("the other head"))
            if chosen
            else self.tr("Which part is taken next")
        )
        self.said.setText(edit.called if given else self.tr("Nothing is taken from another head."))
        for slider in (self.amount, self.width_):
            slider.setVisible(given)
        if chosen:
            self.part.setCurrentIndex(PARTS.index(edit.part))
        if given:
            self.amount.show_number(edit.amount)
            self.width_.show_number(edit.width)

    # -- inside ------------------------------------------------------------------------------

    def _step(self) -> tuple[int | None, PartFrom]:
        return self._document.edit_for(PartFrom)

    def _ask(self) -> None:
        files = self._bench.files
        path = places.ask_open(files.window, str(files.settings.get("folder", "")))
        if path is not None:
            self.take_from(path)

    def take_from(self, path: Path) -> None:
        """Take the chosen part of the head in a file; a scan is registered for it."""
        files, document = self._bench.files, self._document
        part = str(self.part.currentData())
        opening, models = document.opening, document.models

        def work(progress: Progress) -> Other:
            return head_in(path, models, progress)

        def done(other: Other) -> None:
            if document.opening is opening:
                self._give(other, part)

        title = self.tr("Taking a part of {}").format(path.name)
        files.jobs.start(title, work, done, files.fail, key="donor")

    def _give(self, other: Other, part: str) -> None:
        step = PartFrom.of(part, other)
        project = with_donor(self._document.project, other.source).with_edit(step)
        if self._document.apply(step.called, project):
            text = self.tr("{} is given. The head is kept in this project; the file is not needed.")
            self._bench.tell(Message("good", text.format(step.called)))

    def _try(self, field: str, number: float) -> None:
        index, edit = self._step()
        if index is not None:
            self._document.preview(index, replace(edit, **{field: number}))  # type: ignore[arg-type]

    def _change_part(self) -> None:
        """Take another part of the same head where its step is chosen; else it is for the next."""
        index, edit = self._step()
        part = str(self.part.currentData())
        if index is None or index != self._document.selection or edit.donor is None:
            return
        if part != edit.part:
            changed = edit.of_part(part)
            self._document.replace_step(changed.called, index, changed)

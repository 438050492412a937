"""Compare: the head against another state of it, in six ways."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QButtonGroup,
    QGridLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QWidget,
)

from facewright.app import theme
from facewright.app.compare import MODES, Comparing
from facewright.app.dialogs import places
from facewright.app.motion import reduced
from facewright.app.panels.base import Panel
from facewright.app.references import Reference, read
from facewright.app.region_words import OFFERED, region_word
from facewright.app.timers import pause
from facewright.app.widgets.heat_controls import HeatControls
from facewright.app.widgets.limits import Range
from facewright.app.widgets.reference_box import ReferenceBox
from facewright.app.widgets.rows import small_label
from facewright.app.widgets.slider import NamedSlider
from facewright.app.workbench import Workbench

if TYPE_CHECKING:
    from facewright.engine.measure.comparison import Comparison
    from facewright.engine.progress import Progress

_AFTER_MS = 100
_COLUMNS = ("mean", "signed_mean", "p95", "max")


class ComparePanel(Panel):
    """Chooses what the head is compared with, and how; tells by how much they differ."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.comparer = bench.stage.comparer
        label = QLabel(self.tr("Compare with"))
        self.reference = ReferenceBox(self.comparer, more=self.tr("Another project…"))
        self.reference.elsewhere.connect(self._ask)
        self.reference.setAccessibleName(label.text())
        self.reference.setMinimumContentsLength(16)
        self.reference.chosen.connect(self.comparer.use)
        self.reference.setToolTip(
            self.tr(
                "A state of this head, or a head from elsewhere; it stays as it is while you go "
                "on. Name states in History."
            )
        )
        label.setBuddy(self.reference)
        self.column.addWidget(label)
        self.column.addWidget(self.reference)
        self.same = self._suggestions()
        self.column.addWidget(self.same)
        self.column.addLayout(self._modes())
        self.hint = QLabel()
        self.hint.setProperty("role", "small")
        self.hint.setWordWrap(True)
        self.column.addWidget(self.hint)
        self.sliders = self._sliders()
        for slider in self.sliders.values():
            self.column.addWidget(slider)
        self.colours = HeatControls(bench.stage)
        self.column.addWidget(self.colours)
        self.table = self._table()
        self.column.addWidget(self.table, 1)
        self.column.addStretch(0)
        self._soon = pause(_AFTER_MS, self._summarise, self)
        self.hear(self.comparer.changed, self._show_state)
        self.hear(self.comparer.measured, self._show_numbers)
        self.hear(self.document.head_changed, self._show_alike)
        self.hear(bench.stage.display_changed, self._show_colours)
        self.hear(bench.settings.changed, self._settings_changed)
        self._sync()

    def sync(self) -> None:
        """Offer the versions that there are now."""
        self.reference.offer(self.comparer.state.reference)
        self._show_state(self.comparer.state)

    # -- building ----------------------------------------------------------------------------

    def _modes(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(theme.SPACE)
        self.modes: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        for index, (mode, label, icon, help_text) in enumerate(MODES):
            button = QToolButton()
            button.setText(self.tr(label))
            button.setIcon(theme.icon(icon))
            button.setToolTip(self.tr(help_text))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setCheckable(True)
            button.setMinimumHeight(theme.ROW)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(partial(self._use, mode))
            group.addButton(button)
            grid.addWidget(button, index // 2, index % 2)
            self.modes[mode] = button
        return grid

    def _suggestions(self) -> QWidget:
        """Return what is said and offered while there is no difference to see."""
        self.nothing = small_label()
        choices = self.comparer.choices
        self.offers = {
            "mean": self._offer(self.tr("Mean of age and sex"), lambda: self._show(choices.mean())),
            "even": self._offer(self.tr("Symmetric version"), lambda: self._show(choices.even())),
            "file": self._offer(self.tr("Another project…"), self._ask),
            "error": self._offer(self.tr("The scan"), self._show_error),
        }
        tips = (
            self.tr("The model's mean head of this age, sex and ancestry"),
            self.tr("This head with both sides made alike: colours show where it is not"),
            self.tr("Another person or another visit, from a .face file"),
            self.tr("How far the head lies from the scan that it was registered to"),
        )
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.SPACE)
        grid.addWidget(self.nothing, 0, 0, 1, 2)
        for place, (button, tip) in enumerate(zip(self.offers.values(), tips, strict=True)):
            button.setToolTip(tip)
            grid.addWidget(button, 1 + place // 2, place % 2)
        return box

    def _offer(self, text: str, run: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda: run())
        return button

    def _sliders(self) -> dict[str, NamedSlider]:
        table: tuple[tuple[str, str, str, Range, str], ...] = (
            ("wipe", "wipe", self.tr("Line"), Range(0.02, 0.98, 0.5, 0.02, "share"),
             self.tr("Where the line stands; it can be dragged in the view, too")),
            ("over", "opacity", self.tr("Opacity"), Range(0.0, 1.0, 0.5, 0.05, "share"),
             self.tr("How much of the other head is seen over this one")),
            ("blink", "seconds", self.tr("Seconds each"), Range(0.3, 3.0, 0.7, 0.1),
             self.tr("Seconds that each head is shown")),
            ("difference", "limit", self.tr("Full colour at"), Range(0.1, 10.0, 2.0, 0.1, "mm"),
             self.tr("Difference that has the strongest colour")),
        )  # fmt: skip
        sliders = {}
        for mode, field, label, limits, help_text in table:
            slider = NamedSlider(label, limits, help_text)
            for signal in (slider.moved, slider.committed):
                signal.connect(partial(self._tune, field))
            sliders[mode] = slider
            slider.setProperty("field", field)
        return sliders

    def _table(self) -> QTableWidget:
        table = QTableWidget(0, 1 + len(_COLUMNS))
        table.setAccessibleName(self.tr("Difference by region, millimetres"))
        heads = [
            self.tr("Region"),
            self.tr("Mean"),
            self.tr("In, out"),
            self.tr("95 %"),
            self.tr("Max"),
        ]
        table.setHorizontalHeaderLabels(heads)
        for column, text in enumerate(
            (
                self.tr("Parts of the face"),
                self.tr("Mean distance, mm"),
                self.tr("Mean along the normal, mm: above zero where this head lies further out"),
                self.tr("95 % of the area lie closer, mm"),
                self.tr("Largest distance, mm"),
            )
        ):
            item = table.horizontalHeaderItem(column)
            if item is not None:
                item.setToolTip(text)
        first = table.horizontalHeaderItem(0)
        if first is not None:
            first.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(24)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        corner = table.findChild(QAbstractButton)
        if corner is not None:
            corner.setAccessibleName(self.tr("Choose all"))
        table.hide()
        return table

    # -- acting ------------------------------------------------------------------------------

    def _show(self, reference: Reference) -> None:
        """Compare with something else, as a map where nothing is shown yet."""
        self.comparer.use(reference)
        if not self.comparer.state.mode:
            self.comparer.set(mode="difference")
        difference = self.comparer.difference
        if difference is not None:  # another person differs by more than another version
            limit = min(max(np.ceil(difference.limit), 1.0), 10.0)
            self.comparer.set(limit=float(limit))

    def _show_error(self) -> None:
        self.comparer.set(mode="")
        self.bench.stage.change(heat=True)

    def _ask(self) -> None:
        """Let a head of another file be chosen."""
        self.reference.show_chosen(self.comparer.state.reference)
        path = places.ask_project(self, str(self.bench.settings.get("folder", "")))
        if path is not None:
            self.compare_with(path)

    def compare_with(self, path: Path) -> None:
        """Compare with the head of a project file, once that is read."""
        models, fail = self.document.models, self.bench.files.fail
        title = self.tr("Opening {}").format(path.name)

        def done(reference: Reference) -> None:
            self._show(reference)
            self.reference.offer(self.comparer.state.reference)

        self.bench.jobs.start(title, partial(read, path, models), done, fail, key="compare")

    def _use(self, mode: str, _checked: bool = False) -> None:
        self.comparer.set(mode=mode)

    def _tune(self, field: str, number: float) -> None:
        if getattr(self.comparer.state, field) != number:
            self.comparer.set(**{field: number})

    # -- showing -----------------------------------------------------------------------------

    def _settings_changed(self, _key: str) -> None:
        if self.comparer.state.mode == "blink" and reduced(self.bench.settings):
            self.comparer.set(mode="")
        self._show_state(self.comparer.state)

    def _show_state(self, state: Comparing) -> None:
        self.modes[state.mode].setChecked(True)
        still = reduced(self.bench.settings)
        blink = self.modes["blink"]
        blink.setEnabled(not still)
        if still:
            blink.setToolTip(
                self.tr("Motion is reduced in the settings: hold ` to see the other head.")
            )
        else:
            blink.setToolTip(self.tr(next(row[3] for row in MODES if row[0] == "blink")))
        for mode, slider in self.sliders.items():
            slider.setVisible(mode == state.mode)
            slider.show_number(getattr(state, slider.property("field")))
        self._show_colours()
        title = "" if state.reference is None else state.reference.title
        self.reference.show_chosen(state.reference)
        self.hint.setText(self._words(state.mode, title))
        self._show_alike()
        self._show_numbers()

    def _show_alike(self, *_told: object) -> None:
        """Say that there is nothing to see, and offer what there would be."""
        alike = self.document.is_open and self.comparer.alike
        self.same.setVisible(alike)
        if not alike:
            return
        reference = self.comparer.state.reference
        self.nothing.setText(
            self.tr("Nothing has changed since it was opened. Change the head, or compare with:")
            if reference is None or reference.kind == "opening"
            else self.tr("Both heads are the same. Choose another version, or compare with:")
        )
        step = self.document.registration
        self.offers["error"].setVisible(step is not None and step.error is not None)

    def _show_colours(self, *_told: object) -> None:
        state = self.comparer.state
        self.colours.setVisible(state.mode == "difference")
        self.colours.sync(state.limit)

    def _words(self, mode: str, title: str) -> str:
        if mode == "wipe":
            return self.tr("Left of the line: now. Right: {}.").format(title)
        if mode == "difference":
            return self.tr(
                "Against: {}. Above zero this head lies further out, below zero further in. "
                "The numbers are distances between the same points of both heads."
            ).format(title)
        if mode == "beside":
            return self.tr("Left: now. Right: {}.").format(title)
        if mode == "over":
            return self.tr("Bluish: {}.").format(title)
        return self.tr("Hold the ` key to see the other head for a moment.")

    def _show_numbers(self) -> None:
        difference = self.comparer.difference
        self.table.setVisible(difference is not None)
        if difference is not None and not self._soon.isActive():
            self._soon.start()

    def _summarise(self) -> None:
        """Have the numbers worked out aside: the picture goes first."""
        difference, fail = self.comparer.difference, self.bench.files.fail
        if difference is not None:
            work = partial(_summary_of, difference)
            self.bench.aside.start("", work, self._fill, fail, key="difference")

    def _fill(self, summary: dict[str, Any]) -> None:
        rows = [(self.tr("Whole head"), summary)]
        regions = summary["regions"]
        rows += [(region_word(name), regions[name]) for name in OFFERED if name in regions]
        self.table.setRowCount(len(rows))
        for row, (name, numbers) in enumerate(rows):
            self._cell(row, 0, name, Qt.AlignmentFlag.AlignLeft)
            for column, key in enumerate(_COLUMNS, 1):
                sign = "+" if key == "signed_mean" else ""
                number = round(float(numbers[key]), 2) + 0.0  # never "-0.00"
                self._cell(row, column, f"{number:{sign}.2f}", Qt.AlignmentFlag.AlignRight)

    def _cell(self, row: int, column: int, text: str, side: Qt.AlignmentFlag) -> None:
        item = self.table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, item)
        item.setText(text)


def _summary_of(difference: Comparison, _progress: Progress) -> dict[str, Any]:
    return difference.summary

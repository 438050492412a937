"""Measure: the standard table with norms, own calipers, and how even the face is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.dialogs import places
from facewright.app.errors import Message, explain
from facewright.app.measuring import Measuring
from facewright.app.panels.base import Panel
from facewright.app.references import Reference
from facewright.app.tools.caliper import CaliperTool
from facewright.app.widgets.caliper_list import CaliperList
from facewright.app.widgets.measure_tree import (
    MeasureTree,
    definition_text,
    number_text,
    source_text,
)
from facewright.app.widgets.reference_box import ReferenceBox
from facewright.app.widgets.symmetry_view import SymmetryView
from facewright.app.workbench import Workbench
from facewright.engine.errors import FacewrightError
from facewright.engine.files.atomic import written
from facewright.engine.measure.anthropometry import Judged, Whose, scale_of, to_csv
from facewright.engine.measure.farkas import BY_CODE, landmarks_of, view_of_measure
from facewright.engine.measure.norms import sex_of
from facewright.viewer.overlay import Line, Marker, Overlay

LAYER = "measure"


class MeasurePanel(Panel):
    """Numbers of the head, kept up to date while it changes."""

    least_width = 420  # or names of measures are cut

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.measuring = Measuring(bench.document, bench.aside)
        tool = bench.tools.get(CaliperTool.id)
        assert isinstance(tool, CaliperTool)
        self.tool = tool
        self.code = ""
        self._against: Reference | None = None
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.calipers = CaliperList(bench, tool)
        self.symmetry = SymmetryView(bench.document, bench.stage, bench.aside)
        self.tabs.addTab(self._standard(), self.tr("Standard"))
        self.tabs.addTab(self.calipers, self.tr("Calipers"))
        self.tabs.addTab(self.symmetry, self.tr("Symmetry"))
        for part in (self.tabs, self.tabs.tabBar()):
            part.setAccessibleName(self.tr("What to measure"))
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its bar has it
        self.tabs.currentChanged.connect(self._turned)
        self.column.addWidget(self.tabs, 1)
        self.hear(self.measuring.changed, self._show)
        self.hear(tool.told, self.calipers.sync)
        self.hear(bench.tools.changed, self._tool_changed)
        self.hear(self.document.head_changed, self._draw)
        self.hear(self.document.opened, self._opened)
        self.hear(bench.stage.display_changed, self.symmetry.show_colours)
        self.hear(bench.stage.coloured, self.symmetry.give_way)
        self._sync()

    def sync(self) -> None:
        """Offer the versions that there are now."""
        self.versus.offer(self._against)
        self.calipers.sync()
        if self.isVisible():
            self.measuring.measure()
            self._turned()

    def stop(self) -> None:
        """Stop listening."""
        self.measuring.close()
        super().stop()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Measure while it is seen."""
        super().showEvent(event)
        self.measuring.watch(True)
        if self.document.is_open:
            self.measuring.measure()
            self._turned()

    def put_away(self) -> None:
        """Measure nothing that nobody sees."""
        self.measuring.watch(False)
        self.symmetry.release()
        self.bench.stage.overlay(LAYER, None)

    # -- building ----------------------------------------------------------------------------

    def _standard(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 2 * theme.SPACE, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        self.who = QLabel()
        self.who.setWordWrap(True)
        self.who.setProperty("role", "small")
        self.about = QToolButton()
        self.about.setText(self.tr("Change…"))
        self.about.setToolTip(self.tr("Say age and sex in the panel Age, sex"))
        self.about.clicked.connect(lambda: self.bench.raise_panel("subject"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search measures"))
        self.search.setAccessibleName(self.tr("Search measures"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.unusual = QCheckBox(self.tr("Unusual only"))
        self.unusual.setToolTip(self.tr("Only those two standard deviations or more off the norm"))
        self.unusual.toggled.connect(self._filter)
        self.versus = ReferenceBox(self.bench.stage.comparer, self.tr("No comparison"))
        self.versus.setAccessibleName(self.tr("Version to compare measures with"))
        self.versus.setMinimumContentsLength(12)
        self.versus.setToolTip(self.tr("Adds a column: how each measure differs from that version"))
        self.versus.chosen.connect(self._compare)
        self.tree = MeasureTree()
        self.tree.chosen.connect(self._choose)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setProperty("role", "small")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.export = QPushButton(self.tr("Export CSV…"))
        self.export.setIcon(theme.icon("csv"))
        self.export.clicked.connect(self._export)
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setToolTip(self.tr("Copy the table as text, for a report or a spreadsheet"))
        self.copy.clicked.connect(self._copy)
        for line in ((self.who, self.about), (self.search, self.unusual)):
            row = QHBoxLayout()
            row.setSpacing(2 * theme.SPACE)
            row.addWidget(line[0], 1)
            row.addWidget(line[1])
            column.addLayout(row)
        column.addWidget(self.tree, 1)
        column.addWidget(self.words)
        below = QHBoxLayout()
        below.setSpacing(2 * theme.SPACE)
        below.addWidget(self.versus, 1)
        below.addWidget(self.copy)
        below.addWidget(self.export)
        column.addLayout(below)
        return page

    # -- showing -----------------------------------------------------------------------------

    def _show(self) -> None:
        rows = self.measuring.rows
        self.tree.show_rows(rows, self.measuring.others)
        self._filter()
        self.who.setText(self._who())
        self._tell()
        self._draw()

    def _who(self) -> str:
        subject = self.measuring.subject
        if subject is None:
            return ""
        origins = {
            "given": "",
            "estimated": self.tr(" (estimated)"),
            "unknown": self.tr(" (not known)"),
        }
        sex = {
            "male": self.tr("male"),
            "female": self.tr("female"),
            "both": self.tr("both sexes"),
        }[sex_of(subject)]
        years = subject.age.value
        age = (
            self.tr("{:.0f} months").format(12 * years)
            if years < 2
            else self.tr("{:g} years").format(round(years, 1))
        )
        words = self.tr(
            "Neutral head against norms for {}{}, {}. Landmarks are automatic: confirm those of "
            "a measure that matters."
        ).format(age, origins[subject.age.origin], sex)
        source = self.document.scan_source
        if source is not None and source.unit == "arbitrary":
            scaled = self.tr(
                "The unit of the scan is not known: lengths are those of an average adult, only "
                "angles and ratios are the person's own."
            )
            return f"{scaled} {words}"
        return words

    def _filter(self, *_told: object) -> None:
        self.tree.filter(self.search.text(), self.unusual.isChecked())

    def _row(self) -> Judged | None:
        rows = self.measuring.rows
        return next((row for row in rows if row.value.definition.code == self.code), None)

    def _tell(self) -> None:
        row = self._row()
        if row is None:
            self.words.setText(self.tr("Click a measure to see it on the head and read about it."))
            return
        self.words.setText(f"{definition_text(row)}\n{source_text(row)}")

    def _choose(self, code: str) -> None:
        self.code = code
        self._tell()
        self._draw()
        view = self.bench.stage.active
        if code and view is not None and self.document.shown is not None:
            view.view(view_of_measure(BY_CODE[code]))

    def _draw(self, _shown: object = None) -> None:
        """Draw the chosen measure on the head."""
        row, shown = self._row(), self.document.shown
        standard = self.isVisible() and self.tabs.currentIndex() == 0
        if row is None or shown is None or not standard or row.value.missing:
            self.bench.stage.overlay(LAYER, None)
            return
        definition = row.value.definition
        own = self.document.models.lifespan().template.landmarks
        places = own.replaced(shown.face.landmarks).on(shown.head.skin.vertices)
        label = f"{definition.code}  {number_text(row.value.number, definition.unit)}"
        lines: list[Line] = []
        if definition.kind in ("index", "sides"):
            parts = [BY_CODE[code] for code in definition.points]
            label = ""
        else:
            parts = [definition]
        for part in parts:
            for side in ("r", "l") if part.paired else ("r",):
                ends = np.stack([places[name] for name in part.on_side(side)])
                lines.append(Line(ends, label if not lines else "", "chosen"))
        marks = tuple(Marker(places[name], name, "chosen") for name in landmarks_of(definition))
        self.bench.stage.overlay(LAYER, Overlay(marks, tuple(lines), through=True))

    def _turned(self, _tab: int = 0) -> None:
        page = self.tabs.currentWidget()
        if page is self.symmetry and self.document.is_open:
            self.symmetry.measure()
        else:
            self.symmetry.release()
        self._draw()

    def _tool_changed(self, _id: str) -> None:
        self.calipers.sync()
        if self.bench.tools.current is self.tool and self.isVisible():
            self.tabs.setCurrentWidget(self.calipers)

    def _opened(self) -> None:
        self.symmetry.release()
        self._compare(None)
        self.versus.show_chosen(None)

    # -- doing -------------------------------------------------------------------------------

    def _compare(self, reference: Reference | None) -> None:
        self._against = reference
        self.measuring.compare_with(None if reference is None else reference.project)

    def _copy(self) -> None:
        self.measuring.complete(self._copied)

    def _copied(self, rows: tuple[Judged, ...]) -> None:
        QGuiApplication.clipboard().setText("\n".join(map(_line, rows)))
        self.bench.tell(Message("good", self.tr("The table is in the clipboard.")))

    def _export(self) -> None:
        folder = str(self.bench.settings.get("folder", ""))
        name = f"{self.document.title or 'head'}-measures.csv"
        path = places.ask_save(self, folder, name, (".csv",))
        if path is not None:
            self.export_table(path)

    def _whose(self) -> Whose:
        source, shown = self.document.scan_source, self.document.shown
        assert shown is not None
        scale = scale_of(None if source is None else source.unit)
        return Whose(self.document.title, shown.face.subject, scale)

    def export_table(self, path: Path) -> None:
        """Write the table as CSV, mm and degrees, a point as decimal mark, once it is whole."""
        whose = self._whose()

        def write(rows: tuple[Judged, ...]) -> None:
            try:
                with written(path) as temporary:
                    temporary.write_text(to_csv(rows, whose), encoding="utf-8")
            except FacewrightError as error:
                self.bench.tell(explain(error))
                return
            text = self.tr("Measures exported to {}.").format(path.name)
            self.bench.tell(Message("good", text, place=path))

        self.measuring.complete(write)


def _line(row: Judged) -> str:
    """Return a measure as a line of text, its parts separated by tabs."""
    definition, norm = row.value.definition, row.norm
    number = number_text(row.value.number, definition.unit)
    usual = "" if norm is None else f"{norm.mean:.1f} ± {norm.sd:.1f}"
    z = f"{row.z:+.1f}" if np.isfinite(row.z) else ""
    return "\t".join((definition.code, definition.name, number, usual, z))

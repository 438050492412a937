"""Scan: from a file to a head, how well it went, and what to do about it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.document import median_of_known
from facewright.app.panels.base import Panel
from facewright.app.widgets.badge import Badge
from facewright.app.widgets.limits import Range
from facewright.app.widgets.section import Section
from facewright.app.widgets.slider import NamedSlider
from facewright.app.workbench import Workbench
from facewright.engine.edits.register import Register
from facewright.engine.edits.subject import About
from facewright.viewer.display import Display

UNITS = (
    ("auto", "Guess"),
    ("mm", "Millimetres"),
    ("cm", "Centimetres"),
    ("dm", "Decimetres"),
    ("m", "Metres"),
    ("inch", "Inches"),
)


class ScanPanel(Panel):
    """The guided way: file and unit, landmarks, verdict, and the error on the head."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.SPACE, 0)
        column.setSpacing(5 * theme.SPACE)
        column.addWidget(self._source_part())
        column.addWidget(self._verdict_part())
        column.addWidget(self._show_part())
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        self.column.addWidget(scroll)
        self.hear(bench.stage.display_changed, self._show_display)
        self.hear(bench.files.scan_changed, self._sync)
        self._sync()

    def sync(self) -> None:
        """Show the scan that the head comes from, or the one that waits for a head."""
        document, files = self.document, self.bench.files
        step, source = document.registration, document.scan_source
        waiting = files.waiting
        scan = waiting.scan if waiting is not None else document.scan
        self._show_source(step, source.name if source is not None else "")
        self.verdict_part.setVisible(step is not None and waiting is None)
        if step is not None:
            self._show_verdict(step)
            edits = document.project.edits
            later = edits[edits.index(step) + 1 :]
            moved = any(edit.enabled and not isinstance(edit, About) for edit in later)
            self.later.setVisible(moved)
        self.again.setText(self.tr("Register") if waiting else self.tr("Register again"))
        self.again.setEnabled(scan is not None)
        self.unit.setEnabled(scan is not None)
        for box, there in (
            (self.scan, scan is not None),
            (self.heat, step is not None and step.error is not None),
        ):
            box.setEnabled(there)
        self.opacity.setEnabled(scan is not None)
        self._show_display(self.bench.stage.display)

    def _sync(self, *told: object) -> None:
        super()._sync(*told)
        if self.bench.files.waiting is not None:
            self.setEnabled(True)
            self.sync()

    # -- parts -------------------------------------------------------------------------------

    def _source_part(self) -> QWidget:
        self.source_part = Section(self.tr("Scan"))
        self.found = QLabel()
        self.found.setWordWrap(True)
        self.found.setProperty("role", "small")
        self.source_part.add(self.found)
        self.unit = QComboBox()
        for value, text in UNITS:
            self.unit.addItem(self.tr(text), value)
        self.unit.setAccessibleName(self.tr("Unit of the file"))
        self.again = QPushButton()
        self.again.clicked.connect(self._register)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, theme.SPACE, 0, 0)
        line.setSpacing(2 * theme.SPACE)
        line.addWidget(QLabel(self.tr("Unit")))
        line.addWidget(self.unit, 1)
        line.addWidget(self.again)
        self.source_part.add(row)
        return self.source_part

    def _verdict_part(self) -> QWidget:
        self.verdict_part = Section(self.tr("How well it fits"))
        self.badge = Badge()
        self.badge.setWordWrap(True)
        self.advice = QLabel()
        self.advice.setWordWrap(True)
        self.advice.setProperty("role", "small")
        self.numbers = QLabel()
        self.numbers.setProperty("role", "small")
        self.numbers.setWordWrap(True)
        self.later = QLabel(
            self.tr("Of the head as registered: the later steps move it away from the scan.")
        )
        self.later.setWordWrap(True)
        self.later.setProperty("role", "small")
        for widget in (self.badge, self.advice, self.numbers, self.later):
            self.verdict_part.add(widget)
        return self.verdict_part

    def _show_part(self) -> QWidget:
        part = Section(self.tr("Show"))
        stage = self.bench.stage
        self.scan = QCheckBox(self.tr("Scan over the head"))
        self.scan.clicked.connect(lambda on: stage.change(scan=on))
        self.opacity = NamedSlider(
            self.tr("Scan opacity"), Range(0.1, 1.0, 0.6, 0.05, "share"), self.tr("Of the overlay")
        )
        self.opacity.moved.connect(lambda number: stage.change(scan=True, scan_opacity=number))
        self.heat = QCheckBox(self.tr("Error map"))
        self.heat.setToolTip(
            self.tr(
                "The head as registered: red where it lies outside the scan, blue where inside, "
                "grey where there is no scan"
            )
        )
        self.heat.clicked.connect(lambda on: stage.change(heat=on))
        self.limit = NamedSlider(
            self.tr("Full colour at"), Range(0.1, 5.0, 1.0, 0.1, "mm"), self.tr("Of the error map")
        )
        self.limit.moved.connect(lambda number: stage.change(heat=True, heat_limit=number))
        self.landmarks = QCheckBox(self.tr("Landmarks"))
        self.landmarks.clicked.connect(lambda on: stage.change(landmarks=on))
        self.inferred = QCheckBox(self.tr("Mark what is inferred"))
        self.inferred.setToolTip(
            self.tr("Blue where the scan showed nothing and the model filled in")
        )
        self.inferred.clicked.connect(lambda on: stage.change(inferred=on))
        for widget in (
            self.scan,
            self.opacity,
            self.heat,
            self.limit,
            self.landmarks,
            self.inferred,
        ):
            part.add(widget)
        return part

    # -- inside ------------------------------------------------------------------------------

    def _show_source(self, step: Register | None, name: str) -> None:
        waiting = self.bench.files.waiting
        if waiting is not None:
            self.source_part.explain(waiting.scan.name)
            self.found.setText(waiting.said)
            return
        if step is None:
            self.source_part.explain(
                self.tr("This head comes from the model. Open a scan to get the head of a person.")
            )
            self.found.setText("")
            return
        self.source_part.explain(name)
        account = self.bench.files.accounts.get(step.source)
        if account is not None:
            self.found.setText(account)
        elif self.document.scan is None:
            self.found.setText(
                self.tr("The scan itself is not in this file: open it again to lay it over.")
            )

    def _show_verdict(self, step: Register) -> None:
        words = {
            "good": self.tr("Good"),
            "check": self.tr("Check"),
            "poor": self.tr("Poor"),
        }
        self.badge.say(step.verdict or words.get(step.level, self.tr("Not judged")), step.level)
        self.badge.setAccessibleName(words.get(step.level, self.tr("Not judged")))
        lines = [line for line in step.advice.split("\n") if line]
        self.advice.setText("\n".join(f"• {line}" for line in lines))
        self.advice.setVisible(bool(lines))
        error = step.error
        median = None if error is None else median_of_known(error)
        if error is None or median is None:
            self.numbers.setText("")
            return
        known = np.abs(error[np.isfinite(error)])
        share = 100.0 * known.size / error.size
        self.numbers.setText(
            self.tr("Head to scan: median {:.2f} mm, 95 % below {:.2f} mm, over {:.0f} %").format(
                median, float(np.percentile(known, 95)), share
            )
        )

    def _show_display(self, display: Display) -> None:
        self.scan.setChecked(display.scan)
        self.heat.setChecked(display.heat)
        self.landmarks.setChecked(display.landmarks)
        self.inferred.setChecked(display.inferred)
        self.opacity.show_number(display.scan_opacity)
        self.limit.show_number(display.heat_limit)

    def _register(self) -> None:
        self.bench.files.register_again(str(self.unit.currentData()))

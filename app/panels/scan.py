"""Scan: the way from a file to a head in numbered steps, and the error on the head."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.document import median_of_known
from facewright.app.jobs import Report
from facewright.app.panels.base import Panel
from facewright.app.panels.scan_display import ScanDisplay
from facewright.app.tools.mask import keep_mask
from facewright.app.waiting import Waiting
from facewright.app.widgets.badge import Badge
from facewright.app.widgets.guide_step import GuideStep
from facewright.app.workbench import Workbench
from facewright.engine.edits.register import Register
from facewright.engine.edits.subject import About


class ScanPanel(Panel):
    """File, landmarks, register, artefacts, verdict, rescue; then what is shown of the scan."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.scans = bench.files.scans
        self._running = False
        self.column.setSpacing(5 * theme.SPACE)
        self.column.addWidget(self._file_step())
        self.column.addWidget(self._landmark_step())
        self.column.addWidget(self._register_step())
        self.column.addWidget(self._artefact_step())
        self.column.addWidget(self._verdict_step())
        self.column.addWidget(self._rescue_step())
        self.display = ScanDisplay(bench.stage)
        self.column.addWidget(self.display)
        self.column.addStretch(1)
        self.hear(bench.stage.display_changed, self._show_display)
        self.hear(self.scans.changed, self._sync)
        bench.jobs.changed.connect(self._job)
        self._sync()

    def stop(self) -> None:
        """Stop listening."""
        super().stop()
        self.bench.jobs.changed.disconnect(self._job)

    def sync(self) -> None:
        """Show the scan that the head comes from, or the one that waits for a head."""
        waiting = self.scans.waiting
        step = None if waiting is not None else self.document.registration
        self._show_file(waiting, step)
        self._show_landmarks(waiting, step)
        self._show_register(waiting, step)
        self._show_artefacts(step)
        self._show_verdict(waiting, step)
        self._show_rescue(waiting, step)
        steps = (
            self.file_step, self.landmark_step, self.register_step, self.artefact_step,
            self.verdict_step, self.rescue_step,
        )  # fmt: skip
        for number, guide in enumerate((one for one in steps if not one.isHidden()), 1):
            guide.count(number)
        self._show_display()

    def _sync(self, *told: object) -> None:
        super()._sync(*told)
        if self.scans.waiting is not None:
            self.setEnabled(True)
            self.sync()

    # -- parts -------------------------------------------------------------------------------

    def _file_step(self) -> QWidget:
        self.file_step = GuideStep(1, self.tr("File and unit"))
        self.about = _text()
        self.unit = QPushButton(self.tr("Unit and direction…"))
        self.unit.clicked.connect(self.scans.ask_unit)
        self.open = QPushButton(self.tr("Open a scan…"))
        self.open.setIcon(theme.icon("open"))
        self.open.clicked.connect(self.bench.files.ask_open)
        self.file_step.add(self.about)
        self.file_step.add_row(self.open, self.unit)
        return self.file_step

    def _landmark_step(self) -> QWidget:
        self.landmark_step = GuideStep(2, self.tr("Landmarks"))
        self.found = _text()
        self.place = QPushButton(self.tr("Show and correct"))
        self.place.clicked.connect(self._go_to_landmarks)
        self.fetch = QPushButton(self.tr("Fetch what finds faces (36 MB)"))
        self.fetch.setToolTip(
            self.tr("MediaPipe's networks from the Python Package Index, once. Nothing is sent.")
        )
        self.fetch.clicked.connect(lambda: self.scans.fetch())
        self.landmark_step.add(self.found)
        self.landmark_step.add_row(self.fetch)
        self.landmark_step.add_row(self.place)
        return self.landmark_step

    def _register_step(self) -> QWidget:
        self.register_step = GuideStep(3, self.tr("Register"))
        self.again = QPushButton()
        self.again.clicked.connect(self._register)
        self.register_step.add_row(self.again)
        self.sides = QFrame()
        self.sides.setProperty("role", "card")
        question = _text(
            self.tr(
                "Is the marked left (L) really the person's left? Shape alone cannot tell: "
                "some scanners and programs exchange the sides."
            )
        )
        self.sides_right = QPushButton(self.tr("Yes, it is"))
        self.sides_right.clicked.connect(self.scans.confirm_sides)
        self.mirror = QPushButton(self.tr("No, mirror the scan"))
        self.mirror.clicked.connect(self.scans.mirror)
        column = QVBoxLayout(self.sides)
        edge = 3 * theme.SPACE
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(question)
        column.addWidget(self.sides_right)
        column.addWidget(self.mirror)
        self.register_step.add(self.sides)
        return self.register_step

    def _artefact_step(self) -> QWidget:
        self.artefact_step = GuideStep(4, self.tr("Artefacts"))
        self.left_out = _text()
        self.correct = QPushButton(self.tr("Show and correct"))
        self.correct.clicked.connect(self._correct)
        self.artefact_step.add(self.left_out)
        self.artefact_step.add_row(self.correct)
        return self.artefact_step

    def _verdict_step(self) -> QWidget:
        self.verdict_step = GuideStep(5, self.tr("Verdict"))
        self.badge = Badge()
        self.badge.setWordWrap(True)
        self.advice = _text()
        self.numbers = _text()
        self.later = _text(
            self.tr("Of the head as registered: the later steps move it away from the scan.")
        )
        self.verdict_step.add(self.badge, self.advice, self.numbers, self.later)
        return self.verdict_step

    def _rescue_step(self) -> QWidget:
        self.rescue_step = GuideStep(6, self.tr("If it is not good"))
        rows = (
            (
                self.tr("Place landmarks by hand"),
                self.tr("Where eyes, nose or mouth of the head miss those of the scan."),
                self._go_to_landmarks,
            ),
            (
                self.tr("Choose the unit…"),
                self.tr("Where the head is far too large or too small."),
                self.scans.ask_unit,
            ),
            (
                self.tr("Mask out what misleads"),
                self.tr(
                    "Where hair, clothes or a tube pull the head away: paint them in the Mask "
                    "panel, then register again."
                ),
                lambda: self.bench.raise_panel("mask"),
            ),
        )
        self.rescues: list[QPushButton] = []
        for text, why, answer in rows:
            button = QPushButton(text)
            button.clicked.connect(answer)
            button.setAccessibleDescription(why)
            self.rescues.append(button)
            self.rescue_step.add(button, _text(why))
        return self.rescue_step

    # -- showing -----------------------------------------------------------------------------

    def _show_file(self, waiting: Waiting | None, step: Register | None) -> None:
        source = self.document.scan_source
        scan = waiting.scan if waiting is not None else self.document.scan
        why = "" if scan is not None else self._missing()
        self.open.setVisible(scan is None)
        self.unit.setVisible(waiting is not None or step is not None)
        self.unit.setEnabled(scan is not None)
        self.unit.setToolTip(why)
        if waiting is not None:
            unit = None if waiting.found is None else waiting.found.unit
            self._say_file(waiting.scan.name, unit)
        elif step is not None and source is not None:
            self._say_file(source.name, source.unit)
            if scan is None:
                self.about.setText(f"{self.about.text()}\n{why}")
        else:
            self.about.setText(
                self.tr("This head comes from the model. Open a scan to get the head of a person.")
            )
            self.file_step.stand("now", "")

    def _say_file(self, name: str, unit: str | None) -> None:
        if unit is None:
            self.about.setText(name)
            self.file_step.stand("now", self.tr("unit not known"))
        elif unit == "arbitrary":
            words = self.tr("{}: no unit fits, so it was scaled to an average adult.")
            self.about.setText(words.format(name))
            self.file_step.stand("check", self.tr("unit not known"))
        else:
            self.about.setText(name)
            self.file_step.stand("done", self.tr("in {}").format(unit))

    def _show_landmarks(self, waiting: Waiting | None, step: Register | None) -> None:
        account = ""
        if waiting is not None:
            account = waiting.said
        elif step is not None:
            account = self.scans.accounts.get(step.source, "")
        fetches = self.scans.can_fetch
        if fetches:
            account = self.tr("What finds them is not on this computer yet.")
        self.fetch.setVisible(fetches)
        self.found.setText(account)
        self.found.setVisible(bool(account))
        if waiting is not None and waiting.found is None:
            self.landmark_step.stand("poor", self.tr("none found"))
            self.place.setText(self.tr("Place them by hand"))
        else:
            there = waiting is not None or step is not None
            self.landmark_step.stand("done" if there else "todo", "")
            self.place.setText(self.tr("Show and correct"))
        known = waiting is not None or step is not None
        self.place.setEnabled(known)
        self.place.setToolTip("" if known else self._missing())

    def _show_register(self, waiting: Waiting | None, step: Register | None) -> None:
        scan = waiting.scan if waiting is not None else self.document.scan
        self.again.setText(self.tr("Register") if step is None else self.tr("Register again"))
        self.again.setEnabled(scan is not None and not self._running)
        self.again.setToolTip("" if scan is not None else self._missing())
        if self._running:
            self.register_step.stand("now", self.tr("running"))
        elif step is not None:
            self.register_step.stand("done", "")
        else:
            self.register_step.stand("now" if waiting is not None else "todo", "")
        self.sides.setVisible(step is not None and not self.scans.sides_known)
        self.mirror.setEnabled(scan is not None)
        self.mirror.setToolTip("" if scan is not None else self._missing())

    def _show_artefacts(self, step: Register | None) -> None:
        share, painted = self._share_left_out(step)
        self.artefact_step.setVisible(share is not None)
        if share is None:
            return
        much = share >= 0.005
        if painted:
            words = self.tr("As painted, {:.0f} % of the face was left out and inferred.")
        elif much:
            words = self.tr(
                "Found on {:.0f} % of the face: hair, cloth, a hand or damage that the model "
                "cannot explain. It was left out, and the skin under it is inferred."
            )
        else:
            words = self.tr("None found on the face: all that was scanned is believed.")
        self.left_out.setText(words.format(100.0 * share))
        amount = self.tr("{:.0f} % of the face").format(100.0 * share)
        none = self.tr("none found")
        self.artefact_step.stand(
            "check" if much and not painted else "done", amount if much else none
        )
        self.correct.setToolTip(
            self.tr(
                "Shows what is left out as the mask: paint or erase, then register again. With "
                "nothing painted they are looked for again."
            )
        )

    def _share_left_out(self, step: Register | None) -> tuple[float | None, bool]:
        """Return how much of the face was left out, if that is known, and whether by hand."""
        if step is None or step.face is None:
            return None, False
        if step.trusted is None:
            return step.artefact_share, False
        topology = step.face.mesh.topology
        if len(step.trusted) != topology.count or "face" not in topology.regions:
            return None, True
        face = topology.regions["face"]
        return float(((1.0 - step.trusted) * face).sum() / face.sum()), True

    def _show_verdict(self, waiting: Waiting | None, step: Register | None) -> None:
        words = {
            "good": self.tr("good"),
            "check": self.tr("check"),
            "poor": self.tr("poor"),
        }
        for widget in (self.badge, self.advice, self.numbers, self.later):
            widget.setVisible(step is not None)
        if step is None:
            self.verdict_step.stand("todo", "")
            return
        word = words.get(step.level, self.tr("not judged"))
        states = {"good": "done", "check": "check", "poor": "poor"}
        self.verdict_step.stand(states.get(step.level, "todo"), word)
        self.badge.say(step.verdict or word, step.level)
        self.badge.setAccessibleName(word)
        lines = [line for line in step.advice.split("\n") if line]
        self.advice.setText("\n".join(f"• {line}" for line in lines))
        self.advice.setVisible(bool(lines))
        self.numbers.setText(self._measured(step))
        edits = self.document.project.edits
        later = edits[edits.index(step) + 1 :]
        moved = any(edit.enabled and not isinstance(edit, About) for edit in later)
        self.later.setVisible(moved)

    def _measured(self, step: Register) -> str:
        error = step.error
        median = None if error is None else median_of_known(error)
        if error is None or median is None:
            return ""
        known = np.abs(error[np.isfinite(error)])
        return self.tr(
            "Over all of the head that the scan shows ({:.0f} %): median {:.2f} mm, 95 % below "
            "{:.2f} mm."
        ).format(100.0 * known.size / error.size, median, float(np.percentile(known, 95)))

    def _show_rescue(self, waiting: Waiting | None, step: Register | None) -> None:
        lost = waiting is not None and waiting.found is None
        needed = lost or (step is not None and step.level in ("check", "poor"))
        self.rescue_step.setVisible(needed)
        self.rescue_step.stand("now" if needed else "todo", "")
        self.rescues[1].setEnabled(self.unit.isEnabled())
        self.rescues[1].setToolTip(self.unit.toolTip())
        self.rescues[2].setEnabled(step is not None)
        self.rescues[2].setToolTip(
            "" if step is not None else self.tr("The mask is painted on a head: register first.")
        )

    def _show_display(self, *_told: object) -> None:
        step = self.document.registration if self.document.is_open else None
        has_scan = self.scans.waiting is not None or (
            self.document.is_open and self.document.scan is not None
        )
        error = None if step is None or self.scans.waiting is not None else step.error
        self.display.setVisible(has_scan or error is not None)
        self.display.show_state(has_scan, error)

    def _missing(self) -> str:
        if self.document.is_open and self.document.registration is not None:
            return self.tr("The scan itself is not in this file: open it again to lay it over.")
        return self.tr("Open a scan first.")

    # -- doing -------------------------------------------------------------------------------

    def _register(self) -> None:
        self.scans.register()

    def _correct(self) -> None:
        """Make what was left out the mask, to be painted on."""
        step = self.document.registration
        if step is not None and step.trusted is None and self.document.project.mask is None:
            keep_mask(self.bench, self.tr("Show artefacts"), step.artefacts)
        self.bench.stage.change(mask=True)
        self.bench.raise_panel("mask")

    def _go_to_landmarks(self) -> None:
        self.bench.stage.change(landmarks=True)
        self.bench.raise_panel("landmarks")

    def _job(self, report: Report | None) -> None:
        running = report is not None and self.scans.running
        if running != self._running:
            self._running = running
            self._sync()


def _text(words: str = "") -> QLabel:
    label = QLabel(words)
    label.setWordWrap(True)
    label.setProperty("role", "small")
    return label

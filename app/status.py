"""The line below the window: the running job, and what there is to know about the head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QStatusBar

from facewright.app.document import Document
from facewright.app.jobs import JobLane
from facewright.app.plausible import Judgement
from facewright.app.widgets.badge import Badge
from facewright.app.widgets.elided import ElidedLabel
from facewright.app.widgets.job_bar import JobBar

if TYPE_CHECKING:
    from facewright.app.tools.base import Tool
    from facewright.viewer.viewport import Viewport

_NARROW_SPACE = "\u202f"


class Status(QStatusBar):
    """Shows unit, what draws, size and fit, each with a tip that explains it.

    Attributes
    ----------
    job_bar : JobBar
    hint : ElidedLabel
        Of the tool in use.
    unit, device, vertices, fit : QLabel
        Empty ones are hidden.
    plausible : Badge
    """

    def __init__(self, jobs: JobLane) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.job_bar = JobBar(jobs)
        self.addWidget(self.job_bar, 1)
        self.hint = ElidedLabel()
        self.hint.setProperty("role", "small")
        self.hint.setAccessibleName(self.tr("How the tool in use works"))
        self.addWidget(self.hint, 2)
        self.hint.hide()
        self.device = self._label(self.tr("What draws the 3D view"))
        self.plausible = Badge()
        self.plausible.hide()
        self.addPermanentWidget(self.plausible)
        self.unit = self._label(self.tr("Unit"))
        self.vertices = self._label(self.tr("Vertices"))
        self.fit = self._label(self.tr("Fit to the scan"))

    def show_document(self, document: Document) -> None:
        """Show what there is to know about the head."""
        shown = document.shown if document.is_open else None
        self._show_unit(document)
        text = ""
        if shown is not None:
            count = f"{shown.head.skin.topology.count:,}".replace(",", _NARROW_SPACE)
            text = self.tr("{} vertices").format(count)
        self._show(
            self.vertices,
            text,
            self.tr("Points of the skin. Each head has the same ones, so that heads compare."),
        )
        error = document.fit_error if document.is_open else None
        self._show(
            self.fit,
            "" if error is None else self.tr("fit {:.2f} mm").format(error),
            self.tr(
                "Median distance between the scan and the head as registered, where the scan "
                "covers it. The error map in the Scan panel shows it point by point."
            ),
        )

    def _show_unit(self, document: Document) -> None:
        """Say in what lengths are, and whether they are the person's own."""
        source = document.scan_source if document.is_open else None
        if source is not None and source.unit == "arbitrary":
            self._show(
                self.unit,
                self.tr("mm, scale not known"),
                self.tr(
                    "No unit fits the scan, so it was scaled to an average adult: lengths are not "
                    "the person's own. Choose the unit in the Scan panel."
                ),
            )
        else:
            self._show(
                self.unit,
                self.tr("mm") if document.is_open else "",
                self.tr("All lengths are in millimetres, whatever the unit of the file."),
            )

    def show_tool(self, tool: Tool | None) -> None:
        """Say how the tool in use works."""
        self.hint.setText("" if tool is None else tool.tr(tool.hint))
        self.hint.setVisible(bool(self.hint.text()))

    def show_plausible(self, judgement: Judgement | None) -> None:
        """Say whether the head could be a person."""
        self.plausible.setVisible(judgement is not None)
        if judgement is not None:
            self.plausible.say(judgement.text, judgement.level, judgement.help)

    def show_device(self, view: Viewport | None) -> None:
        """Say what draws the view."""
        if view is None or not view.graphics:
            self._show(self.device, "")
        elif view.software:
            self._show(
                self.device,
                self.tr("drawn by the processor"),
                self.tr(
                    "No graphics card is used, so the picture is coarser while it moves and fine "
                    "when it rests. Driver: {}"
                ).format(view.graphics),
            )
        else:
            name = view.graphics.partition("/")[0].partition("(")[0].strip()
            tip = self.tr("The graphics card draws. Driver: {}").format(view.graphics)
            self._show(self.device, name, tip)

    # -- inside ------------------------------------------------------------------------------

    def _label(self, name: str) -> QLabel:
        label = QLabel()
        label.setAccessibleName(name)
        label.hide()
        self.addPermanentWidget(label)
        return label

    def _show(self, label: QLabel, text: str, tip: str = "") -> None:
        label.setText(text)
        label.setVisible(bool(text))
        if tip:
            label.setToolTip(tip)
            label.setAccessibleDescription(tip)

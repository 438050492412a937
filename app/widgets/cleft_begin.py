"""The first steps of a cleft plan: whose scan it is, its landmarks, where the cleft is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton

from facewright.app.widgets.guide_step import GuideStep
from facewright.app.widgets.region_tiles import RegionTiles
from facewright.app.widgets.rows import small_label
from facewright.engine.edits.complete import PAINTED
from facewright.engine.reports.cleft import TELLING
from facewright.engine.scans.marked import marked_names

if TYPE_CHECKING:
    from facewright.app.document import Document

WHOLE = "whole"
"""The area that no one has to paint."""


class PatientStep(GuideStep):
    """Says whose scan it is, in which unit, and what is not known yet.

    Attributes
    ----------
    about : QLabel
    open, unit, person : QPushButton
        A scan, its unit, and who the patient is.
    """

    def __init__(self, number: int, title: str) -> None:
        super().__init__(number, title)
        self.about = small_label()
        self.open = QPushButton(self.tr("Open a scan…"))
        self.unit = QPushButton(self.tr("Unit…"))
        self.person = QPushButton(self.tr("Age and sex…"))
        self.add(self.about)
        self.add_row(self.open, self.unit, self.person)

    def show_nobody(self) -> None:
        """Show that nothing is open."""
        self.about.setText(self.tr("There is no head yet: open a patient's scan."))
        self.open.show()
        self.unit.hide()
        self.person.hide()

    def sync(self, document: Document) -> None:
        """Show what is known of the scan that is open."""
        source, shown = document.scan_source, document.shown
        subject = None if shown is None else shown.face.subject
        aged = subject is not None and subject.age.origin == "given"
        unit = "" if source is None else source.unit
        if source is None:
            words = self.tr("This head comes from the model: open a patient's scan.")
        elif unit == "arbitrary":
            words = self.tr("{}: no unit fits. Set it, or lengths mean nothing.")
            words = words.format(source.name)
        else:
            words = self.tr("{}, in {}.").format(source.name, unit)
        if not aged:
            words += " " + self.tr("Say the age: shape alone does not tell it.")
        self.about.setText(words)
        self.person.show()
        self.open.setVisible(source is None)
        self.unit.setVisible(source is not None)
        good = source is not None and unit != "arbitrary" and aged
        self.stand("done" if good else "check", "" if good else self.tr("check"))


class LandmarkStep(GuideStep):
    """Says which landmarks have to be placed by hand.

    Attributes
    ----------
    marked : QLabel
    place : QPushButton
    """

    def __init__(self, number: int, title: str) -> None:
        super().__init__(number, title)
        self.marked = small_label()
        self.place = QPushButton(self.tr("Show and correct"))
        self.add(self.marked)
        self.add_row(self.place)

    def sync(self, document: Document) -> None:
        """Show which landmarks are still automatic."""
        placed = TELLING & marked_names(document.project)
        left = sorted(TELLING - placed)
        words = "" if not left else self.tr("{} of {}").format(len(placed), len(TELLING))
        self.stand("check" if left else "done", words)
        self.marked.setText(
            self.tr(
                "An open cleft misleads the fit: place {} by hand. On the side of the cleft cph "
                "is the point of the lateral lip where its red is still full."
            ).format(", ".join(left))
            if left
            else self.tr("All that the measures rest on were placed by hand.")
        )


class AreaStep(GuideStep):
    """Asks on which side the cleft is, and what the plan may change.

    Attributes
    ----------
    sides, areas : RegionTiles
    paint : QPushButton
    """

    def __init__(self, number: int, title: str) -> None:
        super().__init__(number, title)
        self.sides = RegionTiles(
            (
                ("right", self.tr("Right"), "cleft"),
                ("left", self.tr("Left"), "cleft"),
                ("both", self.tr("Both"), "cleft"),
            )
        )
        said = small_label()
        said.setText(self.tr("Left and right are the patient's."))
        self.areas = RegionTiles(
            (
                (WHOLE, self.tr("Nose and upper lip"), "complete-nasolabial"),
                (PAINTED, self.tr("Painted mask"), "mask"),
            )
        )
        self.paint = QPushButton(self.tr("Paint over the cleft"))
        self.add(self.sides, said, self.areas)
        self.add_row(self.paint)

"""Age, sex and ancestry: who the head stands for, and who it is carried to."""

from __future__ import annotations

from facewright.app import theme
from facewright.app.heads import BASES
from facewright.app.panels.base import Panel
from facewright.app.widgets.form import EditForm
from facewright.app.widgets.section import Section
from facewright.app.workbench import Workbench
from facewright.engine.edits.age import Age
from facewright.engine.edits.sex_ancestry import SexAncestry
from facewright.engine.edits.start import Start
from facewright.engine.edits.subject import About


class SubjectPanel(Panel):
    """Carries the person to another age; says who the scan shows."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        column = self.column
        column.setSpacing(5 * theme.SPACE)

        self.age = EditForm(self.document, Age)
        self._ageing = Section(self.tr("Make older or younger"))
        self._ageing.add(self.age)
        column.addWidget(self._ageing)

        self.traits = EditForm(self.document, SexAncestry)
        directions = Section(
            self.tr("Change sex and ancestry"),
            self.tr(
                "Directions between the averages of the heads that the model was made from. They "
                "say nothing about who a person is. What African and Asian leave is European."
            ),
        )
        directions.add(self.traits)
        column.addWidget(directions)

        self.about = EditForm(self.document, About, at=self._after_base)
        self._facts = Section(
            self.tr("Who the scan shows"),
            self.tr("What is known of the person, not a change: ageing starts from here."),
        )
        self._facts.add(self.about)
        column.addWidget(self._facts)
        column.addStretch(1)
        self._sync()

    def sync(self) -> None:
        """Show the traits of the head."""
        for form in (self.age, self.traits, self.about):
            form.sync()
        from_scan = not any(isinstance(edit, Start) for edit in self.document.project.edits)
        self._facts.setVisible(from_scan)
        if from_scan and not self._age_is_known():
            self._ageing.explain(
                self.tr(
                    "Shape alone does not tell age, so the scan's is a guess: say the real age "
                    "below, then move this one."
                )
            )
        else:
            self._ageing.explain(
                self.tr(
                    "Carries this person along the model's growth and ageing, detail included. "
                    "Type an age as you say it: 6 months, 2y 3mo, 40."
                )
            )

    def _age_is_known(self) -> bool:
        """Tell whether the age of the scanned person was said."""
        if any(isinstance(edit, About) for edit in self.document.project.edits):
            return True
        return self.document.face_at(self._after_base()).subject.age.origin == "given"

    def _after_base(self) -> int:
        """Return the position right after the step that begins the head."""
        edits = self.document.project.edits
        bases = [index for index, edit in enumerate(edits) if isinstance(edit, BASES)]
        return bases[-1] + 1 if bases else 0

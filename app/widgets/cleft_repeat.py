"""The step in which a rater marks the head again, blind, and learns the error of doing so."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QPushButton

from facewright.app.widgets.guide_step import GuideStep
from facewright.app.widgets.number_table import NumberTable, cell
from facewright.app.widgets.rows import small_label
from facewright.engine.measure.agreement import LEAST_PAIRS, Agreement
from facewright.engine.measure.rounds import ALL, finished, name_of
from facewright.engine.reports.cleft import TELLING
from facewright.engine.visits import Round

if TYPE_CHECKING:
    from facewright.app.document import Document
    from facewright.engine.measure.cleft_words import Side
    from facewright.engine.project import Project


@dataclass(frozen=True)
class RaterError:
    """What repeated marking tells.

    Attributes
    ----------
    side : str
    errors : mapping of str to Agreement
        By code of the measure, then of all of one unit.
    points : mapping of str to float
        Mm by landmark.
    overlap : float or None
        Of painted masks.
    heads : int
    """

    side: Side
    errors: Mapping[str, Agreement]
    points: Mapping[str, float] = field(default_factory=dict)
    overlap: float | None = None
    heads: int = 1


class CleftRepeat(GuideStep):
    """Begins, ends and gives up rounds of marking; shows their error.

    Parameters
    ----------
    number : int
    title : str
    document : Document
    mark : callable
        Brings the landmarks to the front.

    Attributes
    ----------
    begin, finish, give_up, others, export : QPushButton
    table : QTreeWidget
        To be placed where there is room for it.
    """

    def __init__(
        self, number: int, title: str, document: Document, mark: Callable[[], None]
    ) -> None:
        super().__init__(number, title)
        self._document, self._go = document, mark
        self.said = small_label()
        self.begin = self._button(self.tr("Mark again, blind"), self._begin)
        self.finish = self._button(self.tr("End the round"), self._finish)
        self.finish.setProperty("role", "primary")
        self.give_up = self._button(self.tr("Give it up"), self._give_up)
        self.others = QPushButton(self.tr("Other heads…"))
        self.others.setToolTip(
            self.tr("Projects that were marked twice, too: a correlation wants several heads")
        )
        self.export = QPushButton(self.tr("CSV…"))
        self.export.setToolTip(self.tr("Save the table of errors"))
        self.found = small_label()
        self.table = _table(self.tr("The rater's error"))
        self.add(self.said)
        self.add_row(self.begin, self.finish, self.give_up)
        self.add(self.found)
        self.add_row(self.others, self.export)
        self.show_error(None)

    def _button(self, text: str, answer: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda: answer())
        return button

    # -- rounds ------------------------------------------------------------------------------

    def sync(self, project: Project) -> None:
        """Show how far the rounds are."""
        placed = TELLING & frozenset(() if project.landmarks is None else project.landmarks.names)
        rounds, ended = project.rounds, finished(project.rounds)
        going = bool(rounds) and rounds[-1].landmarks is None
        self.begin.setVisible(not going)
        self.finish.setVisible(going)
        self.give_up.setVisible(going)
        self.begin.setEnabled(placed == TELLING)
        self.finish.setEnabled(placed == TELLING)
        if going:
            left = ", ".join(sorted(TELLING - placed))
            words = self.tr("Round {}: {} of {} placed.").format(
                len(ended) + 1, len(placed), len(TELLING)
            )
            words += " " + self.tr("Still to place: {}.").format(left) if left else ""
            self.stand("now", self.tr("round {}").format(len(ended) + 1))
        elif placed < TELLING:
            words = self.tr("Place the landmarks of step 2 on this head first.")
            self.stand("todo", "")
        elif len(ended) < LEAST_PAIRS:
            words = self.tr(
                "How sure is your own hand? The landmarks are put aside, and the mask with them; "
                "mark the head again without seeing them."
            )
            self.stand("todo", "")
        else:
            words = self.tr("{} rounds of this head.").format(len(ended))
            self.stand("done", self.tr("{} rounds").format(len(ended)))
        self.said.setText(words)

    def _begin(self) -> None:
        project = self._document.project
        rounds = finished(project.rounds) or (Round(project.landmarks, project.mask, time.time()),)
        blind = replace(project, rounds=(*rounds, Round()), landmarks=None, mask=None)
        if self._document.apply(self.tr("Mark again, blind"), blind):
            self._go()

    def _finish(self) -> None:
        project = self._document.project
        ended = Round(project.landmarks, project.mask, time.time())
        rounds = (*finished(project.rounds), ended)
        self._document.apply(self.tr("End the round"), replace(project, rounds=rounds))

    def _give_up(self) -> None:
        """Bring back what the round before has placed."""
        project = self._document.project
        rounds = finished(project.rounds)
        last = rounds[-1]
        kept = rounds if len(rounds) >= LEAST_PAIRS else ()
        back = replace(project, rounds=kept, landmarks=last.landmarks, mask=last.mask)
        self._document.apply(self.tr("Give up the round"), back)

    # -- error -------------------------------------------------------------------------------

    def show_error(self, error: RaterError | None) -> None:
        """Show what the rounds tell, or that they tell nothing yet."""
        for widget in (self.table, self.found, self.others, self.export):
            widget.setVisible(error is not None)
        self.table.clear()
        if error is None:
            return
        for code, agreement in error.errors.items():
            self._add(code, agreement, error.side)
        self.table.fit_rows()
        self.found.setText(self._words(error))

    def _words(self, error: RaterError) -> str:
        words = []
        if error.points:
            worst = max(error.points, key=lambda name: error.points[name])
            mean = sum(error.points.values()) / len(error.points)
            words.append(
                self.tr("A point was placed within {:.1f} mm of its mean; worst {}, {:.1f} mm.")
                .format(mean, worst, error.points[worst])
            )  # fmt: skip
        if error.overlap is not None:
            words.append(self.tr("Painted masks agree by {:.0%}.").format(error.overlap))
        if error.heads == 1:
            words.append(self.tr("A correlation of one measure wants other heads, too."))
        else:
            words.append(self.tr("{} heads.").format(error.heads))
        return " ".join(words)

    def _add(self, code: str, a: Agreement, side: str) -> None:
        name, unit = name_of(code, cast("Side", side))
        told = self.tr(name) + (f" ({unit})" if unit else "")
        tip = self.tr("{} subjects; second less first {:+.2f}").format(a.count, a.bias)
        if math.isfinite(a.correlation.low):
            low, high = a.correlation.low, a.correlation.high
            tip += self.tr("; ICC(2,1) from {:.2f} to {:.2f} with 95 %").format(low, high)
        numbers = (cell(a.dahlberg, 2), cell(a.correlation.value, 2))
        self.table.add([told, *numbers], tip, strong=code in ALL.values())


def _table(name: str) -> NumberTable:
    table = NumberTable(name)
    tr = table.tr
    table.show_titles([tr("Measure"), tr("Dahlberg"), tr("ICC")])
    header = table.headerItem()
    header.setToolTip(1, tr("Error of a single marking: the standard deviation of repeats"))
    header.setToolTip(
        2,
        tr("Intraclass correlation ICC(2,1) between rounds; over all measures of one unit each of "
           "them is a subject"),
    )  # fmt: skip
    return table

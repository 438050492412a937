"""Measures of a cleft in rows: before, proposed, and what a face without one has."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from facewright.app.widgets.number_table import NumberTable, cell
from facewright.engine.measure.cleft import Row
from facewright.engine.measure.cleft_words import Definition

FIRST = 3
"""Measures that tell severity best stand in strong letters."""


class CleftTable(NumberTable):
    """One line for each measure; what it is and whose norm it has are in its tooltip."""

    def __init__(self) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Measures of the cleft"))
        self.show_titles([self.tr("Measure"), self.tr("Before"), self.tr("Plan"), self.tr("Norm")])
        self.headerItem().setToolTip(
            3, self.tr("What a face without a cleft has: by symmetry, or the norm's mean")
        )

    def show_rows(self, rows: Iterable[Row]) -> None:
        """Show measures in place of those before."""
        self.clear()
        for place, row in enumerate(rows):
            self._add(row, place < FIRST)
        self.fit_rows()

    def _add(self, row: Row, strong: bool) -> None:
        definition, norm = row.definition, row.norm
        usual = definition.ideal if norm is None else norm.mean
        cells = [
            measure_name(definition),
            measure_cell(row.before, definition),
            measure_cell(row.proposed, definition),
            "" if usual is None else measure_cell(usual, definition),
        ]
        tip = f"{self.tr(definition.name)}\n{self.tr(definition.text)}\n{definition.source}. "
        self.add(cells, tip + self._norm(row), strong=strong)

    def _norm(self, row: Row) -> str:
        """Return whose norm a measure is held against, or why there is none."""
        norm = row.norm
        if norm is None:
            return self.tr(row.reason)
        words = self.tr("Norm {:.1f} ± {:.1f} ({}); z before {:+.1f}, proposed {:+.1f}.")
        return words.format(norm.mean, norm.sd, norm.source.title, row.z_before, row.z_proposed)


def measure_name(definition: Definition) -> str:
    """Return what a measure is called in a row, with its unit; numbers of ratios have none."""
    name = _tr(definition.name)
    if definition.unit:
        return f"{name} ({definition.unit})"
    return name.replace(_tr(" ratio"), "").rstrip(",")


def measure_cell(value: float, definition: Definition) -> str:
    """Return a measure as it stands in a row."""
    return cell(value, 1 if definition.unit else 2)


def _tr(text: str) -> str:
    return QCoreApplication.translate("CleftTable", text)

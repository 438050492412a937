"""Measures of a cleft in rows: before, proposed, and what a face without one has."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from facewright.app import theme
from facewright.engine.measure.cleft import Row

FIRST = 3
"""Measures that tell severity best stand in strong letters."""


class CleftTable(QTreeWidget):
    """One line for each measure; what it is and whose norm it has are in its tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Measures of the cleft"))
        self.setHeaderLabels(
            [self.tr("Measure"), self.tr("Before"), self.tr("Proposed"), self.tr("Norm")]
        )
        self.headerItem().setToolTip(
            3, self.tr("What a face without a cleft has: by symmetry, or the norm's mean")
        )
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(16)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            self.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        self._fit()
        theme.changed.connect(self._fit)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _fit(self) -> None:
        """Give the columns of numbers what their words need, in the text's size."""
        words = self.fontMetrics()
        for column in (1, 2, 3):
            self.setColumnWidth(
                column, words.horizontalAdvance(self.headerItem().text(column)) + 18
            )

    def stop(self) -> None:
        """Stop listening."""
        theme.changed.disconnect(self._fit)

    def show_rows(self, rows: Iterable[Row]) -> None:
        """Show measures in place of those before."""
        self.clear()
        for place, row in enumerate(rows):
            self.addTopLevelItem(self._item(row, place < FIRST))
        high = self.header().sizeHint().height() + 4
        count = self.topLevelItemCount()
        self.setFixedHeight(high + count * max(self.sizeHintForRow(0), theme.ROW // 2))

    def _item(self, row: Row, strong: bool) -> QTreeWidgetItem:
        definition, norm = row.definition, row.norm
        usual = definition.ideal if norm is None else norm.mean
        name = self.tr(definition.name)
        short = name.replace(self.tr(" ratio"), "").rstrip(",")  # its numbers have no unit
        cells = [
            f"{name} ({definition.unit})" if definition.unit else short,
            _told(row.before, definition.unit),
            _told(row.proposed, definition.unit),
            "" if usual is None else _told(usual, definition.unit),
        ]
        item = QTreeWidgetItem(cells)
        tip = f"{name}\n{self.tr(definition.text)}\n{definition.source}. {self._norm(row)}"
        for column in range(len(cells)):
            item.setToolTip(column, tip)
            if column:
                right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                item.setTextAlignment(column, right)
        if strong:
            font = item.font(0)
            font.setBold(True)
            item.setFont(0, font)
        return item

    def _norm(self, row: Row) -> str:
        """Return whose norm a measure is held against, or why there is none."""
        norm = row.norm
        if norm is None:
            return self.tr(row.reason)
        words = self.tr("Norm {:.1f} ± {:.1f} ({}); z before {:+.1f}, proposed {:+.1f}.")
        return words.format(norm.mean, norm.sd, norm.source.title, row.z_before, row.z_proposed)


def _told(value: float, unit: str) -> str:
    if not math.isfinite(value):
        return "–"
    return f"{value:.1f}" if unit else f"{value:.2f}"

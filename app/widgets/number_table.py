"""A table of numbers under a panel's words: as high as its rows, it scrolls with the panel."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from facewright.app import theme
from facewright.app.widgets.numbers import written

NONE = "–"
"""What stands where there is no number."""
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def cell(value: float, digits: int, *, signed: bool = False) -> str:
    """Return a number as it stands in a table."""
    return written(value, digits, signed=signed) if math.isfinite(value) else NONE


class NumberTable(QTreeWidget):
    """Rows of one name and its numbers.

    Parameters
    ----------
    name : str
        For those who do not see it.
    titles : sequence of str
        Of the columns.
    """

    def __init__(self, name: str, titles: Sequence[str] = ()) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setMinimumSectionSize(16)
        if titles:
            self.show_titles(titles)

    def show_titles(self, titles: Sequence[str]) -> None:
        """Name the columns; those after the first hold numbers and are as wide as they need."""
        self.setColumnCount(len(titles))
        self.setHeaderLabels(list(titles))
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(len(titles)):
            self.headerItem().setTextAlignment(column, _RIGHT if column else _LEFT)

    def add(self, cells: Sequence[str], tip: str = "", *, strong: bool = False) -> None:
        """Add a row; `tip` says more of it."""
        item = QTreeWidgetItem(list(cells))
        font = item.font(0)
        font.setBold(strong)
        for column in range(len(cells)):
            item.setToolTip(column, tip)
            item.setTextAlignment(column, _RIGHT if column else _LEFT)
            if strong:
                item.setFont(column, font)
        self.addTopLevelItem(item)

    def fit_rows(self) -> None:
        """Be as high as the rows that were added."""
        rows = self.topLevelItemCount() * max(self.sizeHintForRow(0), theme.ROW // 2)
        self.setFixedHeight(self.header().sizeHint().height() + 4 + rows)

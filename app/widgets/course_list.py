"""Measures over visits: one drawn as a line, all of them in a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.widgets.course_chart import CourseChart
from facewright.app.widgets.rows import small_label
from facewright.engine.measure.follow_up import Course

MOST = 4
"""Visits whose numbers stand side by side; of more, the first and the last ones."""


class CourseList(QWidget):
    """The row that is chosen is the one that is drawn.

    Attributes
    ----------
    chart : CourseChart
    table : QTreeWidget
    """

    def __init__(self) -> None:
        super().__init__()
        self._courses: tuple[Course, ...] = ()
        self._ages: tuple[float, ...] = ()
        self.chart = CourseChart()
        self.about = small_label()
        self.table = QTreeWidget()
        self.table.setAccessibleName(self.tr("Measures over time"))
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setAlternatingRowColors(True)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.currentItemChanged.connect(lambda *_: self._draw())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.chart)
        column.addWidget(self.about)
        column.addWidget(self.table)

    def show_courses(
        self, courses: Sequence[Course], ages: Sequence[float], titles: Sequence[str]
    ) -> None:
        """Show measures at visits of these ages in years, called `titles`."""
        chosen = self._chosen()
        self._courses, self._ages = tuple(courses), tuple(ages)
        places = list(range(len(ages)))
        if len(places) > MOST:
            places = [0, *places[1 - MOST :]]
        self.table.blockSignals(True)
        self.table.clear()
        self.table.setColumnCount(1 + len(places))
        self.table.setHeaderLabels([self.tr("Measure"), *(titles[place] for place in places)])
        header = self.table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for course in self._courses:
            self.table.addTopLevelItem(self._item(course, places))
        for column in range(1, 1 + len(places)):
            self.table.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        rows = len(self._courses) * max(self.table.sizeHintForRow(0), theme.ROW // 2)
        self.table.setFixedHeight(header.sizeHint().height() + 4 + rows)
        self.table.blockSignals(False)
        item = self.table.topLevelItem(max(0, chosen))
        if item is not None:
            self.table.setCurrentItem(item)
        self._draw()

    def _item(self, course: Course, places: Sequence[int]) -> QTreeWidgetItem:
        definition = course.definition
        name = self.tr(definition.name)
        short = name.replace(self.tr(" ratio"), "").rstrip(",")
        cells = [f"{name} ({definition.unit})" if definition.unit else short]
        for place in places:
            value = course.values[place]
            told = f"{value:.1f}" if definition.unit else f"{value:.2f}"
            cells.append(told if math.isfinite(value) else "–")
        item = QTreeWidgetItem(cells)
        item.setToolTip(0, f"{name}\n{self.tr(definition.text)}\n{definition.source}")
        for column in range(1, len(cells)):
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            item.setTextAlignment(column, right)
        return item

    def _chosen(self) -> int:
        item = self.table.currentItem()
        return -1 if item is None else self.table.indexOfTopLevelItem(item)

    def _draw(self) -> None:
        place = self._chosen()
        course = self._courses[place] if 0 <= place < len(self._courses) else None
        self.chart.show_course(course, self._ages)
        if course is None:
            self.about.setText("")
            return
        words = [self.tr(course.definition.name)]
        if any(course.norms):
            words.append(self.tr("band: two standard deviations about the norm of each age"))
        elif course.definition.ideal is not None:
            words.append(self.tr("dashed: both sides alike"))
        else:
            words.append(self.tr("no checked norm at these ages"))
        self.about.setText("; ".join(words) + ".")

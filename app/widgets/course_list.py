"""Measures over visits: one drawn as a line, all of them in a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.widgets.cleft_table import measure_cell, measure_name
from facewright.app.widgets.course_chart import CourseChart
from facewright.app.widgets.number_table import NumberTable
from facewright.app.widgets.rows import small_label
from facewright.engine.measure.follow_up import Course

MOST = 4
"""Visits whose numbers stand side by side; of more, the first and the last ones."""


class CourseList(QWidget):
    """The row that is chosen is the one that is drawn.

    Attributes
    ----------
    chart : CourseChart
    table : NumberTable
    """

    def __init__(self) -> None:
        super().__init__()
        self._courses: tuple[Course, ...] = ()
        self._ages: tuple[float, ...] = ()
        self.chart = CourseChart()
        self.about = small_label()
        self.table = NumberTable(self.tr("Measures over time"))
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
        self.table.show_titles([self.tr("Measure"), *(titles[place] for place in places)])
        for course in self._courses:
            definition = course.definition
            numbers = [measure_cell(course.values[place], definition) for place in places]
            tip = f"{self.tr(definition.name)}\n{self.tr(definition.text)}\n{definition.source}"
            self.table.add([measure_name(definition), *numbers], tip)
        self.table.fit_rows()
        self.table.blockSignals(False)
        item = self.table.topLevelItem(max(0, chosen))
        if item is not None:
            self.table.setCurrentItem(item)
        self._draw()

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

"""A measure over the visits of a patient: a line, its norm as a band, what symmetry would give."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from facewright.app import theme
from facewright.app.widgets.cleft_table import measure_cell
from facewright.app.widgets.numbers import shown, written
from facewright.engine.measure.follow_up import Course

_HIGH = 168
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 14, 12, 24
_DOT = 3.5


class CourseChart(QWidget):
    """Draws one measure against age; numbers stand beside their points."""

    def __init__(self) -> None:
        super().__init__()
        self._course: Course | None = None
        self._ages: tuple[float, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(_HIGH)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size that it likes."""
        return QSize(320, _HIGH)

    def show_course(self, course: Course | None, ages: Sequence[float]) -> None:
        """Show a measure at ages in years."""
        self._course, self._ages = course, tuple(ages)
        self.setAccessibleName("" if course is None else self._in_words(course))
        self.update()

    def _in_words(self, course: Course) -> str:
        told = ", ".join(
            self.tr("{:.2f} at {}").format(value, _age(age))
            for value, age in zip(course.values, self._ages, strict=True)
            if math.isfinite(value)
        )
        return f"{self.tr(course.definition.name)}: {told}"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw in the colours of the theme in use."""
        course = self._course
        if course is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(theme.text_size("tiny"))
        painter.setFont(font)
        plot = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        self._paint(painter, course, plot)
        painter.end()

    def _paint(self, painter: QPainter, course: Course, plot: QRectF) -> None:
        colors = theme.theme
        low, high = self._range(course)
        first, last = min(self._ages), max(self._ages)
        span = last - first or 1.0

        def at(age: float, value: float) -> QPointF:
            x = plot.left() + (0.04 + 0.92 * (age - first) / span) * plot.width()
            if last == first:
                x = plot.center().x()
            return QPointF(x, plot.bottom() - (value - low) / (high - low) * plot.height())

        ticks = _ticks(low, high)
        digits = _digits(ticks)
        for value in ticks:
            y = at(first, value).y()
            painter.setPen(QPen(QColor(colors.line), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(colors.quiet))
            words = QRectF(0, y - 8, _LEFT - 6, 16)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(words, right, written(value, digits))
        self._paint_norm(painter, course, at)
        ideal = course.definition.ideal
        if ideal is not None and low <= ideal <= high:
            painter.setPen(QPen(QColor(colors.good), 1.5, Qt.PenStyle.DashLine))
            y = at(first, ideal).y()
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        points = [
            (at(age, value), value)
            for age, value in zip(self._ages, course.values, strict=True)
            if math.isfinite(value)
        ]
        painter.setPen(QPen(QColor(colors.accent), 2))
        painter.drawPolyline(QPolygonF([point for point, _ in points]))
        painter.setBrush(QColor(colors.accent))
        for point, _ in points:
            painter.drawEllipse(point, _DOT, _DOT)
        painter.setPen(QColor(colors.text))
        for point, value in points:
            self._word(painter, point - QPointF(0, 13), measure_cell(value, course.definition))
        painter.setPen(QColor(colors.quiet))
        ends: list[float] = []
        for age in self._ages:
            place = QPointF(at(age, low).x(), plot.bottom() + 13)
            if all(abs(place.x() - other) > 52 for other in ends):
                ends.append(place.x())
                self._word(painter, place, _age(age))

    def _paint_norm(
        self, painter: QPainter, course: Course, at: Callable[[float, float], QPointF]
    ) -> None:
        """Paint two standard deviations about the norm's mean as a band."""
        told = [(age, norm) for age, norm in zip(self._ages, course.norms, strict=True) if norm]
        if not told:
            return
        band = QColor(theme.theme.good)
        band.setAlphaF(0.18)
        upper = [at(age, norm.mean + 2 * norm.sd) for age, norm in told]
        lower = [at(age, norm.mean - 2 * norm.sd) for age, norm in told]
        if len(told) == 1:
            aside = QPointF(12, 0)
            upper, lower = ([end[0] - aside, end[0] + aside] for end in (upper, lower))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(band)
        painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))

    def _range(self, course: Course) -> tuple[float, float]:
        values = [value for value in course.values if math.isfinite(value)]
        if course.definition.ideal is not None:
            values.append(course.definition.ideal)
        for norm in course.norms:
            if norm is not None:
                values += [norm.mean - 2 * norm.sd, norm.mean + 2 * norm.sd]
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        air = 0.18 * (high - low) or 0.5
        return low - air, high + air

    def _word(self, painter: QPainter, center: QPointF, text: str) -> None:
        wide = painter.fontMetrics().horizontalAdvance(text) + 4
        x = min(max(center.x() - wide / 2, 0.0), self.width() - wide)
        painter.drawText(QRectF(x, center.y() - 8, wide, 16), Qt.AlignmentFlag.AlignCenter, text)


def _ticks(low: float, high: float) -> list[float]:
    """Return three to six round numbers inside a range."""
    rough = (high - low) / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough)
    first = math.ceil(low / step)
    return [step * number for number in range(first, math.floor(high / step) + 1)]


def _digits(ticks: Sequence[float]) -> int:
    """Return with how many digits after the mark ticks stand apart, the same for all."""
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    return max(0, -math.floor(math.log10(step) + 1e-6))


def _age(years: float) -> str:
    return shown(years, "years")

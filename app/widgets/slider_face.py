"""Where the parts of a slider lie and how they are drawn, in the colours of the moment."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from facewright.app import theme
from facewright.app.widgets.limits import Range, differs

HANDLE = 6.0
TOOL = 24
"""Side of the icons for lock and link: the least size of a target."""
_BAR_ROW = 18
_TOP, _BOTTOM = 4, 2
_GAP = 2 * theme.SPACE


@dataclass(frozen=True)
class State:
    """What a slider shows at one moment.

    Attributes
    ----------
    label : str
    number : float
    enabled, locked, held, focused, typing, hovered : bool
        Held is dragged or under the pointer; typing hides the value under the field.
    tools : tuple of str
        Icons at the right end, from the left; "" keeps the room of one that is not shown.
    """

    label: str
    number: float
    enabled: bool
    locked: bool
    held: bool
    focused: bool
    typing: bool
    tools: tuple[str, ...]


class SliderFace:
    """Measures and paints one slider: name and value above, the bar below.

    Parameters
    ----------
    limits : Range
    font : QFont
        Of the name and the value.
    width : float
    tools : int
        How many icons stand at the right end.
    """

    def __init__(self, limits: Range, font: QFont, width: float, tools: int) -> None:
        self.limits, self.width = limits, width
        self._font = font
        self._small = QFont(font)
        self._small.setPixelSize(theme.text_size("tiny"))
        self._text = _TOP + QFontMetricsF(font).height()
        self._under = QFontMetricsF(self._small).height() if limits.ends or limits.marks else 0.0
        self._tools = tools

    @property
    def height(self) -> int:
        """How high the slider is."""
        return round(self._text + _BAR_ROW + self._under + _BOTTOM)

    @property
    def right(self) -> float:
        """Where bar and value end and the icons begin."""
        return self.width - self._tools * TOOL

    def bar(self) -> QRectF:
        """Return where the bar lies."""
        left = theme.SPACE + HANDLE
        middle = self._text + _BAR_ROW / 2
        return QRectF(left, middle - 2, max(self.right - HANDLE - 2 - left, 20), 4)

    def values(self) -> QRectF:
        """Return where the value stands, with its other measure."""
        metrics = QFontMetricsF(self._font)
        width = metrics.horizontalAdvance(self._widest()) + _GAP
        if self.limits.effect or self.limits.measured is not None:
            width += metrics.horizontalAdvance("+00.0 mm") + _GAP
        width = min(width, 0.6 * self.right)
        return QRectF(self.right - theme.SPACE - width, _TOP, width, self._text - _TOP)

    def on_bar(self, at: QPointF) -> bool:
        """Return whether a place is in the row of the bar, where the handle is taken."""
        return at.y() > self._text - 2 and at.x() < self.right

    def tool(self, place: int) -> QRect:
        """Return the square of an icon."""
        top = round((self._text + _BAR_ROW + _BOTTOM - TOOL) / 2)
        return QRect(round(self.right) + place * TOOL, max(top, 0), TOOL, TOOL)

    def position_of(self, number: float) -> float:
        """Return the x of `number` on the bar."""
        bar = self.bar()
        return bar.left() + bar.width() * self.limits.share_of(number)

    def number_at(self, x: float) -> float:
        """Return the number at a place on the bar."""
        bar = self.bar()
        return self.limits.number_at((x - bar.left()) / bar.width())

    def _widest(self) -> str:
        ends = [self.limits.low, self.limits.high]
        if self.limits.unit == "years":
            ends.append(17.9)  # the last that is said in years and months
        return max((self.limits.said(end) for end in ends), key=len)

    # -- painting ----------------------------------------------------------------------------

    def paint(self, painter: QPainter, state: State) -> None:
        """Draw everything."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme.theme
        active = state.enabled and not state.locked
        self._paint_words(painter, state, active)
        self._paint_bar(painter, state, active)
        if self._under:
            painter.setFont(self._small)
            painter.setPen(QColor(colors.quiet if active else colors.faint))
            self._paint_under(painter)
        for place, name in enumerate(state.tools):
            if name:
                role = "accent" if name in ("lock", "link") and state.enabled else "quiet"
                square = self.tool(place).adjusted(4, 4, -4, -4)
                theme.icon(name, role).paint(painter, square)

    def _paint_words(self, painter: QPainter, state: State, active: bool) -> None:
        colors, limits = theme.theme, self.limits
        painter.setFont(self._font)
        metrics = QFontMetricsF(self._font)
        middle = Qt.AlignmentFlag.AlignVCenter
        values = self.values()
        changed = differs(state.number, limits)
        value = limits.said(state.number)
        # Where nothing has moved, a column of zeros would say nothing.
        other = limits.other(state.number) if changed or limits.measured is not None else ""
        taken = 0.0
        if not state.typing:
            painter.setPen(QColor(_role(active, changed)))
            painter.drawText(values, middle | Qt.AlignmentFlag.AlignRight, value)
            column = QRectF(values)
            column.setRight(values.right() - metrics.horizontalAdvance(self._widest()) - _GAP)
            painter.setPen(QColor(colors.quiet if active else colors.faint))
            painter.drawText(column, middle | Qt.AlignmentFlag.AlignRight, other)
            free = column.right() - metrics.horizontalAdvance(other) if other else column.right()
            taken = free - _GAP
        else:
            taken = values.left() - _GAP
        names = QRectF(theme.SPACE, _TOP, taken - theme.SPACE, self._text - _TOP)
        name = metrics.elidedText(state.label, Qt.TextElideMode.ElideRight, names.width())
        painter.setPen(QColor(colors.text if active else colors.faint))
        painter.drawText(names, middle | Qt.AlignmentFlag.AlignLeft, name)

    def _paint_bar(self, painter: QPainter, state: State, active: bool) -> None:
        colors, limits, bar = theme.theme, self.limits, self.bar()
        changed = differs(state.number, limits)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.line if limits.usual else colors.track))
        painter.drawRoundedRect(bar, 2, 2)
        if limits.usual is not None:
            low, high = (self.position_of(end) for end in limits.usual)
            painter.setBrush(QColor(colors.track if active else colors.faint))
            painter.drawRect(QRectF(low, bar.top(), high - low, bar.height()))
        rest, here = self.position_of(limits.default), self.position_of(state.number)
        if limits.low < limits.default < limits.high:
            painter.setBrush(QColor(colors.edge if active else colors.faint))
            painter.drawRect(QRectF(rest - 1, bar.top() - 4, 2, bar.height() + 8))
        if changed and active:
            painter.setBrush(QColor(colors.accent))
            painter.drawRect(QRectF(min(rest, here), bar.top(), abs(here - rest), bar.height()))
        fill = (colors.accent if changed else colors.quiet) if active else colors.faint
        painter.setBrush(QColor(fill))
        painter.setPen(QPen(QColor(colors.panel), 2))
        size = HANDLE + (1.0 if state.held and active else 0.0)
        painter.drawEllipse(QPointF(here, bar.center().y()), size, size)
        if state.focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.accent), 2))
            around = QRectF(1, 1, self.right - 1, self.height - 2)
            painter.drawRoundedRect(around, 4, 4)

    def _paint_under(self, painter: QPainter) -> None:
        bar, limits = self.bar(), self.limits
        line = QRectF(bar.left(), self._text + _BAR_ROW - 2, bar.width(), self._under)
        middle = Qt.AlignmentFlag.AlignVCenter
        if limits.ends is not None:
            low, high = limits.ends
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignLeft, low)
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, high)
        for mark in limits.marks:
            x = self.position_of(mark)
            place = QRectF(x - 20, line.top(), 40, line.height())
            place.moveRight(min(place.right(), self.right + 12))
            painter.drawText(place, middle | Qt.AlignmentFlag.AlignHCenter, f"{mark:g}")


def _role(active: bool, changed: bool) -> str:
    colors = theme.theme
    if not active:
        return colors.faint
    return colors.text if changed else colors.quiet

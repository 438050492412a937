"""One step of a guided way: its number, its name, how it stands, and what belongs to it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.widgets.elided import ElidedLabel

_SIDE = 24
_TICK = (QPointF(-4.5, 0.5), QPointF(-1.5, 3.5), QPointF(5.0, -3.5))


class GuideStep(QWidget):
    """A numbered heading with a word for its state; `add` puts widgets under it.

    States: "todo" (later), "now" (what to do next), "done", "check", "poor".
    """

    def __init__(self, number: int, title: str) -> None:
        super().__init__()
        self.state = "todo"
        self._mark = _Mark(number)
        name = QLabel(title)
        name.setProperty("role", "strong")
        self._word = ElidedLabel()
        self._word.setProperty("role", "small")
        head = QHBoxLayout()
        head.setSpacing(2 * theme.SPACE)
        head.addWidget(self._mark)
        head.addWidget(name)
        head.addStretch(1)
        head.addWidget(self._word)
        self._column = QVBoxLayout()
        self._column.setContentsMargins(_SIDE + 2 * theme.SPACE, 0, 0, 0)
        self._column.setSpacing(2 * theme.SPACE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        column.addLayout(head)
        column.addLayout(self._column)
        self._title = title
        self.stand("todo", "")

    def count(self, number: int) -> None:
        """Stand as the `number`-th of the steps that are seen."""
        self._mark.number = number
        self._mark.update()

    def stand(self, state: str, word: str) -> None:
        """Say how the step stands, as a state and in words."""
        self.state = state
        self._mark.state = state
        self._mark.update()
        self._word.setText(word)
        self._word.setVisible(bool(word))
        self.setAccessibleName(f"{self._title}: {word}" if word else self._title)

    def add(self, *widgets: QWidget) -> None:
        """Put widgets at the end."""
        for widget in widgets:
            self._column.addWidget(widget)

    def add_row(self, *widgets: QWidget) -> None:
        """Put widgets side by side at the end."""
        line = QHBoxLayout()
        line.setSpacing(2 * theme.SPACE)
        for widget in widgets:
            line.addWidget(widget)
        line.addStretch(1)
        self._column.addLayout(line)


class _Mark(QWidget):
    """A disc with the number, or with a tick when it is done."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.state = "todo"
        self.setFixedSize(QSize(_SIDE, _SIDE))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw in the colours of the theme in use."""
        colors = theme.theme
        ground = {
            "now": colors.accent, "done": colors.good, "check": colors.check, "poor": colors.poor,
        }.get(self.state)  # fmt: skip
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(ground or colors.edge), 1.5))
        if ground:
            painter.setBrush(QColor(ground))
        painter.drawEllipse(disc)
        pen = QPen(QColor(colors.panel if ground else colors.quiet), 2.0)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self.state == "done":
            painter.drawPolyline([disc.center() + offset for offset in _TICK])
        else:
            font = painter.font()
            font.setBold(True)
            font.setPixelSize(theme.text_size("small"))
            painter.setFont(font)
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self.number))
        painter.end()

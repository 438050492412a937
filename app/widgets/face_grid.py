"""Small faces to choose from: the likeliest one, and some at a time of the others."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.engine.arrays import ByteArray

COLUMNS = 3
MOST_ROWS = 3
_LEAST, _MOST = 84, 168
"""Widths of faces in a narrow and in a wide panel, pixels."""
_SIDES = (128, 192)
"""Sides of the pictures that suit them."""
_SHAPE = 0.72
"""Height of a face for its width: what a panel has least of is height."""
_ROUND = 6.0


class FaceGrid(QWidget):
    """Shows the likeliest face first, then alternatives, and tells which one is chosen.

    Parameters
    ----------
    last : int
        The highest alternative there is.
    title, first : str
        What stands above the faces, and on the first of them.

    Attributes
    ----------
    chosen : Signal(int)
        An alternative; 0 is the likeliest face.
    turned : Signal()
        Other pictures are wanted: of other `numbers`, or of another `side`.
    """

    chosen = Signal(int)
    turned = Signal()

    def __init__(self, last: int, title: str = "", first: str = "") -> None:
        super().__init__()
        self._last = last
        self._first = 1
        self._rows = MOST_ROWS
        self._room = _LEAST
        word = first or self.tr("Likeliest")
        self.tiles = tuple(FaceTile(word) for _ in range(MOST_ROWS * COLUMNS))
        grid = QGridLayout()
        grid.setSpacing(theme.SPACE)
        for place, tile in enumerate(self.tiles):
            tile.clicked.connect(partial(self._choose, place))
            grid.addWidget(tile, place // COLUMNS, place % COLUMNS)
        heading = QLabel(title or self.tr("Alternatives"))
        heading.setProperty("role", "strong")
        self.back = self._button(self.tr("Back"), self.tr("The ones before"), -1)
        self.more = self._button(self.tr("More"), self.tr("The next ones"), 1)
        line = QHBoxLayout()
        line.setSpacing(theme.SPACE)
        line.addWidget(heading, 1)
        line.addWidget(self.back)
        line.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addLayout(line)
        column.addLayout(grid)
        self._number()

    @property
    def page(self) -> int:
        """Alternatives that stand beside the likeliest face at a time."""
        return self._rows * COLUMNS - 1

    @property
    def numbers(self) -> tuple[int, ...]:
        """The alternatives to be seen, in their places."""
        return (0, *range(self._first, min(self._first + self.page, self._last + 1)))

    @property
    def side(self) -> int:
        """How large the pictures had better be, pixels of a plain screen."""
        return _SIDES[self._room > _SIDES[0]]

    def show_rows(self, count: int) -> None:
        """Show so many rows at a time, among them the faces that begin the page now."""
        if count != self._rows:
            self._rows = count
            self._first = 1 + (self._first - 1) // self.page * self.page
            self._number()
            self.turned.emit()

    def show_chosen(self, number: int) -> None:
        """Show which one is chosen, turning to it where it is another than before."""
        known = next((tile.number for tile in self.tiles if tile.isChecked()), None)
        if number and number != known and number not in self.numbers:
            self._turn_to(1 + (number - 1) // self.page * self.page)
        for tile in self.tiles:
            tile.setChecked(tile.number == number)

    def show_picture(self, number: int, picture: ByteArray) -> None:
        """Show the face of an alternative, `(H, W, 3)` uint8."""
        height, width = picture.shape[:2]
        image = QImage(picture.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
        for tile in self.tiles:
            if tile.number == number:
                tile.show_picture(QPixmap.fromImage(image))

    def fade(self) -> None:
        """Show that the faces are not those of the head any more; others are on their way."""
        for tile in self.tiles:
            tile.fade()

    def clear(self) -> None:
        """Take every face away and begin with the first alternatives."""
        self._turn_to(1)
        for tile in self.tiles:
            tile.show_picture(QPixmap())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Make the faces as large as there is room for."""
        super().resizeEvent(event)
        before = self.side
        self._room = (self.width() - (COLUMNS - 1) * theme.SPACE) // COLUMNS
        for tile in self.tiles:
            tile.setFixedHeight(round(_SHAPE * min(max(self._room, _LEAST), _MOST)))
        if self.side != before:
            self.turned.emit()

    # -- inside ------------------------------------------------------------------------------

    def _button(self, text: str, tip: str, pages: int) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("role", "small")
        button.setToolTip(tip)
        button.clicked.connect(lambda: self._turn(pages))
        return button

    def _choose(self, place: int) -> None:
        self.chosen.emit(self.tiles[place].number)

    def _turn(self, pages: int) -> None:
        self._turn_to(self._first + pages * self.page)
        self.turned.emit()

    def _turn_to(self, first: int) -> None:
        first = min(max(first, 1), 1 + (self._last - 1) // self.page * self.page)
        if first != self._first:
            self._first = first
            self._number()

    def _number(self) -> None:
        numbers = self.numbers
        for place, tile in enumerate(self.tiles):
            there = place < len(numbers)
            tile.setVisible(there)
            if there and tile.number != numbers[place]:
                tile.show_number(numbers[place])
        self.back.setEnabled(self._first > 1)
        self.more.setEnabled(self._first + self.page <= self._last)


class FaceTile(QAbstractButton):
    """One face: its picture with its number in the corner.

    Attributes
    ----------
    number : int
        0 for the first face.

    Parameters
    ----------
    first : str
        What stands on that.
    """

    def __init__(self, first: str) -> None:
        super().__init__()
        self._first = first
        self.number = -1
        self._picture = QPixmap()
        self._faded = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_number(self, number: int) -> None:
        """Stand for another alternative, whose face is not there yet."""
        self.number = number
        self._picture = QPixmap()
        self.setChecked(False)
        name = self._first if not number else self.tr("Alternative {}").format(number)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def show_picture(self, picture: QPixmap) -> None:
        """Show its face, or none yet."""
        self._picture, self._faded = picture, False
        self.update()

    def fade(self) -> None:
        """Show that its face is about to be another one."""
        self._faded = True
        self.update()

    def nextCheckState(self) -> None:  # noqa: N802
        """Leave it to the document which one is chosen."""

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the least size: it grows into the room there is."""
        return QSize(_LEAST, round(_SHAPE * _LEAST))

    minimumSizeHint = sizeHint  # noqa: N815

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw in the colours of the theme in use."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        outline = QPainterPath()
        outline.addRoundedRect(frame, _ROUND, _ROUND)
        painter.fillPath(outline, QColor(theme.theme.control))
        painter.save()
        painter.setClipPath(outline)
        self._draw_face(painter)
        painter.restore()
        self._draw_word(painter)
        self._draw_frame(painter, outline, frame)
        painter.end()

    def _draw_face(self, painter: QPainter) -> None:
        if self._picture.isNull():
            icon = theme.icon("head", "quiet")
            icon.paint(painter, QRect(self.width() // 2 - 14, self.height() // 2 - 14, 28, 28))
            return
        if self._faded or not self.isEnabled():
            painter.setOpacity(0.4)
        side = max(self.width(), self.height())
        left, top = (self.width() - side) // 2, (self.height() - side) // 2
        painter.drawPixmap(QRect(left, top, side, side), self._picture)

    def _draw_word(self, painter: QPainter) -> None:
        colors, font = theme.theme, self.font()
        font.setPixelSize(theme.text_size("tiny"))
        font.setBold(True)
        painter.setFont(font)
        word = str(self.number) if self.number else self._first
        room = painter.fontMetrics().boundingRect(word)
        width = min(max(room.width() + 12, room.height() + 6), self.width() - 10)
        plate = QRectF(5, self.height() - room.height() - 9, width, room.height() + 4)
        chosen = self.isChecked()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.accent if chosen else colors.panel))
        painter.drawRoundedRect(plate, 4, 4)
        painter.setPen(QColor(colors.on_accent if chosen else colors.text))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, word)

    def _draw_frame(self, painter: QPainter, outline: QPainterPath, frame: QRectF) -> None:
        colors = theme.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.text), 3))
        elif self.isChecked():
            painter.setPen(QPen(QColor(colors.accent), 3))
        else:
            painter.setPen(QPen(QColor(colors.edge if self.underMouse() else colors.line), 1))
        painter.drawPath(outline)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.drawRoundedRect(frame.adjusted(2.5, 2.5, -2.5, -2.5), 4, 4)

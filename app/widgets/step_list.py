"""A list of steps that are dragged, or moved by keys, to another place."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QWidget

from facewright.app import theme
from facewright.app.widgets.step_row import StepDelegate


class StepList(QListWidget):
    """Tells what the hand and the keys ask for; who owns the steps does it.

    Attributes
    ----------
    moved : Signal(int, int)
        A row is wanted at another position.
    menu_asked : Signal(QPoint)
        Of the current row, at a place of the screen.
    delete_asked, duplicate_asked : Signal()
        Of the current row.
    """

    moved = Signal(int, int)
    menu_asked = Signal(QPoint)
    delete_asked = Signal()
    duplicate_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(StepDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self._hint = ""

    def set_hint(self, text: str) -> None:
        """Say something in the room below the rows; nothing where `text` is empty."""
        self._hint = text
        self.setAccessibleDescription(text)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the rows and what is said below them."""
        super().paintEvent(event)
        if not self._hint:
            return
        edge = 2 * theme.SPACE
        below = self.visualItemRect(self.item(self.count() - 1)).bottom() if self.count() else 0
        room = self.viewport().rect().adjusted(edge, below + edge, -edge, 0)
        painter = QPainter(self.viewport())
        font = self.font()
        font.setPixelSize(theme.text_size("small"))
        painter.setFont(font)
        painter.setPen(QColor(theme.theme.quiet))
        painter.drawText(room, Qt.TextFlag.TextWordWrap, self._hint)
        painter.end()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Ask for the move; the list itself follows the document."""
        row = self.currentRow()
        at = event.position().toPoint()
        target = self.indexAt(at)
        to = target.row() if target.isValid() else self.count()
        if target.isValid() and at.y() > self.visualRect(target).center().y():
            to += 1
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        self.moved.emit(row, to - 1 if to > row else to)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move by Alt and arrows, delete, duplicate."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        row = self.currentRow()
        if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(row, row + (1 if event.key() == Qt.Key.Key_Down else -1))
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_asked.emit()
        elif control and event.key() == Qt.Key.Key_D:
            self.duplicate_asked.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Ask for the menu of the row under the pointer, or of the current one."""
        item = self.itemAt(event.pos())
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            if item is None:
                return
            self.setCurrentItem(item)
            self.menu_asked.emit(event.globalPos())
        elif self.currentItem() is not None:
            spot = self.visualItemRect(self.currentItem()).bottomLeft()
            self.menu_asked.emit(self.viewport().mapToGlobal(spot))

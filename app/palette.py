"""The command palette: type a few letters of anything, Enter does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from facewright.app import theme
from facewright.app.finding import Entry, entries, search

if TYPE_CHECKING:
    from facewright.app.window import MainWindow

_WIDTH, _HEIGHT = 620, 460
_SHOWN = 80
_LATEST = 12
_ENTRY = Qt.ItemDataRole.UserRole


class Palette(QDialog):
    """Finds actions, panels, sliders, steps, samples and recent files of a window.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle(self.tr("Find anything"))
        self.setProperty("role", "palette")
        self._window = window
        self._entries = entries(window)
        latest = window.settings.get("palette", [])
        self._latest = tuple(id for id in latest if isinstance(id, str))
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Find an action, a slider, a step, a file…"))
        self.field.setAccessibleName(self.windowTitle())
        self.field.addAction(
            theme.icon("search", "quiet"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setItemDelegate(_Row(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("What was found"))
        self.list.itemClicked.connect(self.run)
        self.list.currentItemChanged.connect(self._tell_reason)
        self.reason = QLabel()
        self.reason.setProperty("role", "small")
        self.reason.setWordWrap(True)
        column = QVBoxLayout(self)
        edge = 2 * theme.SPACE
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(edge)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addWidget(self.reason)
        self._place()
        self._search("")
        self.field.setFocus()

    def run(self, item: QListWidgetItem | None = None) -> None:
        """Do what is chosen, after the palette has gone; what cannot be done says why."""
        chosen: QListWidgetItem | None = item or self.list.currentItem()
        if chosen is None:
            return
        entry: Entry = chosen.data(_ENTRY)
        if entry.why_not:
            self.reason.setText(entry.why_not)
            return
        latest = [entry.id, *(id for id in self._latest if id != entry.id)]
        self._window.settings.set("palette", latest[:_LATEST])
        self.accept()
        QTimer.singleShot(0, self._window, entry.run)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Move through the list from the field, round its ends."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {
                Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8,
            }  # fmt: skip
            key = Qt.Key(event.key())
            if key in steps and self.list.count():
                row = self.list.currentRow() + steps[key]
                last = self.list.count() - 1
                if abs(steps[key]) == 1:
                    row %= last + 1
                self.list.setCurrentRow(min(max(row, 0), last))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.run()
                return True
        return super().eventFilter(watched, event)

    # -- inside ------------------------------------------------------------------------------

    def _place(self) -> None:
        window = self._window
        width = min(theme.stretched(_WIDTH), window.width() - 40)
        height = min(_HEIGHT, window.height() - 80)
        corner = window.mapToGlobal(QPoint((window.width() - width) // 2, 60))
        self.setGeometry(QRect(corner, QSize(width, height)))

    def _search(self, text: str) -> None:
        self.list.clear()
        for entry in search(text, self._entries, self._latest)[:_SHOWN]:
            item = QListWidgetItem(entry.name)
            item.setData(_ENTRY, entry)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.name}, {entry.place}")
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, entry.why_not or entry.keys)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        if not self.list.count():
            self.reason.setText(self.tr("Nothing is called that. Try another word."))

    def _tell_reason(self, item: QListWidgetItem | None, _before: object = None) -> None:
        entry: Entry | None = None if item is None else item.data(_ENTRY)
        help_text = self.tr("Enter does it, arrow keys choose, Esc closes.")
        self.reason.setText(help_text if entry is None else entry.why_not or help_text)


class _Row(QStyledItemDelegate):
    """Draws icon, name, place and keys of an entry in one line."""

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(100, max(theme.ROW + theme.SPACE, option.fontMetrics.height() + 14))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        entry: Entry = index.data(_ENTRY)
        colors = theme.theme
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.selected))
            painter.drawRoundedRect(rect, 5, 5)
        able = not entry.why_not
        left = rect.left() + 2 * theme.SPACE
        if entry.icon:
            side = theme.ICON
            spot = QRect(left, rect.center().y() - side // 2 + 1, side, side)
            theme.icon(entry.icon, "quiet" if able else "faint").paint(painter, spot)
        left += theme.ICON + 2 * theme.SPACE
        room = QRect(left, rect.top(), rect.right() - left - 2 * theme.SPACE, rect.height())
        middle = Qt.AlignmentFlag.AlignVCenter
        small = QFont(option.font)
        small.setPixelSize(theme.text_size("small"))
        painter.setFont(small)
        painter.setPen(QColor(colors.quiet))
        right = f"{entry.place}    {entry.keys}" if entry.keys else entry.place
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, right)
        taken = painter.fontMetrics().horizontalAdvance(right) + 4 * theme.SPACE
        painter.setFont(option.font)
        painter.setPen(QColor(colors.text if able else colors.quiet))
        room.setRight(room.right() - taken)
        name = painter.fontMetrics().elidedText(
            entry.name, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, name)
        painter.restore()

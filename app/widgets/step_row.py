"""How a step stands in the list: its eye, icon, name, values, strength and mask in two lines."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from facewright.app import theme

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex
_EYE = 34
_TARGET = 24


@dataclass(frozen=True)
class StepRow:
    """What is shown of a step.

    Attributes
    ----------
    icon : str
    values : str
        What it is set to, in a few words.
    share : str
        Its strength where that is not the whole; else empty.
    masked : bool
    fixed : bool
        Whether it begins the head: it has no eye and stays where it is.
    problem : str
        Why it has no effect; empty when it has.
    """

    icon: str
    values: str = ""
    share: str = ""
    masked: bool = False
    fixed: bool = False
    problem: str = ""


class StepDelegate(QStyledItemDelegate):
    """Paints rows of steps; a click on the eye switches the step."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802
        """Return two lines' height."""
        lines = option.fontMetrics.height() * 2
        return QSize(160, max(lines + 3 * theme.SPACE, 44))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw the row."""
        row: StepRow = index.data(ROW_ROLE)
        on = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, option)
        rect = option.rect
        if not row.fixed:
            eye = theme.pixmap("eye" if on else "eye-off", "text" if on else "faint")
            painter.drawPixmap(_centred(QRect(rect.left(), rect.top(), _EYE, rect.height())), eye)
        icon = "warning" if row.problem else row.icon
        role = "check" if row.problem else "text" if on else "faint"
        left = rect.left() + _EYE
        painter.drawPixmap(
            _centred(QRect(left, rect.top(), _TARGET, rect.height())), theme.pixmap(icon, role)
        )
        left += _TARGET + 2 * theme.SPACE
        right = self._right(painter, rect, row)
        words = QRect(left, rect.top() + theme.SPACE, right - left, rect.height() - 2 * theme.SPACE)
        self._words(painter, words, index, row, on)
        painter.restore()

    def editorEvent(  # noqa: N802
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        """Switch the step by a click on its eye."""
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            at = event.position().toPoint()
            on_eye = at.x() < option.rect.left() + _EYE and option.rect.contains(at)
            row: StepRow = index.data(ROW_ROLE)
            if on_eye and not row.fixed and event.button() == Qt.MouseButton.LeftButton:
                checked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole))
                turned = (
                    Qt.CheckState.Unchecked
                    if checked == Qt.CheckState.Checked
                    else Qt.CheckState.Checked
                )
                return model.setData(index, turned, Qt.ItemDataRole.CheckStateRole)
        return False

    def updateEditorGeometry(  # noqa: N802
        self, editor: QWidget, option: QStyleOptionViewItem, index: _Index
    ) -> None:
        """Type the name where it stands."""
        rect = option.rect.adjusted(_EYE + _TARGET + theme.SPACE, 0, -theme.SPACE, 0)
        height = max(editor.sizeHint().height(), _TARGET)
        editor.setGeometry(rect.left(), rect.center().y() - height // 2, rect.width(), height)

    # -- inside ------------------------------------------------------------------------------

    def _right(self, painter: QPainter, rect: QRect, row: StepRow) -> int:
        """Draw mask and strength at the right edge; return where the words must end."""
        right = rect.right() - 2 * theme.SPACE
        if row.share:
            width = painter.fontMetrics().horizontalAdvance(row.share)
            painter.setPen(QColor(theme.theme.quiet))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(
                QRect(right - width, rect.top(), width, rect.height()), flags, row.share
            )
            right -= width + 2 * theme.SPACE
        if row.masked:
            spot = QRect(right - theme.ICON, rect.top(), theme.ICON, rect.height())
            painter.drawPixmap(_centred(spot), theme.pixmap("mask", "quiet"))
            right -= theme.ICON + 2 * theme.SPACE
        return right

    def _words(self, painter: QPainter, rect: QRect, index: _Index, row: StepRow, on: bool) -> None:
        name = str(index.data(Qt.ItemDataRole.DisplayRole))
        below = row.problem or row.values
        painter.setPen(QColor(theme.theme.text if on else theme.theme.faint))
        metrics = painter.fontMetrics()
        elide = Qt.TextElideMode.ElideRight
        if not below:
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(rect, middle, metrics.elidedText(name, elide, rect.width()))
            return
        half = rect.height() // 2
        top = QRect(rect.left(), rect.top(), rect.width(), half)
        painter.drawText(
            top, Qt.AlignmentFlag.AlignVCenter, metrics.elidedText(name, elide, rect.width())
        )
        small = QFont(painter.font())
        small.setPixelSize(max(small.pixelSize() - 1, 10))
        painter.setFont(small)
        color = theme.theme.check if row.problem else theme.theme.quiet
        painter.setPen(QColor(color if on else theme.theme.faint))
        text = painter.fontMetrics().elidedText(below, elide, rect.width())
        bottom = QRect(rect.left(), rect.top() + half, rect.width(), rect.height() - half)
        painter.drawText(bottom, Qt.AlignmentFlag.AlignVCenter, text)


def _centred(rect: QRect) -> QPoint:
    return QPoint(
        rect.left() + (rect.width() - theme.ICON) // 2,
        rect.top() + (rect.height() - theme.ICON) // 2,
    )


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Draw what lies behind a row: chosen, under the pointer, with the focus."""
    state = option.state
    if state & QStyle.StateFlag.State_Selected:
        color = QColor(theme.theme.accent)
        color.setAlpha(48)
    elif state & QStyle.StateFlag.State_MouseOver:
        color = QColor(theme.theme.control)
    else:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), 5, 5)
    if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_Selected:
        painter.setPen(QColor(theme.theme.accent))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), 5, 5)

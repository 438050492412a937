"""A file or a beginning as a picture with its name: one button."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QToolButton

from facewright.app import theme

SIZE = QSize(212, 214)
_PICTURE = 156
_ROUND = 8.0


class Tile(QAbstractButton):
    """A button with a picture, a name and a line about it.

    Attributes
    ----------
    remove_asked : Signal()
        The user wants it off the list; only tiles that `can_remove`.
    """

    remove_asked = Signal()

    def __init__(self, name: str, about: str, icon: str, *, can_remove: bool = False) -> None:
        super().__init__()
        self.setText(name)
        self.about = about
        self.missing = False
        self._icon = icon
        self._picture = QPixmap()
        self._can_remove = can_remove
        self.setFixedSize(SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{name}, {about}" if about else name)
        self.remove = QToolButton(self)
        self.remove.setIcon(theme.icon("close"))
        self.remove.setToolTip(self.tr("Remove from the list"))
        self.remove.setAccessibleName(self.tr("Remove {} from the list").format(name))
        self.remove.setFixedSize(26, 26)
        self.remove.move(SIZE.width() - 32, 6)
        self.remove.clicked.connect(self.remove_asked)
        self.remove.hide()

    def show_picture(self, picture: QPixmap) -> None:
        """Show a picture in place of the icon."""
        self._picture = picture
        self.update()

    def set_missing(self) -> None:
        """Grey it out: the file is gone, and all that can be done is to remove it."""
        self.missing = True
        self.about = self.tr("Not found")
        self.setToolTip(self.tr("{}\nThe file was moved or deleted.").format(self.toolTip()))
        self.setAccessibleName(f"{self.text()}, {self.about}")
        self.remove.setVisible(self._can_remove)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Offer to remove it."""
        if self._can_remove:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction(self.tr("Remove from the list"), self.remove_asked.emit)
            menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw in the colours of the theme in use."""
        colors = theme.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        hovered = self.underMouse() and not self.missing
        ground = colors.raised if hovered or self.isDown() else colors.panel
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setBrush(QColor(ground))
        painter.setPen(
            QPen(QColor(colors.accent), 2) if self.hasFocus() else QPen(QColor(colors.line), 1)
        )
        painter.drawRoundedRect(frame, _ROUND, _ROUND)
        self._draw_picture(painter)
        self._draw_words(painter)
        painter.end()

    def _draw_picture(self, painter: QPainter) -> None:
        area = QRect(2, 2, self.width() - 4, _PICTURE)
        painter.save()
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(area).adjusted(0, 0, 0, _ROUND), _ROUND - 1, _ROUND - 1)
        painter.setClipPath(outline)
        painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
        painter.fillRect(area, QColor(theme.theme.ground))
        if self.missing:
            painter.setOpacity(0.35)
        if self._picture.isNull():
            icon = theme.icon(self._icon, "quiet")
            icon.paint(painter, QRect(area.center().x() - 20, area.center().y() - 20, 40, 40))
        else:
            whole = self._picture.rect()
            side = min(whole.width(), whole.height())
            height = round(side * area.height() / area.width())
            source = QRect(
                (whole.width() - side) // 2, (whole.height() - height) // 2, side, height
            )
            painter.drawPixmap(area, self._picture, source)
        painter.restore()

    def _draw_words(self, painter: QPainter) -> None:
        colors = theme.theme
        room = QRect(10, _PICTURE + 8, self.width() - 20, 20)
        strong = self.font()
        strong.setBold(True)
        painter.setFont(strong)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(colors.quiet if self.missing else colors.text))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        name = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, flags, name)
        small = self.font()
        small.setPixelSize(theme.text_size("small"))
        painter.setFont(small)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(colors.quiet))
        about = metrics.elidedText(self.about, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room.translated(0, 21), flags, about)

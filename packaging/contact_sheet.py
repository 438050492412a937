"""One picture of many: pixmaps in rows, each with its name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from facewright.app import theme

_GAP, _TITLE = 12, 22


def save(pictures: Sequence[tuple[str, QPixmap]], wide: int, path: Path) -> None:
    """Lay pictures out in rows that are at most `wide` pixels of the layout, a name above each."""
    scale = max((picture.devicePixelRatio() for _, picture in pictures), default=1.0)
    wide, title = round(wide * scale), round(_TITLE * scale)
    places: list[tuple[QPoint, str, QPixmap]] = []
    x = y = _GAP
    tall = 0
    for name, picture in pictures:
        size = picture.size()
        if x > _GAP and x + size.width() > wide:
            x, y, tall = _GAP, y + tall + title + _GAP, 0
        places.append((QPoint(x, y), name, picture))
        x += size.width() + _GAP
        tall = max(tall, size.height())
    sheet = QPixmap(QSize(wide, y + tall + title + _GAP))
    sheet.fill(QColor(theme.theme.ground))
    painter = QPainter(sheet)
    painter.setPen(QColor(theme.theme.text))
    font = painter.font()
    font.setPixelSize(round(13 * scale))
    painter.setFont(font)
    for place, name, picture in places:
        box = QRect(place, QSize(picture.width(), title - 4))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name)
        plain = QPixmap(picture)
        plain.setDevicePixelRatio(1.0)
        painter.drawPixmap(place + QPoint(0, title), plain)
    painter.end()
    sheet.save(str(path))

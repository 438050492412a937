"""Reports as PDF: HTML laid out by Qt's text engine on A4.

Also run on its own, without a window, for the command line:
`python -m facewright.app.printing report.html report.pdf`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from facewright.engine.files.atomic import written

if TYPE_CHECKING:
    from PySide6.QtGui import QTextDocument

MARGIN = 14.0
"""Mm of white around a page."""
DPI = 96
"""Pixels of an inch of the layout: those of style sheets."""
BELOW, PICTURED = 110.0, 300.0
"""Pixels that belong under a heading on its page; under one of the third level stand pictures."""
FOOT, SMALL = 30, 11
"""Pixels at the bottom of a page for its number, and the height of that."""


def write_pdf(html: str, path: Path, title: str = "") -> None:
    """Write a page of HTML as PDF; a Qt application has to run.

    Laid out at `DPI` whatever the screen, then scaled: `QTextDocument.print_` scales some sizes of
    text and not others, and adds margins of its own.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
    from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

    measured_on = QImage(1, 1, QImage.Format.Format_RGB32)
    measured_on.setDotsPerMeterX(round(DPI / 0.0254))
    measured_on.setDotsPerMeterY(round(DPI / 0.0254))
    document = QTextDocument()
    document.documentLayout().setPaintDevice(measured_on)
    document.setDocumentMargin(0)
    document.setMetaInformation(QTextDocument.MetaInformation.CssMedia, "print")
    document.setHtml(html)
    with written(path) as temporary:
        printer = QPdfWriter(str(temporary))
        printer.setTitle(title)
        printer.setCreator("Facewright")
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
        printer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        scale = printer.logicalDpiX() / DPI
        wide, high = printer.width() / scale, printer.height() / scale - FOOT
        document.setPageSize(QSizeF(wide, high))
        _keep_headings(document, high)
        painter = QPainter(printer)
        for number in range(document.pageCount()):
            if number:
                printer.newPage()
            painter.save()
            painter.scale(scale, scale)
            foot = QRectF(0, high, wide, FOOT)
            words = f"{title} · {number + 1} / {document.pageCount()}".removeprefix(" · ")
            font = document.defaultFont()
            font.setPixelSize(SMALL)
            painter.setFont(font)
            painter.setPen(Qt.GlobalColor.darkGray)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
            painter.drawText(foot, right, words)
            painter.translate(0, -number * high)
            document.drawContents(painter, QRectF(0, number * high, wide, high))
            painter.restore()
        painter.end()


def _keep_headings(document: QTextDocument, high: float) -> None:
    """Begin a new page before each heading that would stand alone at the foot of one."""
    from PySide6.QtGui import QTextCursor, QTextFormat

    block = document.begin()
    while block.isValid():
        shape = block.blockFormat()
        if shape.headingLevel():
            top = document.documentLayout().blockBoundingRect(block).top()
            if top % high > high - (PICTURED if shape.headingLevel() > 2 else BELOW):
                shape.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
                QTextCursor(block).setBlockFormat(shape)
                document.markContentsDirty(0, document.characterCount())  # lay all out anew
        block = block.next()


def main(arguments: list[str]) -> int:
    """Print one file without a window."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication

    app = QGuiApplication.instance() or QGuiApplication([])
    source, target = map(Path, arguments)
    write_pdf(source.read_text(encoding="utf-8"), target, source.stem)
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

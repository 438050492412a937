"""Reports as PDF: HTML laid out by Qt's text engine on A4.

Also run on its own, without a window, for the command line:
`python -m facewright.app.printing report.html report.pdf`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from facewright.engine.files.atomic import written

MARGIN = 14.0
"""Mm of white around a page."""


def write_pdf(html: str, path: Path, title: str = "") -> None:
    """Write a page of HTML as PDF; a Qt application has to run.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    from PySide6.QtCore import QMarginsF
    from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

    document = QTextDocument()
    document.setHtml(html)
    with written(path) as temporary:
        printer = QPdfWriter(str(temporary))
        printer.setTitle(title)
        printer.setCreator("Facewright")
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
        printer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        document.print_(printer)


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

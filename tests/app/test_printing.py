"""Reports become PDF files that hold their words and pictures."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextDocument, QTextFormat

from facewright.app.printing import BELOW, _keep_headings, write_pdf
from facewright.engine.reports.html import page, pictures, table, text


def html(pictured: int) -> str:
    noise = np.random.default_rng(1).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    parts = [text("h1", "Plan"), table(("A", "B"), [("tilt", "3.0")] * 4, 1)]
    return page("Plan", [*parts, *([pictures([("Front", [noise])], 200)] * pictured)])


def test_a_report_is_printed_with_its_pictures(qtbot, tmp_path: Path) -> None:
    sizes = []
    for count in (0, 1, 12):
        path = tmp_path / f"{count}.pdf"
        write_pdf(html(count), path, "Plan")
        content = path.read_bytes()
        assert content.startswith(b"%PDF-")
        assert content.rstrip().endswith(b"%%EOF")
        sizes.append(len(content))
    assert sizes[1] > sizes[0] + 20_000  # the picture is inside
    assert b"/Count 1\n" in (tmp_path / "1.pdf").read_bytes()
    assert b"/Count 1\n" not in (tmp_path / "12.pdf").read_bytes()  # more pages where needed


def test_the_command_line_prints_without_a_display(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    source, target = tmp_path / "a.html", tmp_path / "a.pdf"
    source.write_text(html(1), encoding="utf-8")
    command = [sys.executable, "-m", "facewright.app.printing", str(source), str(target)]
    subprocess.run(command, check=True, timeout=120)
    assert target.read_bytes().startswith(b"%PDF-")


def test_the_whole_width_of_a_page_is_used(qtbot, tmp_path: Path) -> None:
    """As many words as a page of this size holds, and not half of them."""
    line = text("p", "word " * 200)
    lengths = {}
    for count in (4, 8):
        path = tmp_path / f"{count}.pdf"
        write_pdf(page("Plan", [line] * count), path)
        found = re.search(rb"/Count (\d+)\n", path.read_bytes())
        assert found is not None
        lengths[count] = int(found[1])
    assert lengths == {4: 1, 8: 2}


def test_headings_are_not_left_alone_at_the_foot_of_a_page(qtbot) -> None:
    document = QTextDocument()
    document.setDocumentMargin(0)
    lines = [text("p", "word")] * 80
    parts = [*lines[:10], text("h2", "Middle"), *lines]
    document.setHtml(page("Plan", parts))
    document.setPageSize(QSizeF(600.0, 2000.0))
    heading = next(b for b in blocks(document) if b.text() == "Middle")
    top = document.documentLayout().blockBoundingRect(heading).top()
    breaks = QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore
    for high, alone in ((top + 40.0, True), (top + BELOW + 40.0, False)):
        document.setPageSize(QSizeF(600.0, high))
        _keep_headings(document, high)
        assert bool(heading.blockFormat().pageBreakPolicy() & breaks) == alone
        ends = document.size().height()
        document.markContentsDirty(0, document.characterCount())
        assert document.size().height() == ends  # what follows was laid out anew, and is seen
        QTextCursor(heading).setBlockFormat(level_two())


def level_two() -> QTextBlockFormat:
    plain = QTextBlockFormat()
    plain.setHeadingLevel(2)
    return plain


def blocks(document: QTextDocument):
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()

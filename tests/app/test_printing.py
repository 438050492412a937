"""Reports become PDF files that hold their words and pictures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from facewright.app.printing import write_pdf
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

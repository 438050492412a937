"""Print a page as PDF; the engine itself knows no Qt."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from facewright.engine.errors import InputError
from facewright.engine.files.atomic import written

PRINT_SECONDS = 120
SUFFIXES = (".html", ".pdf")


def write_page(html: str, path: Path) -> None:
    """Write a report as its name says, as PDF or HTML.

    Raises
    ------
    InputError
        If the file cannot be written, or the window's part of the program is missing or fails.
    """
    if path.suffix.lower() != ".pdf":
        with written(path) as temporary:
            temporary.write_text(html, encoding="utf-8")
        return
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / f"{path.stem}.html"  # its name stands at the foot of each page
        page.write_text(html, encoding="utf-8")
        print_page(page, path, f"write {path.stem}.html instead.")


def print_page(page: Path, path: Path, instead: str) -> None:
    """Print a page as PDF in another process.

    Raises
    ------
    InputError
        If the window's part of the program is missing or fails; it says what to do `instead`.
    """
    command = [sys.executable, "-m", "facewright.app.printing", str(page), str(path)]
    problem = f"{path.name} could not be printed: {instead}"
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PRINT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(problem) from error
    if done.returncode != 0 or not path.is_file():
        raise InputError(problem)

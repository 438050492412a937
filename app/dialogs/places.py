"""Asking for a file to open or a place to save at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from facewright.engine.files.project import SUFFIX

SCAN_FILTER = "*.obj *.ply *.stl *.glb *.gltf *.vtk *.vtp *.off *.xyz *.pts *.pcd"


def ask_open(parent: QWidget, folder: str) -> Path | None:
    """Ask for a scan or a project; None if the user gives up."""
    tr = parent.tr
    kinds = (
        tr("Everything Facewright reads ({} *{})").format(SCAN_FILTER, SUFFIX),
        tr("Projects (*{})").format(SUFFIX),
        tr("Scans ({})").format(SCAN_FILTER),
        tr("All files (*)"),
    )
    path, _ = QFileDialog.getOpenFileName(parent, tr("Open"), folder, ";;".join(kinds))
    return Path(path) if path else None


def ask_landmarks(parent: QWidget, folder: str) -> Path | None:
    """Ask for a file of landmarks; None if the user gives up."""
    kinds = parent.tr("Landmarks ({})").format("*.json *.fcsv *.ljson *.pp *.csv *.txt")
    path, _ = QFileDialog.getOpenFileName(parent, parent.tr("Import landmarks"), folder, kinds)
    return Path(path) if path else None


def ask_save(parent: QWidget, folder: str, name: str, suffixes: Iterable[str]) -> Path | None:
    """Ask for a place with one of `suffixes`, the first where none is typed; None on giving up."""
    known = tuple(suffixes)
    pattern = " ".join(f"*{suffix}" for suffix in known)
    chosen, _ = QFileDialog.getSaveFileName(
        parent, parent.tr("Save as"), str(Path(folder) / name), f"({pattern})"
    )
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix.lower() in known else path.with_name(path.name + known[0])

"""Asking for a file to open or a place to save at."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QProcess, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QWidget

from facewright.app.incoming import MODELS
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
    path, _ = QFileDialog.getOpenFileName(parent, tr("Open"), folder or home(), ";;".join(kinds))
    return Path(path) if path else None


def ask_project(parent: QWidget, folder: str) -> Path | None:
    """Ask for a project; None if the user gives up."""
    kind = parent.tr("Projects (*{})").format(SUFFIX)
    title = parent.tr("Compare with a project")
    path, _ = QFileDialog.getOpenFileName(parent, title, folder or home(), kind)
    return Path(path) if path else None


def ask_projects(parent: QWidget, folder: str) -> list[Path]:
    """Ask for projects; none if the user gives up."""
    kind = parent.tr("Projects (*{})").format(SUFFIX)
    title = parent.tr("Heads that were marked twice")
    paths, _ = QFileDialog.getOpenFileNames(parent, title, folder or home(), kind)
    return [Path(path) for path in paths]


def ask_model(parent: QWidget, folder: str) -> Path | None:
    """Ask for a file with a face model; None if the user gives up."""
    tr = parent.tr
    kinds = (
        tr("Face models ({})").format(" ".join(f"*{suffix}" for suffix in MODELS)),
        "ICT-FaceKit (generic_neutral_mesh.obj)",
        tr("All files (*)"),
    )
    path, _ = QFileDialog.getOpenFileName(
        parent, tr("Import a model"), folder or home(), ";;".join(kinds)
    )
    return Path(path) if path else None


def ask_landmarks(parent: QWidget, folder: str) -> Path | None:
    """Ask for a file of landmarks; None if the user gives up."""
    kinds = parent.tr("Landmarks ({})").format("*.json *.fcsv *.ljson *.pp *.csv *.txt")
    path, _ = QFileDialog.getOpenFileName(parent, parent.tr("Import landmarks"), folder, kinds)
    return Path(path) if path else None


def ask_save(parent: QWidget, folder: str, name: str, suffixes: Iterable[str]) -> Path | None:
    """Ask for a place with one of `suffixes`, the first where none is typed; None on giving up."""
    known = tuple(suffixes)
    names = "/".join(suffix.lstrip(".").upper() for suffix in known)
    kind = parent.tr("Facewright project") if SUFFIX in known else names
    pattern = " ".join(f"*{suffix}" for suffix in known)
    chosen, _ = QFileDialog.getSaveFileName(
        parent, parent.tr("Save as"), str(Path(folder or home()) / name), f"{kind} ({pattern})"
    )
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix.lower() in known else path.with_name(path.name + known[0])


def home() -> str:
    """Return the folder for files of the user's own where none is known yet."""
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)


def show_in_folder(path: Path) -> None:
    """Open the system's file manager where `path` lies, with the file chosen where it can."""
    if sys.platform == "win32":
        QProcess.startDetached("explorer", ["/select,", str(path)])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(path)])
    else:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def place_buttons(dialog: QDialog) -> QDialogButtonBox:
    """Return the buttons of a dialog that goes on to ask for a place."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    go = buttons.addButton(dialog.tr("Choose place…"), QDialogButtonBox.ButtonRole.AcceptRole)
    go.setProperty("role", "primary")
    go.setDefault(True)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    return buttons

"""The File menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from facewright.app.menus.base import Action, needs_project
from facewright.app.menus.tools import needs_head

if TYPE_CHECKING:
    from facewright.app.window import MainWindow


def _picture(window: MainWindow) -> None:
    from facewright.app.picturing import ask_picture

    ask_picture(window)


def _folder(window: MainWindow) -> None:
    from facewright.app.folders import ask_folder

    ask_folder(window.files)


FILE: tuple[Action, ...] = (
    Action("file.open", "Open…", "File", lambda w: w.files.ask_open(), ("Ctrl+O",), "open",
           bar=True, named=True, words="load import scan project photo"),
    Action("file.head", "New model head", "File", lambda w: w.files.new_head(), ("Ctrl+N",),
           "head", words="start empty default mean"),
    Action("file.model", "Import a model…", "File", lambda w: w.files.imports.ask(), (), "open",
           words="inface incran flame bfm basel ict facekit h5 npz pkl morphable other"),
    Action("file.folder", "Register a folder…", "File", _folder, (), "open",
           words="batch many scans directory table csv contact sheet"),
    Action("file.save", "Save", "File", lambda w: w.files.save(), ("Ctrl+S",), "save",
           needs_project, bar=True, named=True, part=True),
    Action("file.save_as", "Save as…", "File", lambda w: w.files.save_as(), ("Ctrl+Shift+S",),
           reason=needs_project),
    Action("file.export", "Export…", "File", lambda w: w.files.ask_export(), ("Ctrl+E",), "export",
           needs_project, bar=True, named=True, words="obj glb ply stl blender blendshapes"),
    Action("file.picture", "Save a picture…", "File", _picture, ("Ctrl+Shift+E",), "picture",
           needs_head, words="screenshot image render png gif turntable animation transparent"),
    Action("file.quit", "Quit", "File", lambda w: w.close(), ("Ctrl+Q",), part=True,
           words="exit close"),
)  # fmt: skip

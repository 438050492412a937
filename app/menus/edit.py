"""The Edit menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from facewright.app.menus.base import Action, needs_project, show, translate

if TYPE_CHECKING:
    from facewright.app.window import MainWindow


def _needs_undo(window: MainWindow) -> str:
    if window.document.history.can_undo:
        return ""
    return translate("Actions", "There is nothing to undo.")


def _needs_redo(window: MainWindow) -> str:
    if window.document.history.can_redo:
        return ""
    return translate("Actions", "There is nothing to redo.")


def _needs_job(window: MainWindow) -> str:
    return "" if window.jobs.busy else translate("Actions", "Nothing is running.")


def _undo_label(window: MainWindow) -> str:
    name = window.document.history.undo_name
    return translate("Actions", "Undo {}").format(name) if name else translate("Actions", "Undo")


def _redo_label(window: MainWindow) -> str:
    name = window.document.history.redo_name
    return translate("Actions", "Redo {}").format(name) if name else translate("Actions", "Redo")


def _undo(window: MainWindow) -> None:
    """Give up the drag in progress, which stands on what would be undone, or else undo."""
    if not window.tools.cancel():
        window.document.undo()


def _redo(window: MainWindow) -> None:
    if not window.tools.cancel():
        window.document.redo()


def _neutralise(window: MainWindow) -> None:
    from facewright.app.errors import Message
    from facewright.app.expressing import neutralise

    if not neutralise(window.document):
        window.tell(Message("info", translate("Actions", "The head has no expression.")))


def _ask_donor(window: MainWindow) -> None:
    from facewright.app.expressing import ask_donor

    ask_donor(window.files)


def _show_settings(window: MainWindow) -> None:
    from facewright.app.dialogs.settings import SettingsDialog

    show(window, SettingsDialog)


EDIT: tuple[Action, ...] = (
    Action("edit.undo", "Undo", "Edit", _undo, ("Ctrl+Z",), "undo", _needs_undo,
           bar=True, part=True, label=_undo_label),
    Action("edit.redo", "Redo", "Edit", _redo, ("Ctrl+Shift+Z", "Ctrl+Y"), "redo",
           _needs_redo, bar=True, label=_redo_label),
    Action("edit.neutralise", "Neutral expression", "Edit", _neutralise, (), "expression",
           needs_project, part=True, words="neutralise take out smile cry rest relax"),
    Action("edit.donor", "Expression from another head…", "Edit", _ask_donor, (), "expression",
           needs_project, words="transfer copy take donor scan"),
    Action("edit.anonymise", "Anonymous person", "Edit",
           lambda w: w.raise_panel("anonymise"), (), "dice", needs_project,
           words="anonymise privacy another identity random share deidentify"),
    Action("edit.cancel", "Cancel what is running", "Edit", lambda w: w.jobs.cancel(),
           ("Ctrl+.",), "close", _needs_job, part=True, words="stop abort job"),
    Action("edit.settings", "Settings…", "Edit", _show_settings, ("Ctrl+,",), "settings",
           part=True, words="preferences options theme dark light language scale mouse units"),
)  # fmt: skip

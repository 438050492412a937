"""The Help menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from facewright.app.menus.base import Action, show

if TYPE_CHECKING:
    from facewright.app.window import MainWindow


def _find(window: MainWindow) -> None:
    from facewright.app.palette import Palette

    show(window, Palette)


def _help(window: MainWindow) -> None:
    from facewright.app.help import HelpDialog, topic_in_use

    topic = topic_in_use(window)
    for dialog in window.findChildren(HelpDialog):
        dialog.open_at(topic)
    show(window, HelpDialog)


def _keys(window: MainWindow) -> None:
    from facewright.app.dialogs.sheet import ShortcutSheet

    show(window, ShortcutSheet)


def _edit_keys(window: MainWindow) -> None:
    from facewright.app.dialogs.shortcuts import ShortcutsDialog

    show(window, ShortcutsDialog)


HELP: tuple[Action, ...] = (
    Action("help.find", "Find anything…", "Help", _find, ("Ctrl+K", "F3"), "search",
           bar=True, part=True, words="command palette search"),
    Action("help.panel", "Help on what is in use…", "Help", _help, ("F1",), "help",
           words="manual documentation explain what is"),
    Action("help.keys", "Keys and mouse…", "Help", _keys, ("?",), "keyboard",
           words="shortcuts sheet hotkeys print"),
    Action("help.edit_keys", "Change shortcuts…", "Help", _edit_keys,
           words="keyboard keys hotkeys editor"),
    Action("help.about", "About Facewright", "Help", lambda w: w.show_about(), icon="info",
           words="version licence"),
)  # fmt: skip

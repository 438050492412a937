"""What a row of the table of actions is, and the reasons that rows share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog

if TYPE_CHECKING:
    from facewright.app.window import MainWindow

translate = QCoreApplication.translate

Run = Callable[["MainWindow"], object]
Reason = Callable[["MainWindow"], str]


@dataclass(frozen=True)
class Action:
    """One thing that the user can do.

    Attributes
    ----------
    id, text : str
        A text that ends in "…" asks before it does anything. Texts of the table are translated
        where they are shown.
    menu : str
        Where it stands: a title of `MENUS`, or a submenu as "View/Looks".
    run : callable
        `run(window)`.
    keys : tuple of str
        Shortcuts, the first one shown; the user may change them.
    icon : str
        Name in `assets/icons`.
    reason : callable
        Why it cannot be done now, in words; empty when it can.
    checked : callable or None
        For switches: whether it is on.
    bar : bool
        Whether it stands in the toolbar.
    named : bool
        Whether the toolbar shows its text beside the icon.
    part : bool
        Whether a separator stands before it.
    group : str
        Switches of one group exclude each other and are drawn so.
    release : callable or None
        `release(window)` when the key is let go, for what lasts while a key is held.
    label : callable or None
        The text as it is now, translated, where it depends on the document.
    in_view : bool
        Its keys work only while the 3D view has the focus: keys that mean something else in
        lists and fields.
    instead : bool
        While it can be done, its keys are its own though another action has them too.
    words : str
        Other words that the search finds it by.
    """

    id: str
    text: str
    menu: str
    run: Run
    keys: tuple[str, ...] = ()
    icon: str = ""
    reason: Reason = lambda window: ""
    checked: Callable[[MainWindow], bool] | None = None
    bar: bool = False
    named: bool = False
    part: bool = False
    group: str = ""
    release: Run | None = None
    label: Callable[[MainWindow], str] | None = None
    in_view: bool = False
    instead: bool = False
    words: str = ""

    @property
    def name(self) -> str:
        """The translated text without the mark of a question."""
        return translate("Actions", self.text).rstrip("…")


def needs_project(window: MainWindow) -> str:
    """Give the reason of what works on a head."""
    if window.document.is_open:
        return ""
    return translate("Actions", "Open a scan or a project first.")


def needs_view(window: MainWindow) -> str:
    """Give the reason of what moves the camera."""
    if window.viewport is None:
        return translate("Actions", "There is no 3D view yet.")
    return ""


def show(window: MainWindow, kind: Callable[[MainWindow], QDialog]) -> None:
    """Show a dialog beside the window, which goes on working; one of a kind."""
    for known in window.findChildren(QDialog):
        if type(known) is kind and known.isVisible():
            known.raise_()
            known.activateWindow()
            return
    dialog = kind(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()

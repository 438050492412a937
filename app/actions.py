"""The table of everything the user can do from menus, toolbar and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolBar, QToolButton

from facewright.app import theme
from facewright.viewer.display import Display

if TYPE_CHECKING:
    from facewright.app.window import MainWindow

Run = Callable[["MainWindow"], object]
Reason = Callable[["MainWindow"], str]


@dataclass(frozen=True)
class Action:
    """One thing that the user can do.

    Attributes
    ----------
    id, text, menu : str
        `menu` is a title of `MENUS`; a text that ends in "…" asks before it does anything.
    run : callable
        `run(window)`.
    keys : tuple of str
        Shortcuts, the first one shown.
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


MENUS = ("File", "Edit", "View", "Help")


def _needs_project(window: MainWindow) -> str:
    return "" if window.document.is_open else "Open a scan or a project first."


def _needs_undo(window: MainWindow) -> str:
    return "" if window.document.history.can_undo else "There is nothing to undo."


def _needs_redo(window: MainWindow) -> str:
    return "" if window.document.history.can_redo else "There is nothing to redo."


def _needs_view(window: MainWindow) -> str:
    if window.viewport is None:
        return "There is no 3D view yet."
    return ""


def _needs_scan(window: MainWindow) -> str:
    if window.document.scan is None and window.files.waiting is None:
        return "The scan is not loaded: open it again to see it over the head."
    return ""


def _needs_error(window: MainWindow) -> str:
    step = window.document.registration
    if step is None or step.error is None:
        return "A model head has no error: open a scan first."
    return ""


def _needs_job(window: MainWindow) -> str:
    return "" if window.jobs.busy else "Nothing is running."


def _look(name: str, window: MainWindow) -> None:
    window.stage.change(look=name)


def _is_look(name: str, window: MainWindow) -> bool:
    return window.stage.display.look == name


def _toggle(field: str, window: MainWindow) -> None:
    window.stage.change(**{field: not getattr(window.stage.display, field)})


def _is_on(field: str, window: MainWindow) -> bool:
    display: Display = window.stage.display
    return bool(getattr(display, field))


def _view(name: str, window: MainWindow) -> None:
    if window.viewport is not None:
        window.viewport.view(name)


def _frame(window: MainWindow) -> None:
    if window.viewport is not None:
        window.viewport.frame()


def _views() -> tuple[Action, ...]:
    table = (
        ("front", "Front", "1", "view-front"),
        ("right", "Right side", "3", "view-right"),
        ("left", "Left side", "Ctrl+3", "view-left"),
        ("three-quarter", "Three-quarter", "2", "view-three-quarter"),
    )
    return tuple(
        Action(
            f"view.{name}", text, "View", partial(_view, name), (key,), icon, _needs_view, bar=True
        )
        for name, text, key, icon in table
    )


def _looks() -> tuple[Action, ...]:
    table = (("skin", "Skin"), ("clay", "Clay"), ("wireframe", "Wireframe"))
    return tuple(
        Action(
            f"look.{name}",
            text,
            "View",
            partial(_look, name),
            icon=f"look-{name}",
            reason=_needs_project,
            checked=partial(_is_look, name),
            bar=True,
            part=name == "skin",
        )
        for name, text in table
    )


def _switches() -> tuple[Action, ...]:
    table: tuple[tuple[str, str, str, Reason], ...] = (
        ("scan", "Scan over the head", "S", _needs_scan),
        ("heat", "Error map", "E", _needs_error),
        ("landmarks", "Landmarks", "L", _needs_project),
        ("inferred", "Mark what is inferred", "I", _needs_project),
        ("sides", "Mark left and right", "M", _needs_project),
    )
    return tuple(
        Action(
            f"show.{field}",
            text,
            "View",
            partial(_toggle, field),
            (key,),
            field,
            reason,
            partial(_is_on, field),
            bar=True,
            part=field == "scan",
        )
        for field, text, key, reason in table
    )


ACTIONS: tuple[Action, ...] = (
    Action("file.open", "Open…", "File", lambda w: w.files.ask_open(), ("Ctrl+O",), "open",
           bar=True, named=True),
    Action("file.head", "New model head", "File", lambda w: w.files.new_head(), ("Ctrl+N",),
           "head"),
    Action("file.save", "Save", "File", lambda w: w.files.save(), ("Ctrl+S",), "save",
           _needs_project, bar=True, named=True, part=True),
    Action("file.save_as", "Save as…", "File", lambda w: w.files.save_as(), ("Ctrl+Shift+S",),
           reason=_needs_project),
    Action("file.export", "Export…", "File", lambda w: w.files.ask_export(), ("Ctrl+E",), "export",
           _needs_project, bar=True, named=True),
    Action("file.quit", "Quit", "File", lambda w: w.close(), ("Ctrl+Q",), part=True),
    Action("edit.undo", "Undo", "Edit", lambda w: w.document.undo(), ("Ctrl+Z",), "undo",
           _needs_undo, bar=True, part=True),
    Action("edit.redo", "Redo", "Edit", lambda w: w.document.redo(),
           ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", _needs_redo, bar=True),
    Action("edit.cancel", "Cancel what is running", "Edit", lambda w: w.jobs.cancel(),
           ("Ctrl+.",), "close", _needs_job, part=True),
    Action("view.frame", "Fit into the view", "View", _frame,
           ("F",), "frame", _needs_view, bar=True, part=True),
    *_views(),
    *_looks(),
    *_switches(),
    Action("help.about", "About Facewright", "Help", lambda w: w.show_about(), icon="info"),
)  # fmt: skip


class ActionTable:
    """The table as Qt's actions, kept in step with what can be done."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._qt: dict[str, QAction] = {}
        for spec in ACTIONS:
            action = QAction(spec.text, window)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            if spec.icon:
                action.setIcon(theme.icon(spec.icon))
            action.setCheckable(spec.checked is not None)
            action.triggered.connect(partial(self._run, spec))
            self._qt[spec.id] = action
            window.addAction(action)
        self.refresh()

    def __getitem__(self, id: str) -> QAction:
        return self._qt[id]

    def fill(self, menus: dict[str, QMenu], bar: QToolBar) -> None:
        """Put every action into its menu, and those of the toolbar there."""
        for spec in ACTIONS:
            if spec.part:
                menus[spec.menu].addSeparator()
                if spec.bar:
                    bar.addSeparator()
            menus[spec.menu].addAction(self._qt[spec.id])
            if spec.bar:
                bar.addAction(self._qt[spec.id])
                button = bar.widgetForAction(self._qt[spec.id])
                if spec.named and isinstance(button, QToolButton):
                    button.setText(" " + spec.text.rstrip("…"))
                    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def refresh(self, *_told: object) -> None:
        """Enable what can be done now; the tip of what cannot says why."""
        history = self._window.document.history
        for spec in ACTIONS:
            action = self._qt[spec.id]
            why = spec.reason(self._window)
            action.setEnabled(not why)
            keys = f"  ({spec.keys[0]})" if spec.keys else ""
            text = spec.text.rstrip("…")
            action.setToolTip(f"{text}{keys}<br>{why}" if why else f"{text}{keys}")
            if spec.checked is not None:
                action.setChecked(spec.checked(self._window))
        undo, redo = history.undo_name, history.redo_name
        self._qt["edit.undo"].setText(f"Undo {undo}" if undo else "Undo")
        self._qt["edit.redo"].setText(f"Redo {redo}" if redo else "Redo")

    def _run(self, spec: Action, _checked: bool = False) -> None:
        spec.run(self._window)
        self.refresh()

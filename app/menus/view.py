"""The View menu: looks, what is shown, panels, workspaces."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from facewright.app import theme
from facewright.app.menus.base import Action, Reason, needs_project, needs_view, translate
from facewright.app.panels import PANELS
from facewright.app.settings import THEME
from facewright.app.workspaces import WORKSPACES
from facewright.viewer.display import Display

if TYPE_CHECKING:
    from facewright.app.window import MainWindow


def _needs_scan(window: MainWindow) -> str:
    if window.document.scan is None and window.files.scans.waiting is None:
        return translate(
            "Actions", "The scan is not loaded: open it again to see it over the head."
        )
    return ""


def _needs_error(window: MainWindow) -> str:
    step = window.document.registration
    if step is None or step.error is None:
        return translate("Actions", "A model head has no error: open a scan first.")
    return ""


def _needs_measured(window: MainWindow) -> str:
    shown = window.document.shown
    if shown is not None and shown.face.inferred is None:
        return translate("Actions", "This head was made by the model: all of it is inferred.")
    return needs_project(window)


def _look(name: str, window: MainWindow) -> None:
    window.stage.change(look=name)


def _is_look(name: str, window: MainWindow) -> bool:
    return window.stage.display.look == name


def _toggle(field: str, window: MainWindow) -> None:
    window.stage.change(**{field: not getattr(window.stage.display, field)})


def _is_on(field: str, window: MainWindow) -> bool:
    display: Display = window.stage.display
    return bool(getattr(display, field))


def _use_workspace(id: str, window: MainWindow) -> None:
    window.workspaces.use(id)


def _in_workspace(id: str, window: MainWindow) -> bool:
    return window.workspaces.current.id == id


def _toggle_panels(window: MainWindow) -> None:
    window.workspaces.show_panels(not window.workspaces.panels_shown)


def _turn_theme(window: MainWindow) -> None:
    window.settings.choose(THEME, "dark" if theme.theme.name == "light" else "light")


def _full_screen(window: MainWindow) -> None:
    window.showNormal() if window.isFullScreen() else window.showFullScreen()


def _open_panel(id: str, window: MainWindow) -> None:
    window.raise_panel(id)
    window.panels[id].setFocus()  # so that Tab goes through its controls


def _looks() -> tuple[Action, ...]:
    table = (
        ("skin", "Skin", "skin"),
        ("clay", "Clay", "clay"),
        ("wireframe", "Wireframe", "wireframe"),
        ("texture", "Texture", "texture"),
        ("wax", "Wax", "matcap"),
        ("pearl", "Pearl", "matcap"),
        ("cavity", "Cavity", "matcap"),
        ("steel", "Steel", "matcap"),
        ("normals", "Normals", "normals"),
    )
    return tuple(
        Action(
            f"look.{name}",
            text,
            "View/Looks",
            partial(_look, name),
            icon=f"look-{icon}",
            reason=needs_project,
            checked=partial(_is_look, name),
            group="look",
            words="look shading material matcap",
        )
        for name, text, icon in table
    )


def _switches() -> tuple[Action, ...]:
    table: tuple[tuple[str, str, str, Reason], ...] = (
        ("scan", "Scan over the head", "S", _needs_scan),
        ("heat", "Error map", "E", _needs_error),
        ("landmarks", "Landmarks", "L", needs_project),
        ("inferred", "Mark what is inferred", "I", _needs_measured),
        ("sides", "Mark left and right", "M", needs_project),
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
            words="show hide overlay",
        )
        for field, text, key, reason in table
    )


def _panels() -> tuple[Action, ...]:
    return tuple(
        Action(
            f"panel.{spec.id}",
            spec.title,
            "View/Panels",
            partial(_open_panel, spec.id),
            icon=spec.icon,
            words=f"panel go to {spec.words}",
        )
        for spec in PANELS
    )


def _workspaces() -> tuple[Action, ...]:
    return tuple(
        Action(
            f"workspace.{space.id}",
            space.title,
            "View/Workspace",
            partial(_use_workspace, space.id),
            (f"Ctrl+Alt+{number}",),
            space.icon,
            checked=partial(_in_workspace, space.id),
            group="workspace",
            words=f"workspace layout {space.text}",
        )
        for number, space in enumerate(WORKSPACES, 1)
    )


VIEW: tuple[Action, ...] = (
    *_looks(),
    *_switches(),
    Action("show.cube", "Orientation cube", "View", partial(_toggle, "cube"),
           reason=needs_project, checked=partial(_is_on, "cube"), part=True, words="gizmo axes"),
    Action("show.scale", "Scale bar", "View", partial(_toggle, "scale"),
           reason=needs_project, checked=partial(_is_on, "scale"), words="length millimetres"),
    *_panels(),
    *_workspaces(),
    Action("workspace.reset", "Reset this workspace", "View/Workspace",
           lambda w: w.workspaces.reset(), icon="reset", part=True, words="layout panels default"),
    Action("workspace.layouts", "Layouts…", "View/Workspace", lambda w: w.ask_layout(),
           words="save load layout panels arrangement"),
    Action("view.panels", "Show the panels", "View", _toggle_panels, ("Tab",),
           reason=needs_view, in_view=True,
           checked=lambda w: w.workspaces.panels_shown, part=True, words="hide tab distraction"),
    Action("view.light", "Light theme", "View", _turn_theme, icon="sun",
           checked=lambda w: theme.theme.name == "light", words="dark night day appearance"),
    Action("view.full_screen", "Full screen", "View", _full_screen, ("F11",),
           checked=lambda w: w.isFullScreen()),
)  # fmt: skip

"""Workspaces: three arrangements of the same panels, each kept as its user leaves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QObject, Qt, Signal
from PySide6.QtWidgets import QMainWindow

from facewright.app import theme
from facewright.app.docks import Docks
from facewright.app.settings import Settings
from facewright.viewer.display import Display

if TYPE_CHECKING:
    from facewright.app.stage import Stage

Groups = tuple[tuple[str, ...], ...]
"""Groups of panels one below the other; those of a group are tabs."""

NARROW = 1180
"""Width of the window, in device-independent pixels, below which one column of panels stands."""

ROOMY = 1800
"""Width of the window from which tables at its right have room for all of their columns."""

_LEFT_WIDTH, _RIGHT_WIDTH, _BOTTOM_HEIGHT = 340, 380, 180
_ROOMY_WIDTH = 580
_UPPER_SHARE = 0.7
"""Of the height of two groups one below the other, what the upper one has."""
_WINDOW_STATE = 2  # raise when toolbars change, so that old layouts are not taken up


@dataclass(frozen=True)
class Workspace:
    """One arrangement: a row of the table.

    Panels are named by their id; those that are not there are left out, and those that no group
    names wait in View > Panels.

    Attributes
    ----------
    id, title, icon, text : str
        `text` says in one sentence whom it is for.
    left, right : Groups
    bottom : tuple of str
    raised : tuple of str
        The tabs in front.
    display : mapping
        Fields of `Display` that entering it sets.
    """

    id: str
    title: str
    icon: str
    text: str
    left: Groups
    right: Groups
    raised: tuple[str, ...]
    display: Mapping[str, Any]
    bottom: tuple[str, ...] = ()


WORKSPACES: tuple[Workspace, ...] = (
    Workspace(
        "clinic", "Clinic", "workspace-clinic",
        "Register a patient's scan, mark, complete, measure and compare",
        left=(("scan", "landmarks", "mask", "complete", "cleft", "sculpt"), ("steps", "history")),
        right=(("subject", "expression", "identity", "measure", "compare", "visits"),),
        raised=("scan", "steps", "subject"),
        display={"look": "skin", "sides": True},
    ),
    Workspace(
        "studio", "Studio", "workspace-studio",
        "Shape a face with sliders, brushes and masks",
        left=(("steps", "history"),),
        right=(("subject", "expression", "identity", "controllers", "sculpt", "mask"),),
        raised=("steps", "expression"),
        display={"look": "skin", "sides": False},
    ),
    Workspace(
        "forensic", "Forensic", "workspace-forensic",
        "Lay over, measure and compare, with every step on record",
        left=(("scan", "landmarks"), ("history", "steps")),
        right=(("compare", "measure", "identity", "controllers", "subject"),),
        raised=("scan", "history", "compare", "measure"),
        display={"look": "clay", "sides": True},
    ),
)  # fmt: skip
"""The first is the one of a first start."""


class Workspaces(QObject):
    """Arranges the docks of a window, and remembers how the user left them.

    Panels stay away until `show_panels`, so that the welcome page has the window for itself.

    Attributes
    ----------
    changed : Signal()
        Another workspace is in use, or the panels were hidden or shown.
    current : Workspace
    """

    changed = Signal()

    def __init__(self, window: QMainWindow, docks: Docks, stage: Stage, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._docks = window, docks
        self._stage, self._settings = stage, settings
        wanted = settings.get("workspace", "")
        self.current = next((w for w in WORKSPACES if w.id == wanted), WORKSPACES[0])
        self._shown = False
        self._kept: QByteArray | None = None  # the layout while panels are hidden

    @property
    def panels_shown(self) -> bool:
        """Whether the panels are out."""
        return self._shown

    def show_panels(self, on: bool) -> None:
        """Show the panels as they were, or give the whole window to the view."""
        if on == self._shown:
            return
        self._shown = on
        if not on:
            self._kept = self._state()
            for dock in self._docks:
                dock.hide()
        elif self._kept is not None:
            self._window.restoreState(self._kept, _WINDOW_STATE)
        else:
            self._enter(self.current)
        self.changed.emit()

    def use(self, id: str) -> None:
        """Go to a workspace, as it was left."""
        space = next(space for space in WORKSPACES if space.id == id)
        if space is self.current:
            return
        self.remember()
        self.current = space
        self._settings.set("workspace", id)
        self._kept = None
        self._shown = True
        self._enter(space)
        self.changed.emit()

    def reset(self) -> None:
        """Bring this workspace back to how it came."""
        layouts = dict(self._settings.get("layouts", {}))
        layouts.pop(self.current.id, None)
        self._settings.set("layouts", layouts)
        self._kept, self._shown = None, True
        self._enter(self.current)
        self.changed.emit()

    def raise_panel(self, id: str) -> None:
        """Bring a panel to the front, opened if it was closed."""
        self.show_panels(True)
        dock = self._docks[id]
        was_out = not dock.isHidden()
        dock.show()
        dock.raise_()
        bottom = self._window.dockWidgetArea(dock) == Qt.DockWidgetArea.BottomDockWidgetArea
        if bottom and not was_out and not dock.isFloating():
            self._window.resizeDocks([dock], [_BOTTOM_HEIGHT], Qt.Orientation.Vertical)

    def fit_texts(self) -> None:
        """Arrange the panels anew for texts of another size, keeping which are in front."""
        front = [dock.spec.id for dock in self._docks if not dock.visibleRegion().isEmpty()]
        self._arrange(self.current)
        for id in front:
            self._docks[id].show()
            self._docks[id].raise_()

    # -- layouts -----------------------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the layouts that the user saved."""
        return tuple(sorted(self._settings.get("named_layouts", {})))

    def save_as(self, name: str) -> None:
        """Save the layout of the panels under a name, in place of one of that name."""
        saved = dict(self._settings.get("named_layouts", {}))
        saved[name] = self._layout()
        self._settings.set("named_layouts", saved)

    def load(self, name: str) -> None:
        """Take up a saved layout."""
        layout = self._settings.get("named_layouts", {}).get(name)
        if layout is not None:
            self.show_panels(True)
            self._take_up(layout)
            self.changed.emit()

    def delete(self, name: str) -> None:
        """Forget a saved layout."""
        saved = dict(self._settings.get("named_layouts", {}))
        saved.pop(name, None)
        self._settings.set("named_layouts", saved)

    def remember(self) -> None:
        """Keep how this workspace looks now for the next time."""
        if self._shown or self._kept is not None:
            layouts = dict(self._settings.get("layouts", {}))
            layouts[self.current.id] = self._layout()
            self._settings.set("layouts", layouts)

    # -- inside ------------------------------------------------------------------------------

    def _state(self) -> QByteArray:
        return self._window.saveState(_WINDOW_STATE)

    def _layout(self) -> dict[str, Any]:
        state = self._state() if self._kept is None or self._shown else self._kept
        shown = self._stage.display
        return {
            "state": bytes(state.toHex().data()).decode(),
            "panels": list(self._docks.ids),
            "display": {name: getattr(shown, name) for name in self.current.display},
        }

    def _enter(self, space: Workspace) -> None:
        self._stage.change(**_known(space.display))
        self._arrange(space)
        layout = self._settings.get("layouts", {}).get(space.id)
        if isinstance(layout, dict):
            self._take_up(layout)

    def _take_up(self, layout: Mapping[str, Any]) -> None:
        """Restore a layout, unless it comes from a program with other panels."""
        if layout.get("panels") != list(self._docks.ids):
            return
        state = QByteArray.fromHex(str(layout.get("state", "")).encode())
        self._window.restoreState(state, _WINDOW_STATE)
        display = layout.get("display", {})
        if isinstance(display, dict):
            self._stage.change(**_known(display))

    def _arrange(self, space: Workspace) -> None:
        """Place every dock as the table says."""
        window, docks, area = self._window, self._docks, Qt.DockWidgetArea
        for dock in docks:
            dock.setFloating(False)
            window.removeDockWidget(dock)
        left, right = self._there(space.left), self._there(space.right)
        if window.width() < theme.stretched(NARROW):
            both = dict.fromkeys(id for group in (*right, *left) for id in group)
            left, right = (), (tuple(both),)
        bottom = self._there((space.bottom,))
        firsts = {}
        for side, groups in (
            (area.LeftDockWidgetArea, left),
            (area.RightDockWidgetArea, right),
            (area.BottomDockWidgetArea, bottom),
        ):
            firsts[side] = self._place(side, groups)
        placed = {id for groups in (left, right, bottom) for group in groups for id in group}
        for dock in docks:
            if dock.spec.id not in placed:
                self._put_away(dock.spec.id, firsts)
        for id in space.raised:
            if id in placed:
                docks[id].raise_()
        self._size(firsts)
        for groups in (left, right):
            if len(groups) == 2:
                pair = [docks[group[0]] for group in groups]
                high = round(_UPPER_SHARE * window.height())
                heights = [high, window.height() - high]
                window.resizeDocks(pair, heights, Qt.Orientation.Vertical)

    def _there(self, groups: Groups) -> Groups:
        known = (tuple(id for id in group if id in self._docks) for group in groups)
        return tuple(group for group in known if group)

    def _place(self, side: Qt.DockWidgetArea, groups: Groups) -> str:
        """Place groups one below the other; return the first panel, or nothing."""
        above = ""
        for group in groups:
            first = self._docks[group[0]]
            if above:
                self._window.splitDockWidget(self._docks[above], first, Qt.Orientation.Vertical)
            else:
                self._window.addDockWidget(side, first)
            first.show()
            above = group[0]
        for group in groups:
            for before, id in pairwise(group):
                self._window.tabifyDockWidget(self._docks[before], self._docks[id])
                self._docks[id].show()
            self._docks[group[0]].raise_()
        return groups[0][0] if groups else ""

    def _put_away(self, id: str, firsts: Mapping[Qt.DockWidgetArea, str]) -> None:
        """Hide a panel that the workspace does not show, ready to come out on its own side."""
        dock = self._docks[id]
        side = dock.spec.side
        self._window.addDockWidget(side, dock)
        if firsts.get(side):
            self._window.tabifyDockWidget(self._docks[firsts[side]], dock)
        dock.hide()

    def _size(self, firsts: Mapping[Qt.DockWidgetArea, str]) -> None:
        area = Qt.DockWidgetArea
        roomy = self._window.width() >= theme.stretched(ROOMY)
        wide = [
            (self._docks[firsts[side]], width)
            for side, width in (
                (area.LeftDockWidgetArea, theme.stretched(_LEFT_WIDTH)),
                (
                    area.RightDockWidgetArea,
                    theme.stretched(_ROOMY_WIDTH if roomy else _RIGHT_WIDTH),
                ),
            )
            if firsts[side]
        ]
        if wide:
            docks, widths = zip(*wide, strict=True)
            self._window.resizeDocks(list(docks), list(widths), Qt.Orientation.Horizontal)
        if firsts[area.BottomDockWidgetArea]:
            low = self._docks[firsts[area.BottomDockWidgetArea]]
            self._window.resizeDocks([low], [_BOTTOM_HEIGHT], Qt.Orientation.Vertical)


def _known(display: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that `Display` has."""
    names = {field.name for field in fields(Display)}
    return {name: value for name, value in display.items() if name in names}

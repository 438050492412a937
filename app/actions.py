"""The table of everything the user can do from menus, toolbar and keys.

To add an action, add a row to the file of its menu in `menus/`; a new submenu needs a line in
`SUBMENUS` only if it has an icon or stands in the toolbar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QToolBar, QToolButton

from facewright.app import theme
from facewright.app.menus.base import Action, translate
from facewright.app.menus.camera import CAMERA
from facewright.app.menus.compare import COMPARE
from facewright.app.menus.edit import EDIT
from facewright.app.menus.file import FILE
from facewright.app.menus.help import HELP
from facewright.app.menus.measure import MEASURE
from facewright.app.menus.sculpt import SCULPT
from facewright.app.menus.tools import TOOLS
from facewright.app.menus.view import VIEW

if TYPE_CHECKING:
    from facewright.app.window import MainWindow

MENUS = ("File", "Edit", "View", "Tools", "Help")

ACTIONS: tuple[Action, ...] = (
    *FILE, *EDIT, *CAMERA, *COMPARE, *VIEW, *TOOLS, *SCULPT, *MEASURE, *HELP,
)  # fmt: skip


@dataclass(frozen=True)
class Submenu:
    """How a submenu looks; `bar` puts it into the toolbar as one button that opens it."""

    icon: str = ""
    bar: bool = False
    part: bool = False


SUBMENUS: dict[str, Submenu] = {
    "View/Camera": Submenu("view-front", bar=True),
    "View/Views": Submenu("view-1", bar=True),
    "View/Turntable": Submenu("turntable"),
    "View/Compare": Submenu("compare", bar=True),
    "View/Looks": Submenu("look-skin", bar=True),
    "View/Panels": Submenu("steps", part=True),
}


class ActionTable(QObject):
    """The table as Qt's actions, kept in step with what can be done.

    Parameters
    ----------
    window : MainWindow
        Its settings may hold other keys than the table's, by id under "keys".
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._qt: dict[str, QAction] = {}
        self._specs = {spec.id: spec for spec in ACTIONS}
        self._groups: dict[str, QActionGroup] = {}
        self._menu_buttons: list[tuple[QToolButton, QMenu]] = []
        self._held: Action | None = None
        self._lent: set[QKeySequence] = set()
        for spec in ACTIONS:
            action = QAction(translate("Actions", spec.text), window)
            action.setObjectName(spec.id)
            if spec.icon:
                action.setIcon(theme.icon(spec.icon))
            action.setCheckable(spec.checked is not None)
            if spec.group:
                self._group(spec.group).addAction(action)
            action.triggered.connect(partial(self._run, spec))
            if spec.release is not None:
                action.setAutoRepeat(False)
            self._qt[spec.id] = action
            if spec.in_view:
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                window.pages.addAction(action)
            else:
                window.addAction(action)
        self.refresh_keys()
        self.refresh()

    def __getitem__(self, id: str) -> QAction:
        return self._qt[id]

    def __iter__(self) -> Iterator[Action]:
        return iter(ACTIONS)

    def keys(self, id: str) -> tuple[str, ...]:
        """Return the keys of an action: the user's own or the table's."""
        own = self._window.settings.get("keys", {})
        spec = self._specs[id]
        if not isinstance(own, Mapping) or not isinstance(own.get(id), list):
            return spec.keys
        return tuple(key for key in own[id] if isinstance(key, str))

    def shown_keys(self, id: str) -> str:
        """Return the first key of an action as this system writes it; empty without one."""
        keys = self.keys(id)
        if not keys:
            return ""
        return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText)

    def refresh_keys(self) -> None:
        """Take up the keys of the settings."""
        for spec in ACTIONS:
            keys = [QKeySequence(key) for key in self.keys(spec.id)]
            self._qt[spec.id].setShortcuts(
                keys if spec.instead else [key for key in keys if key not in self._lent]
            )

    def fill(self, bar: QMenuBar, tools: QToolBar) -> None:
        """Put every action into its menu, and those of the toolbar there."""
        menus = {title: bar.addMenu(translate("Actions", title)) for title in MENUS}
        for spec in ACTIONS:
            menu = self._menu(spec.menu, menus, tools)
            if spec.part:
                menu.addSeparator()
                if spec.bar:
                    tools.addSeparator()
            menu.addAction(self._qt[spec.id])
            if spec.bar:
                self._put(spec, tools)
        for menu in menus.values():
            menu.setToolTipsVisible(True)
            menu.menuAction().setVisible(not menu.isEmpty())
        self._show_choices()

    def refresh(self, *_told: object) -> None:
        """Enable what can be done now; the tip of what cannot says why."""
        for spec in ACTIONS:
            action = self._qt[spec.id]
            why = spec.reason(self._window)
            action.setEnabled(not why)
            if spec.label is not None:
                action.setText(spec.label(self._window))
            keys = self.shown_keys(spec.id)
            text = escape(action.text().rstrip("…"), quote=False) + (
                f"&nbsp; ({escape(keys, quote=False)})" if keys else ""
            )
            action.setToolTip(f"{text}<br>{escape(why, quote=False)}" if why else text)
            if spec.checked is not None:
                action.setChecked(spec.checked(self._window))
        self._lend_keys()
        self._show_choices()

    def close(self) -> None:
        """Listen to keys no more."""
        self._hold(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """End what lasts while a key is held when the key is let go, wherever the focus is."""
        let_go = event.type() == QEvent.Type.ApplicationDeactivate or (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyRelease
            and not event.isAutoRepeat()
        )
        spec = self._held
        if let_go and spec is not None and spec.release is not None:
            self._hold(None)
            spec.release(self._window)
            self.refresh()
        return super().eventFilter(watched, event)

    # -- inside ------------------------------------------------------------------------------

    def _lend_keys(self) -> None:
        """Leave keys that two actions have to the one that asks for them while it can be done."""
        lent = {
            QKeySequence(key)
            for spec in ACTIONS
            if spec.instead and self._qt[spec.id].isEnabled()
            for key in self.keys(spec.id)
        }
        if lent != self._lent:
            self._lent = lent
            self.refresh_keys()

    def _group(self, name: str) -> QActionGroup:
        if name not in self._groups:
            self._groups[name] = QActionGroup(self)
        return self._groups[name]

    def _menu(self, path: str, menus: dict[str, QMenu], tools: QToolBar) -> QMenu:
        """Return the menu of `path`, made where its first action stands."""
        if path in menus:
            return menus[path]
        above, _, title = path.rpartition("/")
        parent, look = self._menu(above, menus, tools), SUBMENUS.get(path, Submenu())
        if look.part:
            parent.addSeparator()
        menu = parent.addMenu(translate("Actions", title))
        menu.setToolTipsVisible(True)
        if look.icon:
            menu.setIcon(theme.icon(look.icon))
        menus[path] = menu
        if look.bar:
            button = QToolButton()
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            button.setMenu(menu)
            button.setIcon(menu.icon())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(menu.title())
            button.setAccessibleName(menu.title())
            tools.addWidget(button)
            self._menu_buttons.append((button, menu))
        return menu

    def _put(self, spec: Action, tools: QToolBar) -> None:
        action = self._qt[spec.id]
        tools.addAction(action)
        button = tools.widgetForAction(action)
        if isinstance(button, QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(spec.name)
            if spec.named:
                action.setIconText(f" {spec.name}")  # bars set the size of icons themselves
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def _show_choices(self) -> None:
        """Give the buttons of submenus the icon of what is chosen in them."""
        for button, menu in self._menu_buttons:
            chosen = [action for action in menu.actions() if action.isChecked()]
            button.setIcon(chosen[0].icon() if len(chosen) == 1 else menu.icon())
            names = [action.text() for action in chosen]
            button.setToolTip(": ".join([menu.title(), *names[:1]]))
            button.setEnabled(any(action.isEnabled() for action in menu.actions()))

    def _run(self, spec: Action, _checked: bool = False) -> None:
        if spec.release is not None:
            self._hold(spec)
        spec.run(self._window)
        self.refresh()

    def _hold(self, spec: Action | None) -> None:
        """Wait until a key is let go; the filter costs every event, so only then."""
        app = QApplication.instance()
        assert app is not None
        self._held = spec
        if spec is None:
            app.removeEventFilter(self)
        else:
            app.installEventFilter(self)

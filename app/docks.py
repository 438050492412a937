"""The docks: every panel in a frame that can be moved, floated, closed and opened again."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QScrollArea,
    QTabBar,
    QTabWidget,
    QToolButton,
    QWidget,
)

from facewright.app import theme
from facewright.app.panels import PANELS
from facewright.app.panels.base import Panel, PanelSpec
from facewright.app.timers import pause
from facewright.app.workbench import Workbench


class Docks(QObject):
    """All docks of a window, by the id of their panel.

    Parameters
    ----------
    window : QMainWindow
    bench : Workbench

    Attributes
    ----------
    panels : dict of str to Panel
    """

    def __init__(self, window: QMainWindow, bench: Workbench) -> None:
        super().__init__(window)
        self._window = window
        self.panels: dict[str, Panel] = {}
        self._docks: dict[str, Dock] = {}
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setDocumentMode(True)
        window.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AnimatedDocks
        )
        area = Qt.DockWidgetArea
        window.setCorner(Qt.Corner.BottomLeftCorner, area.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, area.RightDockWidgetArea)
        self._soon = pause(0, self._dress, self)
        for spec in PANELS:
            panel = self.panels[spec.id] = spec.build(bench)
            dock = self._docks[spec.id] = Dock(spec, panel, window)
            dock.dockLocationChanged.connect(self._dress_soon)
            dock.topLevelChanged.connect(self._dress_soon)
            dock.visibilityChanged.connect(self._dress_soon)
            # Qt only moves what stands behind a tab off the screen: there it would go on working
            # for nobody, and the window would be painted for it.
            dock.visibilityChanged.connect(panel.setVisible)
            window.addDockWidget(spec.side, dock)
            dock.hide()

    def __getitem__(self, id: str) -> Dock:
        return self._docks[id]

    def __contains__(self, id: str) -> bool:
        return id in self._docks

    def __iter__(self) -> Iterator[Dock]:
        return iter(self._docks.values())

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all panels, in the order of their table."""
        return tuple(self._docks)

    def close(self) -> None:
        """Let every panel go."""
        self._soon.stop()
        for panel in self.panels.values():
            panel.stop()

    def _dress_soon(self, *_told: object) -> None:
        self._soon.start()

    def _dress(self) -> None:
        """Give titles to docks that stand alone: of those in tabs the tab says it."""
        for dock in self:
            others = self._window.tabifiedDockWidgets(dock)
            tabbed = not dock.isFloating() and any(not other.isHidden() for other in others)
            dock.show_title(not tabbed)
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        for bar in self._window.findChildren(QTabBar, options=direct):
            if bar.contextMenuPolicy() != Qt.ContextMenuPolicy.CustomContextMenu:
                bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
                bar.customContextMenuRequested.connect(lambda at, bar=bar: self._tab_menu(bar, at))
                bar.setElideMode(Qt.TextElideMode.ElideNone)
                bar.setUsesScrollButtons(True)
                bar.setAccessibleName(self.tr("Panels"))

    def _tab_menu(self, bar: QTabBar, at: QPoint) -> None:
        index = bar.tabAt(at)
        title = bar.tabText(index)
        found = [d for d in self if d.windowTitle() == title and not d.isHidden()]
        if index < 0 or not found:
            return
        menu = QMenu(bar)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Float {}").format(title), found[0].toggle_floating)
        menu.addAction(self.tr("Close {}").format(title), found[0].close)
        menu.popup(bar.mapToGlobal(at))


class Dock(QDockWidget):
    """One panel in its frame; it scrolls where it has too little room.

    Attributes
    ----------
    spec : PanelSpec
    title : QWidget
        The line above the panel, hidden while a tab says the same.
    """

    def __init__(self, spec: PanelSpec, panel: Panel, window: QMainWindow) -> None:
        super().__init__(window)
        self.spec = spec
        self.setObjectName(spec.id)
        self.setWindowTitle(self.tr(spec.title))
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(panel)
        bar = scroll.verticalScrollBar().sizeHint().width()
        scroll.setMinimumWidth(panel.least_width + bar)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(scroll)
        self.title = DockTitle(self)
        holder = QWidget()  # Qt measures the title bar itself, so what hides stands inside it
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.title)
        self.setTitleBarWidget(holder)

    def show_title(self, on: bool) -> None:
        """Show the line above the panel, or give its room to the panel."""
        if on == self.title.isHidden():
            self.title.setVisible(on)
            self.titleBarWidget().updateGeometry()
            layout = self.layout()
            assert layout is not None
            layout.invalidate()
            layout.activate()

    def toggle_floating(self) -> None:
        """Float, or go back to where it was."""
        self.setFloating(not self.isFloating())


class DockTitle(QWidget):
    """The line above a panel: its name, float, close."""

    def __init__(self, dock: Dock) -> None:
        super().__init__()
        name = QLabel(dock.windowTitle())
        name.setProperty("role", "small-strong")
        floating = self._button(self.tr("Float {}").format(dock.windowTitle()), "float")
        floating.clicked.connect(dock.toggle_floating)
        close = self._button(self.tr("Close {}").format(dock.windowTitle()), "close")
        close.clicked.connect(dock.close)
        line = QHBoxLayout(self)
        line.setContentsMargins(3 * theme.SPACE, theme.SPACE, theme.SPACE, theme.SPACE)
        line.setSpacing(0)
        line.addWidget(name, 1)
        line.addWidget(floating)
        line.addWidget(close)

    def _button(self, text: str, icon: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(theme.icon(icon, "quiet"))
        button.setFixedSize(26, 26)
        button.setToolTip(text)
        button.setAccessibleName(text)
        return button

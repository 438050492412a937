"""The window: the view in the middle, panels around it, one status bar below."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSizePolicy,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.actions import ActionTable
from facewright.app.ahead import Ahead
from facewright.app.autosave import Autosave
from facewright.app.docks import Docks
from facewright.app.document import Document
from facewright.app.errors import Message
from facewright.app.files import Files
from facewright.app.jobs import JobLane
from facewright.app.log import Log
from facewright.app.memory import give_back_soon
from facewright.app.pages import Pages
from facewright.app.panels.base import Panel
from facewright.app.plausible import Plausibility
from facewright.app.preferences import Preferences
from facewright.app.samples import shipped
from facewright.app.settings import Settings
from facewright.app.stage import Stage
from facewright.app.status import Status
from facewright.app.tools import TOOLS
from facewright.app.tools.belt import ToolBelt
from facewright.app.type_ahead import TypeAhead
from facewright.app.welcome import Welcome
from facewright.app.widgets.banner import Banner
from facewright.app.widgets.workspace_switch import WorkspaceSwitch
from facewright.app.workbench import Workbench
from facewright.app.workspaces import Workspaces
from facewright.engine.models.store import ModelStore

if TYPE_CHECKING:
    from facewright.viewer.viewport import Viewport

_ROOMY = QSize(1440, 900)
_LEAST = QSize(880, 500)
_DELETE = Qt.WidgetAttribute.WA_DeleteOnClose


class MainWindow(QMainWindow):
    """One window with one document.

    Attributes
    ----------
    document, jobs, aside, stage, files, settings, log, tools, workspaces, pages :
        See their modules.

    Parameters
    ----------
    models : ModelStore
    settings : Settings
    """

    document: Document
    jobs: JobLane
    aside: JobLane
    stage: Stage
    files: Files
    tools: ToolBelt
    workspaces: Workspaces

    def __init__(self, models: ModelStore, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.log = Log(self)
        self.document = Document(models)
        self.jobs = JobLane(self)
        self.aside = JobLane(self)
        self.plausible = Plausibility(self.document)
        self.stage = Stage(self.document)
        self.files = Files(self, self.document, self.jobs, self.stage, settings)
        self.files.tell = self.tell
        self.autosave = Autosave(self.document, self.files, settings.folder / "recovery", self)
        self._closed = False
        self._ahead = Ahead(self.document, self.aside)
        self.destroyed.connect(give_back_soon)
        self.setAcceptDrops(True)
        self.setMinimumSize(_LEAST)
        self._build_middle()
        self._build_panels()
        self.status = Status(self.jobs)
        self.setStatusBar(self.status)
        self.plausible.changed.connect(self.status.show_plausible)
        self._build_bars()
        self._listen()
        self._place()
        self.preferences = Preferences(self)
        self._refresh()

    @property
    def viewport(self) -> Viewport | None:
        """The 3D view; None until there is something to see, and after OpenGL was lost."""
        return self.pages.view

    @property
    def panels(self) -> dict[str, Panel]:
        """The panels by id."""
        return self.docks.panels

    @property
    def at_work(self) -> bool:
        """Whether threads still work, though the window may be closed."""
        return any(lane.at_work for lane in (self.jobs, self.aside, self.files.writer))

    # -- building ----------------------------------------------------------------------------

    def _build_middle(self) -> None:
        self.banner = Banner()
        self.banner.details_asked.connect(self._show_details)
        self.welcome = Welcome(shipped(), self.settings, self.files.thumbnails, self.files.writer)
        self.welcome.open_asked.connect(self.files.ask_open)
        self.welcome.head_asked.connect(self.files.new_head)
        self.welcome.path_asked.connect(lambda path: self.files.open([path]))
        self.pages = Pages(self.welcome, self.stage)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(middle)

    def _build_panels(self) -> None:
        self.tools = ToolBelt(TOOLS)
        bench = Workbench(
            document=self.document,
            jobs=self.jobs,
            aside=self.aside,
            stage=self.stage,
            files=self.files,
            settings=self.settings,
            tools=self.tools,
            log=self.log,
            plausible=self.plausible,
            tell=self.tell,
            raise_panel=self.raise_panel,
        )
        self.tools.serve(bench)
        self.docks = Docks(self, bench)
        self.workspaces = Workspaces(self, self.docks, self.stage, self.settings)

    def _build_bars(self) -> None:
        self.actions_table = ActionTable(self)
        self._type_ahead = TypeAhead(self)
        bar = QToolBar(self.tr("Tools"))
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setIconSize(QSize(theme.ICON, theme.ICON))
        self.addToolBar(bar)
        self.actions_table.fill(self.menuBar(), bar)
        self.workspace_switch = WorkspaceSwitch(self.workspaces)
        if self.menuBar().isNativeMenuBar():  # it stands at the edge of the screen
            space = QWidget()
            space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            bar.addWidget(space)
            bar.addWidget(self.workspace_switch)
        else:
            self.menuBar().setCornerWidget(self.workspace_switch)

    def _listen(self) -> None:
        for signal in (
            self.document.project_changed,
            self.document.opened,
            self.stage.display_changed,
            self.stage.arranged,
            self.stage.comparer.switched,
            self.files.scans.changed,
            self.tools.changed,
        ):
            signal.connect(self._refresh)
        self.document.failed.connect(self.files.fail)
        self.tools.changed.connect(self._show_tool)
        self.files.scans.changed.connect(self._show_page)
        self.document.opened.connect(self._show_page)
        self.document.opened.connect(self.banner.clear)
        self.jobs.changed.connect(self.actions_table.refresh)
        self.jobs.began.connect(self.autosave.write)  # what runs long may also end badly
        self.jobs.began.connect(self.banner.clear)
        self.jobs.ended.connect(self.log.note_job)
        self.workspaces.changed.connect(self._refresh)
        self.pages.changed.connect(self._refresh)
        self.pages.failed.connect(self._tell_no_view)

    def _place(self) -> None:
        screen = self.screen()
        room = screen.availableSize() if screen is not None else _ROOMY
        self.resize(_ROOMY.boundedTo(room))
        self.restoreGeometry(QByteArray.fromHex(self.settings.get("geometry", "").encode()))
        self.welcome.drop.open.setFocus()

    # -- what is shown -----------------------------------------------------------------------

    def _show_page(self) -> None:
        waiting = self.files.scans.waiting is not None
        if not (self.document.is_open or waiting):
            return
        self.workspaces.show_panels(True)
        self.pages.ensure_view()
        self._ahead.begin()
        if waiting or self.document.registration is not None:
            self.raise_panel("scan")

    def raise_panel(self, id: str) -> None:
        """Bring a panel to the front."""
        self.workspaces.raise_panel(id)

    def createPopupMenu(self) -> QMenu:  # noqa: N802
        """Return the menu of titles and bars: which panels are out."""
        menu = QMenu(self)
        for dock in self.docks:
            menu.addAction(dock.toggleViewAction())
        return menu

    def _refresh(self, *_told: object) -> None:
        document = self.document
        self.actions_table.refresh()
        self.status.show_document(document)
        self.status.show_device(self.viewport)
        if document.is_open:
            self.setWindowTitle(f"{document.title}[*] - Facewright")
            self.setWindowModified(document.dirty)
        else:
            self.setWindowTitle("Facewright")

    # -- telling -----------------------------------------------------------------------------

    def tell(self, message: Message) -> None:
        """Show a message above the view and keep it in the log."""
        self.log.tell(message)
        self.banner.tell(message)

    def _show_tool(self, _id: str) -> None:
        self.status.show_tool(self.tools.current)

    def _tell_no_view(self, reason: str) -> None:
        self.tell(Message("poor", self.tr("The 3D view stopped: {}").format(reason)))

    def _show_details(self, message: Message) -> None:
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("Details"))
        box.setText(message.text)
        box.setDetailedText(message.details)
        box.setAttribute(_DELETE)
        box.open()

    def show_about(self) -> None:
        """Say what the program is and is not."""
        from facewright.app.dialogs.about import AboutDialog

        dialog = AboutDialog(self)
        dialog.setAttribute(_DELETE)
        dialog.open()

    def ask_layout(self) -> None:
        """Save the layout of the panels by a name, or take up a saved one."""
        from facewright.app.dialogs.layouts import LayoutsDialog

        dialog = LayoutsDialog(self, self.workspaces)
        dialog.setAttribute(_DELETE)
        dialog.open()

    # -- events ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Let Return press the button that has the focus: Qt leaves that to the space bar."""
        button = QApplication.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(
            button, QAbstractButton
        ):
            button.animateClick()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.welcome.drop.light_up(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        """Go back to how it was."""
        self.welcome.drop.light_up(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open what was dropped, after the drop itself has ended."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.welcome.drop.light_up(False)
        QTimer.singleShot(0, self, lambda: self.files.open(paths))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Ask for unsaved work, then let go of threads, timers and VTK."""
        if self._closed:
            event.accept()
            return
        if not self.files.may_close():
            event.ignore()
            return
        self._closed = True
        self.settings.set("geometry", bytes(self.saveGeometry().toHex().data()).decode())
        self.workspaces.remember()
        self.hide()  # what runs may take its time to end
        self._let_go()
        event.accept()
        super().closeEvent(event)

    def _let_go(self) -> None:
        self._ahead.stop()
        self.actions_table.close()
        self.preferences.close()
        self.jobs.close()
        self.aside.close()
        self.files.close()
        self.autosave.close()
        self.document.close()
        self.tools.close()
        self.docks.close()
        self.plausible.close()
        for signal in (
            self.document.project_changed,
            self.document.opened,
            self.document.failed,
            self.stage.display_changed,
            self.stage.arranged,
            self.stage.comparer.switched,
            self.files.scans.changed,
            self.tools.changed,
        ):
            signal.disconnect()
        self.stage.close()
        self.pages.close_view()
        self.log.close()

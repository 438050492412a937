"""The window: viewport in the middle, panels around it, one status bar below."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QLabel,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.actions import ActionTable
from facewright.app.autosave import Autosave
from facewright.app.document import Document
from facewright.app.errors import Message
from facewright.app.files import Files
from facewright.app.jobs import JobLane
from facewright.app.panels import PANELS
from facewright.app.panels.base import Panel
from facewright.app.settings import Settings
from facewright.app.stage import Stage
from facewright.app.tools import TOOLS
from facewright.app.tools.belt import ToolBelt
from facewright.app.welcome import Welcome
from facewright.app.widgets.banner import Banner
from facewright.app.widgets.job_bar import JobBar
from facewright.app.workbench import Workbench
from facewright.engine.models.store import ModelStore

if TYPE_CHECKING:
    from facewright.viewer.viewport import Viewport

_LAYOUT = 1  # raise when docks change so that an old layout is not restored over them


class MainWindow(QMainWindow):
    """One window with one document.

    Attributes
    ----------
    document, jobs, stage, files, settings :
        See their modules.
    viewport : Viewport or None
        None until there is something to see, and after OpenGL was lost.

    Parameters
    ----------
    models : ModelStore
    settings : Settings
    sample : Path or None
        A scan to try.
    """

    document: Document
    jobs: JobLane
    stage: Stage
    files: Files
    viewport: Viewport | None

    def __init__(self, models: ModelStore, settings: Settings, sample: Path | None = None) -> None:
        super().__init__()
        self.settings = settings
        self.document = Document(models)
        self.jobs = JobLane(self)
        self.stage = Stage(self.document)
        self.files = Files(self, self.document, self.jobs, self.stage, settings)
        self.files.tell = self.tell
        self.autosave = Autosave(self.document, self.files, settings.folder / "recovery", self)
        self.viewport = None
        self.sample = sample
        self._closed = False
        self.setAcceptDrops(True)
        self.setMinimumSize(960, 600)
        self._build_middle()
        self._build_panels()
        self._build_status()
        self._build_bars()
        self._listen()
        self._restore()
        self._refresh()

    # -- building ----------------------------------------------------------------------------

    def _build_middle(self) -> None:
        self.banner = Banner()
        self.banner.details_asked.connect(self._show_details)
        self.welcome = Welcome(self.sample is not None)
        self.welcome.open_asked.connect(self.files.ask_open)
        self.welcome.head_asked.connect(self.files.new_head)
        self.welcome.sample_asked.connect(self.open_sample)
        self.welcome.path_asked.connect(lambda path: self.files.open([path]))
        self.welcome.show_recent(self.settings.recent)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self._pages, 1)
        self.setCentralWidget(middle)

    def _build_panels(self) -> None:
        self.tools = ToolBelt(TOOLS)
        bench = Workbench(
            document=self.document,
            jobs=self.jobs,
            stage=self.stage,
            files=self.files,
            settings=self.settings,
            tools=self.tools,
            tell=self.tell,
            raise_panel=self.raise_panel,
        )
        self.tools.serve(bench)
        self.panels: dict[str, Panel] = {}
        self.docks: dict[str, QDockWidget] = {}
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setDocumentMode(True)
        first_right: QDockWidget | None = None
        for spec in PANELS:
            panel = spec.build(bench)
            dock = QDockWidget(self.tr(spec.title), self)
            dock.setObjectName(spec.id)
            dock.setWidget(panel)
            dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable)
            self.addDockWidget(spec.side, dock)
            if spec.side == Qt.DockWidgetArea.RightDockWidgetArea:
                dock.setTitleBarWidget(QWidget())  # its tab says what it is
                if first_right is not None:
                    self.tabifyDockWidget(first_right, dock)
                first_right = first_right or dock
            self.panels[spec.id] = panel
            self.docks[spec.id] = dock
        left = [s.id for s in PANELS if s.side == Qt.DockWidgetArea.LeftDockWidgetArea]
        right = [s.id for s in PANELS if s.side == Qt.DockWidgetArea.RightDockWidgetArea]
        horizontal = Qt.Orientation.Horizontal
        self.resizeDocks([self.docks[left[0]], self.docks[right[0]]], [280, 380], horizontal)
        self.raise_panel("subject")

    def _build_status(self) -> None:
        status = self.statusBar()
        status.setSizeGripEnabled(False)
        self.job_bar = JobBar(self.jobs)
        self.facts = QLabel()
        self.facts.setAccessibleName(self.tr("About the head"))
        status.addWidget(self.job_bar, 1)
        status.addPermanentWidget(self.facts)

    def _build_bars(self) -> None:
        self.actions_table = ActionTable(self)
        bar = QToolBar(self.tr("Tools"))
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setIconSize(theme.pixmap("open").deviceIndependentSize().toSize())
        self.addToolBar(bar)
        self.actions_table.fill(self.menuBar(), bar)

    def _listen(self) -> None:
        for signal in (
            self.document.project_changed,
            self.document.opened,
            self.stage.display_changed,
            self.files.scan_changed,
        ):
            signal.connect(self._refresh)
        self.document.failed.connect(self.files.fail)
        self.files.scan_changed.connect(self._show_page)
        self.document.opened.connect(self._show_page)
        self.document.opened.connect(self.banner.clear)
        self.jobs.changed.connect(self.actions_table.refresh)

    def _restore(self) -> None:
        self.resize(1440, 900)
        if self.settings.get("layout_version", 0) == _LAYOUT:
            self.restoreGeometry(QByteArray.fromHex(self.settings.get("geometry", "").encode()))
            self.restoreState(QByteArray.fromHex(self.settings.get("layout", "").encode()))
        # Panels wait until there is something to tune.
        self._layout_waiting: QByteArray | None = self.saveState()
        for dock in self.docks.values():
            dock.hide()

    def open_sample(self) -> None:
        """Open the scan to try."""
        if self.sample is not None:
            self.files.open([self.sample])

    # -- viewport ----------------------------------------------------------------------------

    def ensure_viewport(self) -> None:
        """Make the 3D view, or say in words why there is none; the rest goes on working."""
        if self.viewport is not None or self._closed:
            return
        try:
            from facewright.viewer.viewport import Viewport

            view = Viewport(self)
        except Exception as error:
            self._without_view(str(error))
            return
        view.lost.connect(self.lose_viewport, Qt.ConnectionType.QueuedConnection)
        self.viewport = view
        self._pages.addWidget(view)
        self._pages.setCurrentWidget(view)
        self.stage.attach(view)
        self.actions_table.refresh()
        self.activateWindow()  # Qt makes the native window anew for OpenGL, which drops the focus

    def lose_viewport(self, reason: str) -> None:
        """Take the 3D view away after the driver failed; the document is untouched."""
        view, self.viewport = self.viewport, None
        if view is not None:
            self.stage.detach(view)
            self._pages.removeWidget(view)
            view.close()
            view.deleteLater()
        self._without_view(reason)

    def _without_view(self, reason: str) -> None:
        page = QLabel(
            self.tr(
                "The 3D view cannot be shown: {}\n\nYour work is safe: it can be saved and "
                "exported.\nUpdate the graphics driver, or start with LIBGL_ALWAYS_SOFTWARE=1."
            ).format(reason)
        )
        page.setAlignment(Qt.AlignmentFlag.AlignCenter)
        page.setWordWrap(True)
        page.setObjectName("no-view")
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        self.tell(Message("poor", self.tr("The 3D view stopped: {}").format(reason)))

    def _show_page(self) -> None:
        if self.document.is_open or self.files.waiting is not None:
            if self._layout_waiting is not None:
                layout, self._layout_waiting = self._layout_waiting, None
                self.restoreState(layout)
            self.ensure_viewport()
        if self.files.waiting is not None or self.document.registration is not None:
            self.raise_panel("scan")

    # -- telling -----------------------------------------------------------------------------

    def tell(self, message: Message) -> None:
        """Show a message above the viewport."""
        self.banner.tell(message)

    def _show_details(self, message: Message) -> None:
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("Details"))
        box.setText(message.text)
        box.setDetailedText(message.details)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def show_about(self) -> None:
        """Say what the program is and is not."""
        from facewright.app.dialogs.about import AboutDialog

        dialog = AboutDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def raise_panel(self, id: str) -> None:
        """Bring a panel to the front."""
        self.docks[id].show()
        self.docks[id].raise_()

    def _refresh(self, *_told: object) -> None:
        document = self.document
        self.actions_table.refresh()
        if document.is_open:
            self.setWindowTitle(f"{document.title}[*] - Facewright")
            self.setWindowModified(document.dirty)
            facts = [self.tr("mm")]
            if document.shown is not None:
                count = document.shown.head.skin.topology.count
                facts.append(self.tr("{:,} vertices").format(count).replace(",", "\u202f"))
            error = document.fit_error
            if error is not None:
                facts.append(self.tr("head to scan {:.2f} mm (median)").format(error))
            self.facts.setText("   ·   ".join(facts))
        else:
            self.setWindowTitle("Facewright")

    # -- events ------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open what was dropped, after the drop itself has ended."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        QTimer.singleShot(0, self, lambda: self.files.open(paths))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Ask for unsaved work, then let go of threads, timers and VTK."""
        if self._closed:
            event.accept()
            return
        if not self.files.may_leave():
            event.ignore()
            return
        self._closed = True
        self.settings.set("layout_version", _LAYOUT)
        self.settings.set("geometry", bytes(self.saveGeometry().toHex().data()).decode())
        layout = self._layout_waiting or self.saveState()
        self.settings.set("layout", bytes(layout.toHex().data()).decode())
        self.actions_table.close()
        self.jobs.close()
        self.files.close()
        self.autosave.close()
        self.document.close()
        for panel in self.panels.values():
            panel.stop()
        self.tools.close()
        self._stop_listening()
        self.stage.close()
        if self.viewport is not None:
            self.viewport.close()
            self.viewport = None
        event.accept()
        super().closeEvent(event)

    def _stop_listening(self) -> None:
        for signal in (
            self.document.project_changed,
            self.document.opened,
            self.document.failed,
            self.stage.display_changed,
            self.files.scan_changed,
        ):
            signal.disconnect()

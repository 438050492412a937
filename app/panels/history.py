"""History: every version since the file was begun, those that have a name among them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import (
    QDate,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTime,
)
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
)

from facewright.app import theme
from facewright.app.panels.base import Panel
from facewright.app.references import Reference
from facewright.app.widgets.step_row import paint_ground
from facewright.app.workbench import Workbench
from facewright.engine.project import Version

_Index = QModelIndex | QPersistentModelIndex
_VERSION = Qt.ItemDataRole.UserRole
_TIME = Qt.ItemDataRole.UserRole + 1
_STATE = Qt.ItemDataRole.UserRole + 2


class HistoryPanel(Panel):
    """Lists the versions, latest at the end; those that were undone are faint.

    A click or Enter goes to a version; arrow keys and the right button only choose one, to name,
    compare or delete it. Versions with a name have a pin and stay when the work goes another
    way; then they stand above the others.
    """

    least_width = 240

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        edge = 2 * theme.SPACE
        self.column.setContentsMargins(edge, edge, edge, edge)
        self.column.setSpacing(2 * theme.SPACE)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search versions"))
        self.search.setAccessibleName(self.tr("Search versions"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.column.addWidget(self.search)
        self.list = _VersionList()
        self.list.setAccessibleName(self.tr("Versions"))
        self.list.setMinimumHeight(theme.stretched(56))
        self.list.itemClicked.connect(self._go)
        self.list.itemActivated.connect(self._go)
        self.list.currentRowChanged.connect(self._show_buttons)
        self.list.itemChanged.connect(self._renamed)
        self.column.addWidget(self.list, 1)
        self.column.addLayout(self._buttons())
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self._add_keys()
        self._sync()

    def sync(self) -> None:
        """Show every version and the one that is shown."""
        history = self.document.history
        versions = (*history.kept, *history.versions)
        blocked = self.list.blockSignals(True)
        while self.list.count() > len(versions):
            self.list.takeItem(self.list.count() - 1)
        while self.list.count() < len(versions):
            self.list.addItem(QListWidgetItem())
        for row, version in enumerate(versions):
            self._fill(self.list.item(row), version, row > len(history.kept) + history.index)
        self.list.setCurrentRow(len(history.kept) + history.index)
        self.list.blockSignals(blocked)
        self.list.viewport().update()
        self.list.scrollToItem(self.list.currentItem())
        self._filter(self.search.text())
        self._show_buttons()

    # -- building ----------------------------------------------------------------------------

    def _buttons(self) -> QHBoxLayout:
        self.name = QPushButton(self.tr("Name"))
        self.name.setIcon(theme.icon("pin"))
        self.name.setToolTip(
            self.tr("Name this version: it stays, and can be compared with later (F2)")
        )
        self.name.clicked.connect(self._rename)
        self.compare = QPushButton(self.tr("Compare"))
        self.compare.setIcon(theme.icon("compare"))
        self.compare.setToolTip(self.tr("Compare the head with this version from now on"))
        self.compare.clicked.connect(self._compare)
        self.delete = QToolButton()
        self.delete.setIcon(theme.icon("trash"))
        self.delete.setAccessibleName(self.tr("Delete the version"))
        self.delete.clicked.connect(self._delete)
        line = QHBoxLayout()
        line.setSpacing(theme.SPACE)
        line.addWidget(self.name)
        line.addWidget(self.compare)
        line.addStretch(1)
        line.addWidget(self.delete)
        return line

    def _add_keys(self) -> None:
        for keys, run in (("F2", self._rename), ("Del", self._delete)):
            action = QAction(self.list)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(run)
            self.list.addAction(action)

    # -- showing -----------------------------------------------------------------------------

    def _fill(self, item: QListWidgetItem, version: Version, undone: bool) -> None:
        when = "" if version.time is None else _clock(version.time)
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
        )
        item.setText(version.title)
        item.setData(_VERSION, version)
        item.setData(_TIME, when)
        shown = version is self.document.history.shown
        item.setData(_STATE, "undone" if undone else "shown" if shown else "")
        role = "accent" if version.label else "faint" if undone else "quiet"
        item.setIcon(theme.icon("pin" if version.label else "history", role))
        facts = [version.title, version.name if version.label else "", when]
        if undone:
            facts.append(self.tr("undone"))
        elif shown:
            facts.append(self.tr("shown now"))
        item.setToolTip("\n".join(filter(None, facts)))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, facts)))

    def _filter(self, text: str) -> None:
        wanted = text.strip().casefold()
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(wanted not in item.toolTip().casefold())

    def _show_buttons(self, _row: int = -1) -> None:
        version = self._chosen()
        shown = version is None or version is self.document.history.shown
        self.delete.setEnabled(not shown)
        self.delete.setToolTip(
            self.tr("This version is shown: go to another one to delete it.")
            if shown
            else self.tr("Delete the version (Del)")
        )

    def _chosen(self) -> Version | None:
        item = self.list.currentItem()
        version: Version | None = None if item is None else item.data(_VERSION)
        return version

    # -- acting ------------------------------------------------------------------------------

    def _go(self, item: QListWidgetItem) -> None:
        version: Version = item.data(_VERSION)
        if version is not self.document.history.shown:
            self.document.show_version(version)

    def _rename(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            if item.isHidden():
                self.search.clear()
            self.list.setFocus()
            # A row that was hidden or taken away while it was named left Qt waiting for it.
            self.list.setState(QAbstractItemView.State.NoState)
            self.list.editItem(item)

    def _renamed(self, item: QListWidgetItem) -> None:
        version: Version = item.data(_VERSION)
        label = item.text().strip()
        if label == version.title:
            return
        self.document.name_version(version, "" if label == version.name else label)

    def _compare(self) -> None:
        version = self._chosen()
        if version is None:
            return
        kind = "named" if version.label else "version"
        comparer = self.bench.stage.comparer
        comparer.use(Reference(version.title, kind, version.project))
        if not comparer.state.mode:
            comparer.set(mode="wipe")
        self.bench.raise_panel("compare")

    def _delete(self) -> None:
        version = self._chosen()
        if version is not None and version is not self.document.history.shown:
            self.document.delete_version(version)

    def _show_menu(self, place: QPoint) -> None:
        item = self.list.itemAt(place)
        if item is None:
            return
        menu = self.menu(item.data(_VERSION))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list.setCurrentItem(item)
        menu.popup(self.list.viewport().mapToGlobal(place))

    def menu(self, version: Version) -> QMenu:
        """Return what can be done with a version."""
        menu = QMenu(self)
        shown = version is self.document.history.shown
        go = menu.addAction(self.tr("Go there"), lambda: self.document.show_version(version))
        go.setEnabled(not shown)
        menu.addAction(self.tr("Name…"), self._rename)
        if version.label:
            menu.addAction(
                self.tr("Take the name away"), lambda: self.document.name_version(version, "")
            )
        menu.addAction(self.tr("Compare with this"), self._compare)
        delete = menu.addAction(self.tr("Delete"), self._delete)
        delete.setEnabled(not shown)
        return menu


class _VersionList(QListWidget):
    """Rows of versions, painted by `_VersionDelegate`."""

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(_VersionDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setEditTriggers(QListWidget.EditTrigger.NoEditTriggers)


class _VersionDelegate(QStyledItemDelegate):
    """Icon, title and time in one line; the version that is shown is strong and marked."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802
        """Return one line's height."""
        return QSize(160, max(option.fontMetrics.height() + 2 * theme.SPACE, theme.ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw the row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, state = option.rect, index.data(_STATE)
        paint_ground(painter, option)
        if state == "shown":
            painter.fillRect(
                QRect(rect.left(), rect.top() + 4, 3, rect.height() - 8), QColor(theme.theme.accent)
            )
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        top = rect.top() + (rect.height() - theme.ICON) // 2
        icon.paint(painter, QRect(rect.left() + 3 * theme.SPACE, top, theme.ICON, theme.ICON))
        left = rect.left() + 5 * theme.SPACE + theme.ICON
        middle = Qt.AlignmentFlag.AlignVCenter
        when = str(index.data(_TIME))
        width = painter.fontMetrics().horizontalAdvance(when)
        right = rect.right() - 2 * theme.SPACE - width
        painter.setPen(QColor(theme.theme.quiet))
        painter.drawText(QRect(right, rect.top(), width, rect.height()), middle, when)
        font = painter.font()
        font.setBold(state == "shown")
        painter.setFont(font)
        painter.setPen(QColor(theme.theme.faint if state == "undone" else theme.theme.text))
        space = QRect(left, rect.top(), right - left - 2 * theme.SPACE, rect.height())
        title = str(index.data(Qt.ItemDataRole.DisplayRole))
        elided = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, space.width())
        painter.drawText(space, middle, elided)
        painter.restore()


def _clock(seconds: float) -> str:
    """Return the time of day, or the date of another day, as this system writes them."""
    when = datetime.fromtimestamp(seconds)
    locale, short = QLocale.system(), QLocale.FormatType.ShortFormat
    if when.date() == datetime.now().date():
        return locale.toString(QTime(when.hour, when.minute), short)
    return locale.toString(QDate(when.year, when.month, when.day), short)

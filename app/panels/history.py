"""History: every version since the file was begun; click to go there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from facewright.app import theme
from facewright.app.panels.base import Panel
from facewright.app.workbench import Workbench


class HistoryPanel(Panel):
    """Lists the versions, latest at the end; those that were undone are faint."""

    least_width = 240

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.column.setContentsMargins(theme.SPACE, 0, theme.SPACE, theme.SPACE)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Versions"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.currentRowChanged.connect(self._go)
        self.column.addWidget(self.list)
        self._sync()

    def sync(self) -> None:
        """Show every version and the one that is shown."""
        history = self.document.history
        self.list.blockSignals(True)
        names = [version.name for version in history.versions]
        if [self.list.item(row).text() for row in range(self.list.count())] != names:
            self.list.clear()
            for name in names:
                item = QListWidgetItem(name)
                item.setToolTip(name)
                self.list.addItem(item)
        for row in range(self.list.count()):
            undone = row > history.index
            color = theme.theme.faint if undone else theme.theme.text
            self.list.item(row).setForeground(QBrush(QColor(color)))
        self.list.setCurrentRow(history.index)
        self.list.blockSignals(False)
        self.list.scrollToItem(self.list.item(history.index))

    def _go(self, row: int) -> None:
        if row >= 0 and row != self.document.history.index:
            self.document.jump(row)

"""Layouts of the panels that the user saved by name."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.workspaces import Workspaces


class LayoutsDialog(QDialog):
    """Lists saved layouts: take one up, delete it, or save the present one."""

    def __init__(self, parent: QWidget, spaces: Workspaces) -> None:
        super().__init__(parent)
        self._spaces = spaces
        self.setWindowTitle(self.tr("Layouts"))
        self.setMinimumSize(400, 320)
        column = QVBoxLayout(self)
        edge = 4 * theme.SPACE
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(2 * theme.SPACE)
        head = QLabel(self.tr("Save how the panels stand now"))
        head.setProperty("role", "strong")
        column.addWidget(head)
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("Name of the layout"))
        self.name.setAccessibleName(self.tr("Name of the layout"))
        self.name.textChanged.connect(self._refresh_buttons)
        self.save = QPushButton(self.tr("Save"))
        self.save.setDefault(True)
        self.save.clicked.connect(self._save)
        line = QHBoxLayout()
        line.addWidget(self.name, 1)
        line.addWidget(self.save)
        column.addLayout(line)
        saved = QLabel(self.tr("Saved layouts"))
        saved.setProperty("role", "strong")
        column.addSpacing(2 * theme.SPACE)
        column.addWidget(saved)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Saved layouts"))
        self.list.itemActivated.connect(lambda _item: self._use())
        self.list.currentRowChanged.connect(self._refresh_buttons)
        column.addWidget(self.list, 1)
        self.none = QLabel(self.tr("None yet: arrange the panels, then save them above."))
        self.none.setWordWrap(True)
        self.none.setProperty("role", "small")
        column.addWidget(self.none, 1, Qt.AlignmentFlag.AlignTop)
        self.use = QPushButton(self.tr("Use"))
        self.use.clicked.connect(self._use)
        self.delete = QPushButton(self.tr("Delete"))
        self.delete.clicked.connect(self._delete)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        ends = QHBoxLayout()
        ends.addWidget(self.use)
        ends.addWidget(self.delete)
        ends.addStretch(1)
        ends.addWidget(close)
        column.addLayout(ends)
        for button in (self.save, self.use, self.delete, close):
            button.setAutoDefault(button is self.save)
        self._refresh()

    def _refresh(self) -> None:
        self.list.clear()
        self.list.addItems(self._spaces.names)
        self.list.setVisible(self.list.count() > 0)
        self.none.setVisible(self.list.count() == 0)
        self._refresh_buttons()

    def _refresh_buttons(self, *_told: object) -> None:
        chosen = self.list.currentItem() is not None
        why = "" if chosen else self.tr("Choose a layout of the list first.")
        for button in (self.use, self.delete):
            button.setEnabled(chosen)
            button.setToolTip(why)
        named = bool(self.name.text().strip())
        self.save.setEnabled(named)
        self.save.setToolTip("" if named else self.tr("Give the layout a name first."))

    def _save(self) -> None:
        name = self.name.text().strip()
        if name:
            self._spaces.save_as(name)
            self.name.clear()
            self._refresh()

    def _use(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._spaces.load(item.text())
            self.accept()

    def _delete(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._spaces.delete(item.text())
            self._refresh()

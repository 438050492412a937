"""Log: what was opened, done, warned of and failed in this run."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
)

from facewright.app import theme
from facewright.app.dialogs import places
from facewright.app.errors import Message
from facewright.app.log import Entry
from facewright.app.panels.base import Panel
from facewright.app.workbench import Workbench
from facewright.engine.errors import InputError
from facewright.engine.files.atomic import written


class LogPanel(Panel):
    """The lines of the log, to be copied or saved as text."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Log"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setMinimumHeight(60)
        self.column.addWidget(self.list, 1)
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setToolTip(self.tr("The lines that are selected, or all"))
        self.copy.clicked.connect(self._copy)
        self.save = QPushButton(self.tr("Save…"))
        self.save.clicked.connect(self._save)
        line = QHBoxLayout()
        line.setSpacing(2 * theme.SPACE)
        line.addWidget(self.copy)
        line.addWidget(self.save)
        line.addStretch(1)
        self.column.addLayout(line)
        for entry in bench.log.entries:
            self._add(entry)
        bench.log.added.connect(self._add)

    def stop(self) -> None:
        """Stop listening."""
        super().stop()
        self.bench.log.added.disconnect(self._add)

    def _sync(self, *_told: object) -> None:
        """Stay as it is: the log can be read when nothing is open, too."""

    def _add(self, entry: Entry) -> None:
        words = {"check": self.tr("Check: {}"), "poor": self.tr("Failed: {}")}
        text = words.get(entry.level, "{}").format(entry.text)
        item = QListWidgetItem(f"{entry.time:%H:%M:%S}   {text}")
        item.setToolTip(entry.details)
        item.setData(Qt.ItemDataRole.UserRole, entry)
        at_end = self.list.verticalScrollBar()
        follow = at_end.value() == at_end.maximum()
        self.list.addItem(item)
        if follow:
            self.list.scrollToBottom()

    def _copy(self) -> None:
        chosen = self.list.selectedItems()
        lines = [f"{item.data(Qt.ItemDataRole.UserRole)}\n" for item in chosen]
        QGuiApplication.clipboard().setText("".join(lines) or self.bench.log.text())

    def _save(self) -> None:
        folder = str(self.bench.settings.get("folder", ""))
        path = places.ask_save(self, folder, self.tr("facewright log.txt"), (".txt",))
        if path is None:
            return
        try:
            with written(path) as beside:
                beside.write_text(self.bench.log.text(), encoding="utf-8")
        except InputError as error:
            self.bench.files.fail(error)
        else:
            self.bench.tell(Message("good", self.tr("Saved {}").format(path.name)))

"""The editor of keys: every action by its menu, with a search and a check for conflicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from facewright.app import theme
from facewright.app.dialogs.sheet import ShortcutSheet, by_menu, native
from facewright.app.fuzzy import score
from facewright.app.menus.base import Action, show
from facewright.app.widgets.key_field import KeyField

if TYPE_CHECKING:
    from facewright.app.window import MainWindow

_ID = Qt.ItemDataRole.UserRole


class ShortcutsDialog(QDialog):
    """Gives actions other keys; each change is taken up at once.

    Parameters
    ----------
    window : MainWindow
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self._window = window
        self._table = window.actions_table
        self._specs = {spec.id: spec for spec in self._table}
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search an action or a key"))
        self.search.setAccessibleName(self.tr("Search shortcuts"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(3 * theme.SPACE)
        self.tree.setAccessibleName(self.tr("Actions and their keys"))
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.currentItemChanged.connect(self._chosen)
        self._items: dict[str, QTreeWidgetItem] = {}
        for title, specs in by_menu(window):
            head = QTreeWidgetItem(self.tree, [title, ""])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            head.setForeground(0, self.palette().placeholderText())
            head.setFirstColumnSpanned(True)
            for spec in specs:
                item = QTreeWidgetItem(head, [spec.name, ""])
                item.setData(0, _ID, spec.id)
                self._items[spec.id] = item
            head.setExpanded(True)
        self.field = KeyField(self)
        self.field.setAccessibleName(self.tr("New keys"))
        self.field.setPlaceholderText(self.tr("Press the new keys"))
        self.note = QLabel()
        self.note.setProperty("role", "small")
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(theme.ROW)
        column = QVBoxLayout(self)
        edge = 4 * theme.SPACE
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(2 * theme.SPACE)
        column.addWidget(self.search)
        column.addWidget(self.tree, 1)
        column.addLayout(self._below())
        column.addWidget(self.note)
        column.addLayout(self._buttons())
        self.resize(theme.stretched(600), min(680, window.height() - 40))
        self._show_keys()
        self.tree.setCurrentItem(next(iter(self._items.values())))

    def assign(self, id: str, key: str) -> str:
        """Give an action one key, or none for an empty one, and return what is to be said.

        A key that another action has is not taken from it: the answer names that action.
        """
        owner = self.owner(key, id)
        if owner is not None:
            return self.tr(
                "{} belongs to “{}”. Give that action other keys first, or clear its keys."
            ).format(native(key), owner.name)
        keys = dict(self._window.settings.get("keys", {}))
        wanted = [key] if key else []
        if tuple(wanted) == self._specs[id].keys:
            keys.pop(id, None)
        else:
            keys[id] = wanted
        self._take_up(keys)
        return ""

    def owner(self, key: str, id: str) -> Action | None:
        """Return the action other than `id` that has `key`, if there is one."""
        sequence = QKeySequence(key)
        if sequence.isEmpty():
            return None
        for spec in self._table:
            others = (QKeySequence(known) for known in self._table.keys(spec.id))
            rivals = spec.id != id and spec.instead == self._specs[id].instead
            if rivals and any(sequence == other for other in others):
                return spec
        return None

    def reset(self, id: str = "") -> None:
        """Give one action, or every action, the keys of the table again."""
        keys = dict(self._window.settings.get("keys", {}))
        if not id:
            keys = {}
        elif id in keys:
            for key in self._specs[id].keys:
                owner = self.owner(key, id)
                if owner is not None:
                    self.note.setText(
                        self.tr("{} belongs to “{}” now.").format(native(key), owner.name)
                    )
                    return
            del keys[id]
        self._take_up(keys)

    # -- inside ------------------------------------------------------------------------------

    def _below(self) -> QHBoxLayout:
        self.clear = QPushButton(self.tr("No keys"))
        self.clear.setToolTip(self.tr("Leave this action without keys"))
        self.clear.clicked.connect(lambda: self._assign(""))
        self.default = QPushButton(self.tr("Reset"))
        self.default.setToolTip(self.tr("Give this action its own keys again"))
        self.default.clicked.connect(lambda: self.reset(self._current()))
        self.field.pressed.connect(self._assign)
        line = QHBoxLayout()
        line.setSpacing(2 * theme.SPACE)
        line.addWidget(self.field, 1)
        line.addWidget(self.clear)
        line.addWidget(self.default)
        return line

    def _buttons(self) -> QHBoxLayout:
        every = QPushButton(self.tr("Reset all"))
        every.clicked.connect(lambda: self.reset())
        sheet = QPushButton(self.tr("Show as a sheet"))
        sheet.clicked.connect(self._show_sheet)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.accept)
        for button in (every, sheet, close, self.clear, self.default):
            button.setAutoDefault(False)
        line = QHBoxLayout()
        line.setSpacing(2 * theme.SPACE)
        line.addWidget(every)
        line.addWidget(sheet)
        line.addStretch(1)
        line.addWidget(close)
        return line

    def _current(self) -> str:
        item = self.tree.currentItem()
        return str(item.data(0, _ID) or "") if item is not None else ""

    def _chosen(self, *_items: object) -> None:
        id = self._current()
        for widget in (self.field, self.clear, self.default):
            widget.setEnabled(bool(id))
        self.field.setText("")
        if id:
            keys = ", ".join(native(key) for key in self._table.keys(id)) or self.tr("no keys")
            name = self._specs[id].name
            self.note.setText(self.tr("“{}” has {}.").format(name, keys))

    def _assign(self, key: str) -> None:
        id = self._current()
        trouble = self.assign(id, key)
        if trouble:
            self.field.setText(native(key))
            self.note.setText(trouble)
        else:
            self._chosen()

    def _take_up(self, keys: dict[str, list[str]]) -> None:
        self._window.settings.set("keys", keys)
        self._table.refresh_keys()
        self._table.refresh()
        self._show_keys()
        self._chosen()

    def _show_keys(self) -> None:
        for id, item in self._items.items():
            keys = self._table.keys(id)
            item.setText(1, ", ".join(native(key) for key in keys))
            font = item.font(1)
            font.setBold(keys != self._specs[id].keys)
            item.setFont(1, font)

    def _filter(self, text: str) -> None:
        for row in range(self.tree.topLevelItemCount()):
            head = self.tree.topLevelItem(row)
            assert head is not None
            shown = 0
            for place in range(head.childCount()):
                item = head.child(place)
                assert item is not None
                name = f"{item.text(0)} {head.text(0)}"
                hidden = score(text, name, item.text(1)) is None
                item.setHidden(hidden)
                shown += not hidden
            head.setHidden(not shown)

    def _show_sheet(self) -> None:
        show(self._window, ShortcutSheet)

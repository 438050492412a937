"""Many sliders in groups that fold, with a search field; rows are made when first seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.timers import pause
from facewright.app.widgets.slider import LOCK, NamedSlider
from facewright.app.widgets.slider_group import Group, GroupBox, Item

__all__ = ["Group", "Item", "SliderList"]

_ROWS_AT_ONCE = 60  # a search that matches more shows the first ones and says so
_LEAST_HEIGHT = 180


class SliderList(QWidget):
    """Groups of sliders over a mapping of key to number.

    Parameters
    ----------
    groups : tuple of Group
    parent : QWidget or None
    actions : tuple of str
        Of "random", "lock" and "reset": what the heading of a group offers. With "lock" every
        slider can be locked, too.

    Attributes
    ----------
    moved, committed : Signal(str, float)
        Key and value, as `NamedSlider` tells them.
    group_reset, group_random : Signal(str, object)
        Title and keys of a group to be set back or to be given random values; locked keys are
        left out.
    locks_changed : Signal()
    link_asked : Signal(str, bool)
        Key of a slider to be linked to its other side or parted from it.
    measure_asked : Signal(str, float)
        Key of a slider whose measure is to be so many mm.
    hovered : Signal(str, bool)
        Key of a slider that the pointer came to or left.
    """

    moved = Signal(str, float)
    committed = Signal(str, float)
    group_reset = Signal(str, object)
    group_random = Signal(str, object)
    locks_changed = Signal()
    link_asked = Signal(str, bool)
    measure_asked = Signal(str, float)
    hovered = Signal(str, bool)

    def __init__(
        self,
        groups: tuple[Group, ...],
        parent: QWidget | None = None,
        *,
        actions: tuple[str, ...] = ("reset",),
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._numbers: Mapping[str, float] = {}
        self._effects: Mapping[str, float] = {}
        self._measures: Mapping[str, float] = {}
        self._locks: frozenset[str] = frozenset()
        self._build_search()
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, theme.SPACE, 2 * theme.SPACE)
        self._column.setSpacing(0)
        self._boxes = [self._box(group) for group in groups]
        for box in self._boxes:
            self._column.addWidget(box)
        self._build_nothing()
        self._column.addStretch(1)
        self._scroll = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setMinimumHeight(_LEAST_HEIGHT)
        line = QHBoxLayout()
        line.setSpacing(theme.SPACE)
        line.addWidget(self.search, 1)
        line.addWidget(self.only_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addLayout(line)
        layout.addWidget(scroll, 1)
        for box in self._boxes:
            box.show_open(box.group.open)
        self._filter()

    def show_numbers(self, numbers: Mapping[str, float]) -> None:
        """Show the value of every key; one that is missing stands at 0."""
        self._numbers = numbers
        for box in self._boxes:
            for key, row in box.rows.items():
                row.show_number(numbers.get(key, 0.0))
            self._mark(box)

    def show_effects(self, effects: Mapping[str, float]) -> None:
        """Say how many millimetres one unit of each key is."""
        self._effects = effects
        for box in self._boxes:
            for key, row in box.rows.items():
                row.set_effect(effects.get(key, 0.0))

    def show_measures(self, measures: Mapping[str, float]) -> None:
        """Say what those keys measure, in mm, whose sliders change a measure."""
        self._measures = measures
        for box in self._boxes:
            for key, row in box.rows.items():
                row.set_measured(measures.get(key))

    @property
    def locks(self) -> frozenset[str]:
        """Keys that keep their value."""
        return self._locks

    def set_locks(self, keys: Iterable[str]) -> None:
        """Lock these keys and no others."""
        locks = frozenset(keys)
        if locks == self._locks:
            return
        self._locks = locks
        for box in self._boxes:
            for key, row in box.rows.items():
                row.set_locked(key in locks)
            self._mark(box)
        self.locks_changed.emit()

    def slider(self, key: str) -> NamedSlider:
        """Return the slider of `key`, opening its group if need be.

        Raises
        ------
        KeyError
            If no group has it.
        """
        for box in self._boxes:
            if key in box.group.keys:
                if key not in box.rows:
                    self._fold(box, True)
                return box.rows[key]
        raise KeyError(key)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups as they were given."""
        return tuple(box.group for box in self._boxes)

    def reveal(self, key: str) -> NamedSlider:
        """Return the slider of `key` where it can be seen: search emptied, group open.

        Raises
        ------
        KeyError
            If no group has it.
        """
        self._search_nothing()
        for box in self._boxes:
            if key in box.group.keys:
                self._fold(box, True)
        return self.slider(key)

    def unfold(self, title: str) -> None:
        """Open the group of a title where it can be seen: search emptied, its heading on top."""
        self._search_nothing()
        for box in self._boxes:
            if box.group.title == title:
                self._fold(box, True)
                self._column.activate()
                self._scroll.verticalScrollBar().setValue(box.y())

    def opened(self) -> tuple[str, ...]:
        """Return the titles of the groups that are open."""
        return tuple(box.group.title for box in self._boxes if box.head.isChecked())

    # -- building ----------------------------------------------------------------------------

    def _build_search(self) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search sliders"))
        self.search.setClearButtonEnabled(True)
        glass = QAction(theme.icon("search", "quiet"), "", self)
        self.search.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        self._typing = pause(120, self._filter, self)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.only_changed = QPushButton(self.tr("Changed"))
        self.only_changed.setCheckable(True)
        self.only_changed.setToolTip(self.tr("Show only the sliders that are not at their default"))
        self.only_changed.toggled.connect(lambda _on: self._filter())

    def _build_nothing(self) -> None:
        self._nothing = QLabel()
        self._nothing.setWordWrap(True)
        self._nothing.setProperty("role", "small")
        self._nothing.setContentsMargins(theme.SPACE, 2 * theme.SPACE, 0, theme.SPACE)
        self.show_all = QPushButton(self.tr("Show all sliders"))
        self.show_all.setProperty("role", "link")
        self.show_all.clicked.connect(self._show_all)
        self._column.addWidget(self._nothing)
        self._column.addWidget(self.show_all, 0, Qt.AlignmentFlag.AlignLeft)

    def _box(self, group: Group) -> GroupBox:
        box = GroupBox(group, self._actions)
        box.folded.connect(lambda on: self._fold(box, on))
        box.asked.connect(lambda action: self._act(box, action))
        return box

    def _act(self, box: GroupBox, action: str) -> None:
        keys = self._in_play(box)
        if action == "lock":
            every = self._locks.issuperset(keys)
            self.set_locks(self._locks.difference(keys) if every else self._locks.union(keys))
            return
        free = tuple(key for key in keys if key not in self._locks)
        signal = self.group_reset if action == "reset" else self.group_random
        signal.emit(box.group.title, free)

    def _row(self, box: GroupBox, item: Item) -> NamedSlider:
        row = box.rows.get(item.key)
        if row is None:
            key = item.key
            tools = item.tools + ((LOCK,) if "lock" in self._actions else ())
            row = NamedSlider(item.label, item.limits, item.help, tools=tools)
            row.show_number(self._numbers.get(key, 0.0))
            row.set_locked(key in self._locks)
            row.set_linked(item.linked)
            if key in self._effects:
                row.set_effect(self._effects[key])
            row.set_measured(self._measures.get(key))
            row.measure_asked.connect(lambda mm: self.measure_asked.emit(key, mm))
            row.hovered.connect(lambda on: self.hovered.emit(key, on))
            row.moved.connect(lambda number: self.moved.emit(key, number))
            row.committed.connect(lambda number: self.committed.emit(key, number))
            row.lock_asked.connect(lambda on: self._lock(key, on))
            row.link_asked.connect(lambda on: self.link_asked.emit(key, on))
            box.add(row, key)
        return row

    # -- showing -----------------------------------------------------------------------------

    def _fold(self, box: GroupBox, on: bool) -> None:
        box.show_open(on)
        if on:
            for item in box.group.items:
                self._row(box, item).setVisible(self._matches(item, box.group.title))

    def _lock(self, key: str, on: bool) -> None:
        self.set_locks(self._locks | {key} if on else self._locks - {key})

    def _in_play(self, box: GroupBox) -> tuple[str, ...]:
        """Return what the buttons of a heading act on: what a search shows, or else all of it."""
        if not self._searching():
            return box.group.keys
        return tuple(i.key for i in box.group.items if self._matches(i, box.group.title))

    def _mark(self, box: GroupBox) -> None:
        """Count what is set and what is locked, of what the heading's buttons act on."""
        keys = self._in_play(box)
        changed = sum(abs(self._numbers.get(key, 0.0)) > 5e-4 for key in keys)
        box.mark(len(keys), changed=changed, locked=len(self._locks.intersection(keys)))

    def _searching(self) -> bool:
        return bool(self._words()) or self.only_changed.isChecked()

    def _words(self) -> list[str]:
        return self.search.text().lower().split()

    def _matches(self, item: Item, title: str) -> bool:
        if self.only_changed.isChecked() and abs(self._numbers.get(item.key, 0.0)) <= 5e-4:
            return False
        text = f"{title} {item.label} {item.key} {item.help}".lower()
        return all(word in text for word in self._words())

    def _filter(self) -> None:
        searching = self._searching()
        left, found = _ROWS_AT_ONCE, 0
        for box in self._boxes:
            matching = [i for i in box.group.items if self._matches(i, box.group.title)]
            found += len(matching)
            box.setVisible(bool(matching))
            if searching:
                shown_keys = {item.key for item in matching[: max(left, 0)]}
                left -= len(matching)
                for item in box.group.items:
                    if item.key in shown_keys:
                        self._row(box, item)
                for key, row in box.rows.items():
                    row.setVisible(key in shown_keys)
                box.body.setVisible(bool(shown_keys))
            else:
                self._fold(box, box.head.isChecked())
            self._mark(box)
        self._say(found, searching)

    def _say(self, found: int, searching: bool) -> None:
        """Say what a search left out, and the way back."""
        text = ""
        if not found and self._words():
            text = self.tr("Nothing is called that. Try another word, such as nose or chin.")
        elif not found:
            text = self.tr("Nothing is changed yet.")
        elif searching and found > _ROWS_AT_ONCE:
            text = self.tr("{} more match: type more of the name.").format(found - _ROWS_AT_ONCE)
        self._nothing.setText(text)
        self._nothing.setVisible(bool(text))
        self.show_all.setVisible(searching and not found)

    def _show_all(self) -> None:
        self._search_nothing()
        self.search.setFocus()

    def _search_nothing(self) -> None:
        self.only_changed.setChecked(False)
        self.search.clear()
        self._typing.stop()
        self._filter()

"""Many sliders in groups that fold, with a search field; rows are made when first seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.widgets.limits import Range
from facewright.app.widgets.slider import NAMES, NamedSlider

_ROWS_AT_ONCE = 60  # a search that matches more shows the first ones and says so


@dataclass(frozen=True)
class Item:
    """One slider: `key` in the weights, what it is called, and its limits."""

    key: str
    label: str
    limits: Range
    help: str = ""


@dataclass(frozen=True)
class Group:
    """Sliders under one heading."""

    title: str
    items: tuple[Item, ...]
    open: bool = False


@dataclass
class _Section:
    group: Group
    widget: QWidget
    head: QToolButton
    reset: QToolButton
    body: QWidget
    rows: dict[str, NamedSlider] = field(default_factory=dict)


class SliderList(QWidget):
    """Groups of sliders over a mapping of key to number.

    Parameters
    ----------
    groups : tuple of Group
    parent : QWidget or None
    names : float
        Share of a row that names get, as for `NamedSlider`.

    Attributes
    ----------
    moved, committed : Signal(str, float)
        Key and value, as `NamedSlider` tells them.
    group_reset : Signal(str, object)
        Title and keys of a group to be set back.
    """

    moved = Signal(str, float)
    committed = Signal(str, float)
    group_reset = Signal(str, object)

    def __init__(
        self, groups: tuple[Group, ...], parent: QWidget | None = None, *, names: float = NAMES
    ) -> None:
        super().__init__(parent)
        self._names = names
        self._numbers: Mapping[str, float] = {}
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search sliders"))
        self.search.setClearButtonEnabled(True)
        glass = QAction(theme.icon("search", "quiet"), "", self)
        self.search.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(120)
        self._typing.timeout.connect(self._filter)
        self.search.textChanged.connect(lambda _text: self._typing.start())

        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, theme.SPACE, 2 * theme.SPACE)
        self._column.setSpacing(0)
        self._nothing = QLabel()
        self._nothing.setWordWrap(True)
        self._nothing.setProperty("role", "small")
        self._nothing.setContentsMargins(theme.SPACE, 2 * theme.SPACE, 0, 0)
        self._sections = [self._section(group) for group in groups]
        for section in self._sections:
            self._column.addWidget(section.widget)
        self._column.addWidget(self._nothing)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._inside)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll = scroll

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self.search)
        layout.addWidget(scroll, 1)
        self._filter()

    def show_numbers(self, numbers: Mapping[str, float]) -> None:
        """Show the value of every key; one that is missing stands at 0."""
        self._numbers = numbers
        for section in self._sections:
            for key, row in section.rows.items():
                row.show_number(numbers.get(key, 0.0))
            self._mark(section)

    def slider(self, key: str) -> NamedSlider:
        """Return the slider of `key`, opening its group if need be.

        Raises
        ------
        KeyError
            If no group has it.
        """
        for section in self._sections:
            if any(item.key == key for item in section.group.items):
                if key not in section.rows:
                    self._fold(section, True)
                return section.rows[key]
        raise KeyError(key)

    # -- inside ------------------------------------------------------------------------------

    def _section(self, group: Group) -> _Section:
        widget = QWidget()
        head = QToolButton()
        head.setText(f" {group.title}")
        head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        head.setIcon(theme.icon("chevron-right", "quiet"))
        head.setCheckable(True)
        head.setProperty("role", "heading")
        head.setAccessibleName(self.tr("Group {}").format(group.title))
        count = QLabel(str(len(group.items)))
        count.setProperty("role", "small")
        reset = QToolButton()
        reset.setIcon(theme.icon("reset", "quiet"))
        reset.setToolTip(self.tr("Set {} back").format(group.title))
        reset.setAccessibleName(self.tr("Set {} back").format(group.title))
        line = QHBoxLayout()
        line.setContentsMargins(0, theme.SPACE, 0, 0)
        line.setSpacing(theme.SPACE)
        line.addWidget(head)
        line.addWidget(count)
        line.addStretch(1)
        line.addWidget(reset)
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(theme.SPACE, 0, 0, theme.SPACE)
        rows.setSpacing(0)
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(body)
        section = _Section(group, widget, head, reset, body)
        head.toggled.connect(lambda on, s=section: self._fold(s, on))
        keys = tuple(item.key for item in group.items)
        reset.clicked.connect(lambda: self.group_reset.emit(group.title, keys))
        body.hide()
        self._mark(section)
        if group.open:
            head.setChecked(True)
        return section

    def _fold(self, section: _Section, on: bool) -> None:
        section.head.blockSignals(True)
        section.head.setChecked(on)
        section.head.blockSignals(False)
        section.head.setIcon(
            theme.icon("chevron-down" if on else "chevron-right", "quiet")
        )
        if on:
            for item in section.group.items:
                self._row(section, item).setVisible(self._matches(item))
        section.body.setVisible(on)

    def _row(self, section: _Section, item: Item) -> NamedSlider:
        row = section.rows.get(item.key)
        if row is None:
            row = NamedSlider(item.label, item.limits, item.help, names=self._names)
            row.show_number(self._numbers.get(item.key, 0.0))
            row.moved.connect(lambda number, key=item.key: self.moved.emit(key, number))
            row.committed.connect(lambda number, key=item.key: self.committed.emit(key, number))
            layout = section.body.layout()
            assert layout is not None
            layout.addWidget(row)
            section.rows[item.key] = row
        return row

    def _mark(self, section: _Section) -> None:
        """Offer the reset only where something is set."""
        changed = any(self._numbers.get(item.key, 0.0) for item in section.group.items)
        section.reset.setEnabled(changed)

    def _words(self) -> list[str]:
        return self.search.text().lower().split()

    def _matches(self, item: Item) -> bool:
        text = f"{item.label} {item.key} {item.help}".lower()
        return all(word in text for word in self._words())

    def _filter(self) -> None:
        searching = bool(self._words())
        left, found = _ROWS_AT_ONCE, 0
        for section in self._sections:
            matching = [item for item in section.group.items if self._matches(item)]
            found += len(matching)
            section.widget.setVisible(bool(matching))
            if searching:
                shown_keys = {item.key for item in matching[: max(left, 0)]}
                left -= len(shown_keys)
                for item in matching:
                    if item.key in shown_keys:
                        self._row(section, item)
                for key, row in section.rows.items():
                    row.setVisible(key in shown_keys)
                section.body.setVisible(bool(shown_keys))
            else:
                self._fold(section, section.head.isChecked())
        if not found:
            self._nothing.setText(self.tr("Nothing is called that. Try another word."))
        elif searching and left < 0:
            text = self.tr("{} more match: type more of the name.").format(found - _ROWS_AT_ONCE)
            self._nothing.setText(text)
        else:
            self._nothing.setText("")
        self._nothing.setVisible(bool(self._nothing.text()))

"""A heading that folds, with what can be done to all sliders under it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.widgets.heading import Heading
from facewright.app.widgets.limits import Range
from facewright.app.widgets.slider import NamedSlider


@dataclass(frozen=True)
class Item:
    """One slider: `key` in the weights, what it is called, and its limits.

    Attributes
    ----------
    key, label : str
    limits : Range
    help : str
    tools : tuple of str
        Icons at its end, as for `NamedSlider`.
    linked : bool
        Whether it speaks for both sides.
    """

    key: str
    label: str
    limits: Range
    help: str = ""
    tools: tuple[str, ...] = ()
    linked: bool = True


@dataclass(frozen=True)
class Group:
    """Sliders under one heading; `note` is a sentence under it."""

    title: str
    items: tuple[Item, ...]
    open: bool = False
    note: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its sliders."""
        return tuple(item.key for item in self.items)


class GroupBox(QWidget):
    """The heading of a group, its buttons, and the rows below.

    Parameters
    ----------
    group : Group
    actions : tuple of str
        Of "random", "lock" and "reset": the buttons of the heading.

    Attributes
    ----------
    folded : Signal(bool)
        It was opened (True) or closed.
    asked : Signal(str)
        A button was pressed.
    rows : dict of str to NamedSlider
        Those that were made, by key.
    """

    folded = Signal(bool)
    asked = Signal(str)

    def __init__(self, group: Group, actions: tuple[str, ...]) -> None:
        super().__init__()
        self.group = group
        self.rows: dict[str, NamedSlider] = {}
        self.head = Heading(group.title, self.tr("Group {}").format(group.title))
        self.head.toggled.connect(self.folded)
        self._count = QLabel()
        self._count.setProperty("role", "small")
        self.buttons = {name: self._button(name) for name in actions}
        line = QHBoxLayout()
        line.setContentsMargins(0, theme.SPACE, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.head)
        line.addWidget(self._count)
        line.addStretch(1)
        for button in self.buttons.values():
            line.addWidget(button)
        self.body = QWidget()
        self._column = QVBoxLayout(self.body)
        self._column.setContentsMargins(theme.SPACE, theme.SPACE, 0, theme.SPACE)
        self._column.setSpacing(theme.SPACE)
        if group.note:
            note = QLabel(group.note)
            note.setWordWrap(True)
            note.setProperty("role", "small")
            note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            note.setContentsMargins(theme.SPACE, 0, 0, theme.SPACE)
            self._column.addWidget(note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        column.addWidget(self.body)
        self.body.hide()
        self.show_open(False)
        self.mark(len(group.items), changed=0, locked=0)

    def add(self, row: NamedSlider, key: str) -> None:
        """Put a row at the end, and into the order of the Tab key."""
        last = next(reversed(self.rows.values()), None)
        before = last or next(reversed(self.buttons.values()), self.head)
        self.rows[key] = row
        self._column.addWidget(row)
        QWidget.setTabOrder(before, row)

    def show_open(self, on: bool) -> None:
        """Turn the chevron and show or hide the rows; tells nobody."""
        blocked = self.head.blockSignals(True)
        self.head.setChecked(on)
        self.head.blockSignals(blocked)
        self.head.turn(on)
        self.body.setVisible(on)

    def mark(self, count: int, *, changed: int, locked: int) -> None:
        """Say how many sliders are in play, how many of them changed, and what can be done."""
        free = count - locked
        self._count.setText(self.tr("{} changed").format(changed) if changed else str(count))
        self._count.setToolTip(
            self.tr("{} of {} sliders are changed").format(changed, count)
            if changed
            else self.tr("{} sliders, none changed").format(count)
        )
        reset, lock, random = (self.buttons.get(name) for name in ("reset", "lock", "random"))
        title = self.group.title
        if count < len(self.group.items):
            title = self.tr("what is found in {}").format(title)
        if reset is not None:
            reset.setEnabled(changed > 0)
            _name(reset, self.tr("Set {} back").format(title), self._why_not_reset(changed))
        if lock is not None:
            all_locked = count > 0 and free == 0
            lock.setIcon(theme.icon("lock" if all_locked else "unlock", "quiet"))
            text = self.tr("Unlock {}") if all_locked else self.tr("Lock {}")
            _name(lock, text.format(title))
        if random is not None:
            random.setEnabled(free > 0)
            reason = "" if free else self.tr("Everything in it is locked.")
            _name(random, self.tr("Randomise {}").format(title), reason)

    def _why_not_reset(self, changed: int) -> str:
        return "" if changed else self.tr("Nothing in it is changed.")

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(theme.icon({"random": "dice", "lock": "unlock"}.get(name, name), "quiet"))
        button.setMinimumSize(theme.ROW, theme.ROW)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: self.asked.emit(name))
        return button


def _name(button: QToolButton, text: str, reason: str = "") -> None:
    """Say what a button does, and why it cannot now."""
    button.setToolTip(f"{text}. {reason}" if reason else text)
    button.setAccessibleName(text)
    button.setAccessibleDescription(reason)

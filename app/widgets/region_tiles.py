"""What can be filled in, as buttons: pointing at one tells which part of the head it means."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from facewright.app import theme

_ICON = 26
_BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class RegionTiles(QWidget):
    """One button for each region.

    Parameters
    ----------
    regions : tuple of (key, text, icon)

    Attributes
    ----------
    chosen : Signal(str)
        Key of a region.
    pointed : Signal(str)
        Key of the region under the pointer or the keyboard's focus, "" for none.
    buttons : dict of str to QToolButton
    """

    chosen = Signal(str)
    pointed = Signal(str)

    def __init__(self, regions: tuple[tuple[str, str, str], ...]) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.SPACE)
        self.buttons: dict[str, RegionTile] = {}
        for key, text, icon in regions:
            tile = self.buttons[key] = RegionTile(text, icon)
            tile.clicked.connect(partial(self._choose, key))
            tile.pointed.connect(lambda on, key=key: self.pointed.emit(key if on else ""))
            line.addWidget(tile, 1)

    def show_chosen(self, key: str) -> None:
        """Show which region is filled in."""
        for region, tile in self.buttons.items():
            tile.setChecked(region == key)

    def _choose(self, key: str) -> None:
        self.chosen.emit(key)


class RegionTile(QToolButton):
    """One region: its picture and its name.

    Attributes
    ----------
    pointed : Signal(bool)
        The pointer or the keyboard comes to it, or leaves.
    """

    pointed = Signal(bool)

    def __init__(self, text: str, icon: str) -> None:
        super().__init__()
        self.setText(text)
        self.setIcon(theme.icon(icon))
        self.setIconSize(QSize(_ICON, _ICON))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setProperty("role", "tile")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def forbid(self, reason: str) -> None:
        """Say why it cannot be chosen now; an empty reason allows it."""
        self.setEnabled(not reason)
        self.setToolTip(reason)

    def nextCheckState(self) -> None:  # noqa: N802
        """Leave it to the document which one is chosen."""

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Tell that it is pointed at."""
        super().enterEvent(event)
        self.pointed.emit(self.isEnabled())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Tell that it is not pointed at any more."""
        super().leaveEvent(event)
        self.pointed.emit(False)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Tell that the keyboard has come to it."""
        super().focusInEvent(event)
        if event.reason() in _BY_KEYS:
            self.pointed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Tell that the keyboard has left."""
        super().focusOutEvent(event)
        self.pointed.emit(False)

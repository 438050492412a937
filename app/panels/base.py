"""What all panels share: a margin, and being told when the document changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.workbench import Workbench
from facewright.engine.errors import FacewrightError


class Panel(QWidget):
    """A part of the window that shows and tunes the document.

    Subclasses build their controls in `__init__` and show the document in `sync`.

    Attributes
    ----------
    least_width : int
        Pixels below which it is of no use: names are cut, and tabs with it.
    catches_up : bool
        Whether `sync` leaves something until the panel is seen.
    """

    least_width = 340
    catches_up = False

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.bench = bench
        self.document = bench.document
        self.column = QVBoxLayout(self)
        edge = 3 * theme.SPACE
        self.column.setContentsMargins(edge, edge, edge, 2 * theme.SPACE)
        self.column.setSpacing(edge)
        self._widen()
        self._heard: list[tuple[Any, Callable[..., Any]]] = []
        self.hear(self.document.opened, self._sync)
        self.hear(self.document.project_changed, self._sync)
        self.hear(self.document.selected, self._sync)
        self.hear(self.document.failed, self._sync)
        self.hear(theme.changed, self._widen)
        self.hear(theme.changed, self._sync)  # for colours that lists and rich texts keep

    def _widen(self) -> None:
        """Keep room for the words, whose size may have changed."""
        self.setMinimumWidth(theme.stretched(self.least_width))

    def fit(self, height: int) -> None:
        """Suit the height of the place that the panel stands in, in pixels."""

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Follow the height of the panel's place from now on; catch up with the document."""
        super().showEvent(event)
        place = self.parentWidget()
        if place is not None:
            place.installEventFilter(self)
            self.fit(place.height())
        if self.catches_up:
            self._sync()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Put away what is only for who sees the panel; a window in the background keeps it."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.put_away()

    def put_away(self) -> None:
        """Take back what the panel shows elsewhere, and end what is worked out for it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Tell the new height of the panel's place."""
        if isinstance(event, QResizeEvent) and watched is self.parentWidget():
            self.fit(event.size().height())
        return super().eventFilter(watched, event)

    def hear(self, signal: Any, answer: Callable[..., Any]) -> None:
        """Connect until the panel is closed."""
        signal.connect(answer)
        self._heard.append((signal, answer))

    def stop(self) -> None:
        """Stop listening; called before the window goes."""
        for signal, answer in self._heard:
            signal.disconnect(answer)
        self._heard = []

    def sync(self) -> None:
        """Show the document as it is."""
        raise NotImplementedError

    def _sync(self, *_told: object) -> None:
        self.setEnabled(self.document.is_open)
        if self.document.is_open:
            try:
                self.sync()
            except FacewrightError:
                self.setEnabled(False)  # the document itself has told what is wrong


@dataclass(frozen=True)
class PanelSpec:
    """A line of the table of panels.

    Attributes
    ----------
    id, title, icon : str
    side : Qt.DockWidgetArea
    build : callable
        Makes the panel; called once for each window.
    words : str
        Other words that it is found by.
    """

    id: str
    title: str
    icon: str
    side: Qt.DockWidgetArea
    build: Callable[[Workbench], Panel]
    words: str = ""

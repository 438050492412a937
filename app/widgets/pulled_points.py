"""The list of pulled points, and how the face follows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.tools.pull import PullTool
from facewright.app.widgets.form import EditForm
from facewright.app.widgets.section import Section
from facewright.engine.edits.pull import Pull

if TYPE_CHECKING:
    from facewright.app.workbench import Workbench
    from facewright.engine.edits.pull import PulledPoint

_ROWS = 4


class PulledPoints(QWidget):
    """Takes up the pulling tool; lists its points to choose, pin and delete.

    Parameters
    ----------
    bench : Workbench
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self.tool = cast(PullTool, bench.tools.get(PullTool.id))
        part = Section(
            self.tr("Pull points"),
            self.tr("Drag a point of the skin: the face follows as faces do. Click to pin one."),
        )
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(part)
        self.button = QPushButton(self.tr("Pull a point"))
        self.button.setIcon(theme.icon("pull-point"))
        self.button.setCheckable(True)
        self.button.setToolTip(self.tool.hint)
        self.button.clicked.connect(self._take)
        self.mirror = QCheckBox(self.tr("Both sides"))
        self.mirror.setToolTip(self.tr("Pulls the other side of the face alike"))
        self.mirror.clicked.connect(self._mirror)
        top = QWidget()
        line = QHBoxLayout(top)
        line.setContentsMargins(0, theme.SPACE, 0, theme.SPACE)
        line.addWidget(self.button, 1)
        line.addWidget(self.mirror)
        part.add(top)
        self.list = _Points()
        self.list.setAccessibleName(self.tr("Pulled points"))
        self.list.setIconSize(QSize(theme.ICON, theme.ICON))
        self.list.currentRowChanged.connect(self._chosen)
        self.list.deleted.connect(self._delete)
        part.add(self.list)
        self.pin = QPushButton(self.tr("Pin"))
        self.delete = QPushButton(self.tr("Delete"))
        self.clear = QPushButton(self.tr("Clear"))
        self.pin.clicked.connect(lambda: self.tool.pin(self.tool.chosen))
        self.delete.clicked.connect(self._delete)
        self.clear.clicked.connect(self.tool.clear)
        foot = QWidget()
        line = QHBoxLayout(foot)
        line.setContentsMargins(0, theme.SPACE, 0, theme.SPACE)
        for button in (self.pin, self.delete, self.clear):
            line.addWidget(button, 1)
        part.add(foot)
        self.form = EditForm(bench.document, Pull)
        part.add(self.form)
        self._points: tuple[PulledPoint, ...] = ()
        self.tool.picked.connect(self._picked)

    def stop(self) -> None:
        """Stop listening."""
        self.tool.picked.disconnect(self._picked)

    def sync(self) -> None:
        """Show the points of the document."""
        self._points = self.tool.points()
        self.list.blockSignals(True)
        self.list.clear()
        for point in self._points:
            length = float(np.linalg.norm(point.move))
            told = self.tr("pinned") if point.is_pinned else f"{length:.1f} mm"
            item = QListWidgetItem(f"{point.name}   {told}")
            item.setIcon(theme.icon("pin" if point.is_pinned else "pull-point"))
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setVisible(bool(self._points))
        if self._points:
            tall = min(len(self._points), _ROWS) * self.list.sizeHintForRow(0)
            self.list.setFixedHeight(tall + 2 * self.list.frameWidth())
        self.form.setVisible(bool(self._points))
        self.form.sync()
        self._picked(self.tool.chosen)
        self.show_tool()

    def show_tool(self) -> None:
        """Show whether the tool is in use."""
        self.button.setChecked(self._bench.tools.current is self.tool)
        self.mirror.setChecked(self.tool.mirror)

    def _take(self, on: bool) -> None:
        self._bench.tools.use(self.tool.id if on else "")
        self.show_tool()

    def _mirror(self, on: bool) -> None:
        self.tool.mirror = on

    def _chosen(self, row: int) -> None:
        if 0 <= row < len(self._points):
            self.tool.choose(self._points[row].name)

    def _delete(self) -> None:
        if self.delete.isEnabled():
            self.tool.delete(self.tool.chosen)

    def _picked(self, name: str) -> None:
        names = [point.name for point in self._points]
        row = names.index(name) if name in names else -1
        self.list.blockSignals(True)
        self.list.setCurrentRow(row)
        self.list.blockSignals(False)
        none = self.tr("Choose a point in the list or in the view first.")
        pinned = row >= 0 and self._points[row].is_pinned
        self._offer(self.delete, none if row < 0 else "", self.tr("Takes the point away"))
        self._offer(
            self.pin,
            none if row < 0 else self.tr("It is pinned already.") if pinned else "",
            self.tr("Asks the point to stay where it was"),
        )
        empty = "" if names else self.tr("There are no pulled points.")
        self._offer(self.clear, empty, self.tr("Takes every point away"))

    @staticmethod
    def _offer(button: QPushButton, why_not: str, tip: str) -> None:
        button.setEnabled(not why_not)
        button.setToolTip(why_not or tip)


class _Points(QListWidget):
    """A list whose Delete key asks to delete."""

    deleted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Delete, or move in the list."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.deleted.emit()
        else:
            super().keyPressEvent(event)

"""The user's own calipers: tools to set them, and the list of what they read."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.tools.caliper import CaliperTool, words_of
from facewright.app.workbench import Workbench
from facewright.engine.measure.calipers import Caliper, CaliperKind, Reading

ICONS: dict[CaliperKind, str] = {
    "straight": "tool-caliper",
    "surface": "measure",
    "angle": "tool-angle",
    "area": "tool-area",
}


class CaliperList(QWidget):
    """Chooses what to measure by hand, and lists what was."""

    def __init__(self, bench: Workbench, tool: CaliperTool) -> None:
        super().__init__()
        self.bench, self.tool = bench, tool
        names: dict[CaliperKind, str] = {
            "straight": self.tr("Straight"),
            "surface": self.tr("On the skin"),
            "angle": self.tr("Angle"),
            "area": self.tr("Area"),
        }
        self._names = names
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        self.kinds: dict[CaliperKind, QToolButton] = {}
        for kind, name in names.items():
            button = QToolButton()
            button.setText(name)
            button.setIcon(theme.icon(ICONS[kind]))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(QSize(18, 18))
            button.setCheckable(True)
            button.setToolTip(self.tr(tool.HINTS[kind]))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(partial(self._use, kind))
            row.addWidget(button)
            self.kinds[kind] = button
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setProperty("role", "small")
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Calipers"))
        self.list.setMinimumHeight(3 * theme.ROW)
        self.list.currentRowChanged.connect(self._choose)
        self.list.itemChanged.connect(self._renamed)
        self.shown = QCheckBox(self.tr("Keep on the head"))
        self.shown.setToolTip(self.tr("Draw calipers also while another tool is in use"))
        self.shown.setChecked(tool.visible)
        self.shown.toggled.connect(tool.show)
        self.delete = QPushButton(self.tr("Delete"))
        self.delete.setIcon(theme.icon("trash"))
        self.delete.clicked.connect(tool.delete)
        below = QHBoxLayout()
        below.addWidget(self.shown, 1)
        below.addWidget(self.delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2 * theme.SPACE, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        column.addLayout(row)
        column.addWidget(self.hint)
        column.addWidget(self.list, 1)
        column.addLayout(below)

    def sync(self) -> None:
        """Show the calipers as they are."""
        tool = self.tool
        used = self.bench.tools.current is tool
        for kind, button in self.kinds.items():
            button.setChecked(used and tool.kind == kind)
        calipers = tool.calipers
        if used:
            self.hint.setText(tool.hint)
        elif not calipers:
            self.hint.setText(self.tr("Choose what to measure, then point at the head."))
        else:
            self.hint.setText(
                self.tr("They measure the neutral head and follow it. Double-click to name one.")
            )
        self.list.blockSignals(True)
        while self.list.count() > len(calipers):
            self.list.takeItem(self.list.count() - 1)
        for index, caliper in enumerate(calipers):
            if index == self.list.count():
                fresh = QListWidgetItem()
                fresh.setFlags(fresh.flags() | Qt.ItemFlag.ItemIsEditable)
                self.list.addItem(fresh)
            item = self.list.item(index)
            item.setIcon(theme.icon(ICONS[caliper.kind]))
            item.setText(self._text(caliper, tool.reading(caliper)))
            item.setToolTip(self._tip(caliper, tool.reading(caliper)))
        self.list.setCurrentRow(tool.chosen)
        self.list.blockSignals(False)
        self.delete.setEnabled(0 <= tool.chosen < len(calipers))
        self.delete.setToolTip(
            "" if self.delete.isEnabled() else self.tr("Choose a caliper in the list first.")
        )

    # -- inside ------------------------------------------------------------------------------

    def _text(self, caliper: Caliper, reading: Reading | None) -> str:
        if reading is None or not np.isfinite(reading.number):
            return caliper.name or self._names[caliper.kind]
        words = words_of(caliper, reading)
        return words if caliper.name else f"{self._names[caliper.kind]}: {words}"

    def _tip(self, caliper: Caliper, reading: Reading | None) -> str:
        if reading is None or not reading.projected:
            return self._names[caliper.kind]
        front, side, above = (
            f"{number:.1f}°" if np.isfinite(number) else "–" for number in reading.projected
        )
        return self.tr("Seen from the front {}, from the side {}, from above {}").format(
            front, side, above
        )

    def _use(self, kind: CaliperKind, _on: bool = False) -> None:
        self.tool.toggle(kind)
        self.sync()

    def _choose(self, row: int) -> None:
        self.tool.choose(row)

    def _renamed(self, item: QListWidgetItem) -> None:
        self.tool.rename(self.list.row(item), item.text().split(":")[0].strip())
        self.sync()

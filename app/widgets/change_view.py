"""What came about between two visits: pictures in colours, and numbers by region."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.region_words import region_word
from facewright.app.visiting import SIDE_OF_MAP, Seen
from facewright.app.widgets.rows import small_label
from facewright.app.widgets.visit_row import as_pixmap

_COLUMNS = ("mean", "signed_mean", "p95", "max")
_HIGH = 132
PARTS = ("face", "nose", "upper_lip", "lower_lip", "eyes", "eyebrows", "rest")
"""Regions that tell of treatment; head and ears grow all the same."""


class ChangeView(QWidget):
    """Shows a change; stands empty, with a reason, until there is one.

    Attributes
    ----------
    said : QLabel
    table : QTreeWidget
    """

    def __init__(self) -> None:
        super().__init__()
        self.said = small_label()
        self._pictures = [QLabel() for _ in range(3)]
        views = (self.tr("From the front"), self.tr("From the left"), self.tr("From the right"))
        line = QHBoxLayout()
        line.setSpacing(theme.SPACE)
        for label, view in zip(self._pictures, views, strict=True):
            label.setAccessibleName(view)
            label.setToolTip(view)
            line.addWidget(label)
        line.addStretch(1)
        self.table = QTreeWidget()
        self.table.setAccessibleName(self.tr("Change by region, millimetres"))
        self.table.setHeaderLabels(
            [self.tr("Region"), self.tr("Mean"), self.tr("In, out"), self.tr("95 %"),
             self.tr("Max")]
        )  # fmt: skip
        self.table.headerItem().setToolTip(
            2, self.tr("Mean along the normal: above zero where the later head lies further out")
        )
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setAlternatingRowColors(True)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, 5):
            self.table.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        stack = QVBoxLayout(self)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(2 * theme.SPACE)
        stack.addLayout(line)
        stack.addWidget(self.said)
        stack.addWidget(self.table)
        self.say("")

    def say(self, words: str) -> None:
        """Show no change, and why."""
        self.said.setText(words)
        for label in self._pictures:
            label.hide()
        self.table.hide()

    def show_change(self, seen: Seen) -> None:
        """Show a change."""
        for label, image in zip(self._pictures, seen.pictures, strict=True):
            picture = as_pixmap(image)
            picture.setDevicePixelRatio(SIDE_OF_MAP[1] / _HIGH)
            label.setPixmap(picture)
            label.show()
        stable = seen.change.stable
        words = self.tr(
            "Orange lies further out at the later visit, blue further in; full colour at "
            "{:.1f} mm. Laid together on forehead and eye corners ({:.1f} and {:.1f} mm left). "
            "Growth counts as change."
        ).format(seen.change.limit, stable.left, stable.corners)
        if stable.doubtful:
            words += " " + self.tr(
                "They differ there, too: check that both are of one patient and in one unit."
            )
        self.said.setText(words)
        self._fill(seen)

    def _fill(self, seen: Seen) -> None:
        regions = seen.change.comparison.summary["regions"]
        self.table.clear()
        for name in PARTS:
            if name not in regions:
                continue
            numbers = [round(float(regions[name][key]), 2) + 0.0 for key in _COLUMNS]
            cells = [f"{n:+.2f}" if k == 1 else f"{n:.2f}" for k, n in enumerate(numbers)]
            item = QTreeWidgetItem([region_word(name), *cells])
            for column in range(1, 5):
                right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                item.setTextAlignment(column, right)
            self.table.addTopLevelItem(item)
        self.table.show()
        rows = self.table.topLevelItemCount() * max(self.table.sizeHintForRow(0), theme.ROW // 2)
        self.table.setFixedHeight(self.table.header().sizeHint().height() + 4 + rows)

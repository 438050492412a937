"""What came about between two visits: pictures in colours, and numbers by region."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.region_words import region_word
from facewright.app.visiting import SIDE_OF_MAP, Seen
from facewright.app.widgets.number_table import NumberTable, cell
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
    table : NumberTable
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
        self.table = NumberTable(
            self.tr("Change by region, millimetres"),
            [self.tr("Region"), self.tr("Mean"), self.tr("In, out"), self.tr("95 %"),
             self.tr("Max")],
        )  # fmt: skip
        self.table.headerItem().setToolTip(
            2, self.tr("Mean along the normal: above zero where the later head lies further out")
        )
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
            "Red lies further out at the later visit, blue further in; full colour at "
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
            numbers = [regions[name][key] for key in _COLUMNS]
            cells = [cell(n, 2, signed=k == 1) for k, n in enumerate(numbers)]
            self.table.add([region_word(name), *cells])
        self.table.show()
        self.table.fit_rows()

"""The table of standard measures: values, norms and how far they are apart."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
)

from facewright.app import theme
from facewright.engine.measure.anthropometry import Judged, Value
from facewright.engine.measure.farkas import DEFINITIONS, GROUPS, KIND_WORDS

CODE = Qt.ItemDataRole.UserRole
NUMBER = Qt.ItemDataRole.UserRole + 1

MEASURE, VALUE, CHANGE, NORM, Z = range(5)
WIDE = 520
"""Pixels from which the table has room for norms; narrower, they stand below it."""
Z_WIDE, Z_NARROW = 98, 64
"""Pixels of the column of deviations: the bar beside the number, or below it."""
CHANGE_WIDE = 60
"""Pixels that the column of changes takes."""
UNUSUAL = 2.0
"""|z| from which a value is called unusual: 5 of 100 people of the group are so."""
FAR = 3.0


class MeasureTree(QTreeWidget):
    """Rows of measures in groups; sides unfold.

    Attributes
    ----------
    chosen : Signal(str)
        Code of the measure that is looked at.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Standard measures"))
        self.setColumnCount(5)
        self.setHeaderLabels(
            [self.tr("Measure"), self.tr("Value"), self.tr("Change"), self.tr("Norm"), self.tr("z")]
        )
        tips = (
            self.tr("Code after Farkas, and name"),
            self.tr("Millimetres, degrees or per cent; the mean of both sides"),
            self.tr("Against the version that is compared with"),
            self.tr("Mean ± standard deviation of people of this age and sex"),
            self.tr("Standard deviations from the norm's mean; ? where the norm is not checked"),
        )
        header = self.headerItem()
        for column, text in enumerate(tips):
            header.setToolTip(column, text)
            if column:
                header.setTextAlignment(
                    column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                )
        bar = self.header()
        bar.setStretchLastSection(False)
        bar.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        bar.setSectionResizeMode(MEASURE, QHeaderView.ResizeMode.Stretch)
        bar.setSectionResizeMode(Z, QHeaderView.ResizeMode.Fixed)
        bar.setMinimumSectionSize(36)
        self.setIndentation(10)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegateForColumn(Z, ZDelegate(self))
        self._compares = False
        self._make_room()
        self._rows: dict[str, QTreeWidgetItem] = {}
        self._sides: dict[str, tuple[QTreeWidgetItem, QTreeWidgetItem]] = {}
        self._members: dict[QTreeWidgetItem, list[QTreeWidgetItem]] = {}
        self._build()
        self.currentItemChanged.connect(self._choose)

    def show_rows(self, rows: tuple[Judged, ...], others: Mapping[str, Value]) -> None:
        """Show values, and how they differ from those of another version."""
        self._compares = bool(others)
        self._make_room()
        for row in rows:
            value = row.value
            item = self._rows[value.definition.code]
            unit = value.definition.unit
            self._put(item, VALUE, number_text(value.number, unit))
            other = others.get(value.definition.code)
            change = math.nan if other is None else value.number - other.number
            self._put(item, CHANGE, signed_text(change))
            self._put(item, NORM, norm_text(row))
            self._put(item, Z, signed_text(row.z) + mark_of(row))
            self._put(item, Z, row.z if math.isfinite(row.z) else None, NUMBER)
            tip, source = Qt.ItemDataRole.ToolTipRole, source_text(row)
            for column, words in ((MEASURE, definition_text(row)), (NORM, source), (Z, source)):
                self._put(item, column, words, tip)
            for part, number in zip(
                self._sides.get(value.definition.code, ()), (value.right, value.left), strict=False
            ):
                self._put(part, VALUE, number_text(number, unit))

    def filter(self, words: str, only_unusual: bool) -> int:
        """Show the rows with these words in code or name, all or the unusual; return how many."""
        wanted = words.strip().lower()
        count = 0
        for group, members in self._members.items():
            left = 0
            for item in members:
                z = item.data(Z, NUMBER)
                seen = wanted in item.text(MEASURE).lower()
                if only_unusual:
                    seen = seen and z is not None and math.isfinite(z) and abs(z) >= UNUSUAL
                item.setHidden(not seen)
                left += seen
            group.setHidden(not left)
            count += left
        return count

    # -- inside ------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Show what there is room for."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        self.setColumnHidden(CHANGE, not self._compares)
        room = self.width() - theme.stretched(WIDE + (CHANGE_WIDE if self._compares else 0))
        self.setColumnHidden(NORM, room < 0)
        wide = room >= Z_WIDE - Z_NARROW
        self.header().resizeSection(Z, theme.stretched(Z_WIDE if wide else Z_NARROW))

    def _build(self) -> None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        sides = (self.tr("Subject's right"), self.tr("Subject's left"))
        by_group = {name: QTreeWidgetItem(self, [self.tr(name)]) for name in GROUPS}
        self._members = {group: [] for group in by_group.values()}
        for group in self._members:
            group.setFirstColumnSpanned(True)
            font = group.font(0)
            font.setBold(True)
            group.setFont(0, font)
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            group.setExpanded(True)
        for definition in DEFINITIONS:
            item = QTreeWidgetItem(
                by_group[definition.group], [f"{definition.code}  {definition.name}"]
            )
            item.setData(MEASURE, CODE, definition.code)
            items = [item]
            if definition.paired:
                parts = [QTreeWidgetItem(item, [side]) for side in sides]
                for part in parts:
                    part.setData(MEASURE, CODE, definition.code)
                self._sides[definition.code] = (parts[0], parts[1])
                items += parts
            for one in items:
                for column in (VALUE, CHANGE, NORM):
                    one.setTextAlignment(column, right)
            self._rows[definition.code] = item
            self._members[by_group[definition.group]].append(item)

    def _put(
        self,
        item: QTreeWidgetItem,
        column: int,
        value: str | float | None,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> None:
        if item.data(column, role) != value:  # or the view is laid out anew for nothing
            item.setData(column, role, value)

    def _choose(self, item: QTreeWidgetItem | None, _before: object) -> None:
        code = None if item is None else item.data(MEASURE, CODE)
        self.chosen.emit(code or "")


class ZDelegate(QStyledItemDelegate):
    """A bar from the norm's mean to the value, and the number; amounts tell by length too."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the cell."""
        z = index.data(NUMBER)
        own = QStyleOptionViewItem(option)
        own.displayAlignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        super().paint(painter, own, index)
        if z is None or not math.isfinite(z):
            return
        painter.save()
        room = QRectF(option.rect)
        if room.width() < theme.stretched(Z_WIDE):
            room = room.adjusted(6, room.height() - 7, -6, 1)
        else:
            room = room.adjusted(6, 4, -theme.stretched(48), -4)
        middle, half = room.center().x(), room.width() / 2
        thick = min(6.0, room.height() - 4)
        far = max(-1.0, min(1.0, z / FAR))
        painter.fillRect(
            QRectF(middle - 0.5, room.top(), 1, room.height()), QColor(theme.theme.edge)
        )
        start, width = (middle, far * half) if far > 0 else (middle + far * half, -far * half)
        painter.fillRect(
            QRectF(start, room.center().y() - thick / 2, max(width, 1.0), thick),
            QColor(colour_of(z)),
        )
        painter.restore()


def colour_of(z: float) -> str:
    """Return the colour of a deviation in the theme of now."""
    if abs(z) >= FAR:
        return theme.theme.poor
    return theme.theme.check if abs(z) >= UNUSUAL else theme.theme.accent


def number_text(number: float, unit: str) -> str:
    """Return a value with its unit where it is not millimetres; "–" where there is none."""
    if not math.isfinite(number):
        return "–"
    if unit == "":
        return f"{number:.2f}"
    return f"{number:.1f}" + {"mm": "", "°": "°", "%": " %"}[unit]


def signed_text(number: float) -> str:
    """Return a number with its sign, nothing where there is none, and never a negative zero."""
    return f"{round(number, 1) + 0.0:+.1f}" if math.isfinite(number) else ""


def definition_text(row: Judged) -> str:
    """Return what a measure is, in words."""
    definition = row.value.definition
    points = ", ".join(point.replace("*", "") for point in definition.points)
    words = f"{_tr(definition.text)} {_tr(KIND_WORDS[definition.kind])}: {points}."
    if row.value.moved:
        words += " " + _tr("A landmark of it was placed by hand.")
    return words


def mark_of(row: Judged) -> str:
    """Return a question mark where the numbers of the norm were not checked."""
    return "" if row.norm is None or row.norm.source.verified else "?"


def norm_text(row: Judged) -> str:
    """Return mean and spread."""
    norm = row.norm
    return "" if norm is None else f"{norm.mean:.1f} ± {norm.sd:.1f}{mark_of(row)}"


def source_text(row: Judged) -> str:
    """Return norm and where it comes from, or why there is none."""
    norm = row.norm
    if norm is None:
        return row.reason
    who = {"male": _tr("males"), "female": _tr("females"), "both": _tr("both sexes")}[norm.sex]
    if norm.count:
        who += f", n = {norm.count}"
    source = norm.source
    words = [
        _tr("Norm {:.1f} ± {:.1f}. {}: {}; {}.").format(
            norm.mean, norm.sd, source.title, source.population, who
        )
    ]
    if norm.pooled_here:
        words.append(_tr("Women and men pooled here, half each."))
    words += [source.method, source.note]
    if not source.verified:
        words.append(_tr("Not checked against the original: take it as a rough guide."))
    return " ".join(words)


def _tr(text: str) -> str:
    return QCoreApplication.translate("MeasureTree", text)

"""A choice among the states of the head that it can be compared with."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from facewright.app import theme
from facewright.app.compare import Comparer
from facewright.app.references import Reference

_ICONS = {
    "named": "pin",
    "opening": "open",
    "scan": "scan",
    "mean": "head",
    "even": "mirror",
    "file": "file",
    "version": "history",
}


_MORE = "more"


class ReferenceBox(QComboBox):
    """Offers references; the chosen one stays, also when it is called or listed otherwise.

    Parameters
    ----------
    comparer : Comparer
    none : str
        What to call the choice of nothing; without a word there is no such choice.
    more : str
        What to call the choice of something from elsewhere.

    Attributes
    ----------
    chosen : Signal(Reference or None)
    elsewhere : Signal()
        Something that is not in the list is wanted.
    """

    chosen = Signal(object)
    elsewhere = Signal()

    def __init__(self, comparer: Comparer, none: str = "", more: str = "") -> None:
        super().__init__()
        self._comparer = comparer
        self._none = none
        self._more = more
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(self._choose)

    def offer(self, chosen: Reference | None) -> None:
        """List what there is now, `chosen` in front where it is none of that any more."""
        offered = list(self._comparer.references())
        if chosen is not None and all(known.project is not chosen.project for known in offered):
            offered.insert(0, chosen)
        self.clear()
        if self._none:
            self.addItem(self._none, None)
        before = ""
        for reference in offered:
            if before not in ("", "version") and reference.kind == "version":
                self.insertSeparator(self.count())
            self.addItem(theme.icon(_ICONS[reference.kind]), reference.title, reference)
            before = reference.kind
        if self._more:
            self.insertSeparator(self.count())
            self.addItem(theme.icon("file"), self._more, _MORE)
        self.show_chosen(chosen)

    def show_chosen(self, chosen: Reference | None) -> None:
        """Show what is chosen."""
        if chosen is None:
            self.setCurrentIndex(0)
            return
        for row in range(self.count()):
            offered = self.itemData(row)  # separators have none
            if isinstance(offered, Reference) and offered.project is chosen.project:
                self.setCurrentIndex(row)
                return

    def _choose(self, row: int) -> None:
        if self.itemData(row) == _MORE:
            self.elsewhere.emit()
        else:
            self.chosen.emit(self.itemData(row))

"""A choice among the states of the head that it can be compared with."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from facewright.app import theme
from facewright.app.compare import Comparer, Reference

_ICONS = {"named": "pin", "opening": "open", "scan": "scan", "version": "history"}


class ReferenceBox(QComboBox):
    """Offers references; the chosen one stays, also when it is called or listed otherwise.

    Parameters
    ----------
    comparer : Comparer
    none : str
        What to call the choice of nothing; without a word there is no such choice.

    Attributes
    ----------
    chosen : Signal(Reference or None)
    """

    chosen = Signal(object)

    def __init__(self, comparer: Comparer, none: str = "") -> None:
        super().__init__()
        self._comparer = comparer
        self._none = none
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(lambda row: self.chosen.emit(self.itemData(row)))

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
        self.show_chosen(chosen)

    def show_chosen(self, chosen: Reference | None) -> None:
        """Show what is chosen."""
        if chosen is None:
            self.setCurrentIndex(0)
            return
        for row in range(self.count()):
            offered = self.itemData(row)  # separators have none
            if offered is not None and offered.project is chosen.project:
                self.setCurrentIndex(row)
                return

"""Where a step works: the whole head, a part of it, or a mask that was painted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from facewright.app.region_words import region_word
from facewright.engine.mask import Mask

_PAINTED = "painted"


class MaskField(QComboBox):
    """Chooses among no mask, the regions of the template, and the mask that is there.

    Attributes
    ----------
    chosen : Signal(Mask or None)
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._regions: Mapping[str, Mask] = {}
        self._painted: Mask | None = None
        self.setAccessibleName(self.tr("Where the step works"))
        self.setToolTip(self.tr("Confine the step to a part of the head"))
        self.activated.connect(self._choose)

    def show_mask(
        self, mask: Mask | None, regions: Mapping[str, Mask], painted: Mask | None = None
    ) -> None:
        """Show a step's mask among the regions of its head, and what is painted on it now."""
        if regions is not self._regions or self.count() == 0:
            self._regions = regions
            self._painted = None
            self.clear()
            self.addItem(self.tr("Whole head"), "")
            for name in regions:
                self.addItem(region_word(name), name)
        name = "" if mask is None else self._name_of(mask)
        if mask is not None and name == _PAINTED:
            painted = mask
        if painted is not None:
            self._painted = painted
            share = 100.0 * float(np.mean(np.asarray(painted)))
            text = self.tr("Painted mask, {:.0f} % of the points").format(share)
            place = self.findData(_PAINTED)
            if place < 0:
                self.addItem(text, _PAINTED)
            else:
                self.setItemText(place, text)
        self.setCurrentIndex(self.findData(name))

    def _name_of(self, mask: Mask) -> str:
        """Return the region that a mask is, or `_PAINTED`."""
        for name, region in self._regions.items():
            if region is mask or np.array_equal(region, mask):
                return name
        return _PAINTED

    def _choose(self, _place: int) -> None:
        name = self.currentData()
        self.chosen.emit(self._painted if name == _PAINTED else self._regions.get(name))

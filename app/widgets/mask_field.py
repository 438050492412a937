"""Where a step works: the whole head, a part of it, or a mask that was painted."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from facewright.app.region_words import OFFERED, region_word
from facewright.engine.mask import Mask

PAINTED, OWN = "painted", "own"
"""Keys of the mask that is painted on the head now, and of one that only the step has."""


class MaskField(QComboBox):
    """Chooses among no mask, the parts of the head, and the masks that are there.

    Attributes
    ----------
    chosen : Signal(Mask or None)
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._masks: dict[str, Mask | None] = {}
        self._step: object = None
        self._left: Mask | None = None
        self.setAccessibleName(self.tr("Where the step works"))
        self.setToolTip(self.tr("Confine the step to a part of the head"))
        self.activated.connect(self._choose)

    def show_mask(
        self,
        mask: Mask | None,
        regions: Mapping[str, Mask],
        painted: Mask | None = None,
        step: object = None,
    ) -> None:
        """Show the mask of `step` among the regions of its head and what is painted on it now.

        A mask that the step alone had can be chosen again until another step is shown.
        """
        if step != self._step:
            self._step, self._left = step, None
        masks: dict[str, Mask | None] = {"": None}
        masks |= {name: regions[name] for name in OFFERED if name in regions}
        if painted is not None:
            masks[PAINTED] = painted
        key = _key_of(mask, masks)
        if key == OWN:
            self._left = mask
        if self._left is not None and _key_of(self._left, masks) == OWN:
            masks[OWN] = self._left
        self._offer(masks)
        self.setCurrentIndex(self.findData(key))

    def _offer(self, masks: dict[str, Mask | None]) -> None:
        texts = [self._text(key, mask) for key, mask in masks.items()]
        if list(masks) != list(self._masks) or texts != self._texts():
            self.clear()
            for key, text in zip(masks, texts, strict=True):
                self.addItem(text, key)
        self._masks = masks

    def _texts(self) -> list[str]:
        return [self.itemText(row) for row in range(self.count())]

    def _text(self, key: str, mask: Mask | None) -> str:
        if mask is None:
            return self.tr("Whole head")
        if key not in (PAINTED, OWN):
            return region_word(key)
        share = 100.0 * float(np.mean(np.asarray(mask)))
        words = self.tr("Painted mask, {:.0f} % of the points")
        if key == OWN:
            words = self.tr("Its own mask, {:.0f} % of the points")
        return words.format(share)

    def _choose(self, _place: int) -> None:
        self.chosen.emit(self._masks[self.currentData()])


def _key_of(mask: Mask | None, masks: Mapping[str, Mask | None]) -> str:
    """Return the key of an equal mask, or `OWN`."""
    for key, known in masks.items():
        if known is mask or (mask is not None and np.array_equal(known, mask)):  # type: ignore[arg-type]
            return key
    return OWN

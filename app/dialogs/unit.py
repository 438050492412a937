"""The unit of a scan, when the guess is unsure: what each answer would mean for the face."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.engine.mesh import Scan
from facewright.engine.units import UNITS

_NAMES = {
    "mm": "Millimetres",
    "cm": "Centimetres",
    "dm": "Decimetres",
    "m": "Metres",
    "inch": "Inches",
}


class UnitDialog(QDialog):
    """Shows how large the scan would be in each unit and lets the user choose."""

    def __init__(self, parent: QWidget, scan: Scan, guess: str, why: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Unit of the scan"))
        self.setMinimumWidth(420)
        column = QVBoxLayout(self)
        edge = 6 * theme.SPACE
        column.setContentsMargins(edge, edge, edge, 4 * theme.SPACE)
        column.setSpacing(2 * theme.SPACE)
        head = QLabel(self.tr("In which unit is this scan?"))
        head.setProperty("role", "title")
        column.addWidget(head)
        text = QLabel(why or self.tr("The file does not say, and its size fits more than one."))
        text.setWordWrap(True)
        text.setProperty("role", "small")
        column.addWidget(text)
        largest = float(np.ptp(scan.vertices, axis=0).max()) if len(scan.vertices) else 0.0
        self._units = QButtonGroup(self)
        for index, (unit, label) in enumerate(_NAMES.items()):
            size = largest * UNITS[unit]
            shown = f"{size:.0f} mm" if size < 1000 else f"{size / 1000:.1f} m"
            guessed = self.tr("   (guess)") if unit == guess else ""
            button = QRadioButton(
                self.tr("{}: the scan is {} across{}").format(self.tr(label), shown, guessed)
            )
            button.setChecked(unit == guess)
            self._units.addButton(button, index)
            column.addWidget(button)
        if self._units.checkedId() < 0:
            self._units.button(0).setChecked(True)
        hint = QLabel(self.tr("A head with its neck is 250 to 350 mm tall, a newborn's 130."))
        hint.setProperty("role", "small")
        column.addWidget(hint)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        go = buttons.addButton(self.tr("Register"), QDialogButtonBox.ButtonRole.AcceptRole)
        go.setProperty("role", "primary")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    @property
    def unit(self) -> str:
        """The unit chosen."""
        return tuple(_NAMES)[max(self._units.checkedId(), 0)]

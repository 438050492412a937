"""Unit and stand of a scan: what each answer would mean, with a picture of how it would stand."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.jobs import JobLane
from facewright.app.waiting import Waiting, preview, rotation_of
from facewright.engine.arrays import ByteArray, FloatArray
from facewright.engine.scans.standing import upright
from facewright.engine.units import UNITS

_NAMES = {
    "mm": "Millimetres",
    "cm": "Centimetres",
    "dm": "Decimetres",
    "m": "Metres",
    "inch": "Inches",
    "auto": "None of these: scale it to an average adult",
}
_DIRECTIONS = {"+x": "+X", "-x": "−X", "+y": "+Y", "-y": "−Y", "+z": "+Z", "-z": "−Z"}
_SIDE = 300


class UnitDialog(QDialog):
    """Asks for the unit; where no face was found also for up and front.

    Parameters
    ----------
    parent : QWidget
    waiting : Waiting
        The scan with what was found on it.

    Attributes
    ----------
    units : mapping of str to QRadioButton
    up, front : QComboBox
    """

    def __init__(self, parent: QWidget, waiting: Waiting) -> None:
        super().__init__(parent)
        self._waiting = waiting
        self._lane = JobLane(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Unit of {}").format(waiting.scan.name))
        self.picture = QLabel()
        self.picture.setFixedSize(_SIDE, _SIDE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setProperty("role", "small")
        self.picture.setWordWrap(True)
        self.picture.setAccessibleName(self.tr("The scan from the front, as it would stand"))
        right = QVBoxLayout()
        right.setSpacing(2 * theme.SPACE)
        self._add_units(right)
        right.addSpacing(2 * theme.SPACE)
        self._add_directions(right)
        right.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(6 * theme.SPACE)
        line.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(right, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        words = self.tr("Register") if self._can_register else self.tr("Stand it up")
        go = buttons.addButton(words, QDialogButtonBox.ButtonRole.AcceptRole)
        go.setProperty("role", "primary")
        go.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        edge = 6 * theme.SPACE
        column.setContentsMargins(edge, edge, edge, 4 * theme.SPACE)
        column.setSpacing(4 * theme.SPACE)
        column.addLayout(line)
        column.addWidget(buttons)
        next(button for button in self.units.values() if button.isChecked()).setFocus()
        self._draw()

    @property
    def unit(self) -> str:
        """The unit chosen; "auto" leaves it to the size of the face."""
        return next(name for name, button in self.units.items() if button.isChecked())

    @property
    def rotation(self) -> FloatArray:
        """Rotation `(3, 3)` from the file to how the scan stands in the picture."""
        if self._placed:
            return rotation_of(self._waiting.to_upright)
        return upright(str(self.up.currentData()), str(self.front.currentData()))

    def done(self, result: int) -> None:
        """Close, when the picture that is being drawn has let go of the scan."""
        self._lane.close()
        super().done(result)

    # -- inside ------------------------------------------------------------------------------

    @property
    def _placed(self) -> bool:
        """Whether it is known how the scan stands."""
        return self._waiting.found is not None or bool(self._waiting.unit)

    @property
    def _can_register(self) -> bool:
        return self._placed or self._waiting.landmarks is not None

    def _add_units(self, column: QVBoxLayout) -> None:
        head = QLabel(self.tr("In which unit is this scan?"))
        head.setProperty("role", "title")
        column.addWidget(head)
        found = self._waiting.found
        why = " ".join(found.notes) if found is not None else self._waiting.said
        if self._waiting.unit:
            why = self.tr("The head was registered with the unit that is marked.")
        text = QLabel(why or self.tr("The file does not say. The guess comes from its size."))
        text.setWordWrap(True)
        text.setMinimumWidth(340)
        text.setProperty("role", "small")
        column.addWidget(text)
        column.addSpacing(theme.SPACE)
        self.units: dict[str, QRadioButton] = {}
        group = QButtonGroup(self)
        taken = self._waiting.unit or ("" if found is None else found.unit)
        guess = taken if taken in UNITS else "auto"
        for unit, name in _NAMES.items():
            button = QRadioButton(self._answer(unit, self.tr(name), guess=unit == guess))
            button.setChecked(unit == guess)
            group.addButton(button)
            self.units[unit] = button
            column.addWidget(button)
        hint = QLabel(
            self.tr("Faces are 115 to 165 mm wide between the ears, those of newborns about 80.")
            if self._waiting.face_width is not None
            else self.tr("A head with its neck is 250 to 350 mm tall, that of a newborn 130.")
        )
        hint.setWordWrap(True)
        hint.setProperty("role", "small")
        column.addWidget(hint)

    def _answer(self, unit: str, name: str, *, guess: bool) -> str:
        mark = self.tr("{}   (now)") if self._waiting.unit else self.tr("{}   (guess)")
        if unit == "auto":
            return mark.format(name) if guess else name
        width = self._waiting.face_width
        if width is not None:
            text = self.tr("{}: the face is {} wide").format(name, _length(width * UNITS[unit]))
        else:
            vertices = self._waiting.scan.vertices
            largest = float(np.ptp(vertices, axis=0).max()) if len(vertices) else 0.0
            text = self.tr("{}: the scan is {} across").format(name, _length(largest * UNITS[unit]))
        return mark.format(text) if guess else text

    def _add_directions(self, column: QVBoxLayout) -> None:
        self.up, self.front = QComboBox(), QComboBox()
        for box, name, start in (
            (self.up, self.tr("Up in the file"), "+y"),
            (self.front, self.tr("Front in the file"), "+z"),
        ):
            for direction, label in _DIRECTIONS.items():
                box.addItem(label, direction)
            box.setCurrentIndex(box.findData(start))
            box.setAccessibleName(name)
            box.currentIndexChanged.connect(self._turned)
        if self._placed:
            text = QLabel(self.tr("It stands as its face was found: see the picture."))
            text.setProperty("role", "small")
            text.setWordWrap(True)
            column.addWidget(text)
            return
        form = QFormLayout()
        form.setHorizontalSpacing(3 * theme.SPACE)
        form.addRow(self.tr("Up in the file"), self.up)
        form.addRow(self.tr("Front in the file"), self.front)
        column.addLayout(form)

    def _turned(self, _index: int) -> None:
        """Keep the two directions on different axes; the one that was not touched gives way."""
        up, front = str(self.up.currentData()), str(self.front.currentData())
        if up[1] == front[1]:
            other = self.front if self.sender() is self.up else self.up
            free = "+z" if up[1] != "z" else "+y"
            other.setCurrentIndex(other.findData(free))
            return
        self._draw()

    def _draw(self) -> None:
        scan, rotation = self._waiting.scan, self.rotation
        pixels = round(_SIDE * self.devicePixelRatioF())
        self.picture.setText(self.tr("Drawing…"))
        self._lane.start(
            "",
            lambda progress: preview(scan, rotation, pixels, progress),
            self._show,
            lambda _error: self._show(None),
            key="preview",
        )

    def _show(self, picture: ByteArray | None) -> None:
        if picture is None:
            self.picture.setText(self.tr("There is no picture of loose points."))
            return
        height, width, _ = picture.shape
        pixels = np.ascontiguousarray(picture)
        image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        shown = QPixmap.fromImage(image)
        shown.setDevicePixelRatio(self.devicePixelRatioF())
        self.picture.setPixmap(shown)


def _length(millimetres: float) -> str:
    """Return a length in words of a fitting size."""
    if millimetres < 10:
        return f"{millimetres:.2g} mm"
    return f"{millimetres:.0f} mm" if millimetres < 1000 else f"{millimetres / 1000:.1f} m"

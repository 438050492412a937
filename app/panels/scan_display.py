"""What is shown of the scan: laid over the head, or as the error between the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QComboBox

from facewright.app.widgets.error_scale import ErrorScale
from facewright.app.widgets.heat_controls import HeatControls
from facewright.app.widgets.limits import Range
from facewright.app.widgets.section import Section
from facewright.app.widgets.slider import NamedSlider
from facewright.engine.arrays import FloatArray
from facewright.viewer.colormaps import TINTS

if TYPE_CHECKING:
    from facewright.app.stage import Stage


class ScanDisplay(Section):
    """Switches and sliders of the scan in the view.

    Attributes
    ----------
    scan, heat, landmarks, inferred : QCheckBox
    opacity, limit : NamedSlider
    tint : QComboBox
        The scan's colour.
    colours : HeatControls
    scale : ErrorScale
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__(self.tr("Show"))
        self._stage = stage
        self.scan = QCheckBox(self.tr("Scan over the head"))
        self.scan.clicked.connect(lambda on: stage.change(scan=on))
        self.tint = QComboBox()
        for words, color in (
            (self.tr("Its own colours"), None),
            (self.tr("Plain blue"), TINTS["blue"]),
            (self.tr("Plain amber"), TINTS["amber"]),
            (self.tr("Plain grey"), TINTS["grey"]),
        ):
            self.tint.addItem(words, color)
        self.tint.setAccessibleName(self.tr("Colour of the scan"))
        self.tint.activated.connect(
            lambda _row: stage.change(scan=True, scan_color=self.tint.currentData())
        )
        self.opacity = NamedSlider(
            self.tr("Scan opacity"), Range(0.1, 1.0, 0.6, 0.05, "share"), self.tr("Of the overlay")
        )
        self.opacity.moved.connect(lambda number: stage.change(scan=True, scan_opacity=number))
        self.heat = QCheckBox(self.tr("Error map"))
        self.heat.clicked.connect(lambda on: stage.change(heat=on))
        self.limit = NamedSlider(
            self.tr("Full colour at"), Range(0.1, 5.0, 1.0, 0.1, "mm"), self.tr("Of the error map")
        )
        self.limit.moved.connect(lambda number: stage.change(heat=True, heat_limit=number))
        self.colours = HeatControls(stage)
        self.scale = ErrorScale()
        self.landmarks = QCheckBox(self.tr("Landmarks"))
        self.landmarks.clicked.connect(lambda on: stage.change(landmarks=on))
        self.inferred = QCheckBox(self.tr("Mark what is inferred"))
        self.inferred.setToolTip(
            self.tr("Blue dots where the scan showed nothing and the model filled in")
        )
        self.inferred.clicked.connect(lambda on: stage.change(inferred=on))
        for widget in (
            self.scan, self.tint, self.opacity, self.heat, self.limit, self.colours, self.scale,
            self.landmarks, self.inferred,
        ):  # fmt: skip
            self.add(widget)

    def show_state(self, has_scan: bool, error: FloatArray | None) -> None:
        """Show how things are drawn, and switch off what there is nothing to draw for."""
        display = self._stage.display
        why = "" if has_scan else self.tr("The scan is not loaded.")
        for widget in (self.scan, self.tint, self.opacity):
            widget.setEnabled(has_scan)
            widget.setToolTip(why)
        if has_scan:
            self.tint.setToolTip(self.tr("A plain colour tells the scan from the head below it"))
        self.heat.setEnabled(error is not None)
        self.heat.setToolTip(
            self.tr("Distance between scan and head as registered; grey where there is no scan")
            if error is not None
            else self.tr("There is an error map once the scan is registered.")
        )
        self.scan.setChecked(display.scan and has_scan)
        self.heat.setChecked(display.heat)
        self.landmarks.setChecked(display.landmarks)
        self.inferred.setChecked(display.inferred)
        colors = [self.tint.itemData(row) for row in range(self.tint.count())]
        self.tint.setCurrentIndex(colors.index(display.scan_color))
        self.opacity.show_number(display.scan_opacity)
        self.limit.show_number(display.heat_limit)
        shown = display.heat and error is not None
        self.limit.setVisible(shown)
        self.colours.setVisible(shown)
        self.colours.sync(display.heat_limit)
        self.scale.setVisible(shown)
        if shown and error is not None:
            self.scale.show_values(error, display)

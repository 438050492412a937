"""Asymmetry of the head: how far it is from its mirror image, as numbers and as colours."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.document import Document
from facewright.app.region_words import region_word
from facewright.app.stage import Stage
from facewright.app.staging import Values
from facewright.app.widgets.heat_controls import HeatControls
from facewright.engine.errors import FacewrightError
from facewright.engine.measure.surface import mask_area, onto_border_plane, volume_between
from facewright.engine.measure.symmetry import REGIONS, SelfMirror, asymmetry

LEAST = 0.5
"""Mm at which the map has its strongest colour on an even head."""


class SymmetryView(QWidget):
    """Measures the head against its mirror image, and the painted mask against that and a plane."""

    def __init__(self, document: Document, stage: Stage) -> None:
        super().__init__()
        self.document, self.stage = document, stage
        self.found: SelfMirror | None = None
        self._mesh: object = None
        self._mask: object = None
        self._limit = LEAST
        self.about = QLabel(
            self.tr(
                "The mirrored head is laid over the head where the face fits best. The numbers are "
                "distances (root mean square) to the same point of the other side."
            )
        )
        self.about.setWordWrap(True)
        self.about.setProperty("role", "small")
        self.face = QLabel()
        self.face.setProperty("role", "strong")
        self.map = QCheckBox(self.tr("Show on the head"))
        self.map.setToolTip(
            self.tr("Colours where a side stands further out than the other, or further in")
        )
        self.map.toggled.connect(self._show_map)
        self.colours = HeatControls(stage)
        self.colours.hide()
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * theme.SPACE)
        self.regions: dict[str, tuple[QLabel, QLabel]] = {}
        names = {region: region_word(region) for region in REGIONS}
        names["rest"] = self.tr("Cheeks, chin, forehead")  # without scalp and neck here
        for row, region in enumerate(REGIONS):
            pair = (QLabel(names[region]), QLabel())
            for column, label in enumerate(pair):
                grid.addWidget(label, row, column)
            self.regions[region] = pair
        grid.setColumnStretch(2, 1)
        self.mask_title = QLabel(self.tr("Painted mask"))
        self.mask_title.setProperty("role", "strong")
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.again = QPushButton(self.tr("Measure the mask"))
        self.again.clicked.connect(self._measure_mask)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 2 * theme.SPACE, 0, 0)
        page.setSpacing(2 * theme.SPACE)
        page.addWidget(self.about)
        page.addWidget(self.face)
        page.addLayout(grid)
        page.addWidget(self.map)
        page.addWidget(self.colours)
        page.addSpacing(3 * theme.SPACE)
        page.addWidget(self.mask_title)
        page.addWidget(self.told)
        page.addWidget(self.again)
        page.addStretch(1)

    def measure(self) -> None:
        """Measure the head that is shown, where it is another one."""
        shown = self.document.shown
        mask = self.document.project.mask if self.document.is_open else None
        if shown is None or (shown.face.mesh is self._mesh and mask is self._mask):
            return
        self._mesh, self._mask = shown.face.mesh, mask
        try:
            self.found = asymmetry(shown.face.mesh)
        except FacewrightError as error:
            self.found = None
            self.about.setText(str(error))
        found = self.found
        self.map.setEnabled(found is not None)
        if found is not None:
            self.face.setText(self.tr("Face: {:.2f} mm").format(found.face_rms))
            for region, (name, number) in self.regions.items():
                value = found.region_rms.get(region)
                for label in (name, number):
                    label.setVisible(value is not None)
                number.setText("" if value is None else f"{value:.2f} mm")
        self.told.setText("")
        self._show_mask_state()
        if self.map.isChecked():
            self._show_map(True)

    def show_colours(self, *_told: object) -> None:
        """Show how the map is coloured."""
        self.colours.sync(self._limit)

    def release(self) -> None:
        """Give the head its own colours back."""
        self.map.setChecked(False)

    # -- inside ------------------------------------------------------------------------------

    def _show_map(self, on: bool) -> None:
        self.colours.setVisible(on)
        if not on or self.found is None or self.document.shown is None:
            self.stage.show_values(None)
            return
        signed = np.asarray(self.found.comparison.signed, np.float32)
        regions = self.document.shown.face.mesh.topology.regions
        # By the face: ears and neck differ by far more, and would leave it without colour.
        face = np.abs(signed[regions["face"] > 0.5] if "face" in regions else signed)
        limit = round(max(LEAST, float(np.quantile(face, 0.98))), 1)
        self._limit = limit
        self.show_colours()
        self.stage.show_values(Values(signed, limit, self.tr("Asymmetry (mm)")))

    def _show_mask_state(self) -> None:
        self.again.setEnabled(self._mask is not None)
        if self._mask is None:
            self.told.setText(self.tr("Paint a mask to measure its area and volume."))

    def _measure_mask(self) -> None:
        """Tell area and volumes of what is masked."""
        shown, mask = self.document.shown, self.document.project.mask
        if shown is None or mask is None:
            return
        mesh = shown.face.mesh
        faces = mesh.topology.faces
        lines = [self.tr("Area {:.0f} mm²").format(mask_area(mesh.vertices, faces, mask))]
        if self.found is not None:
            more = volume_between(mesh.vertices, self.found.mirrored, faces, mask)
            lines.append(self.tr("{:+.2f} cm³ against the other side").format(more / 1000.0))
        try:
            plane = onto_border_plane(mesh.vertices, faces, mask)
        except FacewrightError:
            pass  # a mask of the whole head has no border
        else:
            over = abs(volume_between(mesh.vertices, plane, faces, mask))
            lines.append(self.tr("{:.2f} cm³ over the plane of its border").format(over / 1000.0))
        opening = self.document.opening
        if opening is not None and opening is not self.document.project:
            try:
                before = self.document.seen(opening).face.mesh
            except FacewrightError:
                before = mesh
            if before is not mesh:
                change = volume_between(mesh.vertices, before.vertices, faces, mask)
                lines.append(self.tr("{:+.2f} cm³ since it was opened").format(change / 1000.0))
        self.told.setText("\n".join(lines))

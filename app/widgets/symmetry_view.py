"""Asymmetry of the head: how far it is from its mirror image, as numbers and as colours."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.document import Document
from facewright.app.jobs import JobLane
from facewright.app.region_words import region_word
from facewright.app.stage import Stage
from facewright.app.staging import Values
from facewright.app.widgets.heat_controls import HeatControls
from facewright.engine.arrays import DoubleArray
from facewright.engine.errors import FacewrightError
from facewright.engine.mask import Mask
from facewright.engine.measure.surface import mask_area, onto_border_plane, volume_between
from facewright.engine.measure.symmetry import REGIONS, SelfMirror, asymmetry
from facewright.engine.mesh import Mesh
from facewright.engine.progress import Progress

LEAST = 0.5
"""Mm at which the map has its strongest colour on an even head."""


class SymmetryView(QWidget):
    """Measures the head against its mirror image, and the painted mask against that and a plane."""

    def __init__(self, document: Document, stage: Stage, aside: JobLane) -> None:
        super().__init__()
        self.document, self.stage, self._aside = document, stage, aside
        self.found: SelfMirror | None = None
        self._mesh: Mesh | None = None
        self._mask: Mask | None = None
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
        self.map.setEnabled(False)
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
        """Measure the head that is shown aside, where it is another one."""
        shown = self.document.shown
        mask = self.document.project.mask if self.document.is_open else None
        if shown is None or (shown.face.mesh is self._mesh and mask is self._mask):
            return
        self._mask = mask
        self._show_mask_state()
        if shown.face.mesh is not self._mesh:
            mesh = self._mesh = shown.face.mesh
            if self.found is None:
                self.face.setText(self.tr("Measuring…"))
            work = partial(_asymmetry_of, mesh)
            self._aside.start("", work, self._show, self._refuse, key="asymmetry")

    def show_colours(self, *_told: object) -> None:
        """Show how the map is coloured."""
        self.colours.sync(self._limit)

    def release(self) -> None:
        """Give the head its own colours back."""
        self.map.setChecked(False)

    def give_way(self, owner: object) -> None:
        """Take the map away when something else colours the head."""
        if owner is not self:
            self.release()

    # -- inside ------------------------------------------------------------------------------

    def _show(self, found: SelfMirror) -> None:
        self.found = found
        self.map.setEnabled(True)
        self.face.setText(self.tr("Face: {:.2f} mm").format(found.face_rms))
        for region, (name, number) in self.regions.items():
            value = found.region_rms.get(region)
            for label in (name, number):
                label.setVisible(value is not None)
            number.setText("" if value is None else f"{value:.2f} mm")
        if self.map.isChecked():
            self._show_map(True)

    def _refuse(self, error: Exception) -> None:
        self.found = None
        self.face.setText("")
        self.map.setEnabled(False)
        if isinstance(error, FacewrightError):
            self.about.setText(str(error))
        else:
            self.document.failed.emit(error)

    def _show_map(self, on: bool) -> None:
        self.colours.setVisible(on)
        if not on or self.found is None or self.document.shown is None:
            self.stage.show_values(None, self)
            return
        signed = np.asarray(self.found.comparison.signed, np.float32)
        regions = self.document.shown.face.mesh.topology.regions
        # By the face: ears and neck differ by far more, and would leave it without colour.
        face = np.abs(signed[regions["face"] > 0.5] if "face" in regions else signed)
        limit = round(max(LEAST, float(np.quantile(face, 0.98))), 1)
        self._limit = limit
        self.show_colours()
        self.stage.show_values(Values(signed, limit, self.tr("Asymmetry (mm)")), self)

    def _show_mask_state(self) -> None:
        self.again.setEnabled(self._mask is not None)
        self.told.setText(
            ""
            if self._mask is not None
            else self.tr("Paint a mask to measure its area and volume.")
        )

    def _measure_mask(self) -> None:
        """Tell area and volumes of what is masked."""
        shown, mask = self.document.shown, self.document.project.mask
        if shown is None or mask is None:
            return
        opening, before = self.document.opening, None
        if opening is not None and opening is not self.document.project:
            with suppress(FacewrightError):
                before = self.document.face_of(opening).mesh
        mirrored = None if self.found is None else self.found.mirrored
        masked = Masked(shown.face.mesh, mask, mirrored, before)
        fail = self.document.failed.emit
        self._aside.start("", masked.measure, self._tell_mask, fail, key="masked")

    def _tell_mask(self, found: dict[str, float]) -> None:
        words = {
            "area": self.tr("Area {:.0f} mm²"),
            "mirror": self.tr("{:+.2f} cm³ against the other side"),
            "plane": self.tr("{:.2f} cm³ over the plane of its border"),
            "since": self.tr("{:+.2f} cm³ since it was opened"),
        }
        self.told.setText("\n".join(words[key].format(found[key]) for key in words if key in found))


@dataclass(frozen=True, eq=False)
class Masked:
    """What a mask encloses, to be measured.

    Attributes
    ----------
    mesh : Mesh
    mask : (V,) float32
    mirrored : (V, 3) or None
        The mirror image over the head.
    before : Mesh or None
        The head as it was opened.
    """

    mesh: Mesh
    mask: Mask
    mirrored: DoubleArray | None
    before: Mesh | None

    def measure(self, _progress: Progress) -> dict[str, float]:
        """Return the area in mm² and volumes in cm³."""
        vertices, faces, mask = self.mesh.vertices, self.mesh.topology.faces, self.mask
        found = {"area": mask_area(vertices, faces, mask)}
        if self.mirrored is not None:
            found["mirror"] = volume_between(vertices, self.mirrored, faces, mask) / 1000.0
        with suppress(FacewrightError):  # a mask of the whole head has no border
            plane = onto_border_plane(vertices, faces, mask)
            found["plane"] = abs(volume_between(vertices, plane, faces, mask)) / 1000.0
        if self.before is not None and self.before is not self.mesh:
            found["since"] = volume_between(vertices, self.before.vertices, faces, mask) / 1000.0
        return found


def _asymmetry_of(mesh: Mesh, _progress: Progress) -> SelfMirror:
    return asymmetry(mesh)

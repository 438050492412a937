"""Mask: choose a part of the head, by brush, lasso or region, and shape its border."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from facewright.app import theme
from facewright.app.panels.base import Panel
from facewright.app.region_words import OFFERED, region_word
from facewright.app.tools.mask import RADII, Lasso, MaskBrush, PaintMask, combined, keep_mask
from facewright.app.widgets.limits import Range
from facewright.app.widgets.section import Section
from facewright.app.widgets.slider import NamedSlider
from facewright.app.workbench import Workbench
from facewright.engine.arrays import FloatArray, frozen
from facewright.engine.geometry.masking import edge_lengths, feathered, grown

WIDEST = 30.0


class MaskPanel(Panel):
    """What brushes stay inside of and steps are confined to."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._before: FloatArray | None = None
        self.column.addWidget(self._tool_part())
        self.column.addWidget(self._region_part())
        self.column.addWidget(self._border_part())
        self.column.addStretch(1)
        self.hear(bench.tools.changed, self._show_tool)
        self.hear(self._tools()[0].resized, self._show_brush)
        self.hear(
            bench.stage.display_changed, lambda display: self.visible.setChecked(display.mask)
        )
        self._sync()

    def sync(self) -> None:
        """Say how much is masked, and offer what can be done with it."""
        mask = self.document.project.mask
        self.about.setText(self._said(mask))
        why = "" if mask is not None else self.tr("Nothing is masked yet: paint or add a region.")
        for widget in (*self._shaping, self.visible):
            widget.setEnabled(mask is not None)
            widget.setToolTip(why or widget.property("tip") or "")
        for slider in (self.feather, self.growth):
            slider.show_number(0.0)
        self._show_brush()

    # -- parts -------------------------------------------------------------------------------

    def _tool_part(self) -> QWidget:
        part = Section(self.tr("Paint"))
        line = QHBoxLayout()
        line.setSpacing(theme.SPACE)
        self.buttons = QButtonGroup(self)
        self.buttons.setExclusive(False)
        self._modes: dict[str, QToolButton] = {}
        for key, icon, text, tip in (
            ("paint", "mask-paint", self.tr("Paint"), self.tr("Drag over the head to mask it")),
            ("erase", "mask-erase", self.tr("Erase"), self.tr("Drag to take out of the mask")),
            ("lasso", "lasso", self.tr("Lasso"), self.tr("Draw around what to mask")),
        ):
            button = QToolButton()
            button.setText(text)
            button.setIcon(theme.icon(icon))
            button.setIconSize(QSize(theme.ICON, theme.ICON))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setCheckable(True)
            button.setMinimumHeight(theme.ROW + theme.SPACE)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(lambda on, mode=key: self._take(mode, on))
            self._modes[key] = button
            line.addWidget(button, 1)
        row = QWidget()
        row.setLayout(line)
        line.setContentsMargins(0, 0, 0, 0)
        part.add(row)
        low, high = RADII
        self.radius = NamedSlider(
            self.tr("Radius"),
            Range(low, high, MaskBrush().radius, 1.0, "mm"),
            self.tr("Reach of the brush along the skin"),
        )
        self.radius.moved.connect(lambda number: self._tune(radius=number))
        part.add(self.radius)
        boxes = QGridLayout()
        boxes.setContentsMargins(0, 0, 0, 0)
        boxes.setVerticalSpacing(theme.SPACE)
        self.mirror = self._box(
            self.tr("Both sides"), self.tr("The other side of the face gets the same"), "mirror"
        )
        self.hard = self._box(self.tr("Hard edge"), self.tr("Full strength to the rim"), "hard")
        self.through = self._box(
            self.tr("Lasso goes through"), self.tr("Also masks what lies behind"), "through"
        )
        for place, box in enumerate((self.mirror, self.hard, self.through)):
            boxes.addWidget(box, place // 2, place % 2)
        grid = QWidget()
        grid.setLayout(boxes)
        part.add(grid)
        return part

    def _region_part(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2 * theme.SPACE)
        self.add = QPushButton(self.tr("Add a region"))
        self.remove = QPushButton(self.tr("Take one out"))
        for button, erase in ((self.add, False), (self.remove, True)):
            menu = QMenu(button)
            for name in OFFERED:
                text = region_word(name)
                if name in ("left", "right"):
                    text = self.tr("{} (the patient's)").format(text)
                menu.addAction(text, partial(self._region, name, text, erase))
            button.setMenu(menu)
            line.addWidget(button, 1)
        return row

    def _border_part(self) -> QWidget:
        part = Section(self.tr("Mask"))
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setProperty("role", "small")
        part.add(self.about)
        self.feather = self._shaper(
            self.tr("Feather"), Range(0.0, WIDEST, 0.0, 1.0, "mm"), feathered,
            self.tr("Width of a soft border")
        )  # fmt: skip
        self.growth = self._shaper(
            self.tr("Grow"), Range(-WIDEST, WIDEST, 0.0, 1.0, "mm"), grown,
            self.tr("Moves the border out, or in below zero")
        )  # fmt: skip
        part.add(self.feather)
        part.add(self.growth)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, theme.SPACE, 0, 0)
        line.setSpacing(2 * theme.SPACE)
        self.invert = self._button(self.tr("Invert"), self._invert)
        self.swap = self._button(self.tr("Other side"), self._mirror)
        self.clear = self._button(self.tr("Clear"), self._clear)
        for button in (self.invert, self.swap, self.clear):
            line.addWidget(button, 1)
        part.add(row)
        self.visible = QCheckBox(self.tr("Show the mask on the head"))
        self.visible.clicked.connect(lambda on: self.bench.stage.change(mask=on))
        part.add(self.visible)
        self.swap.setProperty("tip", self.tr("Masks the mirror image in place of this side"))
        self._shaping = (self.feather, self.growth, self.invert, self.swap, self.clear)
        return part

    def _box(self, text: str, tip: str, field: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setToolTip(tip)
        box.clicked.connect(lambda on: self._tune(**{field: on}))
        return box

    def _button(self, text: str, run: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(run)
        return button

    def _shaper(
        self,
        text: str,
        limits: Range,
        shape: Callable[..., FloatArray],
        tip: str,
    ) -> NamedSlider:
        slider = NamedSlider(text, limits, tip)
        slider.setProperty("tip", tip)
        slider.moved.connect(lambda number: self._shape(shape, number))
        slider.committed.connect(
            lambda number: self._shaped(f"{text} mask {number:.0f} mm", shape, number)
        )
        return slider

    # -- tools -------------------------------------------------------------------------------

    def _tools(self) -> tuple[PaintMask, Lasso]:
        paint, lasso = (self.bench.tools.get(tool.id) for tool in (PaintMask, Lasso))
        assert isinstance(paint, PaintMask)
        assert isinstance(lasso, Lasso)
        return paint, lasso

    def _tune(self, **fields: object) -> None:
        for tool in self._tools():
            tool.brush = replace(tool.brush, **fields)  # type: ignore[arg-type]

    def _take(self, mode: str, on: bool) -> None:
        if not on:
            self.bench.tools.put_down()
            return
        self._tune(erase=mode == "erase")
        self.bench.tools.use(Lasso.id if mode == "lasso" else PaintMask.id)
        self._show_tool()

    def _show_tool(self, *_told: object) -> None:
        used = self.bench.tools.current
        paint, _ = self._tools()
        mode = ""
        if isinstance(used, Lasso):
            mode = "lasso"
        elif isinstance(used, PaintMask):
            mode = "erase" if paint.brush.erase else "paint"
        for key, button in self._modes.items():
            button.setChecked(key == mode)
        self._show_brush()

    def _show_brush(self, *_told: object) -> None:
        brush = self._tools()[0].brush
        self.radius.show_number(brush.radius)
        self.mirror.setChecked(brush.mirror)
        self.hard.setChecked(brush.hard)
        self.through.setChecked(brush.through)
        self.visible.setChecked(self.bench.stage.display.mask)

    # -- the mask ----------------------------------------------------------------------------

    def _said(self, mask: FloatArray | None) -> str:
        if mask is None or self.document.shown is None:
            return self.tr("Nothing is masked: changes reach the whole head.")
        from facewright.engine.geometry.normals import vertex_areas

        skin = self.document.shown.head.skin
        area = vertex_areas(skin.vertices, skin.topology.faces)
        text = self.tr("{:.1f} cm² are masked: steps that are added now work there alone.")
        return text.format(float(area @ mask) / 100.0)

    def _mask(self) -> FloatArray:
        """Return the project's mask, or one that holds nothing."""
        mask = self.document.project.mask
        if mask is not None:
            return mask
        assert self.document.shown is not None
        return np.zeros(self.document.shown.head.skin.topology.count, np.float32)

    def _shape(self, shape: Callable[..., FloatArray], number: float) -> None:
        self.bench.stage.show_mask(self._reshaped(shape, number))

    def _shaped(self, name: str, shape: Callable[..., FloatArray], number: float) -> None:
        if abs(number) > 1e-6:
            keep_mask(self.bench, name, self._reshaped(shape, number))
        else:
            self.bench.stage.show_mask(self.document.project.mask)

    def _reshaped(self, shape: Callable[..., FloatArray], number: float) -> FloatArray:
        if abs(number) <= 1e-6 or self.document.shown is None:
            return self._mask()
        skin = self.document.shown.head.skin
        return shape(self._mask(), edge_lengths(skin.vertices, skin.topology.faces), number)

    def _region(self, name: str, text: str, erase: bool) -> None:
        assert self.document.shown is not None
        region = self.document.shown.head.skin.topology.regions[name]
        verb = self.tr("Take {} out of the mask") if erase else self.tr("Mask {}")
        step = verb.format(text.lower())
        keep_mask(self.bench, step, combined(self._mask(), region, erase))

    def _invert(self) -> None:
        keep_mask(self.bench, self.tr("Invert mask"), frozen(1.0 - self._mask()))

    def _mirror(self) -> None:
        assert self.document.shown is not None
        mirror = self.document.shown.head.skin.topology.mirror
        if mirror is not None:
            keep_mask(self.bench, self.tr("Mirror mask"), frozen(self._mask()[mirror]))

    def _clear(self) -> None:
        keep_mask(self.bench, self.tr("Clear mask"), None)

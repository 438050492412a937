"""Sculpt: brushes, what they stay inside of, and points to pull."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QToolButton,
    QWidget,
)

from facewright.app import theme
from facewright.app.panels.base import Panel
from facewright.app.tools.sculpt import RADII, Hand, SculptTool
from facewright.app.widgets.badge import Badge
from facewright.app.widgets.limits import Range
from facewright.app.widgets.pulled_points import PulledPoints
from facewright.app.widgets.rows import small_label
from facewright.app.widgets.section import Section
from facewright.app.widgets.slider import NamedSlider
from facewright.app.workbench import Workbench
from facewright.engine.edits.sculpt import Sculpt
from facewright.engine.geometry.brush import KINDS

if TYPE_CHECKING:
    from facewright.engine.edits.strokes import Confinement
    from facewright.engine.geometry.brush import Kind


class SculptPanel(Panel):
    """Shapes the head by hand, without losing the face."""

    least_width = 372

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.tool = cast(SculptTool, bench.tools.get(SculptTool.id))
        self._masked = False
        self.column.addWidget(self._brush_part())
        self.column.addWidget(self._confinement_part())
        self.pulled = PulledPoints(bench)
        self.column.addWidget(self.pulled)
        self.column.addStretch(1)
        self.hear(self.tool.tuned, self._show_hand)
        self.hear(bench.tools.changed, self._show_tool)
        self.hear(bench.plausible.changed, self._judge)
        self._sync()

    def sync(self) -> None:
        """Show the layer of the document."""
        self._heed_mask()
        layers = self._layers()
        self.clear.setEnabled(bool(layers))
        self.clear.setToolTip(
            self.tr("Takes every sculpted step away")
            if layers
            else self.tr("Nothing has been sculpted yet.")
        )
        self.amount.setText(self._said(layers))
        self.amount.setVisible(bool(self.amount.text()))
        self.pulled.sync()
        self._show_hand(self.tool.hand)
        self._judge(self.bench.plausible.judgement)

    def stop(self) -> None:
        """Stop listening."""
        super().stop()
        self.pulled.stop()

    # -- parts -------------------------------------------------------------------------------

    def _brush_part(self) -> QWidget:
        part = Section(self.tr("Brush"))
        part.add(self._buttons())
        low, high = RADII
        self.radius = NamedSlider(
            self.tr("Radius"),
            Range(low, high, 25.0, 1.0, "mm"),
            self.tr("Reach of the brush along the skin"),
        )
        self.strength = NamedSlider(
            self.tr("Strength"),
            Range(0.0, 1.0, 1.0, 0.05, "share"),
            self.tr("How much one touch does; each brush keeps its own"),
        )
        self.radius.moved.connect(lambda number: self.tool.tune(radius=number))
        self.strength.moved.connect(lambda number: self.tool.tune(strength=number))
        part.add(self.radius)
        part.add(self.strength)
        part.add(self._falloff_row())
        part.add(self._boxes())
        return part

    def _buttons(self) -> QWidget:
        tips: dict[Kind, str] = {
            "grab": self.tr("Drags the skin along"),
            "smooth": self.tr("Levels bumps; Shift does so with any brush"),
            "inflate": self.tr("Moves the skin outward; Ctrl moves it inward"),
            "flatten": self.tr("Presses the skin towards a plane"),
            "restore": self.tr("Brings back the head before sculpting"),
        }
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, theme.SPACE, 0, theme.SPACE)
        line.setSpacing(theme.SPACE)
        self.brushes: dict[Kind, QToolButton] = {}
        for kind in KINDS:
            button = QToolButton()
            button.setText(self.tool.names[kind])
            button.setIcon(theme.icon(f"brush-{kind}"))
            button.setIconSize(QSize(22, 22))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setCheckable(True)
            button.setToolTip(tips[kind])
            button.setAccessibleName(self.tool.names[kind])
            button.setAccessibleDescription(tips[kind])
            button.setSizePolicy(
                button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed
            )
            button.clicked.connect(lambda on, kind=kind: self._take(kind, on))
            self.brushes[kind] = button
            line.addWidget(button, 1)
        return row

    def _falloff_row(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(theme.SPACE, theme.SPACE, 0, theme.SPACE)
        label = QLabel(self.tr("Falloff"))
        self.falloff = QComboBox()
        for value, text in (
            ("smooth", self.tr("Smooth")),
            ("sharp", self.tr("Sharp: mostly the middle")),
            ("constant", self.tr("Constant up to the rim")),
        ):
            self.falloff.addItem(text, value)
        self.falloff.setAccessibleName(self.tr("Falloff"))
        self.falloff.setToolTip(self.tr("How the effect fades from the middle to the rim"))
        self.falloff.activated.connect(
            lambda _i: self.tool.tune(falloff=self.falloff.currentData())
        )
        line.addWidget(label)
        line.addStretch(1)
        line.addWidget(self.falloff)
        return row

    def _boxes(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        self.mirror = QCheckBox(self.tr("Both sides"))
        self.mirror.setToolTip(self.tr("The other side of the face does the same (X)"))
        self.mirror.clicked.connect(lambda on: self.tool.tune(mirror=on))
        self.pressure = QCheckBox(self.tr("Pen pressure"))
        self.pressure.setToolTip(self.tr("A pen that presses harder does more"))
        self.pressure.clicked.connect(self.tool.heed_pressure)
        line.addWidget(self.mirror)
        line.addWidget(self.pressure)
        line.addStretch(1)
        return row

    def _confinement_part(self) -> QWidget:
        part = Section(self.tr("Confine strokes"))
        self._group = QButtonGroup(self)
        self.confinements: dict[Confinement, QRadioButton] = {}
        table: tuple[tuple[Confinement, str, str], ...] = (
            ("free", self.tr("Free"), self.tr("The skin goes wherever it is dragged.")),
            (
                "mask",
                self.tr("Inside the mask"),
                self.tr("Outside of the mask nothing moves at all."),
            ),
            (
                "plausible",
                self.tr("Plausible"),
                self.tr("The face gives way as faces do, and stays one that people have."),
            ),
        )
        for value, text, tip in table:
            button = QRadioButton(text)
            button.setToolTip(tip)
            button.setAccessibleDescription(tip)
            button.clicked.connect(partial(self.tool.confine, value))
            self._group.addButton(button)
            self.confinements[value] = button
            part.add(button)
        self.note, self.why = small_label(), small_label()
        part.add(self.note)
        part.add(self.why)
        self.badge = Badge()
        self.amount = small_label()
        part.add(self.amount)
        self.clear = QPushButton(self.tr("Clear sculpting"))
        self.clear.clicked.connect(self._clear)
        foot = QWidget()
        line = QHBoxLayout(foot)
        line.setContentsMargins(0, theme.SPACE, 0, 0)
        line.addWidget(self.badge)
        line.addStretch(1)
        line.addWidget(self.clear)
        part.add(foot)
        return part

    # -- what is done ------------------------------------------------------------------------

    def _take(self, kind: Kind, on: bool) -> None:
        if on:
            self.tool.take_up(kind)
            self.bench.tools.use(self.tool.id)
        else:
            self.bench.tools.put_down()
        self._show_tool()

    def _clear(self) -> None:
        project = self.document.project
        kept = tuple(edit for edit in project.edits if not isinstance(edit, Sculpt))
        self.document.apply(self.tr("Clear sculpting"), replace(project, edits=kept))

    def _heed_mask(self) -> None:
        """Keep free strokes inside a mask from when there is one, and set them free after it."""
        masked = self.document.project.mask is not None
        if masked == self._masked:
            return
        self._masked = masked
        if self.tool.hand.confinement == ("free" if masked else "mask"):
            self.tool.confine("mask" if masked else "free")

    # -- what is shown -----------------------------------------------------------------------

    def _layers(self) -> list[Sculpt]:
        return [edit for edit in self.document.project.edits if isinstance(edit, Sculpt)]

    def _said(self, layers: list[Sculpt]) -> str:
        """Return how far strokes have moved the skin, in words."""
        furthest = max((layer.furthest for layer in layers), default=0.0)
        if furthest:
            return self.tr("Moved by up to {:.1f} mm").format(furthest)
        return self.tr("Sculpted as a plausible face") if layers else ""

    def _show_hand(self, hand: Hand) -> None:
        brush = hand.brush
        self.radius.show_number(brush.radius)
        self.strength.show_number(brush.strength)
        self.falloff.setCurrentIndex(self.falloff.findData(brush.falloff))
        self.mirror.setChecked(brush.mirror)
        self.pressure.setChecked(hand.pressure)
        chosen = self.confinements[hand.confinement]
        chosen.setChecked(True)
        self.note.setText(chosen.toolTip())
        self.why.setText(self.tool.reason)
        self.why.setVisible(bool(self.tool.reason))
        self._show_tool()

    def _show_tool(self, *_told: object) -> None:
        is_used = self.bench.tools.current is self.tool
        for kind, button in self.brushes.items():
            button.setChecked(is_used and kind == self.tool.hand.brush.kind)
        self.pulled.show_tool()

    def _judge(self, judgement: object) -> None:
        found = self.bench.plausible.judgement
        self.badge.setVisible(found is not None)
        if found is not None:
            self.badge.say(found.text, found.level, found.help)

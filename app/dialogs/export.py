"""Export: the format by what it is for, then the place."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from facewright.app import theme
from facewright.app.dialogs.places import place_buttons


@dataclass(frozen=True)
class Format:
    """One way to write a head."""

    suffix: str
    label: str
    help: str
    blendshapes: bool = False


FORMATS = (
    Format(".glb", "GLB", "Blender, Unity, Unreal, web: skin, eyes, texture and blendshapes", True),
    Format(".obj", "OBJ", "ZBrush, Maya, Blender and most others: quads, texture and materials"),
    Format(".ply", "PLY", "Research: the skin alone, in template order, millimetres"),
    Format(".stl", "STL", "3D printing: closed, in millimetres"),
    Format(".png", "PNG", "A picture of the head from the front"),
)


class ExportDialog(QDialog):
    """Asks for format and options; remembers the last choice."""

    def __init__(self, parent: QWidget, suffix: str = ".glb", blendshapes: bool = True) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(440)
        column = QVBoxLayout(self)
        edge = 6 * theme.SPACE
        column.setContentsMargins(edge, edge, edge, 4 * theme.SPACE)
        column.setSpacing(theme.SPACE)
        head = QLabel(self.tr("Export the head as"))
        head.setProperty("role", "title")
        column.addWidget(head)
        column.addSpacing(2 * theme.SPACE)
        self._formats = QButtonGroup(self)
        self.blendshapes = QCheckBox(self.tr("52 ARKit blendshapes (larger file)"))
        for index, item in enumerate(FORMATS):
            button = QRadioButton(item.label)
            button.setAccessibleDescription(self.tr(item.help))
            button.setProperty("role", "strong")
            button.setChecked(item.suffix == suffix)
            self._formats.addButton(button, index)
            column.addWidget(button)
            text = QLabel(self.tr(item.help))
            text.setProperty("role", "small")
            text.setContentsMargins(6 * theme.SPACE, 0, 0, 2 * theme.SPACE)
            column.addWidget(text)
            if item.blendshapes:
                self.blendshapes.setChecked(blendshapes)
                under = QHBoxLayout()
                under.setContentsMargins(6 * theme.SPACE, 0, 0, 2 * theme.SPACE)
                under.addWidget(self.blendshapes)
                column.addLayout(under)
        if self._formats.checkedId() < 0:
            self._formats.button(0).setChecked(True)
        column.addSpacing(2 * theme.SPACE)
        column.addWidget(place_buttons(self))
        self._formats.idToggled.connect(lambda _id, _on: self._offer())
        self._offer()

    @property
    def chosen(self) -> Format:
        """The format chosen."""
        return FORMATS[max(self._formats.checkedId(), 0)]

    def _offer(self) -> None:
        self.blendshapes.setEnabled(self.chosen.blendshapes)

"""Expression: the 52 shapes, grouped by the part of the face that moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton

from facewright.app import theme
from facewright.app.panels.weights import Weighted, WeightsPanel
from facewright.app.workbench import Workbench
from facewright.engine.edits.expression import Expression
from facewright.engine.face import Weights

if TYPE_CHECKING:
    from facewright.engine.models.base import Axis

_GROUPS = (
    ("Mouth", "mouth"),
    ("Jaw", "jaw"),
    ("Brows", "brow"),
    ("Eyes", "eye"),
    ("Cheeks", "cheek"),
    ("Nose", "nose"),
    ("Tongue", "tongue"),
)
_SIDES = {"Left": "Right", "Right": "Left"}
_ONE_SIDED = frozenset({"mouthLeft", "mouthRight", "jawLeft", "jawRight"})


class ExpressionPanel(WeightsPanel):
    """Gives the head an expression, both sides together unless they are parted."""

    kinds = (Expression,)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.together = QCheckBox(self.tr("Both sides together"))
        self.together.setChecked(True)
        self.together.setToolTip(self.tr("One slider for left and right; part them for a wink"))
        self.together.toggled.connect(lambda _on: self.rebuild())
        self.neutral = QPushButton(" " + self.tr("Neutral"))
        self.neutral.setIcon(theme.icon("reset"))
        self.neutral.setToolTip(self.tr("Take the whole expression away"))
        self.neutral.clicked.connect(self._neutral)
        line = QHBoxLayout()
        line.setSpacing(2 * theme.SPACE)
        line.addWidget(self.together)
        line.addStretch(1)
        line.addWidget(self.neutral)
        self.column.addLayout(line)
        self._sync()

    def sync(self) -> None:
        """Show the expression."""
        super().sync()
        face = self.document.face_at()
        self.neutral.setEnabled(bool(face.expression))

    def kind_of(self, axis: Axis) -> type[Weighted]:
        """Return the one kind there is."""
        return Expression

    def groups(self, axes: tuple[Axis, ...]) -> Iterable[tuple[str, list[Axis], bool]]:
        """Yield the parts of the face; what has no part comes last."""
        left = [axis for axis in axes if axis.group == "expression"]
        for title, prefix in _GROUPS:
            members = [axis for axis in left if axis.name.startswith(prefix)]
            left = [axis for axis in left if axis not in members]
            yield title, self._offered(members), title in ("Mouth", "Jaw")
        yield self.tr("Other"), self._offered(left), False

    def label_of(self, axis: Axis) -> str:
        """Return the name without the part of the face, and without its side when sides pair."""
        words = self.pair_label(axis) if self.partners(axis.name) else axis.label
        for _, part in _GROUPS:
            rest = words.removeprefix(part.capitalize() + " ")
            if rest != words:
                return rest.capitalize()
        return words

    def _offered(self, members: list[Axis]) -> list[Axis]:
        """Leave out the right side where the left one speaks for both."""
        return [a for a in members if not (a.name.endswith("Right") and self.partners(a.name))]

    def partners(self, key: str) -> tuple[str, ...]:
        """Return the same shape on the other side, while sides move together.

        Eyes that look in or out go to the same side of the room: in pairs with out.
        """
        if not self.together.isChecked() or key in _ONE_SIDED:
            return ()
        if "eyeLookIn" in key or "eyeLookOut" in key:
            return ()
        for side, other in _SIDES.items():
            if key.endswith(side):
                twin = key.removesuffix(side) + other
                return (twin,) if twin in self._axes else ()
        return ()

    def pair_label(self, axis: Axis) -> str:
        """Return the name without its side."""
        return axis.label.removesuffix(" left").removesuffix(" right")

    def _neutral(self) -> None:
        index, edit = self.document.edit_for(Expression)
        calm = replace(edit, weights=Weights(), mode="set")
        self.document.preview(index, calm)
        self.document.commit(self.tr("Neutral expression"))

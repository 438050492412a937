"""Expression: faces to begin with, and the 52 shapes, grouped by the part that moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from facewright.app.expressing import neutralise
from facewright.app.panels.expression_share import ExpressionShare
from facewright.app.panels.weights import Weighted, WeightsPanel
from facewright.app.widgets.limits import Range
from facewright.app.widgets.preset_grid import PresetGrid
from facewright.app.widgets.random_bar import RandomBar
from facewright.app.widgets.slider import LINK
from facewright.app.widgets.slider_group import Item
from facewright.app.widgets.slider_list import Group, SliderList
from facewright.app.workbench import Workbench
from facewright.engine.edits.expression import Expression
from facewright.engine.face import Weights
from facewright.engine.models.axis_effects import effects
from facewright.engine.models.expression_words import words_of
from facewright.engine.models.presets import PRESETS
from facewright.engine.models.variation import random_expression

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
_ONE_SIDED = frozenset({"mouthLeft", "mouthRight", "jawLeft", "jawRight"})
_GAZE = {
    "eyeLookInLeft": ("eyeLookOutRight", "Look to the right"),
    "eyeLookOutLeft": ("eyeLookInRight", "Look to the left"),
}
"""Both eyes look to the same side of the room: one turns in while the other turns out."""


class ExpressionPanel(WeightsPanel):
    """Gives the head an expression, both sides together unless they are parted."""

    kinds = (Expression,)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._parted: set[str] = set()
        self.presets = PresetGrid(tuple(PRESETS))
        self.presets.chosen.connect(self._give)
        self.random_bar = RandomBar(
            self.tr("Try a random expression of a few shapes; locked sliders stay"),
            Range(0.0, 2.0, 1.0, 0.05),
            self.tr("How strong random expressions are"),
        )
        self.random_bar.asked.connect(self._random_face)
        self.random_bar.reset_asked.connect(self.reset_all)
        self.together = QCheckBox(self.tr("Both sides together"))
        self.together.setChecked(True)
        self.together.setToolTip(
            self.tr("One slider for left and right; part all of them, or one by its link")
        )
        self.together.clicked.connect(self._part_all)
        self.share = ExpressionShare(bench)
        self.column.addWidget(self.presets)
        self.column.addWidget(self.share)
        self.column.addWidget(self.random_bar)
        self.column.addWidget(self.together)
        self._sync()

    def sync(self) -> None:
        """Show the expression; sides that differ are shown apart."""
        super().sync()
        self.share.sync()
        weights = self.weights()
        self.random_bar.reset.setEnabled(bool(weights))
        self.together.setCheckState(self._sides())
        uneven = {key for key in self._pairs() if weights[key] != weights[str(twin_of(key))]}
        if uneven - self._parted:
            self._parted |= uneven
            self.rebuild()

    def kind_of(self, axis: Axis) -> type[Weighted]:
        """Return the one kind there is."""
        return Expression

    def groups(self, axes: tuple[Axis, ...]) -> Iterable[Group]:
        """Yield the parts of the face; what has no part comes last."""
        left = [axis for axis in axes if axis.group == "expression"]
        for title, prefix in _GROUPS:
            members = [axis for axis in left if axis.name.startswith(prefix)]
            left = [axis for axis in left if axis not in members]
            yield Group(title, self._items(members), title in ("Mouth", "Jaw"))
        yield Group(self.tr("Other"), self._items(left))

    def effects(self, age: float) -> Mapping[str, float]:
        """Return the way of the vertex that moves farthest, mm for a weight of 1."""
        return effects(self.document.models.lifespan(), {}, age)

    def random(self, seed: int, scale: float) -> Mapping[str, float]:
        """Return the weights of a random expression."""
        return random_expression(self.document.models.lifespan(), seed, scale)

    def moved(self, key: str, number: float) -> dict[str, float]:
        """Return the weight, and that of the other side while they are linked."""
        return dict.fromkeys(self.keys_of(key), number)

    def keys_of(self, key: str) -> tuple[str, ...]:
        """Return the shape, with that of the other side while they are linked."""
        twin = twin_of(key)
        linked = twin is not None and twin in self.axes and key not in self._parted
        return (key, str(twin)) if linked else (key,)

    def name_of(self, key: str) -> str:
        """Return the shape, without a side where it is both."""
        return self._label(key) if len(self.keys_of(key)) > 1 else self.axes[key].label

    def randomise_group(self, title: str, keys: tuple[str, ...]) -> None:
        """Give a group the weights that it has in a random expression."""
        seed, scale = self.random_bar.next_seed(), self.random_bar.scale.number
        every = [axis for key in keys for axis in self.keys_of(key)]
        name = self.tr("Random {}, seed {}").format(title.lower(), seed)
        self.randomise(seed, scale, every, name)

    # -- inside ------------------------------------------------------------------------------

    def _unlock(self) -> None:
        """Link the sides again, too: those of the head that was open were parted for it."""
        super()._unlock()
        if self._parted:
            self._parted = set()
            self.rebuild()

    def _build(self, opened: tuple[str, ...] | None = None) -> SliderList | None:
        made = super()._build(opened)
        if made is not None:
            made.link_asked.connect(self._link)
        return made

    def _items(self, members: list[Axis]) -> tuple[Item, ...]:
        """Return the sliders of a part; the right side has none while the left speaks for it."""
        names = {axis.name for axis in members}
        items = []
        for axis in members:
            twin = twin_of(axis.name)
            if twin is not None and twin in names:
                linked = axis.name not in self._parted
                label = self._label(axis.name) if linked else _short(axis.label)
                item = self.item(axis.name, label, words_of(axis.name))
                items.append(replace(item, tools=(LINK,), linked=linked))
            elif not any(twin_of(other) == axis.name and other not in self._parted
                         for other in names):  # fmt: skip
                item = self.item(axis.name, _short(axis.label), words_of(axis.name))
                items.append(replace(item, tools=("",)))
        return tuple(items)

    def _pairs(self) -> set[str]:
        """Return the shapes of the left side that have one on the right."""
        return {key for key in self.axes if twin_of(key) in self.axes}

    def _sides(self) -> Qt.CheckState:
        """Return whether all sides are linked, some, or none."""
        if not self._parted:
            return Qt.CheckState.Checked
        none = self._parted >= self._pairs()
        return Qt.CheckState.Unchecked if none else Qt.CheckState.PartiallyChecked

    def _label(self, key: str) -> str:
        """Return what a slider for both sides is called."""
        if key in _GAZE:
            return _GAZE[key][1]
        return _short(self.axes[key].label.removesuffix(" left"))

    def _link(self, key: str, on: bool) -> None:
        """Part the sides of a shape, or link them again: the right one then follows the left."""
        if not on:
            self._parted.add(key)
            self.rebuild()
            return
        self._parted.discard(key)
        twin, weights = twin_of(key), self.weights()
        if twin is not None and weights[key] != weights[twin]:
            self.set_weights({twin: weights[key]}, self.tr("Link {}").format(self._label(key)))
        self.rebuild()

    def _part_all(self, _on: bool) -> None:
        """Link what is parted, or else part all; sides that differ stay apart."""
        self._parted = set() if self._parted else self._pairs()
        self.rebuild()

    def _give(self, name: str) -> None:
        """Set a preset, as one step; locked shapes stay.

        At rest, a scan's head also loses the folds that belong to the expression it had.
        """
        if not PRESETS[name] and not self.locked():
            if neutralise(self.document) and self._parted:
                self._parted = set()  # sides that differed were the scan's
                self.rebuild()
            return
        index, edit = self.document.edit_for(Expression)
        locked, wanted = self.locked(), PRESETS[name]
        kept = {key: weight for key, weight in edit.weights.items() if key in locked}
        fresh = {key: w for key, w in wanted.items() if key in self.axes and key not in locked}
        face = replace(edit, weights=Weights({**fresh, **kept}), mode="set", title="")
        if face.weights != edit.weights or face.mode != edit.mode:
            self.document.preview(index, face)
            self.document.commit(self.tr("Expression {}").format(name.lower()))

    def _random_face(self, seed: int, scale: float) -> None:
        """Set a random expression, as one step."""
        keys = [axis.name for axis in self.axes.values() if axis.group == "expression"]
        self.randomise(seed, scale, keys, self.tr("Random expression {}").format(seed))


def twin_of(key: str) -> str | None:
    """Return the shape that does on the right side what `key` does on the left, or None."""
    if key in _GAZE:
        return _GAZE[key][0]
    if key in _ONE_SIDED or not key.endswith("Left"):
        return None
    return key.removesuffix("Left") + "Right"


def _short(label: str) -> str:
    """Return the name without the part of the face, which stands above it."""
    for _, part in _GROUPS:
        rest = label.removeprefix(part.capitalize() + " ")
        if rest != label:
            return rest[:1].upper() + rest[1:]
    return label

"""Controllers: each feature of the face by itself, part by part, to the millimetre."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QHBoxLayout

from facewright.app import theme
from facewright.app.errors import explain
from facewright.app.panels.weights import Weighted, WeightsPanel
from facewright.app.staging import Values
from facewright.app.timers import pause
from facewright.app.tools.base import Hit
from facewright.app.widgets.axis_items import TITLES
from facewright.app.widgets.badge import Badge
from facewright.app.widgets.fold import Fold
from facewright.app.widgets.limits import Range
from facewright.app.widgets.part_from import PartFromBox
from facewright.app.widgets.random_bar import RandomBar
from facewright.app.widgets.slider import LINK
from facewright.app.widgets.slider_group import Item
from facewright.app.widgets.slider_list import Group, SliderList
from facewright.app.widgets.tile_row import TileRow
from facewright.app.widgets.variations import Variations
from facewright.app.workbench import Workbench
from facewright.engine.edits.controllers import Controllers, steered_head
from facewright.engine.errors import FacewrightError, InputError
from facewright.engine.face import Face, Weights
from facewright.engine.models.parts.presets import PRESETS, random_amounts
from facewright.engine.models.parts.reaching import reached
from facewright.engine.models.parts.rules import CONTROLLERS, SIDES, WHOLE
from facewright.engine.models.parts.segments import PARTS
from facewright.engine.models.parts.steering import KEYS, called, controller_of

if TYPE_CHECKING:
    from facewright.app.plausible import Judgement
    from facewright.engine.models.base import Axis
    from facewright.engine.models.parts.model import PartsModel
    from facewright.engine.models.parts.steering import SteeredHead

_MEASURE_AFTER_MS = 60
_HEAT_AFTER_MS = 250
"""How long the pointer rests on a slider before what it moves is shown."""
_HEAT_STEP = 0.5
"""Mm by which the strongest colour of that grows."""


class ControllersPanel(WeightsPanel):
    """Moves features of the face one by one, and says what each measures."""

    kinds = (Controllers,)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._parted: set[str] = set()
        self._hovered = ""
        self._measuring = pause(_MEASURE_AFTER_MS, self._measure, self)
        self._heating = pause(_HEAT_AFTER_MS, self._heat, self)
        self.badge = Badge()
        line = QHBoxLayout()
        line.setSpacing(2 * theme.SPACE)
        line.addWidget(self.badge)
        line.addStretch(1)
        self.random_bar = RandomBar(
            self.tr("Move every controller at random; locked sliders stay"),
            Range(0.0, 1.5, 0.5, 0.05),
            self.tr("How far random faces lie from this one: 1 is as people differ"),
        )
        self.random_bar.asked.connect(self._random_face)
        self.random_bar.reset_asked.connect(self.reset_all)
        self.presets = TileRow(tuple(PRESETS), self.tr("Give the face this: {}"))
        self.presets.chosen.connect(self._give)
        ideas = Fold(self.tr("Ideas"))
        ideas.add(self.presets)
        self.variations = Variations(bench.document, self._varied)
        self.variations.chosen.connect(self._take_variation)
        others = Fold(self.tr("Variations"))
        others.add(self.variations)
        self.part_from = PartFromBox(bench)
        taken = Fold(self.tr("Part of another head"))
        taken.add(self.part_from)
        self.column.addLayout(line)
        self.column.addWidget(self.random_bar)
        self.folds = (ideas, others, taken)
        for fold in self.folds:
            self.column.addWidget(fold)
        self.hear(bench.plausible.changed, self._judged)
        self.hear(bench.document.head_changed, self._moved_head)
        self.hear(bench.tools.clicked, self._clicked)
        self.hear(bench.stage.coloured, self._give_way)
        self._judged(bench.plausible.judgement)
        self._sync()

    def stop(self) -> None:
        """Stop listening and drawing."""
        self._cool()
        self.variations.stop()
        super().stop()

    # -- sliders -----------------------------------------------------------------------------

    def sync(self) -> None:
        """Show the controllers; sides that differ are shown apart."""
        super().sync()
        weights = self.weights()
        self.random_bar.reset.setEnabled(bool(weights))
        uneven = {c.key for c in CONTROLLERS if any(_side(c.key, s) in weights for s in SIDES)}
        if uneven - self._parted:
            self._parted |= uneven
            self.rebuild()
        self._measuring.start()
        self.variations.sync()
        self.part_from.sync()

    def model_axes(self) -> tuple[Axis, ...]:
        """Return those of the controllers, with their sides."""
        found = []
        for axis in self._model.steering.axes:
            found.append(axis)
            if axis.group != WHOLE:
                found += [replace(axis, name=_side(axis.name, side)) for side in SIDES]
        return tuple(found)

    def kind_of(self, axis: Axis) -> type[Weighted]:
        """Return the one kind there is."""
        return Controllers

    def groups(self, axes: tuple[Axis, ...]) -> Iterable[Group]:
        """Yield the whole face, then its parts from above."""
        notes = {
            WHOLE: self.tr(
                "These change the rest of the head, and move the parts along as they are."
            )
        }
        for part in (WHOLE, *PARTS):
            items: list[Item] = []
            for controller in CONTROLLERS:
                if controller.part == part:
                    items += self._items(controller.key, controller.sided)
            yield Group(TITLES[part], tuple(items), part == "nose", notes.get(part, ""))

    def effects(self, age: float) -> Mapping[str, float]:
        """Return nothing: the sliders say what they measure."""
        return {}

    def numbers(self) -> Mapping[str, float]:
        """Return the controllers; that of a side with what is given to both."""
        weights = self.weights()
        found = dict(weights)
        for key in self._parted:
            for side in SIDES:
                found[_side(key, side)] = weights[key] + weights[_side(key, side)]
        return found

    def random(self, seed: int, scale: float) -> Mapping[str, float]:
        """Return amounts of all controllers."""
        return random_amounts(seed, scale)

    def moved(self, key: str, number: float) -> dict[str, float]:
        """Return what a slider changes: also the locked ones that keep their measure by it."""
        changes = self._with_sides(key, number)
        kept = [lock for lock in self._locked_with(key) if lock != controller_of(key).key]
        if not kept:
            return changes
        before, edit = self._before()
        head = self._steered(before)
        now = head.ruler.named(head.moved(edit.weights))
        targets = {lock: now[lock] for lock in kept}
        try:
            held = reached(head, Weights({**edit.weights, **changes}), targets)
        except InputError:
            return {}  # nothing keeps them: the slider springs back
        return {name: held[name] for name in {*edit.weights, *held}}

    def name_of(self, key: str) -> str:
        """Return what a controller is called, with its part."""
        return called(key)

    def randomise_group(self, title: str, keys: tuple[str, ...]) -> None:
        """Give a part random values."""
        seed, scale = self.random_bar.next_seed(), self.random_bar.scale.number
        drawn = random_amounts(seed, scale)
        locked = self.locked()
        changes: dict[str, float] = {}
        for key in keys:
            if key not in locked:
                changes |= self._with_sides(key, drawn[controller_of(key).key])
        self.set_weights(changes, self.tr("Random {}, seed {}").format(title.lower(), seed))

    def _build(self, opened: tuple[str, ...] | None = None) -> SliderList | None:
        made = super()._build(opened)
        if made is not None:
            made.measure_asked.connect(self._reach)
            made.link_asked.connect(self._link)
            made.hovered.connect(self._hover)
        return made

    # -- inside ------------------------------------------------------------------------------

    @property
    def _model(self) -> PartsModel:
        return self.document.models.controllers()

    def _items(self, key: str, sided: bool) -> list[Item]:
        item = self.item(key)
        if not sided:
            return [replace(item, tools=("",))]
        if key not in self._parted:
            return [replace(item, tools=(LINK,))]
        words = {"right": self.tr("{}, right"), "left": self.tr("{}, left")}
        return [
            replace(item, key=_side(key, side), label=words[side].format(item.label),
                    tools=(LINK,), linked=False)
            for side in SIDES
        ]  # fmt: skip

    def _with_sides(self, key: str, number: float) -> dict[str, float]:
        """Return the weights that put a slider to a number; a parted one folds both into sides."""
        plain = controller_of(key).key
        if plain == key:
            return {key: number}
        weights = self.weights()
        folded = {
            _side(plain, side): weights[plain] + weights[_side(plain, side)] for side in SIDES
        }
        return {plain: 0.0, **folded, key: number}

    def _locked_with(self, key: str) -> list[str]:
        """Return the locked controllers of the part that a slider belongs to."""
        part = controller_of(key).part
        locked = () if self._list is None else self._list.locks
        return [lock for lock in locked if lock in KEYS and controller_of(lock).part == part]

    def _before(self) -> tuple[Face, Controllers]:
        """Return the head before the step, and the step."""
        index, edit = self.document.edit_for(Controllers)
        return self.document.face_at(index), edit

    def _steered(self, before: Face) -> SteeredHead:
        return steered_head(before.mesh, before.subject.age.value, self._model)

    def _measure(self) -> None:
        """Say what every feature of the shown head measures."""
        shown = self.document.shown
        if self._list is None or not self.isVisible() or shown is None:
            return
        vertices = shown.face.mesh.vertices
        if len(vertices) != self._model.topology.count:
            return
        found = self._model.ruler.named(vertices)
        for side in SIDES:
            values = self._model.ruler.named(vertices, side)
            found |= {_side(key, side): mm for key, mm in values.items()}
        self._list.show_measures(found)

    def _reach(self, key: str, millimetres: float) -> None:
        """Bring a feature to what was typed, as one step; locked ones stay."""
        plain = controller_of(key).key
        before, edit = self._before()
        head = self._steered(before)
        later = head.ruler.named(self.document.face_at().mesh.vertices)[plain]
        later -= head.ruler.named(head.moved(edit.weights))[plain]
        targets = {plain: millimetres - later}
        try:
            weights = reached(head, edit.weights, targets, self._locked_with(key))
        except InputError as error:
            self.bench.tell(explain(error))
            return
        changes = {name: weights[name] for name in {*edit.weights, *weights}}
        self.set_weights(changes, f"{called(plain)} {millimetres:.1f} mm")

    def _link(self, key: str, on: bool) -> None:
        """Part the sides of a controller, or link them again at their mean."""
        plain = controller_of(key).key
        if not on:
            self._parted.add(plain)
        else:
            self._parted.discard(plain)
            weights = self.weights()
            sides = [weights[_side(plain, side)] for side in SIDES]
            if any(sides):
                mean = weights[plain] + sum(sides) / 2
                changes = {plain: mean, **{_side(plain, side): 0.0 for side in SIDES}}
                self.set_weights(changes, self.tr("Link {}").format(self.name_of(plain)))
        self.rebuild()

    def _unlock(self) -> None:
        """Link the sides again, too: they were parted for the head that was open."""
        super()._unlock()
        if self._parted:
            self._parted = set()
            self.rebuild()

    def _give(self, name: str) -> None:
        locked = self.locked()
        chosen = {key: amount for key, amount in PRESETS[name].items() if key not in locked}
        self.set_weights(chosen, name)

    def _random_face(self, seed: int, scale: float) -> None:
        self.randomise(seed, scale, tuple(KEYS), self.tr("Random face {}").format(seed))

    def _varied(self, number: int) -> Controllers:
        """Return the step with a variation of the head; 0 is the head as it is."""
        _, edit = self.document.edit_for(Controllers)
        if not number:
            return edit
        drawn, locked = random_amounts(number, self.random_bar.scale.number), self.locked()
        steps = {key: amount for key, amount in drawn.items() if key not in locked}
        weights = {key: edit.weights[key] + amount for key, amount in steps.items()}
        return replace(edit, weights=Weights({**edit.weights, **weights}))

    def _take_variation(self, number: int) -> None:
        if number:
            edit = self._varied(number)
            self.set_weights(edit.weights, self.tr("Variation {}").format(number))

    def _judged(self, judgement: Judgement | None) -> None:
        self.badge.setVisible(judgement is not None)
        if judgement is not None:
            self.badge.say(judgement.text, judgement.level, judgement.help)

    # -- the head ----------------------------------------------------------------------------

    def _moved_head(self, _shown: object) -> None:
        if self.isVisible():
            self._measuring.start()

    def _clicked(self, hit: Hit) -> None:
        """Open the part of the face that was clicked."""
        shown = self.document.shown
        if self._list is None or not self.isVisible() or shown is None:
            return
        corners = shown.head.skin.topology.faces[hit.triangle]
        if corners.max() < self._model.topology.count:
            part = self._model.segments.part_of(int(corners[np.argmax(hit.weights)]))
            self._list.unfold(TITLES.get(part, TITLES[WHOLE]))

    def _hover(self, key: str, on: bool) -> None:
        """Show what a slider moves while the pointer rests on it."""
        self._hovered = key if on else ""
        if on:
            self._heating.start()
        else:
            self._cool()

    def _heat(self) -> None:
        if not self._hovered or self.document.shown is None:
            return
        face = self.document.shown.face
        try:
            moved = self._steered(face).moved({self._hovered: 1.0})
        except FacewrightError:
            return
        way = np.linalg.norm(moved - face.mesh.vertices, axis=1)
        limit = max(_HEAT_STEP, _HEAT_STEP * float(np.ceil(way.max() / _HEAT_STEP)))
        title = self.tr("{}: moved by 1 σ (mm)").format(self.name_of(self._hovered))
        shown = np.where(way > 1e-3, way, np.nan).astype(np.float32)
        self.bench.stage.show_values(Values(shown, limit, title, amounts=True), self)

    def _cool(self) -> None:
        self._hovered = ""
        self._heating.stop()
        self.bench.stage.show_values(None, self)

    def _give_way(self, owner: object) -> None:
        """Leave the colours to who asks for them now."""
        if owner is not self:
            self._hovered = ""
            self._heating.stop()


def _side(key: str, side: str) -> str:
    return f"{key}_{side}"

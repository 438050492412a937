"""Controllers: each feature of the face by itself, part by part, to the millimetre."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from facewright.app import theme
from facewright.app.errors import Message, explain
from facewright.app.panels import controllers_sides as sides
from facewright.app.panels.controllers_heat import ControllerHeat
from facewright.app.panels.controllers_reach import measured, reach
from facewright.app.panels.weights import Weighted, WeightsPanel
from facewright.app.timers import pause
from facewright.app.tools.base import Hit
from facewright.app.widgets.axis_items import TITLES
from facewright.app.widgets.badge import Badge
from facewright.app.widgets.fold import Fold
from facewright.app.widgets.limits import Range
from facewright.app.widgets.numbers import shown
from facewright.app.widgets.part_from import PartFromBox
from facewright.app.widgets.random_bar import RandomBar
from facewright.app.widgets.slider import LINK
from facewright.app.widgets.slider_group import Item
from facewright.app.widgets.slider_list import Group, SliderList
from facewright.app.widgets.tile_row import TileRow
from facewright.app.widgets.variations import MOST, Variations
from facewright.app.workbench import Workbench
from facewright.engine.edits.controllers import Controllers, steered_head
from facewright.engine.errors import FacewrightError
from facewright.engine.face import Weights
from facewright.engine.models.parts.presets import PRESETS, random_amounts
from facewright.engine.models.parts.reaching import reached
from facewright.engine.models.parts.rules import CONTROLLERS, SIDES, WHOLE
from facewright.engine.models.parts.segments import PARTS
from facewright.engine.models.parts.steering import KEYS, called, controller_of

if TYPE_CHECKING:
    from facewright.app.plausible import Judgement
    from facewright.engine.models.base import Axis
    from facewright.engine.models.parts.model import PartsModel
    from facewright.engine.project import Project

_MEASURE_AFTER_MS = 60
"""Soon enough to follow a hand that drags."""


class ControllersPanel(WeightsPanel):
    """Moves features of the face one by one, and says what each measures."""

    kinds = (Controllers,)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._parted: set[str] = set()
        self._tried: Weights | None = None
        self._refused = ""
        self._picked = 0
        self._measuring = pause(_MEASURE_AFTER_MS, self._measure, self)
        self.heat = ControllerHeat(bench, self._is_held)
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
        self.random_bar.scale.committed.connect(self.variations.redraw)
        others = Fold(self.tr("Variations"))
        others.add(self.variations)
        self.part_from = PartFromBox(bench)
        taken = Fold(self.tr("Part of another head"))
        taken.add(self.part_from)
        self.column.addLayout(line)
        self.column.addWidget(self.random_bar)
        self.folds = (ideas, others, taken)
        close = QVBoxLayout()
        close.setSpacing(theme.SPACE)
        for fold in self.folds:
            close.addWidget(fold)
        self.column.addLayout(close)
        self.hear(bench.plausible.changed, self._judged)
        self.hear(bench.document.head_changed, self._moved_head)
        self.hear(bench.tools.clicked, self._clicked)
        self.hear(bench.stage.coloured, self.heat.give_way)
        self.hear(bench.document.opened, self.heat.cool)
        self._judged(bench.plausible.judgement)
        self._sync()

    def stop(self) -> None:
        """Stop listening and drawing."""
        self.heat.cool()
        self.variations.stop()
        super().stop()

    def put_away(self) -> None:
        """Give the head its own colours back."""
        self.heat.cool()

    # -- sliders -----------------------------------------------------------------------------

    def sync(self) -> None:
        """Show the controllers; sides that differ are shown apart."""
        super().sync()
        weights = self.weights()
        self.random_bar.reset.setEnabled(bool(weights))
        if self._list is not None and (apart := sides.uneven(weights) - self._parted):
            self._part(apart)
        self._measure_soon()
        self.variations.sync()
        self.part_from.sync()

    def rebuild(self) -> None:
        """Make the list again; the slider under the pointer goes with the old one."""
        self.heat.cool()
        super().rebuild()

    def model_axes(self) -> tuple[Axis, ...]:
        """Return those of the controllers, with their sides."""
        found = []
        for axis in self._model.steering.axes:
            found.append(axis)
            if axis.group != WHOLE:
                found += [replace(axis, name=side) for side in sides.sides_of(axis.name)]
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
        """Return where sliders stand: that of a side with what is given to both."""
        weights = self.weights()
        found = dict(weights)
        for key in self._parted:
            found |= {side: sides.number_of(weights, side) for side in sides.sides_of(key)}
        return found

    def random(self, seed: int, scale: float) -> Mapping[str, float]:
        """Return amounts of all controllers."""
        return random_amounts(seed, scale)

    def moved(self, key: str, number: float) -> dict[str, float]:
        """Return what a slider changes: also the locked ones that keep their measure by it."""
        edit = self._edit()
        changes = sides.put(edit.weights, {key: number})
        try:
            changes |= self._holding(edit, changes, sides.kept_with(self.locked(), key))
        except FacewrightError:
            self._refused = self.tr(
                "{} went as far as the locked measures let it: unlock some to go on."
            ).format(called(key))
            return {}
        self._refused, self._tried = "", Weights({**edit.weights, **changes})
        return changes

    def arrived(self, key: str, number: float) -> float:
        """Return where a slider came to, as far as locked measures let it."""
        tried, self._tried = self._tried, None
        return sides.number_of(self.weights() if tried is None else tried, key)

    def name_of(self, key: str) -> str:
        """Return what a controller is called, with its part."""
        return called(key)

    def zeros(self) -> dict[str, float]:
        """Return 0 for every slider that is not locked, and for what no slider here is for."""
        strange = [name for name in self.weights() if name not in self.axes]
        return self._free(dict.fromkeys(KEYS, 0.0)) | dict.fromkeys(strange, 0.0)

    def reset_group(self, title: str, keys: tuple[str, ...]) -> None:
        """Set the sliders of a part back."""
        changes = sides.put(self.weights(), dict.fromkeys(keys, 0.0))
        self.set_weights(changes, self.tr("Set {} back").format(title.lower()))

    def randomise_group(self, title: str, keys: tuple[str, ...]) -> None:
        """Give a part random values."""
        seed, scale = self.random_bar.next_seed(), self.random_bar.scale.number
        drawn = random_amounts(seed, scale)
        amounts = {key: drawn[controller_of(key).key] for key in keys}
        changes = sides.put(self.weights(), amounts)
        self.set_weights(changes, self.tr("Random {}, seed {}").format(title.lower(), seed))

    def _build(self, opened: tuple[str, ...] | None = None) -> SliderList | None:
        made = super()._build(opened)
        if made is not None:
            made.measure_asked.connect(self._reach)
            made.link_asked.connect(self._link)
            made.hovered.connect(self.heat.hover)
            made.locks_changed.connect(self.variations.redraw)
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
        limits = item.limits
        if not controller_of(key).measured_apart:
            why = self.tr("Left and right make this length together: link them (K) to type it.")
            limits = replace(limits, no_length=why)
        return [
            replace(item, key=name, label=words[side].format(item.label), limits=limits,
                    tools=(LINK,), linked=False)
            for side, name in zip(SIDES, sides.sides_of(key), strict=True)
        ]  # fmt: skip

    def _edit(self) -> Controllers:
        """Return the step that is tuned."""
        return self.document.edit_for(Controllers)[1]

    def _free(self, amounts: Mapping[str, float]) -> dict[str, float]:
        """Return what changes for amounts of whole controllers, as far as locks let them."""
        return sides.put(self.weights(), sides.free(amounts, self.locked()))

    def _holding(
        self, edit: Controllers, changes: Mapping[str, float], kept: Collection[str]
    ) -> dict[str, float]:
        """Return the weights that keep measures as they are when others change.

        Raises
        ------
        FacewrightError
            If none do.
        """
        if not kept:
            return {}
        before = self.document.face_at(self.document.edit_for(Controllers)[0])
        head = steered_head(before.mesh, before.subject.age.value, self._model)
        now = head.moved(edit.weights)
        targets = {lock: measured(self._model, now, lock) for lock in kept}
        held = reached(head, Weights({**edit.weights, **changes}), targets)
        return {name: held[name] for name in {*edit.weights, *held}}

    def _moved(self, key: str, number: float) -> None:
        self.heat.cool()
        super()._moved(key, number)

    def _committed(self, key: str, number: float) -> None:
        super()._committed(key, number)
        if self._refused:
            self.bench.tell(Message("check", self._refused))
            self._refused = ""

    def _is_held(self, key: str) -> bool:
        return self._list is not None and self._list.slider(key).held

    def _measure_soon(self) -> None:
        """Measure in a moment; asked again and again, as while a hand drags, at a steady pace."""
        if not self._measuring.isActive():
            self._measuring.start()

    def _measure(self) -> None:
        """Say what every feature of the shown head measures."""
        shown_head = self.document.shown
        if self._list is None or not self.isVisible() or shown_head is None:
            return
        vertices, ruler = shown_head.face.mesh.vertices, self._model.ruler
        if len(vertices) == self._model.topology.count:
            each = [(side, ruler.named(vertices, side)) for side in SIDES]
            self._list.show_measures(sides.with_measures(ruler.named(vertices), each))

    def _reach(self, key: str, millimetres: float) -> None:
        """Bring a feature to what was typed, as one step; locked ones stay."""
        held = sides.kept_with(self.locked(), key)
        try:
            found = reach(self.document, self._model, key, millimetres, held, self._with_all)
        except FacewrightError as error:
            self.bench.tell(explain(error))
            return
        kept = self.keep(found.project, f"{called(key)} {shown(found.millimetres, 'mm')}")
        if kept and found.note:
            self.bench.tell(Message("check", found.note))

    def _with_all(self, weights: Weights) -> Project:
        """Return the project with these weights and no others."""
        return self.with_weights({name: weights[name] for name in {*self.weights(), *weights}})

    def _part(self, keys: Collection[str]) -> None:
        """Give sides sliders of their own; a lock of both sides becomes one of each."""
        assert self._list is not None
        self._parted |= set(keys)
        self._list.set_locks(sides.parted_locks(self._list.locks, self._parted))
        self.rebuild()

    def _link(self, key: str, on: bool) -> None:
        """Part the sides of a controller, or link them again at their mean."""
        plain = controller_of(key).key
        if not on:
            self._part([plain])
            return
        assert self._list is not None
        changes = sides.linked(self.weights(), plain, self.locked())
        self._parted.discard(plain)
        self._list.set_locks(sides.parted_locks(self._list.locks, self._parted))
        if changes:
            self.set_weights(changes, self.tr("Link {}").format(called(plain).lower()))
        self.rebuild()

    def _unlock(self) -> None:
        """Link the sides again, too: they were parted for the head that was open."""
        super()._unlock()
        if self._parted:
            self._parted = set()
            self.rebuild()

    def _give(self, name: str) -> None:
        """Set the controllers of an idea."""
        self.set_weights(self._free(PRESETS[name]), name)

    def _random_face(self, seed: int, scale: float) -> None:
        amounts = random_amounts(seed, scale)
        self.set_weights(self._free(amounts), self.tr("Random face {}").format(seed))

    def _varied(self, number: int) -> Controllers:
        """Return the step with a variation of the head; 0 is the head as it is."""
        edit = self._edit()
        if not number:
            return edit
        steps = random_amounts(number + self._picked * (MOST + 1), self.random_bar.scale.number)
        return replace(edit, weights=sides.varied(edit.weights, steps, self.locked()))

    def _take_variation(self, number: int, edit: Controllers) -> None:
        """Keep the face that was picked; the next ones are others."""
        if number:
            self._picked += 1
            self.keep(self._with_all(edit.weights), self.tr("Variation {}").format(number))

    def _judged(self, judgement: Judgement | None) -> None:
        self.badge.setVisible(judgement is not None)
        if judgement is not None:
            self.badge.say(judgement.text, judgement.level, judgement.help)

    # -- the head ----------------------------------------------------------------------------

    def _moved_head(self, _shown: object) -> None:
        if self.isVisible():
            self._measure_soon()

    def _clicked(self, hit: Hit) -> None:
        """Open the part of the face that was clicked; the rest of the head has none."""
        shown_head = self.document.shown
        if self._list is None or not self.isVisible() or shown_head is None:
            return
        corners = shown_head.head.skin.topology.faces[hit.triangle]
        if corners.max() < self._model.topology.count:
            part = self._model.segments.part_of(int(corners[np.argmax(hit.weights)]))
            if part in PARTS:
                self._list.unfold(TITLES[part])

"""Shape: who the head is, by measures that have names and along the model's axes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton

from facewright.app import theme
from facewright.app.heads import BASES
from facewright.app.panels.weights import Weighted, WeightsPanel
from facewright.app.plausible import Judgement
from facewright.app.widgets.axis_items import USUAL
from facewright.app.widgets.badge import Badge
from facewright.app.widgets.limits import Range
from facewright.app.widgets.random_bar import RandomBar
from facewright.app.widgets.slider_group import Item
from facewright.app.widgets.slider_list import Group
from facewright.app.workbench import Workbench
from facewright.engine.edits.identity import Asymmetry, Identity
from facewright.engine.edits.start import Start
from facewright.engine.errors import InputError
from facewright.engine.face import Weights
from facewright.engine.models.axis_effects import effects
from facewright.engine.models.axis_words import Measure, Words, describe
from facewright.engine.models.measure_axes import MeasureAxes, measure_axes
from facewright.engine.models.variation import random_person

if TYPE_CHECKING:
    from facewright.engine.models.base import Axis
    from facewright.engine.project import Project

_SEEN = 0.05
"""Standard deviations: a measure that has followed another by less reads 0.0 and is called so."""
_MEASURE_LIMITS = Range(-3.0, 3.0, 0.0, 0.1, "sd", USUAL)


class IdentityPanel(WeightsPanel):
    """Moves the person by named measures and model axes; says when that goes too far."""

    kinds = (Identity, Asymmetry)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._words: dict[str, Words] = {}
        self.named: MeasureAxes | None = None
        self.badge = Badge()
        self.bring_back = QPushButton(self.tr("Make plausible"))
        self.bring_back.setToolTip(
            self.tr("Move towards the mean until people like this are found; one step")
        )
        self.bring_back.clicked.connect(lambda: bench.plausible.bring_back(self.locked()))
        line = QHBoxLayout()
        line.setSpacing(2 * theme.SPACE)
        line.addWidget(self.badge)
        line.addStretch(1)
        line.addWidget(self.bring_back)
        self.random_bar = RandomBar(
            self.tr("Move to a random person of the model; locked sliders stay"),
            Range(0.0, 1.5, 0.5, 0.05),
            self.tr("Spread of random people: 1 is as people differ, 0 is no difference"),
        )
        self.random_bar.asked.connect(self._random_person)
        self.random_bar.reset_asked.connect(self.reset_all)
        self.column.addLayout(line)
        self.column.addWidget(self.random_bar)
        self.hear(bench.plausible.changed, self._judged)
        self._judged(bench.plausible.judgement)
        self._sync()

    def sync(self) -> None:
        """Show the weights, and what can be set back."""
        super().sync()
        begun = self._begun()
        formed = begun is not None and bool(begun[1].fine_seed)
        self.random_bar.reset.setEnabled(formed or bool(self.zeros()))

    def kind_of(self, axis: Axis) -> type[Weighted]:
        """Return the kind of step that holds the axis' group."""
        return Asymmetry if axis.group == "asymmetry" else Identity

    def groups(self, axes: tuple[Axis, ...]) -> Iterable[Group]:
        """Yield the measures that have names, then the model's own axes."""
        model = self.document.models.lifespan()
        self.named = measure_axes(model)
        for group in ("identity", "detail"):
            self._words.update(describe(model, group))
        measures = tuple(self._measure_item(*named) for named in self.named.measures.items())
        yield Group(self.tr("Common"), measures, True)
        titles = (
            (self.tr("Face modes"), "identity", self.tr("How the model says that faces differ, "
             "the greatest differences first. Each changes many things together.")),
            (self.tr("Detail modes"), "detail", self.tr("Local form that face modes leave out.")),
            (self.tr("Asymmetry"), "asymmetry", self.tr("How the two sides of faces differ.")),
        )  # fmt: skip
        for title, group, note in titles:
            members = [axis for axis in axes if axis.group == group]
            items = tuple(self.item(a.name, self._label_of(a), self._help_of(a)) for a in members)
            yield Group(title, items, note=note)

    def effects(self, age: float) -> Mapping[str, float]:
        """Return millimetres for one sd of each measure and each axis."""
        assert self.named is not None
        model = self.document.models.lifespan()
        return {**effects(model, self._words, age), **self.named.millimetres(model, age)}

    def numbers(self) -> Mapping[str, float]:
        """Return the weights, and the measures that they change."""
        weights = self.weights()
        if self.named is None:
            return weights
        values = self.named.values(weights).items()
        return {**weights, **{key: value for key, value in values if abs(value) >= _SEEN}}

    def moved(self, key: str, number: float) -> dict[str, float]:
        """Return the weights of a measure, or of an axis by itself."""
        if self.named is None or key not in self.named.measures:
            return {key: number}
        before = self.document.edit_for(Identity)[1].weights
        locked = self.locked() - {key}
        try:
            after = self.named.with_value(before, key, number, locked)
        except InputError:
            return {}  # everything that could move it is locked: the slider springs back
        return {name: after[name] for name in {*before, *after}}

    def name_of(self, key: str) -> str:
        """Return the measure, or the axis and what it does after its name."""
        if self.named is not None and key in self.named.measures:
            return self.named.measures[key].label
        words, axis = self._words.get(key), self.axes[key]
        return axis.label if words is None else f"{axis.label}, {words.label}"

    def random(self, seed: int, scale: float) -> Mapping[str, float]:
        """Return the weights of a random person of the head's age."""
        age = self.document.face_at().subject.age.value
        return random_person(self.document.models.lifespan(), seed, scale, age)

    def with_weights(self, changes: Mapping[str, float]) -> Project:
        """Return the project with weights changed; locked measures stay, the rest moves least."""
        return super().with_weights(self._held(changes))

    def reset_all(self) -> None:
        """Set every weight back that is not locked, and fine form, as one step."""
        self.keep(self._with_fine_form(self.with_weights(self.zeros())), self.tr("Reset sliders"))

    def keys_of(self, key: str) -> tuple[str, ...]:
        """Return the axis itself; a measure holds no axis by itself."""
        return (key,) if key in self.axes else ()

    def reset_group(self, title: str, keys: tuple[str, ...]) -> None:
        """Set axes back, or measures with the least change of the rest."""
        self._set_measures(title, keys, dict.fromkeys(keys, 0.0), self.tr("Set {} back"))

    def randomise_group(self, title: str, keys: tuple[str, ...]) -> None:
        """Give a group the values that it has in a random person."""
        seed, scale = self.random_bar.next_seed(), self.random_bar.scale.number
        chosen = dict(self.random(seed, scale))
        if self.named is not None:
            chosen |= self.named.values(chosen)
        name = self.tr("Random {}, seed {}").format("{}", seed)
        self._set_measures(title, keys, chosen, name)

    # -- inside ------------------------------------------------------------------------------

    def _held(self, changes: Mapping[str, float]) -> Mapping[str, float]:
        """Return the changes, with more of them where a locked measure would follow."""
        locked = self.locked()
        held = [] if self.named is None else [key for key in self.named.measures if key in locked]
        if self.named is None or not held:
            return changes
        before = self.document.edit_for(Identity)[1].weights
        now = self.named.values(before)
        own = {k: v for k, v in changes.items() if self.kind_of(self.axes[k]) is Identity}
        moved = Weights({**before, **own})
        after = self.named.with_values(moved, {key: now[key] for key in held}, locked)
        return {**changes, **{key: after[key] for key in {*moved, *after}}}

    def _set_measures(
        self, title: str, keys: tuple[str, ...], values: Mapping[str, float], name: str
    ) -> None:
        """Set the sliders `keys` to values, measures one after the other until they agree."""
        assert self.named is not None
        axes = {key: values[key] for key in keys if key in self.axes}
        measures = {key: values[key] for key in keys if key in self.named.measures}
        changes = dict(axes)
        if measures:
            before = self.document.edit_for(Identity)[1].weights
            after = self.named.with_values(before, measures, self.locked())
            changes = {key: after[key] for key in {*before, *after}}
        self.set_weights(changes, name.format(title.lower()))

    def _measure_item(self, key: str, measure: Measure) -> Item:
        text = self.tr("Left: {}. Right: {}. The rest of the face follows a little.")
        return Item(key, measure.label, _MEASURE_LIMITS, text.format(measure.less, measure.more))

    def _label_of(self, axis: Axis) -> str:
        """Return the number of the axis in its group and what it does."""
        words = self._words.get(axis.name)
        if words is None:
            return axis.label
        number = int(axis.name.rpartition("_")[2]) + 1
        return f"{number} {words.label[:1].upper()}{words.label[1:]}"

    def _help_of(self, axis: Axis) -> str:
        """Return what the axis changes, by how much."""
        words = self._words.get(axis.name)
        return axis.description if words is None else f"{words.text} {axis.description}"

    def _judged(self, judgement: Judgement | None) -> None:
        self.badge.setVisible(judgement is not None)
        far = judgement is not None and judgement.far
        self.bring_back.setVisible(far)
        if judgement is not None:
            self.badge.say(judgement.text, judgement.level, judgement.help)

    def _random_person(self, seed: int, scale: float) -> None:
        """Set the weights to those of a random person, and the fine form, as one step."""
        keys = [axis.name for axis in self.axes.values() if axis.group in ("identity", "detail")]
        project = self.with_weights(self.chosen(seed, scale, keys))
        project = self._with_fine_form(project, seed + 1, scale)
        self.keep(project, self.tr("Random person {}").format(seed))

    def _begun(self) -> tuple[int, Start] | None:
        """Return the step that a model head begins with, and its position; None for a scan's."""
        edits = self.document.project.edits
        for index in range(len(edits) - 1, -1, -1):
            edit = edits[index]
            if isinstance(edit, BASES):
                return (index, edit) if isinstance(edit, Start) else None
        return None

    def _with_fine_form(self, project: Project, seed: int = 0, share: float = 1.0) -> Project:
        """Return the project with a random person's fine form; a scan keeps its own."""
        begun = self._begun()
        if begun is None or (seed == begun[1].fine_seed == 0):
            return project
        return project.with_replaced(begun[0], replace(begun[1], fine_seed=seed, fine=share))

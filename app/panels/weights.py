"""What panels of many sliders share: they tune the weights of steps, axis by axis."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from facewright.app.panels.base import Panel
from facewright.app.widgets.axis_items import item_of
from facewright.app.widgets.numbers import shown
from facewright.app.widgets.slider_group import Item
from facewright.app.widgets.slider_list import Group, SliderList
from facewright.app.workbench import Workbench
from facewright.engine.edits.controllers import Controllers
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.identity import Asymmetry, Identity
from facewright.engine.errors import FacewrightError
from facewright.engine.face import Weights

if TYPE_CHECKING:
    from facewright.engine.models.base import Axis
    from facewright.engine.project import Project

Weighted = Expression | Identity | Asymmetry | Controllers


class WeightsPanel(Panel):
    """A list of sliders over the weights of one or more kinds of steps.

    Subclasses say which step an axis belongs to (`kind_of`), how axes are grouped (`groups`),
    how random values are found (`random`), and may add controls above the list.

    Attributes
    ----------
    axes : dict of str to Axis
        Of the model, once the list is made.
    """

    catches_up = True
    kinds: tuple[type[Weighted], ...] = ()

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._list: SliderList | None = None
        self.axes: dict[str, Axis] = {}
        self._effects_at: float | None = None
        self.hear(self.document.opened, self._unlock)

    @property
    def list(self) -> SliderList | None:
        """The sliders, made when they are first asked for; None without the model."""
        if self._list is None and self.document.is_open:
            self._list = self._build()
        return self._list

    # -- what subclasses say -----------------------------------------------------------------

    def model_axes(self) -> tuple[Axis, ...]:
        """Return the axes that there are sliders for.

        Raises
        ------
        ModelUnavailable
            If their model is not here.
        """
        return self.document.models.lifespan().axes

    def kind_of(self, axis: Axis) -> type[Weighted]:
        """Return the kind of step that holds the weight of `axis`."""
        raise NotImplementedError

    def groups(self, axes: tuple[Axis, ...]) -> Iterable[Group]:
        """Yield the groups of sliders."""
        raise NotImplementedError

    def effects(self, age: float) -> Mapping[str, float]:
        """Return millimetres for one unit of each slider at an age."""
        raise NotImplementedError

    def random(self, seed: int, scale: float) -> Mapping[str, float]:
        """Return random weights of the panel's axes."""
        raise NotImplementedError

    def name_of(self, key: str) -> str:
        """Return what a change of a slider is called in the history."""
        return self.axes[key].label

    def numbers(self) -> Mapping[str, float]:
        """Return the number of every slider that is not at 0."""
        return self.weights()

    def moved(self, key: str, number: float) -> dict[str, float]:
        """Return the weights that a slider at `number` changes."""
        return {key: number}

    def arrived(self, key: str, number: float) -> float:
        """Return the number that a slider came to when it was asked for `number`."""
        return number

    def keys_of(self, key: str) -> tuple[str, ...]:
        """Return the axes that a slider stands for."""
        return (key,)

    # -- the document ------------------------------------------------------------------------

    def sync(self) -> None:
        """Show the weights of the steps that are tuned; a panel never seen waits."""
        if self._list is not None or self.isVisible():
            sliders = self.list
            if sliders is not None:
                sliders.show_numbers(self.numbers())
                self._show_effects(sliders)

    def weights(self) -> Weights:
        """Return the weights of all steps that are tuned."""
        merged: dict[str, float] = {}
        for kind in self.kinds:
            merged.update(self.document.edit_for(kind)[1].weights)
        return Weights(merged)

    def set_weights(self, changes: Mapping[str, float], name: str) -> bool:
        """Change weights of any of the panel's steps, as one step of the history."""
        return self.keep(self.with_weights(changes), name)

    def keep(self, project: Project, name: str) -> bool:
        """Make a project the next version where it is another one."""
        return project is not self.document.project and self.document.apply(name, project)

    def with_weights(self, changes: Mapping[str, float]) -> Project:
        """Return the project with weights of any of the panel's steps changed."""
        project = self.document.project
        for kind in self.kinds:
            index, edit = self.document.edit_for(kind)
            own = {key: v for key, v in changes.items() if self._holds(edit, key)}
            weights = Weights({**edit.weights, **own})
            if weights == edit.weights:
                continue
            changed = replace(edit, weights=weights)
            if index is None:
                project = project.with_edit(changed)
            else:
                project = project.with_replaced(index, changed)
        return project

    def _holds(self, edit: Weighted, key: str) -> bool:
        """Return whether a step holds a weight; of one that no model here has, if it has it."""
        known = self.axes.get(key)
        return key in edit.weights if known is None else self.kind_of(known) is type(edit)

    def locked(self) -> frozenset[str]:
        """Return the axes that keep their weight, and the sliders that are locked."""
        if self._list is None:
            return frozenset()
        return self._list.locks.union(*(self.keys_of(key) for key in self._list.locks))

    def randomise(self, seed: int, scale: float, keys: Collection[str], name: str) -> None:
        """Give random weights to the axes `keys` that are not locked, as one step."""
        self.set_weights(self.chosen(seed, scale, keys), name)

    def chosen(self, seed: int, scale: float, keys: Collection[str]) -> dict[str, float]:
        """Return random weights of those of the axes `keys` that are not locked."""
        locked = self.locked()
        found = self.random(seed, scale)
        return {key: found[key] for key in keys if key in found and key not in locked}

    def reset_all(self) -> None:
        """Set every weight back that is not locked, as one step."""
        self.set_weights(self.zeros(), self.tr("Reset sliders"))

    def zeros(self) -> dict[str, float]:
        """Return 0 for every weight that is not locked."""
        locked = self.locked()
        return {key: 0.0 for key in self.weights() if key not in locked}

    def reset_group(self, title: str, keys: tuple[str, ...]) -> None:
        """Set the sliders `keys` back, as one step."""
        axes = {axis: 0.0 for key in keys for axis in self.keys_of(key)}
        self.set_weights(axes, self.tr("Set {} back").format(title.lower()))

    def randomise_group(self, title: str, keys: tuple[str, ...]) -> None:
        """Give random values to the sliders `keys`, as one step."""
        raise NotImplementedError

    # -- the list ----------------------------------------------------------------------------

    def item(self, key: str, label: str = "", help_text: str = "") -> Item:
        """Return the slider of an axis, by default named as the model names it."""
        return item_of(self.axes[key], label, help_text)

    def rebuild(self) -> None:
        """Make the list again, as after a change of what is grouped; the view stays."""
        before = self._list
        if before is None:
            return
        self.column.removeWidget(before)
        before.hide()
        before.deleteLater()
        self._list = after = self._build(before.opened())
        if after is not None:
            after.set_locks(before.locks)
            after.search.setText(before.search.text())
        self._sync()

    def _build(self, opened: tuple[str, ...] | None = None) -> SliderList | None:
        """Make the list once the model is here; its axes are the model's own."""
        try:
            axes = self.model_axes()
        except FacewrightError:
            return None
        self.axes = {axis.name: axis for axis in axes}
        groups = [group for group in self.groups(axes) if group.items]
        if opened is not None:
            groups = [replace(group, open=group.title in opened) for group in groups]
        made = SliderList(tuple(groups), actions=("random", "lock", "reset"))
        made.moved.connect(self._moved)
        made.committed.connect(self._committed)
        made.group_reset.connect(self.reset_group)
        made.group_random.connect(self.randomise_group)
        made.show_numbers(self.numbers())
        self._effects_at = None
        self.column.addWidget(made, 1)
        return made

    def _show_effects(self, sliders: SliderList) -> None:
        """Say the millimetres of each slider; a child's face moves by fewer.

        They take some hundredths of a second, so a panel behind others waits.
        """
        if not self.isVisible():
            return
        age = self.document.face_at().subject.age.value
        if age != self._effects_at:
            self._effects_at = age
            sliders.show_effects(self.effects(age))

    def _moved(self, key: str, number: float) -> None:
        changes = self.moved(key, number)
        if not changes:
            return
        kind = self.kind_of(next(self.axes[k] for k in changes if k in self.axes))
        index, edit = self.document.edit_for(kind)
        weights = Weights({**edit.weights, **changes})
        self.document.preview(index, replace(edit, weights=weights))

    def _committed(self, key: str, number: float) -> None:
        assert self._list is not None
        unit = self._list.slider(key).limits.unit
        self.document.commit(f"{self.name_of(key)} {shown(self.arrived(key, number), unit)}")
        self._list.show_numbers(self.numbers())  # where locks allowed less than was asked for

    def _unlock(self) -> None:
        """Free every slider: locks belong to the head that was open."""
        if self._list is not None:
            self._list.set_locks(())

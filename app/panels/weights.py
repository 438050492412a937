"""What panels of many sliders share: they tune the weights of steps, axis by axis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from facewright.app.panels.base import Panel
from facewright.app.widgets.limits import Range
from facewright.app.widgets.numbers import shown
from facewright.app.widgets.slider import NAMES
from facewright.app.widgets.slider_list import Group, Item, SliderList
from facewright.app.workbench import Workbench
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.identity import Asymmetry, Identity
from facewright.engine.errors import FacewrightError
from facewright.engine.face import Weights

if TYPE_CHECKING:
    from facewright.engine.models.base import Axis

Weighted = Expression | Identity | Asymmetry


class WeightsPanel(Panel):
    """A list of sliders over the weights of one or more kinds of steps.

    Subclasses say which step an axis belongs to (`kind_of`), how axes are grouped (`groups`),
    and may add controls above the list.
    """

    kinds: tuple[type[Weighted], ...] = ()
    names = NAMES

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.list: SliderList | None = None
        self._axes: dict[str, Axis] = {}

    def kind_of(self, axis: Axis) -> type[Weighted]:
        """Return the kind of step that holds the weight of `axis`."""
        raise NotImplementedError

    def groups(self, axes: tuple[Axis, ...]) -> Iterable[tuple[str, list[Axis], bool]]:
        """Yield title, axes and whether it starts open, for each group."""
        raise NotImplementedError

    def label_of(self, axis: Axis) -> str:
        """Return what the slider of `axis` is called under its group's heading."""
        return axis.label

    def name_of(self, axis: Axis) -> str:
        """Return what a change of `axis` is called in the history."""
        return axis.label

    def help_of(self, axis: Axis) -> str:
        """Return what `axis` does, in a sentence or two."""
        return axis.description

    def partners(self, key: str) -> tuple[str, ...]:
        """Return the axes that move along with `key`."""
        return ()

    def sync(self) -> None:
        """Show the weights of the steps that are tuned."""
        if self.list is None:
            self._build()
        if self.list is not None:
            self.list.show_numbers(self.numbers())

    def numbers(self) -> Mapping[str, float]:
        """Return the weight of every axis that is not 0."""
        merged: dict[str, float] = {}
        for kind in self.kinds:
            merged.update(self.document.edit_for(kind)[1].weights)
        return merged

    def set_weights(self, kind: type[Weighted], weights: Weights, name: str) -> None:
        """Make `weights` those of the step of `kind`, as one step of the history."""
        index, edit = self.document.edit_for(kind)
        self.document.preview(index, replace(edit, weights=weights))
        self.document.commit(name)

    # -- inside ------------------------------------------------------------------------------

    def rebuild(self) -> None:
        """Make the list again, as after a change of what is grouped."""
        if self.list is not None:
            self.column.removeWidget(self.list)
            self.list.deleteLater()
            self.list = None
        self._sync()

    def _build(self) -> None:
        """Make the list once the model is here; its axes are the model's own."""
        try:
            axes = self.document.models.lifespan().axes
        except FacewrightError:
            return
        self._axes = {axis.name: axis for axis in axes}
        groups = tuple(
            Group(title, tuple(self._item(axis) for axis in members), is_open)
            for title, members, is_open in self.groups(axes)
            if members
        )
        self.list = SliderList(groups, names=self.names)
        self.list.moved.connect(self._moved)
        self.list.committed.connect(self._committed)
        self.list.group_reset.connect(self._reset_group)
        self.column.addWidget(self.list, 1)

    def _moved(self, key: str, number: float) -> None:
        kind = self.kind_of(self._axes[key])
        index, edit = self.document.edit_for(kind)
        weights = edit.weights.set(key, number)
        for other in self.partners(key):
            weights = weights.set(other, number)
        self.document.preview(index, replace(edit, weights=weights))

    def _committed(self, key: str, number: float) -> None:
        axis = self._axes[key]
        label = self.pair_label(axis) if self.partners(key) else self.name_of(axis)
        self.document.commit(f"{label} {shown(number, axis.unit)}")

    def pair_label(self, axis: Axis) -> str:
        """Return what an axis is called together with its partners."""
        return axis.label

    def _reset_group(self, title: str, keys: tuple[str, ...]) -> None:
        for kind in self.kinds:
            index, edit = self.document.edit_for(kind)
            kept = Weights({k: v for k, v in edit.weights.items() if k not in keys})
            if kept != edit.weights:
                self.document.preview(index, replace(edit, weights=kept))
                self.document.commit(self.tr("Set {} back").format(title.lower()))

    def _item(self, axis: Axis) -> Item:
        usual = (-2.0, 2.0) if axis.unit == "sd" else None
        step = 0.1 if axis.unit == "sd" else 0.05
        limits = Range(axis.low, axis.high, axis.default, step, axis.unit, usual)
        return Item(axis.name, self.label_of(axis), limits, self.help_of(axis))

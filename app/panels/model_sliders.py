"""The sliders of an imported model, over the step that the head begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from facewright.app import theme
from facewright.app.document import Document
from facewright.app.widgets.axis_items import TITLES, item_of
from facewright.app.widgets.limits import Range
from facewright.app.widgets.numbers import shown
from facewright.app.widgets.random_bar import RandomBar
from facewright.app.widgets.slider_list import Group, SliderList
from facewright.engine.edits.from_model import FromModel
from facewright.engine.face import Weights

if TYPE_CHECKING:
    from facewright.engine.models.base import Axis
    from facewright.engine.models.external.imported import Imported


class ModelSliders(QWidget):
    """Tunes the head of an imported model, axis by axis.

    Attributes
    ----------
    random_bar : RandomBar
    list : SliderList or None
    """

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._model: Imported | None = None
        self._axes: dict[str, Axis] = {}
        self.list: SliderList | None = None
        self.random_bar = RandomBar(
            self.tr("Draw a random person of this model; locked sliders stay"),
            Range(0.0, 1.5, 1.0, 0.05),
            self.tr("Spread of random people: 1 is as the model says"),
        )
        self.random_bar.asked.connect(self._random_person)
        self.random_bar.reset_asked.connect(lambda: self._set_back(self._step()[1].weights))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3 * theme.SPACE)
        self._column.addWidget(self.random_bar)

    def show_model(self, model: Imported) -> None:
        """Offer the axes of a model, and show the numbers of the document's head."""
        if model is not self._model:
            self._model = model
            self._axes = {axis.name: axis for axis in model.axes}
            self._build(model)
        weights = self._step()[1].weights
        assert self.list is not None
        self.list.show_numbers(weights)
        self.random_bar.reset.setEnabled(bool(weights))

    # -- inside ------------------------------------------------------------------------------

    def _build(self, model: Imported) -> None:
        if self.list is not None:
            self._column.removeWidget(self.list)
            self.list.hide()
            self.list.deleteLater()
        names = dict.fromkeys(axis.group for axis in model.axes)
        groups = tuple(
            Group(
                TITLES.get(name, name),
                tuple(item_of(axis) for axis in model.axes if axis.group == name),
                open=name == next(iter(names)),
            )
            for name in names
        )
        self.list = made = SliderList(groups, actions=("random", "lock", "reset"))
        made.moved.connect(self._moved)
        made.committed.connect(self._committed)
        made.group_reset.connect(lambda title, keys: self._set_back(keys, title))
        made.group_random.connect(self._random_group)
        self._column.addWidget(made, 1)

    def _step(self) -> tuple[int | None, FromModel]:
        return self._document.edit_for(FromModel)

    def _moved(self, key: str, number: float) -> None:
        index, edit = self._step()
        self._document.preview(index, replace(edit, weights=edit.weights.set(key, number)))

    def _committed(self, key: str, number: float) -> None:
        axis = self._axes[key]
        self._document.commit(f"{axis.label} {shown(number, axis.unit)}")

    def _change(self, weights: Mapping[str, float], name: str) -> None:
        """Set weights as one step; those of locked sliders stay."""
        index, edit = self._step()
        locks = frozenset() if self.list is None else self.list.locks
        free = {key: value for key, value in weights.items() if key not in locks}
        changed = replace(edit, weights=Weights({**edit.weights, **free}))
        if index is not None and changed.weights != edit.weights:
            self._document.replace_step(name, index, changed)

    def _set_back(self, keys: Iterable[str], title: str = "") -> None:
        name = self.tr("Set {} back").format(title.lower()) if title else self.tr("Reset sliders")
        self._change(dict.fromkeys(keys, 0.0), name)

    def _random_person(self, seed: int, scale: float) -> None:
        from facewright.engine.scans.foreign_heads import person_of

        assert self._model is not None
        self._change(person_of(self._model, seed, scale), self.tr("Random person {}").format(seed))

    def _random_group(self, title: str, keys: tuple[str, ...]) -> None:
        assert self._model is not None
        seed, scale = self.random_bar.next_seed(), self.random_bar.scale.number
        drawn = self._model.sample(np.random.default_rng(seed), 1)[0]
        values = {
            axis.name: scale * float(value)
            for axis, value in zip(self._model.axes, drawn, strict=True)
            if axis.name in keys
        }
        self._change(values, self.tr("Random {}, seed {}").format(title.lower(), seed))

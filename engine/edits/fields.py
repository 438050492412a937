"""What an edit's annotated fields say: forms, files and the command line are made from this."""

from __future__ import annotations

import dataclasses
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from facewright.engine.edits.base import AxisSliders, Choice, Edit, Hidden, Slider, Switch
from facewright.engine.face import Face, Weights

if TYPE_CHECKING:
    from facewright.engine.models.base import Axis
    from facewright.engine.models.store import ModelStore

Control = Slider | Choice | Switch | AxisSliders | Hidden

_inspected: dict[type[Edit], tuple[FieldInfo, ...]] = {}
_COMMON = frozenset(field.name for field in dataclasses.fields(Edit))
_SIMPLE: dict[Any, str] = {
    float: "float",
    int: "int",
    bool: "bool",
    str: "str",
    Weights: "weights",
    Face: "face",
}


@dataclass(frozen=True)
class FieldInfo:
    """One parameter of an edit.

    Attributes
    ----------
    name : str
    type : str
        "float", "int", "bool", "str", "weights", "array", "arrays" or "face".
    optional : bool
        Whether it may be None.
    control : Slider, Choice, Switch, AxisSliders, Hidden or None
        How it is shown; None leaves it to the type.
    default : object
    common : bool
        Whether every edit has it: `enabled`, `strength`, `mask` and `title`.
    """

    name: str
    type: str
    optional: bool
    control: Control | None
    default: object
    common: bool

    @property
    def label(self) -> str:
        """What the user reads."""
        stated = getattr(self.control, "label", "")
        return stated or self.name.replace("_", " ").capitalize()

    @property
    def help(self) -> str:
        """One sentence on what it does, or nothing."""
        return str(getattr(self.control, "help", ""))


def axes_of(control: AxisSliders, models: ModelStore) -> tuple[Axis, ...]:
    """Return the axes that a field's sliders stand for, controllers where the model has them.

    Raises
    ------
    ModelUnavailable
        If the model is not here.
    """
    model = models.get(control.model)
    axes: tuple[Axis, ...] = getattr(model, "controls", model.axes)
    return tuple(axis for axis in axes if axis.group in control.groups)


def all_fields(edit_type: type[Edit]) -> tuple[FieldInfo, ...]:
    """Return every field of an edit, the common and the hidden ones included."""
    known = _inspected.get(edit_type)
    if known is None:
        hints = get_type_hints(edit_type, include_extras=True)
        known = _inspected[edit_type] = tuple(
            _info(field.name, hints[field.name], field.default)
            for field in dataclasses.fields(edit_type)
        )
    return known


def fields(edit_type: type[Edit]) -> tuple[FieldInfo, ...]:
    """Return the fields that a form or command line shows for this kind of edit, in order."""
    return tuple(
        info
        for info in all_fields(edit_type)
        if not info.common and not isinstance(info.control, Hidden)
    )


def _info(name: str, hint: Any, default: object) -> FieldInfo:
    control: Control | None = None
    if get_origin(hint) is Annotated:
        hint, *extras = get_args(hint)
        control = next((extra for extra in extras if isinstance(extra, Control)), None)
    optional = False
    if get_origin(hint) in (Union, types.UnionType):
        choices = [choice for choice in get_args(hint) if choice is not type(None)]
        optional = len(choices) < len(get_args(hint))
        if len(choices) != 1:
            raise TypeError(f"field {name} has a type that files cannot hold: {hint}")
        hint = choices[0]
    if get_origin(hint) is np.ndarray:
        kind: str | None = "array"
    elif get_origin(hint) is tuple and get_origin(get_args(hint)[0]) is np.ndarray:
        kind = "arrays"
    else:
        kind = _SIMPLE.get(hint)
    if kind is None:
        raise TypeError(f"field {name} has a type that files cannot hold: {hint}")
    return FieldInfo(name, kind, optional, control, default, name in _COMMON)

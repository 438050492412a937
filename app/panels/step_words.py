"""Steps in a few words: their icon, and what they are set to."""

from __future__ import annotations

from collections.abc import Mapping

from facewright.app.widgets.numbers import shown
from facewright.engine.edits.base import AxisSliders, Choice, Edit, Slider
from facewright.engine.edits.fields import fields
from facewright.engine.edits.register import Register
from facewright.engine.face import Weights
from facewright.engine.models.base import Axis

ICONS: Mapping[str, str] = {
    "start": "head",
    "register": "scan",
    "subject": "subject",
    "age": "subject",
    "sex_ancestry": "subject",
    "identity": "identity",
    "asymmetry": "identity",
    "expression": "expression",
    "neutralise": "expression",
    "symmetrise": "mirror",
    "sculpt": "sculpt",
    "pull": "pull-point",
}

_MOST = 2
"""Values that are named; the rest are counted."""


def icon_of(edit: Edit) -> str:
    """Return the name of the icon of a step."""
    return ICONS.get(edit.kind, "steps")


def words_of(edit: Edit, rest: Edit, axes: Mapping[str, Axis]) -> str:
    """Return what a step is set to: "62 y", "Jaw open 0.40, Smile left 0.60 +3".

    Parameters
    ----------
    edit : Edit
    rest : Edit
        The same kind as it is when it changes nothing.
    axes : mapping of str to Axis
        Those of the head model, by name.
    """
    if isinstance(edit, Register):
        return edit.verdict
    parts: list[str] = []
    choices: list[str] = []
    for info in fields(type(edit)):
        value, control = getattr(edit, info.name), info.control
        if isinstance(control, AxisSliders) and isinstance(value, Weights):
            parts += _weights(value, axes)
        elif value == getattr(rest, info.name):
            continue
        elif isinstance(control, Slider):
            number = f"{value:.0f}" if info.type == "int" else shown(float(value), control.unit)
            parts.append(number if info.label == edit.label else f"{info.label} {number}")
        elif isinstance(control, Choice):
            choices.append(dict(control.options).get(value, str(value)))
        elif info.type == "bool":
            parts.append(info.label)
    parts = parts or choices  # how a step works says little beside its numbers
    left = len(parts) - _MOST
    return ", ".join(parts[:_MOST]) + (f" +{left}" if left > 0 else "")


def _weights(weights: Weights, axes: Mapping[str, Axis]) -> list[str]:
    """Return the weights that are not 0, the largest first."""
    told = sorted(weights.items(), key=lambda item: -abs(item[1]))
    parts = []
    for name, amount in told:
        left = name.removesuffix("Right") + "Left"
        if amount == 0.0 or (name.endswith("Right") and weights[left] == amount):
            continue
        axis = axes.get(name)
        label, unit = (name, "") if axis is None else (axis.label, axis.unit)
        if name.endswith("Left") and weights[name.removesuffix("Left") + "Right"] == amount:
            label = label.removesuffix(" left")  # one word for both sides
        parts.append(f"{label} {shown(amount, unit)}")
    return parts

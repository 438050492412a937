"""Steps in a few words: their icon, and what they are set to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from facewright.app.document import median_of_known
from facewright.app.widgets.limits import range_of
from facewright.app.widgets.numbers import shown
from facewright.engine.edits.base import AxisSliders, Choice, Edit, Slider
from facewright.engine.edits.complete import Complete
from facewright.engine.edits.controllers import Controllers
from facewright.engine.edits.fields import fields
from facewright.engine.edits.from_model import FromModel
from facewright.engine.edits.identity import Asymmetry, Identity
from facewright.engine.edits.register import Register
from facewright.engine.errors import InputError
from facewright.engine.face import Weights
from facewright.engine.models.base import Axis
from facewright.engine.models.measure_axes import MeasureAxes, measure_axes
from facewright.engine.models.parts.steering import called

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

ICONS: Mapping[str, str] = {
    "start": "head",
    "register": "scan",
    "from_model": "head",
    "subject": "subject",
    "age": "subject",
    "sex_ancestry": "subject",
    "identity": "identity",
    "asymmetry": "identity",
    "controllers": "controllers",
    "part_from": "controllers",
    "expression": "expression",
    "neutralise": "expression",
    "anonymise": "dice",
    "symmetrise": "mirror",
    "complete": "complete",
    "repair": "cleft",
    "sculpt": "sculpt",
    "pull": "pull-point",
}

_MOST = 2
"""Values that are named; the rest are counted."""
_SEEN = 0.3
"""Standard deviations from which a measure that a step changes is worth a word."""
_FELT = 0.05
"""Weight from which a shape is: an estimated expression has traces of nearly all of them."""


def icon_of(edit: Edit) -> str:
    """Return the name of the icon of a step."""
    return ICONS.get(edit.kind, "steps")


def words_of(edit: Edit, rest: Edit, model: LifespanModel) -> str:
    """Return what a step is set to: "62 y", "Jaw open 0.40 +3", "wider nose 1.5 σ".

    Parameters
    ----------
    edit : Edit
    rest : Edit
        The same kind as it is when it changes nothing.
    model : LifespanModel
        Its measures describe a person: the axes along which people differ have no names.
    """
    if isinstance(edit, Register):
        return _fit(edit)
    if isinstance(edit, FromModel):
        return edit.model
    if isinstance(edit, Identity):
        return _told(_person(edit.weights, measure_axes(model)))
    if isinstance(edit, Asymmetry):
        return _told(_uneven(edit.weights))
    if isinstance(edit, Controllers):
        told = sorted(edit.weights.items(), key=lambda item: -abs(item[1]))
        return _told([f"{_feature(name)} {shown(amount, 'sd')}" for name, amount in told])
    if isinstance(edit, Complete):
        return _told(_filled(edit))
    axes = {axis.name: axis for axis in model.axes}
    parts: list[str] = []
    choices: list[str] = []
    for info in fields(type(edit)):
        value, control = getattr(edit, info.name), info.control
        if isinstance(control, AxisSliders) and isinstance(value, Weights):
            parts += _weights(value, axes)
        elif value == getattr(rest, info.name):
            continue
        elif isinstance(control, Slider):
            number = range_of(control, whole=info.type == "int").said(value)
            parts.append(number if info.label == edit.label else f"{info.label} {number}")
        elif isinstance(control, Choice):
            choices.append(dict(control.options).get(value, str(value)))
        elif info.type == "bool":
            parts.append(info.label)
    parts = parts or choices  # how a step works says little beside its numbers
    return _told(parts)


def _told(parts: list[str]) -> str:
    left = len(parts) - _MOST
    return ", ".join(parts[:_MOST]) + (f" +{left}" if left > 0 else "")


def _feature(name: str) -> str:
    """Return what a controller is called; one of a newer version has no words yet."""
    try:
        return called(name)
    except InputError:
        return name


def _fit(edit: Register) -> str:
    """Return how near the head came to the scan; the Scan panel has the whole sentence."""
    if edit.error is None:
        return edit.verdict
    words = {"good": _tr("Good fit"), "check": _tr("Check the fit"), "poor": _tr("Poor fit")}
    median = median_of_known(edit.error)
    told = words.get(edit.level, "")
    return told if median is None else f"{told}, {median:.2f} mm"


def _person(weights: Weights, named: MeasureAxes) -> list[str]:
    """Return the measures that identity weights change most, as a person would say it."""
    values = sorted(named.values(weights).items(), key=lambda item: -abs(item[1]))
    parts = []
    for key, value in values:
        if abs(value) >= _SEEN:
            measure = named.measures[key]
            word = measure.more if value > 0 else measure.less
            parts.append(f"{word} {shown(abs(value), 'sd').removeprefix('+')}")
    if not parts and any(weights.values()):
        parts.append(_tr("small changes of form"))
    return parts


def _uneven(weights: Weights) -> list[str]:
    """Return how far the sides are moved apart."""
    far = math.hypot(*weights.values())
    return [_tr("sides moved by {}").format(shown(far, "sd").removeprefix("+"))] if far else []


def _filled(edit: Complete) -> list[str]:
    """Return what is filled in, and how far that is from the likeliest shape."""
    if not edit.region:
        return []
    control = next(info.control for info in fields(Complete) if info.name == "region")
    assert isinstance(control, Choice)
    parts = [dict(control.options).get(edit.region, edit.region)]
    if edit.alternative:
        parts[0] += ", " + _tr("alternative {}").format(edit.alternative)
    if edit.mirror:
        parts.append(_tr("{:.0f} % mirrored").format(100 * edit.mirror))
    return parts


def _weights(weights: Weights, axes: Mapping[str, Axis]) -> list[str]:
    """Return the weights that can be seen, the largest first."""
    told = sorted(weights.items(), key=lambda item: -abs(item[1]))
    parts = []
    for name, amount in told:
        left = name.removesuffix("Right") + "Left"
        if abs(amount) < _FELT or (name.endswith("Right") and weights[left] == amount):
            continue
        axis = axes.get(name)
        label, unit = (name, "") if axis is None else (axis.label, axis.unit)
        if name.endswith("Left") and weights[name.removesuffix("Left") + "Right"] == amount:
            label = label.removesuffix(" left")  # one word for both sides
        parts.append(f"{label} {shown(amount, unit)}")
    return parts


def _tr(text: str) -> str:
    return QCoreApplication.translate("StepWords", text)

"""Sliders for the axes of a model, as panels and forms show them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from facewright.app.widgets.limits import Range, years
from facewright.app.widgets.slider_group import Group, Item

if TYPE_CHECKING:
    from facewright.engine.models.base import Axis

USUAL = (-2.0, 2.0)
"""Standard deviations within which 19 of 20 people lie."""

TITLES = {
    "age": "Age",
    "sex": "Sex",
    "ancestry": "Ancestry",
    "identity": "Face",
    "detail": "Detail",
    "asymmetry": "Asymmetry",
    "expression": "Expression",
    "whole": "Whole face",
    "eyebrows": "Eyebrows",
    "eyes": "Eyes",
    "nose": "Nose",
    "upper_lip": "Upper lip",
    "lower_lip": "Lower lip",
}


def limits_of(axis: Axis) -> Range:
    """Return the range of an axis with its usual values and steps."""
    if axis.unit == "years":
        return years(axis.low, axis.high, axis.default, 0.5)
    step = 0.1 if axis.unit == "sd" else 0.05
    usual = USUAL if axis.unit == "sd" else None
    return Range(axis.low, axis.high, axis.default, step, axis.unit, usual)


def item_of(axis: Axis, label: str = "", help_text: str = "") -> Item:
    """Return the slider of an axis."""
    return Item(axis.name, label or axis.label, limits_of(axis), help_text or axis.description)


def groups_of(axes: tuple[Axis, ...], groups: tuple[str, ...]) -> tuple[Group, ...]:
    """Return one group of sliders for each of the model's groups named; a single one is open."""
    found = tuple(
        Group(TITLES.get(name, name), tuple(item_of(axis) for axis in axes if axis.group == name))
        for name in groups
    )
    return tuple(replace(group, open=len(found) == 1) for group in found if group.items)

"""Measures to the millimetre: what controllers have to be for features to be as asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.errors import InputError
from facewright.engine.face import Weights
from facewright.engine.models.parts.rules import WHOLE
from facewright.engine.models.parts.steering import KEYS, SteeredHead, called, controller_of

ROUNDS = 6
NEAR = 0.01
"""Mm; nearer is as asked."""
PROBE = 0.25
"""Sd by which a controller is moved to see what it does."""
FARTHEST = 8.0
"""Sd: heads beyond it are none."""


def reached(
    head: SteeredHead,
    amounts: Mapping[str, float],
    targets: Mapping[str, float],
    locked: Collection[str] = (),
) -> Weights:
    """Return amounts of controllers that bring features to what is asked of them.

    Gauss and Newton's steps on the controllers of what is asked and of what is locked, from
    where they are; slopes are measured once and mended by what each step did (Broyden 1965).

    Parameters
    ----------
    head : SteeredHead
        The head before the controllers.
    amounts : mapping of str to float
        The controllers as they are, sd.
    targets : mapping of str to float
        Mm, by key of a controller; with a side for what that side measures by moving it alone.
    locked : collection of str
        Keys of features, or of their sides, that stay as they are; other parts stay anyway.

    Raises
    ------
    InputError
        If there is no such controller, or a feature cannot become what is asked.
    """
    asked = [controller_of(key) for key in targets]
    whole = any(controller.part == WHOLE for controller in asked)
    parts = {part for controller in asked for part in controller.parts}
    held = [key for key in locked if controller_of(key).part in parts and key not in targets]
    keys = [*targets, *held]
    places = [_read(key) for key in keys]

    def with_step(step: DoubleArray) -> Weights:
        changed = {key: amounts.get(key, 0.0) + s for key, s in zip(keys, step, strict=True)}
        return Weights({**amounts, **changed})

    def features(step: DoubleArray) -> DoubleArray:
        moved = head.moved(with_step(step), blended=whole)
        found = {side: head.ruler.measured(moved, side) for side, _ in places}
        return np.array([found[side][column] for side, column in places])

    start = features(np.zeros(len(keys)))
    wanted = np.array([*targets.values(), *start[len(targets) :]])
    step = _solved(features, start, wanted)
    off = features(step) - wanted
    if np.abs(off).max() > 10 * NEAR or np.abs(step).max(initial=0.0) > FARTHEST:
        worst = int(np.argmax(np.abs(off[: len(targets)])))
        told = f"{called(keys[worst])} cannot be {wanted[worst]:.1f} mm on this head"
        hint = ", or unlock other measures" if held else ""
        raise InputError(f"{told}: choose one nearer to {start[worst]:.1f} mm{hint}.")
    return with_step(step)


def _read(key: str) -> tuple[str, int]:
    """Return the side and the column in which the ruler has the feature of a key."""
    controller = controller_of(key)
    return key.removeprefix(controller.key).removeprefix("_"), KEYS[controller.key]


def _solved(
    features: Callable[[DoubleArray], DoubleArray], start: DoubleArray, wanted: DoubleArray
) -> DoubleArray:
    """Return the step at which `features` is about `wanted`; it is `start` at 0."""
    count = len(wanted)
    slopes = np.column_stack([(features(PROBE * unit) - start) / PROBE for unit in np.eye(count)])
    step, now = np.zeros(count), start
    for _ in range(ROUNDS):
        move = np.linalg.lstsq(slopes, wanted - now, rcond=1e-6)[0]
        move = np.clip(move, -FARTHEST / 2, FARTHEST / 2)
        step = step + move
        before, now = now, features(step)
        if np.abs(now - wanted).max() < NEAR:
            break
        slopes += np.outer(now - before - slopes @ move, move) / max(float(move @ move), 1e-12)
    return step

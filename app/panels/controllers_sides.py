"""Controllers and their sides: what of the weights belongs to which slider.

A weight without a side counts for both, and those of the sides are added to it. A slider of both
sides stands for the first and has the others at 0; parted, its two sliders show the sums.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from facewright.engine.face import Weights
from facewright.engine.models.parts.presets import MOST
from facewright.engine.models.parts.rules import CONTROLLERS, SIDES
from facewright.engine.models.parts.steering import controller_of

SIDED = tuple(controller.key for controller in CONTROLLERS if controller.sided)
APART = tuple(key for key in SIDED if controller_of(key).measured_apart)


def sides_of(key: str) -> tuple[str, ...]:
    """Return the names of a controller's sides, right and left; none for the whole face."""
    return tuple(f"{key}_{side}" for side in SIDES) if key in SIDED else ()


def number_of(weights: Weights, name: str) -> float:
    """Return where the slider of a name with or without a side stands."""
    plain = controller_of(name).key
    return weights[plain] + (weights[name] if name != plain else 0.0)


def uneven(weights: Weights) -> set[str]:
    """Return the controllers of which a side has a weight of its own."""
    return {key for key in SIDED if any(side in weights for side in sides_of(key))}


def put(weights: Weights, amounts: Mapping[str, float]) -> dict[str, float]:
    """Return the weights that change when sliders are put to some amounts.

    One of both sides takes its sides along; one of a side leaves the other where it stands.
    """
    changes: dict[str, float] = {}
    for name, amount in amounts.items():
        plain = controller_of(name).key
        if name == plain:
            changes |= {plain: amount} | dict.fromkeys(sides_of(plain), 0.0)
        else:
            now = Weights({**weights, **changes})
            folded = {side: number_of(now, side) for side in sides_of(plain)}
            folded[name] = amount
            right, left = folded.values()
            even = right == left
            changes |= dict.fromkeys(folded, 0.0) if even else folded
            changes[plain] = right if even else 0.0
    return changes


def free(amounts: Mapping[str, float], locked: Collection[str]) -> dict[str, float]:
    """Return those of the amounts of whole controllers that locks leave, by slider."""
    found: dict[str, float] = {}
    for key, amount in amounts.items():
        kept = [side for side in sides_of(key) if side in locked]
        if key in locked or (kept and len(kept) == len(sides_of(key))):
            continue
        names = [side for side in sides_of(key) if side not in locked] if kept else [key]
        found |= dict.fromkeys(names, amount)
    return found


def varied(weights: Weights, steps: Mapping[str, float], locked: Collection[str]) -> Weights:
    """Return weights some steps further, within what people have; locked sliders stay."""
    amounts = {}
    for name, step in free(steps, locked).items():
        own = [side for side in sides_of(name) if side in weights]
        for part in sides_of(name) if own else (name,):
            now = number_of(weights, part)
            most = max(MOST, abs(now))
            amounts[part] = min(max(now + step, -most), most)
    return Weights({**weights, **put(weights, amounts)})


def parted_locks(locks: Iterable[str], parted: Collection[str]) -> frozenset[str]:
    """Return locks as the sliders are: one of both sides locks each, one of a side the whole."""
    found: set[str] = set()
    for name in locks:
        plain = controller_of(name).key
        if plain not in parted:
            found.add(plain)
        else:
            found |= set(sides_of(plain)) if name == plain else {name}
    return frozenset(found)


def linked(weights: Weights, key: str, locked: Collection[str]) -> dict[str, float]:
    """Return the weights that bring both sides to their mean, or to the side that is locked."""
    sides = sides_of(key)
    if not any(side in weights for side in sides):
        return {}
    kept = [side for side in sides if side in locked]
    from_ = kept if len(kept) == 1 else sides
    mean = sum(number_of(weights, side) for side in from_) / len(from_)
    return put(weights, {key: mean})


def with_measures(
    both: Mapping[str, float], each: Iterable[tuple[str, Mapping[str, float]]]
) -> dict[str, float]:
    """Return what sliders measure: a side only where it has a measure of its own."""
    found = dict(both)
    for side, values in each:
        found |= {f"{key}_{side}": values[key] for key in APART}
    return found


def kept_with(locks: Collection[str], name: str) -> list[str]:
    """Return the locked features whose measures a slider could change, but for its own."""
    moved = controller_of(name)
    found: list[str] = []
    for controller in CONTROLLERS:
        key, names = controller.key, sides_of(controller.key)
        if controller.part not in moved.parts:
            continue
        held = [side for side in names if side in locks and side != name]
        both = len(held) == len(names) > 0 and not controller.measured_apart
        if key != moved.key and (key in locks or both):
            found.append(key)
        elif controller.measured_apart:
            found += held
    return found

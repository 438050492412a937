"""What repeated marking of heads tells of a rater's error, measure by measure and point by point.

With two rounds the error is Dahlberg's; with more its generalisation, the standard deviation
within heads. A correlation wants other heads, too: on one head alone there is only that across
measures of one unit, which is named as such.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray
from facewright.engine.errors import InputError
from facewright.engine.landmarks import Landmarks
from facewright.engine.mask import Mask
from facewright.engine.measure.agreement import LEAST_PAIRS, Agreement, Correlation, icc
from facewright.engine.measure.cleft import measure_cleft
from facewright.engine.measure.cleft_words import Side, definitions
from facewright.engine.mesh import Mesh
from facewright.engine.visits import Round

Measured = Sequence[Mapping[str, float]]
"""Measures by code, one mapping a round, of one head."""

ALL = {"": "all ratios", "mm": "all lengths", "°": "all angles"}
"""Codes of what is told of all measures of one unit together."""
LEAST_CORRELATED = 3
"""Subjects from which a correlation says anything."""
UNKNOWN = Correlation(float("nan"), float("nan"), float("nan"))


def finished(rounds: Sequence[Round]) -> tuple[Round, ...]:
    """Return the rounds that were ended."""
    return tuple(r for r in rounds if r.landmarks is not None)


def measured(rounds: Sequence[Round], mesh: Mesh, own: Landmarks, side: Side) -> Measured:
    """Return what was measured in each round that was ended; `own` are the template's landmarks.

    Only measures whose every point was placed: what nobody placed agrees with itself.
    """
    return [
        placed_only(measure_cleft(mesh, own.replaced(marks), side), marks.names, side)
        for marks in (r.landmarks for r in finished(rounds))
        if marks is not None
    ]


def placed_only(values: Mapping[str, float], names: Sequence[str], side: Side) -> dict[str, float]:
    """Return the measures between landmarks of these names alone."""
    points = {d.code: d.points for d in definitions(side)}

    def there(code: str) -> bool:
        needed = {point.replace("*", f"_{letter}") for point in points[code] for letter in "rl"}
        return bool(needed) and needed <= set(names)

    return {code: value for code, value in values.items() if there(code)}


def errors_of(heads: Sequence[Measured]) -> dict[str, Agreement]:
    """Return the agreement of every measure, then of all of one unit together (`ALL`).

    Parameters
    ----------
    heads : sequence of sequences of mappings
        Of each head two rounds or more.

    Raises
    ------
    InputError
        If no head was marked twice.
    """
    heads = [head for head in heads if len(head) >= LEAST_PAIRS]
    if not heads:
        raise InputError("Mark the head at least twice to know the rater's error.")
    units = {d.code: d.unit for side in ("left", "both") for d in definitions(side)}
    found: dict[str, Agreement] = {}
    pooled: dict[str, list[DoubleArray]] = {unit: [] for unit in ALL}
    codes = dict.fromkeys(code for head in heads for measures in head for code in measures)
    for code in codes:
        rows = [np.array([r.get(code, np.nan) for r in head]) for head in heads]
        rows = [row for row in rows if np.isfinite(row).all()]
        if rows:
            found[code] = _agreed(rows)
            pooled[units.get(code, "")] += rows
    for unit, name in ALL.items():
        if len(pooled[unit]) >= LEAST_PAIRS:
            found[name] = _agreed(pooled[unit])
    return found


def _agreed(rows: Sequence[ArrayLike]) -> Agreement:
    """Return the agreement of subjects, each with its repeats."""
    series = [np.asarray(row, np.float64) for row in rows]
    within = sum(float(np.square(row - row.mean()).sum()) for row in series)
    freedom = sum(len(row) - 1 for row in series)
    bias = float(np.mean([row[-1] - row[0] for row in series]))
    repeats = min(len(row) for row in series)
    correlation = UNKNOWN
    if len(series) >= LEAST_CORRELATED:
        correlation = icc(np.stack([row[:repeats] for row in series]))
    return Agreement(len(series), float(np.sqrt(within / freedom)), bias, correlation)


def name_of(code: str, side: Side) -> tuple[str, str]:
    """Return what a measure, or all of one unit, is called, and its unit."""
    for definition in definitions(side):
        if definition.code == code:
            return definition.name, definition.unit
    unit = next((unit for unit, name in ALL.items() if name == code), "")
    return code.capitalize(), unit


def point_errors(rounds: Sequence[Round], mesh: Mesh) -> dict[str, float]:
    """Return how far a single placing of each landmark lies off its mean, mm root mean square.

    Of landmarks that every round has.
    """
    ended = [r.landmarks for r in finished(rounds) if r.landmarks is not None]
    if len(ended) < LEAST_PAIRS:
        return {}
    names = [name for name in ended[0].names if all(name in marks.names for marks in ended)]
    places = np.stack([marks.select(tuple(names)).on(mesh.vertices).positions for marks in ended])
    off = np.square(places - places.mean(axis=0)).sum(axis=(0, 2)) / (len(ended) - 1)
    return dict(zip(names, np.sqrt(off).tolist(), strict=True))


def overlap(rounds: Sequence[Round]) -> float | None:
    """Return how far painted masks agree (Dice), 1 for alike; None without two masks."""
    masks = [r.mask for r in finished(rounds) if r.mask is not None]
    pairs = [_dice(a, b) for a, b in combinations(masks, 2)]
    return float(np.mean(pairs)) if pairs else None


def _dice(a: Mask, b: Mask) -> float:
    both = 2.0 * float(np.minimum(a, b).sum())
    return both / max(float(a.sum() + b.sum()), 1e-12)


def to_csv(errors: Mapping[str, Agreement], side: Side) -> str:
    """Return the errors as a table."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(
        ("code", "measure", "unit", "subjects", "dahlberg", "bias", "icc_2_1", "low_95", "high_95")
    )
    for code, a in errors.items():
        name, unit = name_of(code, side)
        numbers = (a.dahlberg, a.bias, a.correlation.value, a.correlation.low, a.correlation.high)
        told = ("" if np.isnan(n) else f"{n:.4f}" for n in numbers)
        table.writerow((code, name, unit, a.count, *told))
    return text.getvalue()

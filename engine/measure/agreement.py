"""How well repeated measurements agree: a rater's error.

Dahlberg's error (Statistical methods for medical and biological students, 1940) for pairs of
repeats, and the intraclass correlation ICC(2,1) of Shrout and Fleiss (Psychological Bulletin 86,
1979): two-way, raters drawn at random, absolute agreement of single measurements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray
from facewright.engine.errors import InputError

SAME = 1e-20
"""Variance, as a share of the square of the mean, that is rounding alone."""
LEAST_FREEDOM = 1e-6
"""Degrees of freedom of the interval where raters agree worse than by chance."""
LEAST_PAIRS = 2
"""Subjects that must be measured twice for there to be an error and a correlation."""


@dataclass(frozen=True)
class Correlation:
    """An intraclass correlation with its 95 % confidence interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Agreement:
    """How far two series of one measure agree.

    Attributes
    ----------
    count : int
        Subjects measured twice.
    dahlberg : float
        Error of one measurement, in its unit.
    bias : float
        Mean of second minus first.
    correlation : Correlation
    """

    count: int
    dahlberg: float
    bias: float
    correlation: Correlation


def dahlberg(first: ArrayLike, second: ArrayLike) -> float:
    """Return `sqrt(sum d^2 / 2 n)` over n pairs: the standard deviation of one measurement.

    Raises
    ------
    InputError
        If there are no pairs or the series differ in length.
    """
    a, b = _pairs(first, second, 1)
    return float(np.sqrt(np.square(b - a).sum() / (2 * len(a))))


def icc(ratings: ArrayLike, confidence: float = 0.95) -> Correlation:
    """Return ICC(2,1) of `(n, k)` ratings: n subjects, each by the same k raters or times.

    With mean squares between subjects B, between raters J and of the rest E,
    `(B - E) / (B + (k - 1) E + k (J - E) / n)`; the interval is Shrout and Fleiss's, after
    Satterthwaite. NaN where all ratings are the same.

    Raises
    ------
    InputError
        If there are fewer than two subjects or raters.
    """
    from scipy.stats import f as fisher

    table = np.asarray(ratings, dtype=np.float64)
    if table.ndim != 2 or min(table.shape) < LEAST_PAIRS:
        raise InputError("At least two subjects have to be measured at least twice.")
    n, k = table.shape
    mean = table.mean()
    subjects = k * np.square(table.mean(axis=1) - mean).sum() / (n - 1)
    raters = n * np.square(table.mean(axis=0) - mean).sum() / (k - 1)
    rest = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + mean
    error = np.square(rest).sum() / ((n - 1) * (k - 1))
    whole = subjects + (k - 1) * error + k * (raters - error) / n
    if not whole > SAME * (1 + mean**2):
        return Correlation(float("nan"), float("nan"), float("nan"))
    value = (subjects - error) / whole
    if error <= 1e-12 * subjects:
        error = 1e-12 * subjects
    ratio = raters / error
    lever = k * value * ratio + n * (1 + (k - 1) * value) - k * value
    freedom = (
        (k - 1) * (n - 1) * lever**2
        / ((n - 1) * (k * value * ratio) ** 2 + (n * (1 + (k - 1) * value) - k * value) ** 2)
    )  # fmt: skip
    freedom = max(float(freedom), LEAST_FREEDOM)
    side = 0.5 * (1 + confidence)
    over = float(fisher.ppf(side, n - 1, freedom))
    under = float(fisher.ppf(side, freedom, n - 1))
    more = k * raters + (k * n - k - n) * error
    if np.isfinite(over):
        low = n * (subjects - over * error) / (over * more + n * subjects)
    else:
        low = -n * error / more
    high = n * (under * subjects - error) / (more + n * under * subjects)
    return Correlation(float(value), float(low), float(high))


def agreement(first: ArrayLike, second: ArrayLike) -> Agreement:
    """Return how far two series of one measure agree, subject by subject.

    Raises
    ------
    InputError
        If fewer than two subjects have a number in both.
    """
    a, b = _pairs(first, second, LEAST_PAIRS)
    return Agreement(len(a), dahlberg(a, b), float((b - a).mean()), icc(np.column_stack([a, b])))


def rater_error(
    first: Sequence[Mapping[str, float]], second: Sequence[Mapping[str, float]]
) -> dict[str, Agreement]:
    """Return the agreement of each measure over subjects that were measured twice.

    Parameters
    ----------
    first, second : sequences of mappings
        Numbers by the code of the measure, one mapping a subject, in the same order.

    Raises
    ------
    InputError
        If the series differ in length or hold fewer than two subjects.
    """
    if len(first) != len(second) or len(first) < LEAST_PAIRS:
        raise InputError("Measure the same two or more heads twice to know the rater's error.")
    found = {}
    for code in first[0]:
        rows = [
            (a.get(code, np.nan), b.get(code, np.nan)) for a, b in zip(first, second, strict=True)
        ]
        pairs = np.array([row for row in rows if np.isfinite(row).all()]).reshape(-1, 2)
        if len(pairs) >= LEAST_PAIRS:
            found[code] = agreement(pairs[:, 0], pairs[:, 1])
    return found


def _pairs(first: ArrayLike, second: ArrayLike, least: int) -> tuple[DoubleArray, DoubleArray]:
    a, b = (np.asarray(values, dtype=np.float64).ravel() for values in (first, second))
    if len(a) != len(b):
        raise InputError(f"{len(a)} first and {len(b)} second measurements make no pairs.")
    if len(a) < least:
        raise InputError(f"At least {least} subjects have to be measured twice.")
    return a, b

"""A rater's error against worked examples that were published."""

from __future__ import annotations

import numpy as np
import pytest

from facewright.engine.errors import InputError
from facewright.engine.measure.agreement import agreement, dahlberg, icc, rater_error

SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]
"""Table 2 of Shrout and Fleiss 1979: six subjects, four judges."""

WRIGHT = (
    (494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427),
    (490, 397, 512, 401, 470, 611, 415, 431, 638, 429, 420, 633, 275, 492, 165, 372, 421),
)
"""Bland and Altman, Lancet 1986: 17 people blew twice into the Wright peak flow meter, l/min."""


def test_the_correlation_is_that_of_shrout_and_fleiss():
    found = icc(SHROUT_FLEISS)
    assert round(found.value, 2) == 0.29
    assert round(found.low, 2) == 0.02
    assert round(found.high, 2) == 0.76


def test_the_error_of_the_peak_flow_meter_is_the_published_one():
    # Bland and Altman give a coefficient of repeatability of 43.2 l/min, twice the standard
    # deviation of the differences about zero; one measurement has that over the root of 2.
    error = dahlberg(*WRIGHT)
    assert round(2 * np.sqrt(2) * error, 0) == 43
    assert round(error, 1) == 15.3


def test_a_slow_reference_agrees():
    rng = np.random.default_rng(4)
    table = rng.normal(10, 3, (9, 1)) + rng.normal(0, 1, (9, 3)) + np.array([0, 1, -0.5])
    n, k = table.shape
    mean = sum(sum(row) for row in table) / n / k
    total = sum((x - mean) ** 2 for row in table for x in row)
    between = k * sum((sum(row) / k - mean) ** 2 for row in table)
    judges = n * sum((sum(table[i][j] for i in range(n)) / n - mean) ** 2 for j in range(k))
    bms, jms = between / (n - 1), judges / (k - 1)
    ems = (total - between - judges) / (n - 1) / (k - 1)
    expected = (bms - ems) / (bms + (k - 1) * ems + k * (jms - ems) / n)
    found = icc(table)
    assert found.value == pytest.approx(expected)
    assert found.low < found.value < found.high <= 1


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(300):
        table = rng.normal(0, 2, (12, 1)) + rng.normal(0, 0.3, (1, 2)) + rng.normal(0, 1, (12, 2))
        found = icc(table)
        held += found.low <= 4 / (4 + 0.09 + 1) <= found.high
    assert 0.91 <= held / 300 <= 0.99


def test_a_second_series_that_is_shifted_is_no_good_agreement():
    first = np.array([10.0, 12, 14, 16, 18])
    same = agreement(first, first + np.array([0.1, -0.1, 0.1, -0.1, 0]))
    shifted = agreement(first, first + 4)
    assert same.correlation.value > 0.99
    assert shifted.bias == pytest.approx(4)
    assert shifted.dahlberg == pytest.approx(4 / np.sqrt(2))
    assert shifted.correlation.value < 0.6


def test_identical_series_agree_wholly_and_constant_ones_say_nothing():
    first = [1.0, 2.0, 5.0]
    assert agreement(first, first).correlation.value == pytest.approx(1.0)
    assert np.isnan(icc([[3, 3], [3, 3]]).value)
    rounding = 23.65 + np.array([[0, 4e-15], [4e-15, 0], [0, 0]])
    assert np.isnan(icc(rounding).value)


def test_repeats_that_agree_worse_than_chance_have_an_interval_too():
    found = icc([[29.61, 29.79], [29.75, 29.66], [29.70, 29.76]])
    assert found.value < 0
    assert found.low <= found.value <= found.high <= 1


def test_every_measure_of_heads_measured_twice_has_its_error():
    first = [{"a": 1.0, "b": 2.0}, {"a": 3.0, "b": float("nan")}, {"a": 5.0, "b": 4.0}]
    second = [{"a": 1.2, "b": 2.0}, {"a": 3.0, "b": 9.0}, {"a": 4.8, "b": 4.4}]
    found = rater_error(first, second)
    assert found["a"].count == 3
    assert found["a"].dahlberg == pytest.approx(np.sqrt(0.08 / 6))
    assert found["b"].count == 2


def test_too_little_is_refused():
    with pytest.raises(InputError, match="make no pairs"):
        dahlberg([1, 2], [1])
    with pytest.raises(InputError, match="At least 2"):
        agreement([1], [1])
    with pytest.raises(InputError, match="twice"):
        rater_error([{"a": 1.0}], [{"a": 1.0}])
    with pytest.raises(InputError, match="at least twice"):
        icc([[1, 2]])

"""A rater's error from rounds of marking, against the plain formulas."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest

from facewright.engine.errors import InputError
from facewright.engine.landmarks import Landmarks
from facewright.engine.measure.agreement import dahlberg, icc
from facewright.engine.measure.rounds import errors_of, overlap, point_errors, to_csv
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.visits import Round


def head(*rounds: tuple[float, float]) -> list[dict[str, float]]:
    return [{"nostril width": ratio, "columellar angle": angle} for ratio, angle in rounds]


def test_two_rounds_of_one_head_give_dahlberg_and_no_correlation_of_one_measure() -> None:
    found = errors_of([head((1.0, 10.0), (1.2, 13.0))])
    assert found["nostril width"].dahlberg == pytest.approx(dahlberg([1.0], [1.2]))
    assert found["columellar angle"].dahlberg == pytest.approx(3 / math.sqrt(2))
    assert found["columellar angle"].bias == pytest.approx(3.0)
    assert math.isnan(found["columellar angle"].correlation.value)
    assert "all angles" not in found  # one alone is not all


def test_several_heads_correlate_and_all_of_a_unit_are_pooled() -> None:
    pairs = [((1.0, 9.0), (1.1, 9.5)), ((1.5, 4.0), (1.4, 4.5)), ((0.8, 20.0), (0.9, 19.0))]
    found = errors_of([head(*pair) for pair in pairs])
    ratios = np.array([[a[0], b[0]] for a, b in pairs])
    assert found["nostril width"].dahlberg == pytest.approx(dahlberg(*ratios.T))
    assert found["nostril width"].correlation.value == pytest.approx(icc(ratios).value)
    assert found["all ratios"].dahlberg == pytest.approx(found["nostril width"].dahlberg)
    assert found["all angles"].count == 3


def test_more_rounds_give_the_spread_within_heads() -> None:
    rng = np.random.default_rng(5)
    truth = rng.normal(1.2, 0.3, 200)
    heads = [head(*((t + rng.normal(0, 0.05), 0.0) for _ in range(4))) for t in truth]
    found = errors_of(heads)["nostril width"]
    assert found.dahlberg == pytest.approx(0.05, rel=0.1)
    assert found.correlation.value == pytest.approx(0.3**2 / (0.3**2 + 0.05**2), abs=0.02)


def test_one_round_is_not_enough() -> None:
    with pytest.raises(InputError, match="at least twice"):
        errors_of([head((1.0, 2.0))])


def test_points_and_masks_are_compared_too() -> None:
    square = np.array([[0, 0, 0], [10, 0, 0], [10, 10, 0], [0, 10, 0]], np.float32)
    mesh = Mesh(Topology.build([[0, 1, 2], [0, 2, 3]], 4), square)

    def marked(share: float) -> Landmarks:
        return Landmarks.build(("sn", "c"), [[0, 1, 2]] * 2, [[1 - share, share, 0], [0, 0, 1]])

    masks = [np.array(m, np.float32) for m in ([1, 1, 0, 0], [1, 1, 1, 0])]
    rounds = [Round(marked(0.2), masks[0]), Round(marked(0.4), masks[1]), Round()]
    off = point_errors(rounds, mesh)
    assert off["sn"] == pytest.approx(2.0 / math.sqrt(2), rel=1e-5)  # Dahlberg of 2 mm
    assert off["c"] == 0.0
    assert overlap(rounds) == pytest.approx(4 / 5)
    assert overlap(rounds[:1]) is None
    assert point_errors(rounds[:1], mesh) == {}


def test_the_table_holds_every_row_and_leaves_what_is_unknown_empty() -> None:
    found = errors_of([head((1.0, 10.0), (1.2, 13.0))])
    rows = list(csv.DictReader(io.StringIO(to_csv(found, "left"))))
    assert [row["code"] for row in rows] == list(found)
    assert rows[0]["measure"] == "Nostril width ratio"
    assert rows[0]["icc_2_1"] == ""
    assert float(rows[1]["dahlberg"]) == pytest.approx(3 / math.sqrt(2), abs=1e-4)

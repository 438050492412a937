"""What a stopped comparison of models leaves on disk."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")
from facewright.engine.training.generalisation import Ledger, Row
from facewright.engine.training.left import Left

ROWS = (Row("PCA", 0.2, 422, 8, 1.016, 0.25), Row("PCA", 0.2, 422, 16, 0.7265846, 0.2))


def test_rows_are_found_again_as_they_were(tmp_path):
    path = tmp_path / "rows.json"
    ledger = Ledger(path, {"head": "a"})
    assert ledger.rows == []
    for row in (*ROWS, ROWS[0]):
        ledger.add(row)
    assert Ledger(path, {"head": "a"}).rows == list(ROWS)


def test_rows_of_another_head_do_not_count(tmp_path):
    path = tmp_path / "rows.json"
    Ledger(path, {"head": "a"}).add(ROWS[0])
    other = Ledger(path, {"head": "b"})
    assert other.rows == []
    other.add(ROWS[1])
    assert Ledger(path, {"head": "b"}).rows == [ROWS[1]]


def test_what_is_left_is_the_mean_of_each_scan():
    truth = np.zeros((2, 3, 3))
    found = np.zeros((2, 3, 3))
    found[0, 0] = 3.0, 4.0, 0.0
    found[1, :, 2] = 1.0, 2.0, 30.0
    left = Left.of(found, truth, np.array([True, True, False]))
    assert (left.mean, left.sd) == (2.0, 0.5)  # of 2.5 and 1.5 mm
    assert Left.of(found, truth).mean == pytest.approx((5 / 3 + 11) / 2)
    assert str(left) == "2.00 mm, sd 0.50"

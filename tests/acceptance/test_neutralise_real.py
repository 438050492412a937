"""Scans of people who make a face, whose face at rest is known: `pytest -s` prints the table.

All twelve: `python tests/expressive.py`. Means there in mm, at corresponding points, on the
surface and on the lips: doing nothing 2.71, 0.98, 4.90; taking the weights away alone 1.08, 0.34,
1.24; neutralised 0.98, 0.33, 0.93.
"""

from __future__ import annotations

import expressive
import numpy as np
import pytest

from facewright.engine.errors import FacewrightError
from facewright.engine.models.store import ModelStore

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def table(models: ModelStore) -> list[expressive.Row]:
    """A crying infant, a grinning adult and an angry one."""
    try:
        models.faces()
    except FacewrightError as missing:
        pytest.skip(str(missing))
    found = [expressive.judged(index, models) for index in (2, 4, 6)]
    print("\n" + "\n".join([expressive.HEADER, *(row.line() for row in found)]))
    return found


def test_each_face_comes_nearer_to_rest(table: list[expressive.Row]) -> None:
    for row in table:
        assert row.neutralised[0] < 0.55 * row.nothing[0]
        assert row.neutralised[0] < row.weights[0]


def test_the_face_at_rest_is_found_within_a_millimetre(table: list[expressive.Row]) -> None:
    nothing, weights, neutralised = (
        np.mean([getattr(row, name) for row in table], axis=0)
        for name in ("nothing", "weights", "neutralised")
    )
    assert neutralised[0] < 1.0 < nothing[0]
    assert neutralised[1] < 0.45
    assert (neutralised < weights).all()
    assert neutralised[2] < 0.75 * weights[2]

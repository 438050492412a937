"""Systems that are factored: solved right, and gone when they are dropped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from watch import resident_megabytes

from facewright.engine.geometry.sparse import Factor

SIDE = 40


def sheet() -> sparse.csr_array:
    """The Laplacian of a square of `SIDE` squared points, made definite."""
    line = sparse.diags_array(
        [np.full(SIDE, 2.0), np.full(SIDE - 1, -1.0), np.full(SIDE - 1, -1.0)], offsets=[0, 1, -1]
    )
    same = sparse.eye_array(SIDE)
    return sparse.csr_array(
        sparse.kron(same, line) + sparse.kron(line, same) + sparse.eye_array(SIDE**2)
    )


@pytest.mark.parametrize("columns", [(), (1,), (5,)])
def test_a_solution_gives_the_right_sides(rng: np.random.Generator, columns: tuple[int, ...]):
    matrix, right = sheet(), rng.normal(size=(SIDE**2, *columns))
    found = Factor(matrix).solve(right)
    assert found.shape == right.shape
    np.testing.assert_allclose(matrix @ found, right, atol=1e-9)


def test_what_is_not_definite_is_refused():
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        Factor(sheet() - 6.0 * sparse.eye_array(SIDE**2))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from Linux")
def test_dropped_factors_leave_no_memory_behind():
    matrix, right = sheet(), np.ones((SIDE**2, 600))
    Factor(matrix).solve(right)
    before = resident_megabytes()
    for _ in range(20):
        Factor(matrix).solve(right)
    assert resident_megabytes() - before < 60.0  # each solved with 8 MB of work space

"""Sparse symmetric positive definite systems: factor once, solve often."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from facewright.engine.arrays import DoubleArray


class Factor:
    """A factored symmetric positive definite matrix.

    Uses cholespy in double precision, and scipy's LU where it is missing.

    Parameters
    ----------
    matrix : (N, N) sparse
        Symmetric positive definite.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the matrix is not positive definite.
    """

    def __init__(self, matrix: sparse.sparray) -> None:
        entries = matrix.tocoo()
        entries.sum_duplicates()
        self.size = int(matrix.shape[0])
        if not (entries.diagonal() > 0).all():
            raise np.linalg.LinAlgError("the matrix is not positive definite")
        try:
            from cholespy import CholeskySolverD, MatrixType
        except ImportError:
            self._cholesky = None
            self._lu = sparse.linalg.splu(entries.tocsc())
            return
        try:
            self._cholesky = CholeskySolverD(
                self.size,
                entries.row.astype(np.int32),
                entries.col.astype(np.int32),
                entries.data.astype(np.float64),
                MatrixType.COO,
            )
        except (RuntimeError, ValueError) as error:
            raise np.linalg.LinAlgError("the matrix is not positive definite") from error
        weakref.finalize(self, _shrink, self._cholesky, self.size).atexit = False

    def solve(self, right: ArrayLike) -> DoubleArray:
        """Return x of `matrix @ x = right` for `(N,)` or `(N, K)` right sides."""
        sides = np.ascontiguousarray(right, dtype=np.float64)
        if self._cholesky is None:
            return np.asarray(self._lu.solve(sides))
        columns = np.ascontiguousarray(sides.reshape(self.size, -1))
        result = np.empty_like(columns)
        self._cholesky.solve(columns, result)
        return result.reshape(sides.shape)


def _shrink(cholesky: Any, size: int) -> None:
    """Have cholespy give up its work space, as large as its last right sides.

    Its solvers never free that: one that solved for all motions of a head left 22 MB behind.
    """
    one = np.zeros((size, 1))
    cholesky.solve(one, np.empty_like(one))

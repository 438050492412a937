"""What brushes have moved, kept in little room: each stroke alone, in steps of a micrometre.

Offsets are held as pieces, `(N, 4)` whole numbers: a vertex, then x, y, z in steps of `STEP`.
Their sum is what was moved, without any loss. A stroke adds one piece of the vertices that it
touched and leaves those before it as they are, so that the versions of a history share them.
Pieces of a like size are joined: there are never more than a dozen or so, the largest first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facewright.engine.arrays import DoubleArray, FloatArray, frozen

Piece = NDArray[Any]

STEP = 2.0**-10
"""Mm. Rounding a stroke to it moves no vertex by 0.5 micrometres along any axis: coordinates
of 64 mm and more have steps of 8 themselves."""
MOST = 64
"""Pieces that a file may hold."""
_SMALL = np.iinfo(np.int16).max


def packed(field: ArrayLike) -> Piece:
    """Return `(V, 3)` mm as a piece, `(N, 4)` int16 or, where that is too small, int32.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    steps = np.rint(np.asarray(field, np.float64) / STEP)
    if not np.isfinite(steps).all():
        raise ValueError("what was sculpted has no finite offsets")
    rows = np.flatnonzero(steps.any(axis=1))
    return _fitted(np.column_stack([rows, steps[rows]]))


def added(pieces: Iterable[Piece], field: ArrayLike) -> tuple[Piece, ...]:
    """Return the pieces with `(V, 3)` mm more."""
    result = [*pieces, packed(field)]
    while len(result) > 1 and 2 * len(result[-1]) >= len(result[-2]):
        result[-2:] = [_joined(*result[-2:])]
    return tuple(piece for piece in result if len(piece))


def spread(pieces: Iterable[Piece], count: int) -> FloatArray:
    """Return the sum of pieces at each of `count` vertices, `(V, 3)` mm."""
    total: DoubleArray = np.zeros((count, 3))
    for piece in pieces:
        total[piece[:, 0].astype(np.int64)] += piece[:, 1:] * _unit(piece)
    return np.asarray(total, np.float32)


def check(pieces: tuple[Piece, ...]) -> None:
    """Raise ValueError where pieces, as from a file, do not hold together."""
    if len(pieces) > MOST:
        raise ValueError("what was sculpted lies in too many pieces")
    for piece in pieces:
        if piece.ndim != 2 or piece.shape[1] != 4 or not np.isfinite(piece).all():
            raise ValueError("what was sculpted is no table of finite offsets")
        if piece[:, 0].min(initial=0) < 0:
            raise ValueError("what was sculpted moves a vertex that is not there")


def _unit(piece: Piece) -> float:
    """Return the mm that a piece counts in: those of the first releases hold mm."""
    return 1.0 if piece.dtype.kind == "f" else STEP


def _joined(one: Piece, other: Piece) -> Piece:
    rows = np.union1d(one[:, 0], other[:, 0])
    total = np.zeros((len(rows), 3))
    for piece in (one, other):
        total[np.searchsorted(rows, piece[:, 0])] += piece[:, 1:] * (_unit(piece) / STEP)
    total = np.rint(total)
    kept = total.any(axis=1)
    return _fitted(np.column_stack([rows[kept], total[kept]]))


def _fitted(table: DoubleArray) -> Piece:
    small = np.abs(table).max(initial=0.0) <= _SMALL
    return frozen(table.astype(np.int16 if small else np.int32), np.int16 if small else np.int32)

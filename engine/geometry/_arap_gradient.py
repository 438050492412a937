"""Derivatives of the loops of `constrained_arap`, reversed and compiled.

A name with `_bar` is the derivative of the loss by what has the name; loops add to them.
"""

from __future__ import annotations

import numpy as np

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.geometry._constrained_arap import spread, turn_for, turned_back
from facewright.engine.geometry.compiled import compiled

_FLAT = 1e-6
"""Least curvature about an axis, as a share of the whole, that is divided by."""


@compiled
def turned_change_back(
    rest: DoubleArray,
    turns: DoubleArray,
    starts: IntArray,
    ends: IntArray,
    change_bar: DoubleArray,
    rest_bar: DoubleArray,
    turns_bar: DoubleArray,
) -> None:
    """Reverse `turned_change`: from its rows to the vertices at rest and the turns."""
    edge, pushed = np.empty(3), np.empty(3)
    for v in range(len(change_bar)):
        r = turns[v]
        for e in range(starts[v], starts[v + 1]):
            n = ends[e]
            q = turns[n]
            for i in range(3):
                edge[i] = (rest[v, i] - rest[n, i]) / 2
                pushed[i] = -change_bar[v, i]
            for i in range(3):
                g = change_bar[v, i] / 2
                for j in range(3):
                    turns_bar[v, i, j] += change_bar[v, i] * edge[j]
                    turns_bar[n, i, j] += change_bar[v, i] * edge[j]
                    pushed[j] += g * (r[i, j] + q[i, j])
            for i in range(3):
                rest_bar[v, i] += pushed[i]
                rest_bar[n, i] -= pushed[i]


@compiled
def best_turns_back(
    rest: DoubleArray,
    shift: DoubleArray,
    starts: IntArray,
    ends: IntArray,
    turns: DoubleArray,
    turns_bar: DoubleArray,
    rest_bar: DoubleArray,
    shift_bar: DoubleArray,
) -> None:
    """Reverse `best_turns`: from the turns to the vertices at rest and their shifts.

    `Y = R^T S` is symmetric at the best turn R of S and stays so, hence `dR = R [w]` with
    `(tr(Y) 1 - Y) w = vee(R^T dS - dS^T R)`, [w] the cross product with w and vee its inverse.
    Transposed, `S_bar = R [z]` with `(tr(Y) 1 - Y) z = vee(R^T R_bar - R_bar^T R)`. The matrix
    has the sums of two singular values as its eigenvalues: no difference of them is divided by.
    Where neighbours leave a turn open, as they lie in a line or folded over, it is held a little.
    """
    s, y = np.empty((3, 3)), np.empty((3, 3))
    for v in range(len(turns)):
        r = turns[v]
        turned_back(r, turns_bar[v], y)
        d, e, f = y[2, 1] - y[1, 2], y[0, 2] - y[2, 0], y[1, 0] - y[0, 1]
        if d == 0.0 and e == 0.0 and f == 0.0:
            continue
        spread(v, rest, shift, starts, ends, s)
        turned_back(r, s, y)
        sound, a, b, c = turn_for(y, d, e, f, _FLAT)
        if not sound:
            held = _FLAT * (y[0, 0] + y[1, 1] + y[2, 2])
            for i in range(3):
                y[i, i] += held
            _, a, b, c = turn_for(y, d, e, f, 0.0)
        for i in range(3):
            s[i, 0] = r[i, 1] * c - r[i, 2] * b
            s[i, 1] = r[i, 2] * a - r[i, 0] * c
            s[i, 2] = r[i, 0] * b - r[i, 1] * a
        for k in range(starts[v], starts[v + 1]):
            n = ends[k]
            d, e, f = rest[n, 0] - rest[v, 0], rest[n, 1] - rest[v, 1], rest[n, 2] - rest[v, 2]
            a = d + (shift[n, 0] - shift[v, 0])
            b = e + (shift[n, 1] - shift[v, 1])
            c = f + (shift[n, 2] - shift[v, 2])
            for i in range(3):
                by_shift = s[i, 0] * d + s[i, 1] * e + s[i, 2] * f
                by_rest = by_shift + s[0, i] * a + s[1, i] * b + s[2, i] * c
                shift_bar[n, i] += by_shift
                shift_bar[v, i] -= by_shift
                rest_bar[n, i] += by_rest
                rest_bar[v, i] -= by_rest

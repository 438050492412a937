"""The compiled loops of `constrained_arap`: best rotations, right sides, and their derivatives.

Vertices of a patch are in its order, with their neighbours in `starts` and `ends`: those of
vertex v are `ends[starts[v]:starts[v + 1]]`.
"""

from __future__ import annotations

import numpy as np

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.geometry._arap import rotation
from facewright.engine.geometry.compiled import compiled

_STEPS = 12
"""Newton's method needs one to three; what it has not found by then it never finds."""
_FOUND = 1e-4
"""Radians: the error after a step is about the cube of the step."""
_SWEEPS = 8
"""Jacobi's method converges quadratically: a matrix of 4 rows is diagonal after five or six."""
_FLAT = 1e-9
"""Least curvature about an axis, as a share of the whole, that fixes the turn about it."""


@compiled
def spread(
    v: int, rest: DoubleArray, shift: DoubleArray, starts: IntArray, ends: IntArray, s: DoubleArray
) -> None:
    """Write `sum_j (x_j - x_v) (p_j - p_v)^T` into `s`, `(3, 3)`; x is p plus the shift."""
    s00 = s01 = s02 = s10 = s11 = s12 = s20 = s21 = s22 = 0.0
    for e in range(starts[v], starts[v + 1]):
        n = ends[e]
        a = rest[n, 0] - rest[v, 0]
        b = rest[n, 1] - rest[v, 1]
        c = rest[n, 2] - rest[v, 2]
        x = a + (shift[n, 0] - shift[v, 0])
        y = b + (shift[n, 1] - shift[v, 1])
        z = c + (shift[n, 2] - shift[v, 2])
        s00 += x * a
        s01 += x * b
        s02 += x * c
        s10 += y * a
        s11 += y * b
        s12 += y * c
        s20 += z * a
        s21 += z * b
        s22 += z * c
    s[0, 0], s[0, 1], s[0, 2] = s00, s01, s02
    s[1, 0], s[1, 1], s[1, 2] = s10, s11, s12
    s[2, 0], s[2, 1], s[2, 2] = s20, s21, s22


@compiled
def turned_back(r: DoubleArray, s: DoubleArray, y: DoubleArray) -> None:
    """Write `r^T s` into `y`, all `(3, 3)`."""
    for i in range(3):
        for j in range(3):
            y[i, j] = r[0, i] * s[0, j] + r[1, i] * s[1, j] + r[2, i] * s[2, j]


@compiled
def turn_for(
    y: DoubleArray, a: float, b: float, c: float, least: float
) -> tuple[bool, float, float, float]:
    """Solve `(tr(y) 1 - (y + y^T) / 2) w = (a, b, c)`; False where that is not positive definite.

    The matrix is the curvature of `tr(exp(w)^T y)` about w = 0, negated: its eigenvalues are the
    sums of two singular values each, so equal ones do no harm. By Cholesky's method, each pivot
    at least `least` times the trace.
    """
    k00, k11, k22 = y[1, 1] + y[2, 2], y[0, 0] + y[2, 2], y[0, 0] + y[1, 1]
    k10, k20, k21 = -(y[1, 0] + y[0, 1]) / 2, -(y[2, 0] + y[0, 2]) / 2, -(y[2, 1] + y[1, 2]) / 2
    floor = least * abs(k00 + k11 + k22)
    if not k00 > floor:
        return False, 0.0, 0.0, 0.0
    l10, l20 = k10 / k00, k20 / k00
    d1 = k11 - l10 * k10
    if not d1 > floor:
        return False, 0.0, 0.0, 0.0
    l21 = (k21 - l20 * k10) / d1
    d2 = k22 - l20 * k20 - l21 * l21 * d1
    if not d2 > floor:
        return False, 0.0, 0.0, 0.0
    b -= l10 * a
    c -= l20 * a + l21 * b
    z = c / d2
    y_ = b / d1 - l21 * z
    return True, a / k00 - l10 * y_ - l20 * z, y_, z


@compiled
def turn_further(r: DoubleArray, x: float, y: float, z: float) -> None:
    """Multiply `r`, `(3, 3)`, from the right by a turn of about `(x, y, z)` (Cayley's)."""
    x, y, z = x / 2, y / 2, z / 2
    scale = 2.0 / (1.0 + x * x + y * y + z * z)
    for i in range(3):
        a, b, c = r[i, 0], r[i, 1], r[i, 2]
        # The row times the cross product with (x, y, z), once and twice.
        d, e, f = b * z - c * y, c * x - a * z, a * y - b * x
        r[i, 0] = a + scale * (d + e * z - f * y)
        r[i, 1] = b + scale * (e + f * x - d * z)
        r[i, 2] = c + scale * (f + d * y - e * x)


@compiled
def turn_from_afar(s: DoubleArray, r: DoubleArray) -> None:
    """Write the rotation that makes `tr(r^T s)` largest into `r`, both `(3, 3)`.

    For where Newton's method leads nowhere: the quaternion is the eigenvector of the largest
    eigenvalue of a symmetric matrix (Horn, Closed-form solution of absolute orientation using
    unit quaternions, 1987), found by Jacobi's rotations.
    """
    n, q = np.empty((4, 4)), np.eye(4)
    n[0, 0] = s[0, 0] + s[1, 1] + s[2, 2]
    n[0, 1], n[0, 2], n[0, 3] = s[2, 1] - s[1, 2], s[0, 2] - s[2, 0], s[1, 0] - s[0, 1]
    for i in range(3):
        n[i + 1, 0] = n[0, i + 1]
        for j in range(3):
            n[i + 1, j + 1] = s[i, j] + s[j, i]
        n[i + 1, i + 1] -= n[0, 0]
    for _ in range(_SWEEPS):
        for i in range(3):
            for j in range(i + 1, 4):
                if n[i, j] == 0.0:
                    continue
                ratio = (n[j, j] - n[i, i]) / (2 * n[i, j])
                tangent = (1.0 if ratio >= 0 else -1.0) / (abs(ratio) + np.sqrt(ratio**2 + 1))
                cosine = 1 / np.sqrt(tangent**2 + 1)
                sine = tangent * cosine
                for k in range(4):
                    x, y = n[k, i], n[k, j]
                    n[k, i], n[k, j] = cosine * x - sine * y, sine * x + cosine * y
                    x, y = q[k, i], q[k, j]
                    q[k, i], q[k, j] = cosine * x - sine * y, sine * x + cosine * y
                for k in range(4):
                    x, y = n[i, k], n[j, k]
                    n[i, k], n[j, k] = cosine * x - sine * y, sine * x + cosine * y
    best = 0
    for i in range(1, 4):
        if n[i, i] > n[best, best]:
            best = i
    rotation(q[0, best], q[1, best], q[2, best], q[3, best], r)


@compiled
def best_turns(
    rest: DoubleArray, shift: DoubleArray, starts: IntArray, ends: IntArray, turns: DoubleArray
) -> None:
    """Bring each of the `turns`, `(T, 3, 3)`, to the best one of the first T vertices.

    Newton's method for the largest `tr(R^T S)`, from where the turns are. That has no other
    maximum than the best rotation, so where the curvature is right the method has found it.
    """
    s, y = np.empty((3, 3)), np.empty((3, 3))
    for v in range(len(turns)):
        r = turns[v]
        spread(v, rest, shift, starts, ends, s)
        found = False
        for _ in range(_STEPS):
            turned_back(r, s, y)
            a, b, c = y[2, 1] - y[1, 2], y[0, 2] - y[2, 0], y[1, 0] - y[0, 1]
            sound, a, b, c = turn_for(y, a, b, c, _FLAT)
            if not sound:
                break
            if a != 0.0 or b != 0.0 or c != 0.0:
                turn_further(r, a, b, c)
            if a * a + b * b + c * c < _FOUND * _FOUND:
                found = True
                break
        if not found:
            turn_from_afar(s, r)


@compiled
def turned_change(
    rest: DoubleArray,
    turns: DoubleArray,
    starts: IntArray,
    ends: IntArray,
    change: DoubleArray,
) -> None:
    """Add `sum_j ((R_i + R_j) / 2 - 1) (p_i - p_j)` to each row of `change`, `(N, 3)`."""
    for v in range(len(change)):
        r = turns[v]
        d0 = d1 = d2 = 0.0
        for e in range(starts[v], starts[v + 1]):
            n = ends[e]
            q = turns[n]
            a = rest[v, 0] - rest[n, 0]
            b = rest[v, 1] - rest[n, 1]
            c = rest[v, 2] - rest[n, 2]
            d0 += (r[0, 0] + q[0, 0] - 2) * a + (r[0, 1] + q[0, 1]) * b + (r[0, 2] + q[0, 2]) * c
            d1 += (r[1, 0] + q[1, 0]) * a + (r[1, 1] + q[1, 1] - 2) * b + (r[1, 2] + q[1, 2]) * c
            d2 += (r[2, 0] + q[2, 0]) * a + (r[2, 1] + q[2, 1]) * b + (r[2, 2] + q[2, 2] - 2) * c
        change[v, 0] += 0.5 * d0
        change[v, 1] += 0.5 * d1
        change[v, 2] += 0.5 * d2


@compiled
def laplacian(values: DoubleArray, starts: IntArray, ends: IntArray, result: DoubleArray) -> None:
    """Write `sum_j (u_i - u_j)` into each row of `result`; u is 0 beyond `values`, `(M, 3)`."""
    count = len(values)
    for v in range(len(result)):
        a = b = c = 0.0
        if v < count:
            joined = starts[v + 1] - starts[v]
            a, b, c = joined * values[v, 0], joined * values[v, 1], joined * values[v, 2]
        for e in range(starts[v], starts[v + 1]):
            n = ends[e]
            if n < count:
                a -= values[n, 0]
                b -= values[n, 1]
                c -= values[n, 2]
        result[v, 0], result[v, 1], result[v, 2] = a, b, c

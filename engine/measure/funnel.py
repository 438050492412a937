"""The funnel algorithm: the shortest way through triangles in a row (Lee and Preparata, 1984)."""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray, IntArray

LEFT, RIGHT = 0, 1
"""Sides of the way; what is stored for both stands in this order."""


class Funnel:
    """The shortest way through a strip of triangles that is laid flat.

    Parameters
    ----------
    vertices : (V, 3) float64
        Mm.
    faces : (F, 3) int32
    strip : list of int
        Triangles, each next to the one before it.
    start, end : (3,) float64
        Points in the first and the last of them.

    Attributes
    ----------
    bends : list of int
        Vertices at which it turns.
    length : float
    """

    def __init__(
        self,
        vertices: DoubleArray,
        faces: IntArray,
        strip: list[int],
        start: DoubleArray,
        end: DoubleArray,
    ) -> None:
        self.strip = strip
        self._flat(vertices, faces, start, end)
        self._pull()

    def _flat(self, x: DoubleArray, faces: IntArray, start: DoubleArray, end: DoubleArray) -> None:
        """Lay the strip flat: gates between triangles as left and right ends, complex numbers."""
        used = faces[self.strip]
        rows = used.tolist()
        at_vertex = dict(
            zip(used.ravel().tolist(), map(tuple, x[used.ravel()].tolist()), strict=True)
        )
        a, b, c = rows[0]
        place = {a: 0j, b: complex(math.dist(at_vertex[a], at_vertex[b]))}
        place[c] = _third(at_vertex, a, b, c, place)
        self.start = _laid(x, rows[0], place, start)
        self.gates: list[tuple[int, int]] = []
        self.left: list[complex] = []
        self.right: list[complex] = []
        for here, there in itertools.pairwise(rows):
            at = next(k for k in range(3) if here[k] not in there)
            # Counter-clockwise triangles: seen on leaving, the later corner lies to the left.
            right, left = here[(at + 1) % 3], here[(at + 2) % 3]
            fresh = next(v for v in there if v not in (left, right))
            self.gates.append((left, right))
            self.left.append(place[left])
            self.right.append(place[right])
            place = {left: place[left], right: place[right]}
            place[fresh] = _third(at_vertex, left, right, fresh, place)
        self.end = _laid(x, rows[-1], place, end)

    def _pull(self) -> None:
        """Pull the string tight: the funnel algorithm."""
        ends = ([*self.left, self.end], [*self.right, self.end])
        apex, rim, rim_at = self.start, [self.start] * 2, [-1, -1]
        self.bends: list[int] = []
        self._stops: list[tuple[complex, int]] = []  # where the way turns, after which gate
        i = 0
        while i <= len(self.gates):
            for side, sign in ((RIGHT, 1.0), (LEFT, -1.0)):
                fresh, other = ends[side][i] - apex, LEFT if side == RIGHT else RIGHT
                if sign * _cross(rim[side] - apex, fresh) >= 0.0:
                    if apex != rim[side] and sign * _cross(rim[other] - apex, fresh) >= 0.0:
                        apex, i = self._turn(rim[other], rim_at[other], other)
                        rim, rim_at = [apex] * 2, [i] * 2
                        break
                    rim[side], rim_at[side] = ends[side][i], i
            i += 1
        self._points = [(self.start, -1), *self._stops, (self.end, len(self.gates))]
        self.length = float(sum(abs(b[0] - a[0]) for a, b in itertools.pairwise(self._points)))

    def _turn(self, place: complex, gate: int, side: int) -> tuple[complex, int]:
        if gate < len(self.gates):
            self.bends.append(self.gates[gate][side])
        self._stops.append((place, gate))
        return place, gate

    def points(
        self, start: tuple[IntArray, ArrayLike], end: tuple[IntArray, ArrayLike]
    ) -> tuple[IntArray, DoubleArray]:
        """Return corners `(N, 3)` and weights `(N, 3)` of a point on every side that is crossed."""
        corners: list[list[int]] = [list(map(int, start[0]))]
        weights = [list(map(float, np.asarray(start[1])))]
        for (a, first), (b, last) in zip(self._points[:-1], self._points[1:], strict=True):
            for gate in range(first + 1, min(last + 1, len(self.gates))):
                share = _crossing(a, b, self.left[gate], self.right[gate])
                left, right = self.gates[gate]
                corners.append([left, right, right])
                weights.append([1.0 - share, share, 0.0])
        corners.append(list(map(int, end[0])))
        weights.append(list(map(float, np.asarray(end[1]))))
        return np.asarray(corners, np.int32), np.asarray(weights)


def _cross(a: complex, b: complex) -> float:
    return a.real * b.imag - a.imag * b.real


def _third(
    x: dict[int, tuple[float, ...]], a: int, b: int, c: int, place: dict[int, complex]
) -> complex:
    """Return where `c` lies flat beyond the side from `a` to `b`.

    Sides that are crossed run from left to right, so what lies beyond them is to their left;
    the first triangle is counter-clockwise too.
    """
    length = max(math.dist(x[a], x[b]), 1e-12)
    to_a, to_b = math.dist(x[a], x[c]), math.dist(x[b], x[c])
    along = (to_a * to_a - to_b * to_b + length * length) / (2.0 * length)
    height = math.sqrt(max(to_a * to_a - along * along, 0.0))
    return place[a] + complex(along, height) * ((place[b] - place[a]) / length)


def _laid(
    x: DoubleArray, corners: list[int], place: dict[int, complex], point: DoubleArray
) -> complex:
    a, b, c = (x[v] for v in corners)
    solved, *_ = np.linalg.lstsq(np.stack([b - a, c - a], axis=1), point - a, rcond=None)
    u, v = (float(value) for value in solved)
    return (1.0 - u - v) * place[corners[0]] + u * place[corners[1]] + v * place[corners[2]]


def _crossing(a: complex, b: complex, left: complex, right: complex) -> float:
    """Return the share from left to right at which the way from `a` to `b` crosses a gate."""
    way, side = b - a, right - left
    divisor = _cross(way, side)
    if abs(divisor) < 1e-15:
        return 0.0 if abs(left - b) <= abs(right - b) else 1.0
    return min(max(_cross(way, a - left) / divisor, 0.0), 1.0)

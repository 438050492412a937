"""Visibility: how much of the sky each point of a surface sees, direction by direction.

Kept as spherical harmonics up to order 2, so that the light that arrives from any direction is
nine products per point. From it come soft shadows and ambient occlusion at no cost while the
light turns (Sloan, Kautz and Snyder 2002, Precomputed Radiance Transfer).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray, FloatArray, IntArray
from facewright.engine.geometry.nearest import SurfaceTree

TERMS = 9
"""Spherical harmonics of order 0, 1 and 2."""

_LIFT = 0.25
"""Distance at which rays begin before the surface, mm: no point shades itself."""

_REACH = 400.0
"""Length of a ray, mm: more than a head."""

_CONSTANTS = np.array([0.282095, *[0.488603] * 3, *[1.092548] * 3, 0.315392, 0.546274])


def directions(count: int) -> DoubleArray:
    """Return `(count, 3)` unit vectors spread evenly over the sphere (a Fibonacci lattice)."""
    index = np.arange(count) + 0.5
    height = 1.0 - 2.0 * index / count
    turn = index * np.pi * (3.0 - np.sqrt(5.0))
    across = np.sqrt(1.0 - height**2)
    return np.column_stack([across * np.cos(turn), height, across * np.sin(turn)])


def polynomials(along: ArrayLike) -> DoubleArray:
    """Return the nine polynomials of unit vectors `(N, 3)` that visibility is summed over.

    1, x, y, z, xy, yz, xz, 3 z^2 - 1, x^2 - y^2: the real spherical harmonics without their
    constants.
    """
    x, y, z = np.asarray(along, np.float64).T
    one = np.ones_like(x)
    return np.column_stack([one, x, y, z, x * y, y * z, x * z, 3 * z * z - 1, x * x - y * y])


def open_sky(count: int) -> FloatArray:
    """Return the visibility of `count` points that see everything, `(count, 9)`."""
    sky = np.zeros((count, TERMS), np.float32)
    sky[:, 0] = 1.0
    return sky


def visibility(
    points: ArrayLike,
    normals: ArrayLike,
    occluders: tuple[ArrayLike, IntArray],
    *,
    rays: int = 96,
    stop: Callable[[], bool] | None = None,
) -> FloatArray | None:
    """Return how far each point sees in every direction.

    Parameters
    ----------
    points, normals : (N, 3)
        Where from, mm, and the outward unit normals there.
    occluders : (V, 3) vertices and (F, 3) int32 faces
        The surface that hides the sky, usually the one that the points lie on.
    rays : int
        Directions cast, each from the half of the points that face it. 96 take about 0.8 s for
        a head of 17,000 points on one core.
    stop : callable, optional
        Asked before each direction; when it says True the work ends.

    Returns
    -------
    (N, 9) float32 or None
        Coefficients c such that `polynomials(d) @ c` is about 1 where direction d is open and 0
        where it is blocked; None when stopped.

    Notes
    -----
    What lies below a point's own horizon counts as its mirror image above it, so that a convex
    surface is open all around: its own shading already darkens that half.
    """
    starts = np.asarray(points, np.float64)
    facing = np.asarray(normals, np.float64)
    starts = starts + _LIFT * facing
    tree = SurfaceTree(*occluders)
    hidden = np.zeros((len(starts), TERMS), np.float32)
    for ray in directions(rays):
        if stop is not None and stop():
            return None
        cosine = facing @ ray
        above = np.flatnonzero(cosine > 0.0)
        hit = above[tree.blocked(starts[above], np.tile(_REACH * ray, (len(above), 1)))]
        hidden[hit] += polynomials(ray[None])[0]
        hidden[hit] += polynomials(ray - 2.0 * cosine[hit, None] * facing[hit])
    return open_sky(len(starts)) - np.float32(4.0 * np.pi / rays * _CONSTANTS**2) * hidden

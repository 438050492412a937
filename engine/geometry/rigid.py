"""Rigid and similarity alignment of corresponding points."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray


def align(
    source: ArrayLike, target: ArrayLike, weights: ArrayLike | None = None, *, scale: bool = False
) -> DoubleArray:
    """Return the `(4, 4)` motion that brings `source` onto `target` in least squares.

    Umeyama 1991, weighted; never a mirroring.

    Parameters
    ----------
    source, target : (N, 3)
        At least three points that are not on a line.
    weights : (N,), optional
    scale : bool
        Whether one scale may change too.
    """
    a, b = np.asarray(source, dtype=np.float64), np.asarray(target, dtype=np.float64)
    w = np.ones(len(a)) if weights is None else np.asarray(weights, dtype=np.float64)
    w = w / w.sum()
    mean_a, mean_b = w @ a, w @ b
    a, b = a - mean_a, b - mean_b
    u, spread, vt = np.linalg.svd((b * w[:, None]).T @ a)
    sign = np.array([1.0, 1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt)) or 1.0])
    rotation = (u * sign) @ vt
    factor = float((spread * sign).sum() / (w @ (a * a)).sum()) if scale else 1.0
    motion = np.eye(4)
    motion[:3, :3] = factor * rotation
    motion[:3, 3] = mean_b - motion[:3, :3] @ mean_a
    return motion


def align_trimmed(
    source: ArrayLike,
    target: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    scale: bool = False,
    keep: float = 0.8,
    rounds: int = 10,
) -> DoubleArray:
    """Return `align` of the share `keep` of the pairs that agree best, found by rounds."""
    a, b = np.asarray(source, dtype=np.float64), np.asarray(target, dtype=np.float64)
    w = np.ones(len(a)) if weights is None else np.asarray(weights, dtype=np.float64)
    motion = align(a, b, w, scale=scale)
    for _ in range(rounds):
        residual = np.linalg.norm(moved(a, motion) - b, axis=1)
        inside = residual <= np.quantile(residual, keep)
        renewed = align(a, b, w * inside, scale=scale)
        if np.allclose(renewed, motion, atol=1e-9):
            break
        motion = renewed
    return motion


def rotation(vector: ArrayLike) -> DoubleArray:
    """Return the `(3, 3)` rotation about a `(3,)` vector by its length in radians."""
    v = np.asarray(vector, dtype=np.float64)
    angle = float(np.linalg.norm(v))
    if angle < 1e-12:
        return np.eye(3)
    x, y, z = v / angle
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)


def moved(points: ArrayLike, motion: ArrayLike) -> DoubleArray:
    """Return `(N, 3)` points after a `(4, 4)` motion."""
    matrix = np.asarray(motion, dtype=np.float64)
    return np.asarray(np.asarray(points, dtype=np.float64) @ matrix[:3, :3].T + matrix[:3, 3])


def scale_of(motion: ArrayLike) -> float:
    """Return the scale in a `(4, 4)` similarity."""
    return float(np.cbrt(np.linalg.det(np.asarray(motion, dtype=np.float64)[:3, :3])))

"""Landmarks: named points, either free in space or anchored on a topology."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import FloatArray, IntArray, frozen


@dataclass(frozen=True, eq=False)
class Points:
    """Named points in space.

    Attributes
    ----------
    names : tuple of str
        iBUG points are `ibug0` to `ibug67`; anthropometric ones carry Farkas codes,
        paired ones with a suffix for the subject's side: `en_r`, `en_l`.
    positions : (N, 3) float32, or (N, 2) on a photo
    confidence : (N,) float32
        In [0, 1]; 1 where placed by hand.
    """

    names: tuple[str, ...]
    positions: FloatArray
    confidence: FloatArray

    @classmethod
    def build(
        cls, names: tuple[str, ...], positions: ArrayLike, confidence: ArrayLike | None = None
    ) -> Points:
        """Return points with read-only arrays; confidence defaults to 1."""
        certain = np.ones(len(names)) if confidence is None else confidence
        return cls(tuple(names), frozen(positions), frozen(certain))

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> FloatArray:
        return np.asarray(self.positions[self.names.index(name)])


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Named points anchored in triangles, so that they follow every edit.

    Attributes
    ----------
    names : tuple of str
    corners : (N, 3) int32
        Vertices of the triangle that holds each point.
    weights : (N, 3) float32
        Barycentric weights, rows sum to 1.
    """

    names: tuple[str, ...]
    corners: IntArray
    weights: FloatArray

    @classmethod
    def build(cls, names: tuple[str, ...], corners: ArrayLike, weights: ArrayLike) -> Landmarks:
        """Return landmarks with read-only arrays."""
        return cls(tuple(names), frozen(corners, np.int32), frozen(weights))

    def on(self, vertices: FloatArray) -> Points:
        """Return where the points lie on `vertices`, `(V, 3)` of the topology they anchor in."""
        positions = np.einsum("nk,nkd->nd", self.weights, vertices[self.corners])
        return Points.build(self.names, positions)

    def select(self, names: tuple[str, ...]) -> Landmarks:
        """Return the named subset, in the order given."""
        rows = [self.names.index(name) for name in names]
        return Landmarks.build(names, self.corners[rows], self.weights[rows])

    def replaced(self, others: Landmarks | None) -> Landmarks:
        """Return these landmarks with those of `others` in place of the ones of their names."""
        if others is None:
            return self
        rest = self.select(tuple(name for name in self.names if name not in others.names))
        return Landmarks.build(
            (*rest.names, *others.names),
            np.concatenate([rest.corners, others.corners]),
            np.concatenate([rest.weights, others.weights]),
        )

"""Principal components of scans: what PCA is, and the basis that networks stand on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import FloatArray

FLAT = 1e-9
"""Least variance of a component, of that of the first."""


@dataclass(frozen=True, eq=False)
class Components:
    """Scans as coordinates along their principal components.

    Attributes
    ----------
    mean : (3 V,)
        Mm.
    axes : (R, 3 V)
        Orthonormal, falling in variance.
    sd : (R,)
        Mm.
    """

    mean: FloatArray
    axes: FloatArray
    sd: FloatArray

    @classmethod
    def of(cls, vertices: FloatArray, count: int) -> Components:
        """Return the first `count` components of `(N, V, 3)` scans, fewer if they vary in fewer."""
        flat = vertices.reshape(len(vertices), -1).astype(np.float32)
        mean = flat.mean(axis=0)
        flat -= mean
        # The smaller problem as long as the scans are not many more than the coordinates.
        values, mix = np.linalg.eigh((flat @ flat.T).astype(np.float64))
        order = np.argsort(values)[::-1][:count]
        order = order[values[order] > FLAT * values[order[0]]]
        axes = (mix[:, order].T @ flat) / np.sqrt(values[order])[:, None]
        sd = np.sqrt(values[order] / len(flat))
        return cls(*(np.asarray(a, np.float32) for a in (mean, axes, sd)))

    @property
    def unit(self) -> float:
        """Root mean square of the coordinates, mm: networks see them divided by it."""
        return float(np.sqrt(np.square(self.sd).mean()))

    def codes(self, vertices: FloatArray) -> FloatArray:
        """Return `(N, R)` standardised coordinates of `(N, V, 3)` scans."""
        flat = vertices.reshape(len(vertices), -1) - self.mean
        return np.asarray(flat @ self.axes.T / self.unit, np.float32)

    def placed(self, codes: FloatArray) -> FloatArray:
        """Return the `(N, V, 3)` scans of `(N, R)` codes, mm."""
        flat = self.mean + self.unit * codes @ self.axes
        return np.asarray(flat, np.float32).reshape(len(codes), -1, 3)

    def rebuilt(self, vertices: FloatArray, count: int) -> FloatArray:
        """Return `(N, V, 3)` scans from `count` coordinates: what PCA leaves of them."""
        codes = self.codes(vertices)
        codes[:, count:] = 0
        return self.placed(codes)

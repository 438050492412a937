"""What a model leaves of scans that it did not learn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import BoolArray, FloatArray


@dataclass(frozen=True)
class Left:
    """The mean distance over the vertices of each scan, then mean and sd over scans.

    Attributes
    ----------
    mean, sd : float
        Mm.
    """

    mean: float
    sd: float

    @classmethod
    def of(cls, found: FloatArray, truth: FloatArray, where: BoolArray | None = None) -> Left:
        """Return how far `(N, V, 3)` scans are from the truth, on the vertices `where`, `(V,)`."""
        off = np.linalg.norm(found - truth, axis=2)
        each = (off if where is None else off[:, where]).mean(axis=1)
        return cls(float(each.mean()), float(each.std()))

    def __str__(self) -> str:
        """Return it as a card says it."""
        return f"{self.mean:.2f} mm, sd {self.sd:.2f}"

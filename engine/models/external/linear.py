"""An imported linear model: `mean + coefficients @ basis` on its own surface."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh
from facewright.engine.models.base import ModelCard
from facewright.engine.models.external.foreign import Foreign
from facewright.engine.models.external.imported import Imported
from facewright.engine.models.linear import Observer

BLOCK = 16_384
"""Columns of a basis that are taken to double precision at a time."""

KEPT = 4
"""Observers that are kept, for masks and held axes used of late."""


class ImportedLinear(Imported):
    """Implements `FaceModel` over a basis in mm; the mean is kept in double precision."""

    def __init__(self, source: Foreign, card: ModelCard) -> None:
        if source.basis is None:
            raise ValueError("a linear model needs a basis")
        super().__init__(source, card)
        self._basis: FloatArray = source.basis
        self._observers: dict[str, Observer] = {}
        self._lock = threading.Lock()

    def instance(self, coefficients: ArrayLike) -> Mesh:
        """Return the head of `(K,)` coefficients."""
        return Mesh(self.topology, self.vertices(coefficients).astype(np.float32))

    def vertices(self, coefficients: ArrayLike) -> DoubleArray:
        """Return `(V, 3)` vertices in mm of `(K,)` coefficients."""
        c = np.asarray(coefficients, dtype=np.float32)
        if c.shape != (len(self.axes),):
            raise ValueError(f"{c.shape} coefficients do not fit {len(self.axes)} axes")
        return self.shaped(c)

    def shaped(self, coefficients: ArrayLike) -> DoubleArray:
        """Return `(V, 3)` vertices in mm of one coefficient for each row of the basis."""
        c = np.asarray(coefficients, dtype=np.float32)
        return np.asarray(self.source.mean + (c @ self._basis).reshape(-1, 3))

    def coefficients(
        self, mesh: Mesh, known: Mask | None = None, given: Mapping[str, float] | None = None
    ) -> FloatArray:
        """Return the most probable `(K,)` coefficients of `mesh`, seen where `known`."""
        result, free = self._held(given)
        offsets = mesh.vertices.astype(np.float64) - self.vertices(result)
        result[free] = self._observer(known, free).mean(offsets)
        return result.astype(np.float32)

    def _observer(self, known: Mask | None, free: NDArray[np.int64]) -> Observer:
        """Return what the vertices known tell about the axes `free`; a few are kept.

        The products are summed block by block: a basis of 50,000 vertices is 120 MB, and would
        be three times 240 in double precision.
        """
        precision = np.repeat(self._precision(known), 3)
        key = hashlib.sha256(precision.tobytes() + free.tobytes()).hexdigest()
        with self._lock:
            if key not in self._observers:
                while len(self._observers) >= KEPT:
                    self._observers.pop(next(iter(self._observers)))
                self._observers[key] = self._made_observer(precision, free)
            return self._observers[key]

    def _made_observer(self, precision: DoubleArray, free: NDArray[np.int64]) -> Observer:
        among = np.zeros((len(free), len(free)))
        for columns, block in self._blocks(free):
            among += (block * precision[columns]) @ block.T

        def gather(offsets: DoubleArray) -> DoubleArray:
            weighted, total = precision * offsets.ravel(), np.zeros(len(free))
            for columns, block in self._blocks(free):
                total += block @ weighted[columns]
            return total

        return Observer(among, gather, self.prior_sd[free])

    def _blocks(self, rows: NDArray[np.int64]) -> Iterator[tuple[slice, DoubleArray]]:
        for start in range(0, self._basis.shape[1], BLOCK):
            columns = slice(start, start + BLOCK)
            yield columns, self._basis[:, columns][rows].astype(np.float64)

"""An imported linear model: `mean + coefficients @ basis` on its own surface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.models.base import ModelCard
from facewright.engine.models.external.axes import axes_of
from facewright.engine.models.external.foreign import Foreign
from facewright.engine.models.linear import Observer, dense_precision

BLOCK = 16_384
"""Columns of a basis that are taken to double precision at a time."""


class Imported:
    """What imported models of both kinds share: card, surface, axes, latents and sampling."""

    def __init__(self, source: Foreign, card: ModelCard) -> None:
        self.card, self.source = card, source
        self.topology = Topology.build(source.faces, len(source.mean))
        self.axes = axes_of(source.groups)
        self._row = {axis.name: row for row, axis in enumerate(self.axes)}
        share = vertex_areas(source.mean, source.faces)
        self._share: DoubleArray = share / share.sum()
        self._mean = Mesh(self.topology, source.mean.astype(np.float32))

    @property
    def prior_sd(self) -> DoubleArray:
        """`(K,)` standard deviations of the coefficients, in the units of their axes."""
        return self.source.prior_sd

    def sample(self, rng: np.random.Generator, n: int = 1) -> FloatArray:
        """Return `(n, K)` coefficients of plausible heads; weights in [0, 1] stay at 0."""
        drawn = rng.standard_normal((n, len(self.axes)))
        drawn *= np.array([axis.unit == "sd" for axis in self.axes])
        return drawn.astype(np.float32)

    def latents(self, coefficients: ArrayLike) -> DoubleArray:
        """Return `(K,)` or `(B, K)` coefficients as the model's own programs count them."""
        return np.asarray(
            self.source.latent_mean
            + self.source.latent_sd * np.asarray(coefficients, dtype=np.float64)
        )

    def standard(self, latents: ArrayLike) -> DoubleArray:
        """Return the model's own latents as coefficients; axes without spread stay at 0."""
        away = np.asarray(latents, dtype=np.float64) - self.source.latent_mean
        spread = self.source.latent_sd
        return np.asarray(np.where(spread > 0, away / np.where(spread > 0, spread, 1.0), 0.0))

    def _held(self, given: Mapping[str, float] | None) -> tuple[DoubleArray, NDArray[np.int64]]:
        """Return coefficients with what is given in them, and the rows that stay free."""
        held = {self._row[name]: value for name, value in (given or {}).items()}
        result = np.zeros(len(self.axes))
        result[list(held)] = list(held.values())
        free = np.array([row for row in range(len(self.axes)) if row not in held], dtype=np.int64)
        return result, free

    def _precision(self, known: Mask | None) -> DoubleArray:
        return dense_precision(self._share if known is None else self._share * known)


class ImportedLinear(Imported):
    """Implements `FaceModel` over a basis in mm; the mean is kept in double precision."""

    def __init__(self, source: Foreign, card: ModelCard) -> None:
        if source.basis is None:
            raise ValueError("a linear model needs a basis")
        super().__init__(source, card)
        self._basis: FloatArray = source.basis
        self._whole: Observer | None = None

    def mean(self) -> Mesh:
        """Return the mean head, in mm in the model's own frame."""
        return self._mean

    def instance(self, coefficients: ArrayLike) -> Mesh:
        """Return the head of `(K,)` coefficients."""
        return Mesh(self.topology, self.vertices(coefficients).astype(np.float32))

    def vertices(self, coefficients: ArrayLike) -> DoubleArray:
        """Return `(V, 3)` vertices in mm of `(K,)` coefficients."""
        c = np.asarray(coefficients, dtype=np.float32)
        if c.shape != (len(self.axes),):
            raise ValueError(f"{c.shape} coefficients do not fit {len(self.axes)} axes")
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
        """Return what vertices tell about the axes `free`; kept where all is known and free.

        The products are summed block by block: a basis of 50,000 vertices is 120 MB, and would
        be three times 240 in double precision.
        """
        whole = known is None and len(free) == len(self.axes)
        if whole and self._whole is not None:
            return self._whole
        precision = np.repeat(self._precision(known), 3)
        among = np.zeros((len(free), len(free)))
        for columns, block in self._blocks(free):
            among += (block * precision[columns]) @ block.T

        def gather(offsets: DoubleArray) -> DoubleArray:
            weighted, total = precision * offsets.ravel(), np.zeros(len(free))
            for columns, block in self._blocks(free):
                total += block @ weighted[columns]
            return total

        made = Observer(among, gather, self.prior_sd[free])
        if whole:
            self._whole = made
        return made

    def _blocks(self, rows: NDArray[np.int64]) -> Iterator[tuple[slice, DoubleArray]]:
        for start in range(0, self._basis.shape[1], BLOCK):
            columns = slice(start, start + BLOCK)
            yield columns, self._basis[:, columns][rows].astype(np.float64)

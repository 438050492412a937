"""What imported models of both kinds share: card, surface, axes, latents and sampling."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.models.base import ModelCard
from facewright.engine.models.external.axes import axes_of
from facewright.engine.models.external.foreign import Foreign
from facewright.engine.models.linear import dense_precision


class Imported(ABC):
    """A `FaceModel` that came from somebody else's file."""

    def __init__(self, source: Foreign, card: ModelCard) -> None:
        self.card, self.source = card, source
        self.topology = Topology.build(source.faces, len(source.mean))
        self.axes = axes_of(source.groups)
        self._row = {axis.name: row for row, axis in enumerate(self.axes)}
        share = vertex_areas(source.mean, source.faces)
        self._share: DoubleArray = share / share.sum()

    @property
    def prior_sd(self) -> DoubleArray:
        """`(K,)` standard deviations of the coefficients, in the units of their axes."""
        return self.source.prior_sd

    @cached_property
    def _mean(self) -> Mesh:
        return self.instance(np.zeros(len(self.axes)))

    def mean(self) -> Mesh:
        """Return the head of the mean coefficients, in mm in the model's own frame."""
        return self._mean

    @abstractmethod
    def instance(self, coefficients: ArrayLike) -> Mesh:
        """Return the head of `(K,)` coefficients."""

    @abstractmethod
    def coefficients(
        self, mesh: Mesh, known: Mask | None = None, given: Mapping[str, float] | None = None
    ) -> FloatArray:
        """Return the most probable `(K,)` coefficients of `mesh`, seen where `known`."""

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

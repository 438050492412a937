"""Linear shape models, `mean + coefficients @ basis`, and what observations say about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facewright.engine.arrays import DoubleArray, FloatArray, frozen
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.models.base import Axis, ModelCard

NOISE = 0.2
"""Standard deviation in mm of what a linear model of faces cannot explain."""
EFFECTIVE_POINTS = 300.0
"""How many independent observations a dense head counts for: its residuals are correlated."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """Gaussian belief about coefficients after an observation.

    Attributes
    ----------
    mean : (K,) float64
    covariance : (K, K) float64
    """

    mean: DoubleArray
    covariance: DoubleArray

    def sample(self, rng: np.random.Generator, n: int = 1) -> DoubleArray:
        """Return `(n, K)` coefficients drawn from the belief."""
        root = np.linalg.cholesky(self.covariance + 1e-12 * np.eye(len(self.mean)))
        return np.asarray(self.mean + rng.standard_normal((n, len(self.mean))) @ root.T)


class Observer:
    """What fixed observed places tell about the coefficients of a linear model.

    Bayesian linear regression with a diagonal Gaussian prior; factored once, so that each new
    observation of the same places costs one product and one small solve.

    Parameters
    ----------
    products : (K, K) float64
        `B W B'`: what the motions B, in mm per unit of each coefficient, have in common, places
        weighted by W, one over the variance of each in mm².
    gather : callable
        Returns the `(K,)` products `B W d` of offsets d, `(N, 3)` mm.
    prior_sd : (K,)
    """

    def __init__(
        self,
        products: DoubleArray,
        gather: Callable[[DoubleArray], DoubleArray],
        prior_sd: ArrayLike,
    ) -> None:
        self._gather = gather
        prior = np.diag(1.0 / np.square(np.asarray(prior_sd, dtype=np.float64)))
        self._root = np.linalg.cholesky(products + prior)

    @classmethod
    def of(cls, basis: ArrayLike, precision: ArrayLike, prior_sd: ArrayLike) -> Observer:
        """Return the observer of `(K, N, 3)` motions at places of `(N,)` precision; 0 omits one."""
        axes = np.asarray(basis)
        weight = np.repeat(np.asarray(precision, dtype=np.float64), 3)
        flat = axes.reshape(len(axes), -1).astype(np.float64)
        weighted = flat * weight
        return cls(weighted @ flat.T, lambda offsets: weighted @ offsets.ravel(), prior_sd)

    def _solve(self, right: DoubleArray) -> DoubleArray:
        from scipy.linalg import cho_solve

        return np.asarray(cho_solve((self._root, True), right, check_finite=False))

    def mean(self, offsets: ArrayLike) -> DoubleArray:
        """Return the most probable `(K,)` coefficients given `(N, 3)` offsets from the mean."""
        return self._solve(self._gather(np.asarray(offsets, dtype=np.float64)))

    def covariance(self) -> DoubleArray:
        """Return the `(K, K)` covariance of the belief: where is observed matters, not what."""
        covariance = self._solve(np.eye(len(self._root)))
        return np.asarray((covariance + covariance.T) / 2)

    def posterior(self, offsets: ArrayLike) -> Posterior:
        """Return mean and covariance given `(N, 3)` offsets from the model's mean."""
        return Posterior(self.mean(offsets), self.covariance())


def dense_precision(weights: ArrayLike) -> DoubleArray:
    """Return the precision of each vertex, `(N,)`, of a densely observed head.

    `weights` are shares of the surface times a mask; together they count for at most
    `EFFECTIVE_POINTS` observations with `NOISE`, less where less of the surface is known.
    """
    share = np.asarray(weights, dtype=np.float64)
    return np.asarray(share * EFFECTIVE_POINTS / NOISE**2)


class LinearModel:
    """A mean and a basis on one topology: a morphable model.

    Parameters
    ----------
    card : ModelCard
    topology : Topology
    axes : tuple of Axis, length K
        In "sd" with default 0.
    mean : (V, 3)
        Mm.
    basis : (K, V, 3)
        Mm per sd.
    """

    def __init__(
        self,
        card: ModelCard,
        topology: Topology,
        axes: tuple[Axis, ...],
        mean: ArrayLike,
        basis: ArrayLike,
    ) -> None:
        self.card, self.topology, self.axes = card, topology, tuple(axes)
        self.mean_vertices: FloatArray = frozen(mean)
        self.basis: FloatArray = frozen(basis)
        expected = (len(self.axes), topology.count, 3)
        if self.basis.shape != expected or self.mean_vertices.shape != expected[1:]:
            raise ValueError(
                f"basis {self.basis.shape} and mean {self.mean_vertices.shape} do not fit "
                f"{expected[0]} axes on {expected[1]} vertices"
            )
        self._flat = self.basis.reshape(len(self.axes), -1)
        self._whole: Observer | None = None

    @property
    def prior_sd(self) -> DoubleArray:
        """`(K,)` prior standard deviations: 1 for every axis."""
        return np.ones(len(self.axes))

    def vertices(self, coefficients: ArrayLike) -> FloatArray:
        """Return `(V, 3)` vertices of `(K,)` coefficients."""
        z = np.asarray(coefficients, dtype=np.float32)
        return np.asarray(self.mean_vertices + (z @ self._flat).reshape(-1, 3))

    def mean(self) -> Mesh:
        """Return the mean head."""
        return Mesh(self.topology, self.mean_vertices)

    def instance(self, coefficients: ArrayLike) -> Mesh:
        """Return the head of `(K,)` coefficients."""
        return Mesh(self.topology, self.vertices(coefficients))

    def coefficients(
        self, mesh: Mesh, known: Mask | None = None, given: Mapping[str, float] | None = None
    ) -> FloatArray:
        """Return the most probable `(K,)` coefficients of `mesh`, seen where `known`."""
        held = {axis.name: i for i, axis in enumerate(self.axes)}
        fixed = {held[name]: value for name, value in (given or {}).items()}
        result = np.zeros(len(self.axes))
        for row, value in fixed.items():
            result[row] = value
        offsets = mesh.vertices - self.vertices(result)
        free = np.array([i for i in range(len(self.axes)) if i not in fixed], dtype=np.int64)
        result[free] = self.observer(known, free).mean(offsets)
        return result.astype(np.float32)

    def posterior(self, mesh: Mesh, known: Mask | None = None) -> Posterior:
        """Return the belief about all coefficients given `mesh`, seen where `known`."""
        free = np.arange(len(self.axes))
        return self.observer(known, free).posterior(mesh.vertices - self.mean_vertices)

    def observer(self, known: Mask | None, free: NDArray[np.int64]) -> Observer:
        """Return what vertices tell about the axes `free`; kept where all is known and free."""
        whole = known is None and len(free) == len(self.axes)
        if whole and self._whole is not None:
            return self._whole
        share = np.full(self.topology.count, 1.0 / self.topology.count)
        precision = dense_precision(share if known is None else share * known)
        made = Observer.of(self.basis[free], precision, self.prior_sd[free])
        if whole:
            self._whole = made
        return made

    def sample(self, rng: np.random.Generator, n: int = 1) -> FloatArray:
        """Return `(n, K)` coefficients from the prior."""
        return rng.standard_normal((n, len(self.axes))).astype(np.float32)

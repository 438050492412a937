"""What every shape model offers; the words are those of statistical shape modelling."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh, Topology


@dataclass(frozen=True)
class Axis:
    """One coefficient of a model.

    Attributes
    ----------
    name : str
        Unique in the model, stable in files.
    label : str
        What the user reads.
    unit : str
        "sd", "years", "share" or "" for weights in [0, 1].
    low, high, default : float
    group : str
        "age", "sex", "ancestry", "identity", "detail", "asymmetry" or "expression".
    description : str
        One sentence: what moves.
    """

    name: str
    label: str
    unit: str
    low: float
    high: float
    default: float
    group: str
    description: str = ""


@dataclass(frozen=True)
class ModelCard:
    """What a model is, made from what, for whom, and how wrong it was measured to be.

    `measured` maps a sentence that names protocol and population to a number with its unit.
    """

    id: str
    version: str
    title: str
    summary: str
    licence: str
    sources: tuple[str, ...]
    population: str
    not_trained_on: tuple[str, ...]
    files: Mapping[str, str]
    measured: Mapping[str, str]


class FaceModel(Protocol):
    """A model of neutral and expressive heads on one topology.

    Coefficients are `(K,)` or `(B, K)`, ordered as `axes`. An axis in "sd" has unit variance
    under the model's prior.
    """

    @property
    def card(self) -> ModelCard: ...  # noqa: D102

    @property
    def topology(self) -> Topology: ...  # noqa: D102

    @property
    def axes(self) -> tuple[Axis, ...]: ...  # noqa: D102

    def mean(self) -> Mesh:
        """Return the head at every axis' default."""
        ...

    def instance(self, coefficients: ArrayLike) -> Mesh:
        """Return the head of `(K,)` coefficients."""
        ...

    def coefficients(
        self, mesh: Mesh, known: Mask | None = None, given: Mapping[str, float] | None = None
    ) -> FloatArray:
        """Return the `(K,)` coefficients that explain `mesh` best under the prior.

        `known` weighs the vertices; `given` holds named axes fixed.
        """
        ...

    def sample(self, rng: np.random.Generator, n: int = 1) -> FloatArray:
        """Return `(n, K)` coefficients of plausible heads."""
        ...


def plausibility(standard: DoubleArray | FloatArray) -> float:
    """Return `(|z|^2 - K) / sqrt(2 K)` of K coefficients in sd; above 3 is implausible.

    Under the prior |z|^2 is chi-square with K degrees of freedom, mean K and variance 2 K.
    """
    z = np.asarray(standard, dtype=np.float64)
    return float((z @ z - z.size) / math.sqrt(2 * z.size))

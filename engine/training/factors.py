"""Where the disentangled model begins: scans as a sum of linear factors.

Scans of one visit differ in expression, visits of one person in age, people in identity. The
scatter of each kind of difference gives each factor its leading directions, and what is known of
all the others gives each encoder: the mean of a factor's latents given a scan, under normal
distributions (probabilistic linear discriminant analysis, Prince and Elder 2007, with a third
factor). Nothing but the relations that quadruplets are drawn by is used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.models.layers import SLOPE
from facewright.engine.training.autoencoders import SMALL
from facewright.engine.training.disentangling import AGE, EXPRESSION, IDENTITY, RESCALED, Transforms
from facewright.engine.training.networks import HIDDEN
from facewright.engine.training.scan_sets import ScanSet

RIDGE = 1e-3
"""Least variance of a code, of their mean variance: what is neither factor nor transformation."""


@dataclass(frozen=True, eq=False)
class Factors:
    """Directions in codes: `code = sum over factors of latents @ directions`.

    Attributes
    ----------
    directions : dict of (K, R)
        Of identity, expression and age; latents have unit variance.
    scatter : (R, R)
        Covariance of codes.
    """

    directions: dict[str, DoubleArray]
    scatter: DoubleArray

    @classmethod
    def of(cls, scans: ScanSet, codes: FloatArray) -> Factors:
        """Return the factors of scans whose people and visits are known."""
        x = codes.astype(np.float64)
        visit = np.unique(np.stack([scans.person, scans.visit], 1), axis=0, return_inverse=True)[1]
        visits, of_visit, spare = _means(x, visit)
        within = (spare.T @ spare) / (len(x) - len(visits))
        person = np.zeros(len(visits), np.int64)
        person[visit] = np.unique(scans.person, return_inverse=True)[1]
        people, of_person, grown = _means(visits, person)
        noise = within * np.mean(1.0 / of_visit)
        between = grown.T @ grown / (len(visits) - len(people)) - noise
        among = np.cov(people, rowvar=False, bias=True) - (between + noise) * np.mean(1 / of_person)
        kept = {
            "identity": (among, IDENTITY),
            "expression": (within, EXPRESSION),
            "age": (between, AGE),
        }
        found = {name: _leading(scatter, count) for name, (scatter, count) in kept.items()}
        return cls(found, np.cov(x, rowvar=False, bias=True))

    def begin(self, networks: nn.ModuleDict, transforms: Transforms) -> None:
        """Set the networks of `disentangled` to these factors."""
        rank = len(self.scatter)
        ridge = RIDGE * np.trace(self.scatter) / rank * np.eye(rank)
        low, high = RESCALED
        shaken = (high - low) ** 2 / 12 * transforms.scatter()
        start = 0
        for name, directions in self.directions.items():
            nuisance = ridge + (shaken if name == "expression" else 0.0)
            encode = np.linalg.solve(self.scatter + nuisance, directions.T).T
            _linear(networks[name], encode, 0)
            _linear(networks["decoder"], directions.T, start)
            start += len(directions)


def _means(x: DoubleArray, group: np.ndarray) -> tuple[DoubleArray, DoubleArray, DoubleArray]:
    """Return the mean of each group, how many are in it, and what is left of `x`."""
    count = np.bincount(group).astype(np.float64)
    means = np.zeros((len(count), x.shape[1]))
    np.add.at(means, group, x)
    means /= count[:, None]
    return means, count, x - means[group]


def _leading(scatter: DoubleArray, count: int) -> DoubleArray:
    values, ways = np.linalg.eigh(scatter)
    values, ways = values[::-1][:count], ways[:, ::-1][:, :count]
    return np.asarray(np.sqrt(np.maximum(values, 0.0))[:, None] * ways.T)


def _linear(network: nn.Sequential, matrix: DoubleArray, start: int) -> None:
    """Let a shallow network be the linear map `matrix`, `(out, in)`, on inputs from `start` on.

    Its narrower side goes through pairs of opposite hidden units; other inputs are added to what
    earlier calls set.
    """
    inner, _, outer = network
    count = min(matrix.shape)
    units = slice(2 * start, 2 * (start + count))
    if units.stop > HIDDEN:
        raise ValueError(f"{HIDDEN} hidden units hold no linear map of {start + count} numbers")
    pair = np.concatenate([np.eye(count), -np.eye(count)]) / np.sqrt(1 + SLOPE)
    narrow_first = matrix.shape[0] <= matrix.shape[1]
    into = pair @ (matrix if narrow_first else np.eye(count))
    out = (np.eye(count) if narrow_first else matrix) @ pair.T
    with torch.no_grad():
        if start == 0:
            for layer in (inner, outer):
                layer.weight.mul_(SMALL)
                layer.bias.zero_()
        inner.weight[units] = 0
        inner.weight[units, start : start + into.shape[1]] = torch.from_numpy(into).float()
        outer.weight[:, units] = torch.from_numpy(out).float()

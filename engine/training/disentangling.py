"""INFACE's unsupervised disentanglement of identity, expression and age (section 2.2).

After Zhou, Bhatnagar and Pons-Moll, Unsupervised shape and pose disentanglement for 3D meshes
(ECCV 2020), with the quadruplets and the age encoder that INFACE adds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from facewright.engine.geometry.arap import Arap
from facewright.engine.training.networks import masked_loss, shallow
from facewright.engine.training.scan_sets import ScanSet

IDENTITY, EXPRESSION, AGE = 32, 64, 1
RESCALED, NOISE = (0.7, 1.3), 0.05
"""Range of the factor of each axis, and mm of noise: the transformations T (section 4.1)."""


def disentangled(inputs: int) -> nn.ModuleDict:
    """Return the three encoders f_beta, f_theta, f_alpha and the decoder g."""
    return nn.ModuleDict(
        {
            "identity": shallow(inputs, IDENTITY),
            "expression": shallow(inputs, EXPRESSION),
            "age": shallow(inputs, AGE),
            "decoder": shallow(IDENTITY + EXPRESSION + AGE, inputs),
        }
    )


@dataclass(frozen=True, eq=False)
class Quadruplets:
    """Rows of scans (X1s, X2s, Xs', Xt), `(Q, 4)`.

    The first three are of one person, the first two of one visit, the third of another; the
    last is of another person.
    """

    rows: NDArray[np.int64]

    @classmethod
    def among(cls, scans: ScanSet, rng: np.random.Generator, each: int = 1) -> Quadruplets:
        """Return all ordered pairs of scans of one visit with `each` random companions."""
        found = []
        for person in np.unique(scans.person):
            own = np.flatnonzero(scans.person == person)
            others = np.flatnonzero(scans.person != person)
            for first in own:
                same = own[(scans.visit[own] == scans.visit[first]) & (own != first)]
                later = own[scans.visit[own] != scans.visit[first]]
                if len(later) == 0 or len(others) == 0:
                    continue
                found += [
                    (first, second, rng.choice(later), rng.choice(others))
                    for second in same
                    for _ in range(each)
                ]
        return cls(np.array(found, np.int64).reshape(-1, 4))


class Transforms:
    """T: rescales each axis and adds noise, so that identity cannot hide in the expression."""

    def __init__(self, mean: Tensor, scale: float, seed: int = 0) -> None:
        self._mean, self._scale = mean, scale
        self._random = torch.Generator().manual_seed(seed)

    def __call__(self, x: Tensor) -> Tensor:
        """Return `(B, N)` standardised scans transformed; T acts on their places in mm."""
        low, high = RESCALED
        factor = low + (high - low) * torch.rand(len(x), 1, 3, generator=self._random)
        places = (self._mean + self._scale * x).reshape(len(x), -1, 3) * factor
        places += NOISE * torch.randn(places.shape, generator=self._random)
        return (places.reshape(len(x), -1) - self._mean) / self._scale


class CrossAndSelf:
    """The loss of the model: the mean of eq. 2 and eq. 3, with eq. 4 in the loop.

    Parameters
    ----------
    networks : ModuleDict
        From `disentangled`.
    scans, known : (N, 3 V) tensors
        Standardised scans, and 1 where they were registered.
    quadruplets : (Q, 4) tensor of int
    transforms : Transforms
    arap : Arap
        On the coarse level.
    mean, scale :
        Places in mm are `mean + scale * x`.
    """

    def __init__(
        self,
        networks: nn.ModuleDict,
        scans: Tensor,
        known: Tensor,
        quadruplets: Tensor,
        transforms: Transforms,
        arap: Arap,
        mean: Tensor,
        scale: float,
    ) -> None:
        self._net, self._x, self._known = networks, scans, known
        self._rows, self._t, self._arap = quadruplets, transforms, arap
        self._mean, self._scale = mean, scale

    def decode(self, identity: Tensor, expression: Tensor, age: Tensor) -> Tensor:
        """Return g of the three codes."""
        found: Tensor = self._net["decoder"](torch.cat([identity, expression, age], dim=1))
        return found

    def __call__(self, batch: Tensor) -> Tensor:
        """Return the loss of some quadruplets."""
        first, second, other, stranger = self._rows[batch].unbind(1)
        x1, x2, xs, xt = (self._x[rows] for rows in (first, second, other, stranger))
        identity, expression, age = (self._net[name] for name in ("identity", "expression", "age"))
        person = identity(xs)
        cross = masked_loss(
            self.decode(person, expression(self._t(x2)), age(x1)), x2, self._known[second]
        )
        with torch.no_grad():
            worn = self.decode(identity(xt), expression(self._t(x1)), age(xt))
            between = self.bent(xt, worn)
        own = masked_loss(
            self.decode(person, expression(self._t(between)), age(x2)), x1, self._known[first]
        )
        return (cross + own) / 2

    def bent(self, rest: Tensor, guess: Tensor) -> Tensor:
        """Return eq. 4: scans `rest` bent as rigidly as possible to what the decoder says."""
        places = [(self._mean + self._scale * x).reshape(len(x), -1, 3) for x in (rest, guess)]
        bent = self._arap.bent(*(place.double().numpy() for place in places))
        flat = torch.from_numpy(bent.reshape(len(bent), -1)).to(rest.dtype)
        return (flat - self._mean) / self._scale

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

from facewright.engine.arrays import DoubleArray
from facewright.engine.geometry.arap import Arap
from facewright.engine.training.components import Components
from facewright.engine.training.lessons import Lessons
from facewright.engine.training.networks import shallow
from facewright.engine.training.scan_sets import ScanSet

IDENTITY, EXPRESSION, AGE = 32, 64, 1
RESCALED, NOISE = (0.7, 1.3), 0.05
"""Range of the factor of each axis, and mm of noise: the transformations T (section 4.1)."""


def disentangled(rank: int) -> nn.ModuleDict:
    """Return the three encoders f_beta, f_theta, f_alpha and the decoder g, on codes."""
    return nn.ModuleDict(
        {
            "identity": shallow(rank, IDENTITY),
            "expression": shallow(rank, EXPRESSION),
            "age": shallow(rank, AGE),
            "decoder": shallow(IDENTITY + EXPRESSION + AGE, rank),
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
    """T: rescales each axis and adds noise, so that identity cannot hide in the expression.

    On codes: what an axis contributes to the coordinates of a scan is linear in the scan, and
    white noise is as white along orthonormal components.
    """

    def __init__(self, basis: Components) -> None:
        axes = torch.from_numpy(basis.axes).reshape(len(basis.axes), -1, 3)
        mean = torch.from_numpy(basis.mean).reshape(-1, 3) / basis.unit
        self._moved = [axes[:, :, k] @ axes[:, :, k].T for k in range(3)]
        self._from_mean = [axes[:, :, k] @ mean[:, k] for k in range(3)]
        self._noise = NOISE / basis.unit

    def scatter(self) -> DoubleArray:
        """Return `(R, R)`: how codes of the mean scan vary when factors have unit variance."""
        return np.asarray(sum(np.outer(way, way) for way in map(Tensor.numpy, self._from_mean)))

    def __call__(self, codes: Tensor) -> Tensor:
        """Return the `(B, R)` codes of transformed scans."""
        low, high = RESCALED
        found = codes + self._noise * torch.randn(codes.shape)
        for moved, from_mean in zip(self._moved, self._from_mean, strict=True):
            change = low + (high - low) * torch.rand(len(codes), 1) - 1.0
            found = found + change * (codes @ moved + from_mean)
        return found


class CrossAndSelf:
    """The loss of the model: the mean of eq. 2 and eq. 3, with eq. 4 in the loop.

    Parameters
    ----------
    networks : ModuleDict
        From `disentangled`.
    lessons : Lessons
    quadruplets : Quadruplets
        Rows of `lessons`.
    basis : Components
    arap : Arap
        On the topology of the scans.
    """

    def __init__(
        self,
        networks: nn.ModuleDict,
        lessons: Lessons,
        quadruplets: Quadruplets,
        basis: Components,
        arap: Arap,
    ) -> None:
        self._net, self._lessons, self._basis, self._arap = networks, lessons, basis, arap
        self._rows = torch.from_numpy(quadruplets.rows)
        self._t = Transforms(basis)

    def decode(self, identity: Tensor, expression: Tensor, age: Tensor) -> Tensor:
        """Return g of the three latents: codes."""
        found: Tensor = self._net["decoder"](torch.cat([identity, expression, age], dim=1))
        return found

    def __call__(self, batch: Tensor) -> Tensor:
        """Return the loss of some quadruplets, mm."""
        first, second, other, stranger = self._rows[batch].unbind(1)
        x1, x2, xs, xt = (self._lessons.codes[rows] for rows in (first, second, other, stranger))
        identity, expression, age = (self._net[name] for name in ("identity", "expression", "age"))
        person = identity(xs)
        cross = self._lessons.loss(self.decode(person, expression(self._t(x2)), age(x1)), second)
        with torch.no_grad():
            worn = self.decode(identity(xt), expression(self._t(x1)), age(xt))
            between = self.bent(stranger, worn)
        own = self._lessons.loss(self.decode(person, expression(self._t(between)), age(x2)), first)
        return (cross + own) / 2

    def bent(self, rest: Tensor, guess: Tensor) -> Tensor:
        """Return eq. 4: the scans in rows `rest` bent as rigidly as can be to codes `guess`."""
        places = self._lessons.places[rest].double().numpy()
        bent = self._arap.bent(places, self._basis.placed(guess.numpy())).astype(np.float32)
        return torch.from_numpy(self._basis.codes(bent))

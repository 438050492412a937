"""What networks are taught from: scans as coordinates along their principal components.

INFACE's encoders begin, and its decoders end, with a layer as wide as a scan (15,570 numbers).
Such a layer can only learn of the directions in which scans differ. So here it is the product of
a small layer that learns and the leading components, which stay: the network is the same, with
its outermost weights confined to the span of the components, and learns many times faster.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from facewright.engine.training.components import Components
from facewright.engine.training.networks import masked_loss
from facewright.engine.training.scan_sets import ScanSet

AT_ONCE = 512
"""Vertices, drawn anew for each batch, on which a loss is computed."""


class Lessons:
    """Scans for training: their codes, their vertices, and which of these to believe.

    Parameters
    ----------
    scans : ScanSet
    basis : Components
    masked : bool
        False believes what the registration put in place of what is lost.
    judged : (V,) bool, optional
        The vertices that count.

    Attributes
    ----------
    codes : (N, R) tensor
    places : (N, V, 3) tensor
        Mm.
    """

    def __init__(
        self,
        scans: ScanSet,
        basis: Components,
        *,
        masked: bool = True,
        judged: NDArray[np.bool_] | None = None,
    ) -> None:
        self.codes = torch.from_numpy(basis.codes(scans.vertices))
        self.places = torch.from_numpy(scans.vertices)
        count = self.places.shape[1]
        self._judged = (
            torch.arange(count) if judged is None else torch.from_numpy(judged).nonzero()[:, 0]
        )
        known = ~scans.lost if masked else np.ones_like(scans.lost)
        self._known = torch.from_numpy(known)
        self._mean = torch.from_numpy(basis.mean).reshape(-1, 3)
        self._axes = torch.from_numpy(basis.unit * basis.axes).reshape(len(basis.axes), -1, 3)

    def __len__(self) -> int:
        return len(self.codes)

    def loss(self, codes: Tensor, rows: Tensor) -> Tensor:
        """Return eq. 1 in mm between decoded `(B, R)` codes and scans, on vertices at random."""
        at = self._judged[torch.randint(len(self._judged), (AT_ONCE,))]
        return self._off(codes, rows, at)

    def error(self, codes: Tensor) -> float:
        """Return eq. 1 in mm over all scans and all vertices that count."""
        with torch.no_grad():
            return float(self._off(codes, torch.arange(len(self)), self._judged))

    def _off(self, codes: Tensor, rows: Tensor, at: Tensor) -> Tensor:
        ways = self._axes[:, at].flatten(1)
        found = codes @ ways + self._mean[at].flatten()
        wanted = self.places[rows[:, None], at].flatten(1)
        known = self._known[rows[:, None], at].repeat_interleave(3, dim=1)
        return masked_loss(found, wanted, known.to(found.dtype))

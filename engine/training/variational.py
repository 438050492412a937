"""Variational autoencoders of shapes, as NEO-3DF trains one for each segment (eq. 1).

`L = recon + 0.01 KL + smooth`, sums over the vertices of a shape in mm, with Adam at 1e-4 in
batches of 16 (section 4). The networks have one hidden layer and stand on principal components,
where they begin: see `lessons`. On orthonormal components the sum over vertices is a sum over
coordinates, and the Laplacian of what is left a fixed quadratic form of them. The paper does not
say of what the Laplacian is taken; here of what the decoder misses, so that a rough shape may be.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.progress import Progress, silent
from facewright.engine.training.autoencoders import autoencoder
from facewright.engine.training.components import Components
from facewright.engine.training.networks import Schedule, fit, shallow

KL, SMOOTH = 0.01, 1.0
"""The paper's weights beside the reconstruction's 1."""
SCHEDULE = Schedule(epochs=60, batch=16, rate=1e-4, patience=6, sparing=0.0)
"""The paper's rate and batch; it does not give a number of epochs."""
SURE = -4.0
"""Logarithm of the variance that latents begin with."""


class Variational:
    """A variational autoencoder on a basis.

    Parameters
    ----------
    basis : Components
    latents : int
    laplacian : (N, N) sparse
        Cotangent weights, of the mean shape.
    root : (N,)
        What the basis has coordinates multiplied by, so that vertices count by its square.

    Attributes
    ----------
    networks : ModuleDict
        `encoder`, to the mean of the latents and the logarithm of their variance, and `decoder`.
    """

    def __init__(
        self, basis: Components, latents: int, laplacian: sparse.csr_array, root: FloatArray
    ) -> None:
        self.basis, self.latents = basis, latents
        begun = autoencoder(basis, latents)
        self.networks = nn.ModuleDict(
            {"encoder": shallow(len(basis.axes), 2 * latents), "decoder": begun["decoder"]}
        )
        inner, _, outer = self.networks["encoder"]
        with torch.no_grad():
            inner.weight.copy_(begun["encoder"][0].weight)
            inner.bias.copy_(begun["encoder"][0].bias)
            outer.weight.zero_()
            outer.bias.fill_(SURE)
            outer.weight[:latents] = begun["encoder"][2].weight
            outer.bias[:latents] = begun["encoder"][2].bias
        bent = np.stack([laplacian @ (axis.reshape(-1, 3) / root[:, None]) for axis in basis.axes])
        flat = bent.reshape(len(bent), -1)
        self._bending = torch.from_numpy((flat @ flat.T).astype(np.float32))

    def train(
        self,
        codes: FloatArray,
        others: FloatArray,
        checkpoint: Path | None = None,
        progress: Progress = silent,
    ) -> list[float]:
        """Learn from the `(N, R)` codes; the best epoch for `others` is kept."""
        taught, asked = torch.from_numpy(codes), torch.from_numpy(others)

        def loss(rows: Tensor) -> Tensor:
            some = taught[rows]
            mean, log_variance = self.networks["encoder"](some).split(self.latents, dim=1)
            drawn = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
            apart = (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=1) / 2
            return (self._missed(drawn, some) + KL * apart).mean()

        def judge() -> float:
            mean = self.networks["encoder"](asked)[:, : self.latents]
            return float(self._missed(mean, asked).mean())

        return fit(self.networks, loss, judge, len(codes), SCHEDULE, checkpoint, progress)

    def read(self, codes: FloatArray) -> DoubleArray:
        """Return the `(N, L)` means of the latents of `(N, R)` codes."""
        with torch.no_grad():
            found = self.networks["encoder"](torch.from_numpy(codes))[:, : self.latents]
        return np.asarray(found.double().numpy())

    def _missed(self, latents: Tensor, codes: Tensor) -> Tensor:
        """Return the reconstruction and smoothness terms of each shape, mm^2."""
        off = self.basis.unit * (self.networks["decoder"](latents) - codes)
        return off.square().sum(dim=1) + SMOOTH * ((off @ self._bending) * off).sum(dim=1)

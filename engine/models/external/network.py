"""An imported autoencoder: latents through a small network to a head on its own surface."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh
from facewright.engine.models.base import ModelCard
from facewright.engine.models.external.foreign import Autoencoder, Foreign
from facewright.engine.models.external.imported import Imported
from facewright.engine.models.linear import Observer

ROUNDS, ENOUGH = 12, 1e-3
"""Gauss-Newton steps at most, and the step in sd that counts as standing still."""

RETREATS = 6
"""How often a step that makes things worse is halved."""


class ImportedNetwork(Imported):
    """Implements `FaceModel` over an encoder and a decoder.

    A whole head goes through the model's own encoder. Where only part of it is known, or some
    axes are held, the most probable coefficients are found through the decoder.
    """

    def __init__(self, source: Foreign, card: ModelCard) -> None:
        if source.network is None:
            raise ValueError("an autoencoder needs its networks")
        super().__init__(source, card)
        self._network: Autoencoder = source.network

    def instance(self, coefficients: ArrayLike) -> Mesh:
        """Return the head of `(K,)` coefficients."""
        return Mesh(self.topology, self.vertices(coefficients).astype(np.float32))

    def vertices(self, coefficients: ArrayLike) -> DoubleArray:
        """Return `(V, 3)` or `(B, V, 3)` vertices in mm of `(K,)` or `(B, K)` coefficients."""
        latents = self.latents(coefficients)
        if latents.shape[-1:] != (len(self.axes),):
            raise ValueError(f"{latents.shape} coefficients do not fit {len(self.axes)} axes")
        offsets = self._network.decoder.run(latents, last=False)
        return np.asarray(self.source.mean + offsets.reshape(*latents.shape[:-1], -1, 3))

    def encoded(self, mesh: Mesh) -> DoubleArray:
        """Return the `(K,)` coefficients that the model's own encoder gives for `mesh`."""
        away = (mesh.vertices.astype(np.float64) - self.source.mean).ravel()
        return self.standard(
            np.concatenate([part.run(away, last=True) for part in self._network.encoders])
        )

    def coefficients(
        self, mesh: Mesh, known: Mask | None = None, given: Mapping[str, float] | None = None
    ) -> FloatArray:
        """Return the `(K,)` coefficients of `mesh`, seen where `known`."""
        if known is None and not given:
            return self.encoded(mesh).astype(np.float32)
        result, free = self._held(given)
        target = mesh.vertices.astype(np.float64)
        precision = self._precision(known)

        def cost(c: DoubleArray) -> float:
            gap = ((self.vertices(c) - target) ** 2).sum(axis=1)
            return float(precision @ gap + (c[free] ** 2).sum())

        best = cost(result)
        for _ in range(ROUNDS):
            slopes = self._network.decoder.slopes(self.latents(result))[:, free]
            motions = (slopes * self.source.latent_sd[free]).T.reshape(len(free), -1, 3)
            ahead = target - self.vertices(result) + np.einsum("k,kvd->vd", result[free], motions)
            step = Observer.of(motions, precision, self.prior_sd[free]).mean(ahead) - result[free]
            for _ in range(RETREATS):
                tried = result.copy()
                tried[free] += step
                found = cost(tried)
                if found <= best:
                    break
                step = 0.5 * step
            else:
                break
            result, best = tried, found
            if np.abs(step).max(initial=0.0) < ENOUGH:
                break
        return result.astype(np.float32)

"""One segment's variational autoencoder, as it is used (NEO-3DF, section 3 and eq. 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray, FloatArray, frozen
from facewright.engine.geometry.threads import one_thread
from facewright.engine.models.layers import Layers

REFILLS, NEWTON = 3, 3
"""Rounds in which the decoder's own answer stands in for what is not known; steps after them."""
SETTLED = 1e-3
"""How much the prior counts beside what is seen, in Newton's steps."""


@dataclass(frozen=True, eq=False)
class SegmentModel:
    """The shape of a segment from a few latents and back, standardised: in sd, independent.

    Attributes
    ----------
    mean : (3 N,)
        Mm, of what `decode` returns.
    axes : (R, 3 N)
        Components that the networks stand on, times their unit in mm; orthogonal and of one
        length where vertices count by `weight`.
    weight : (N,)
        How much each vertex counts.
    encoder, decoder : Layers
        From and to coordinates along `axes`.
    center : (L,)
    root : (L, L)
        The networks' latents are `center + root @ z`.
    trust : (N,) or None
        How much each vertex is believed when a shape is read; None: all of it.
    """

    mean: FloatArray
    axes: FloatArray
    weight: FloatArray
    encoder: Layers
    decoder: Layers
    center: FloatArray
    root: FloatArray
    trust: FloatArray | None = None

    @classmethod
    def read(
        cls, weights: Mapping[str, NDArray[Any]], name: str, trust: FloatArray | None = None
    ) -> Self:
        """Return the model that is kept under `name.`."""

        def own(key: str) -> FloatArray:
            return frozen(weights[f"{name}.{key}"], np.float32)

        return cls(
            own("mean"),
            frozen(own("unit") * own("axes"), np.float32),
            own("weight"),
            Layers.shallow(weights, f"{name}.encoder"),
            Layers.shallow(weights, f"{name}.decoder"),
            own("latent_mean"),
            own("latent_root"),
            trust,
        )

    @property
    def latents(self) -> int:
        """How many numbers a shape is made of."""
        return len(self.center)

    def codes(self, z: NDArray[Any]) -> FloatArray:
        """Return the `(..., R)` coordinates of `(..., L)` latents."""
        found = self.decoder.run(np.float32(z) @ self.root.T + self.center, last=False)
        return np.asarray(found, np.float32)

    @one_thread()
    def decoded(self, z: NDArray[Any]) -> FloatArray:
        """Return `(..., N, 3)` mm of `(..., L)` latents."""
        flat = np.asarray(self.mean + self.codes(z) @ self.axes, np.float32)
        return flat.reshape(*flat.shape[:-1], -1, 3)

    @one_thread()
    def moved(self, before: NDArray[Any], after: NDArray[Any]) -> FloatArray:
        """Return how far `(N, 3)` vertices move from one set of `(L,)` latents to another, mm."""
        flat = (self.codes(after) - self.codes(before)) @ self.axes
        return np.asarray(flat, np.float32).reshape(-1, 3)

    @one_thread()
    def encoded(self, shape: NDArray[Any], known: NDArray[Any] | None = None) -> DoubleArray:
        """Return the `(L,)` latents of an `(N, 3)` shape in mm, seen where `known`, `(N,)`.

        The encoder's answer, then Gauss and Newton's steps to what the decoder makes nearest.
        """
        offsets = np.asarray(shape, np.float32).ravel() - self.mean
        if known is None:
            weighed, among = self._trusted
        else:
            weighed, among = self._seen(known if self.trust is None else known * self.trust)
        along = (weighed @ offsets).astype(np.float64)
        codes = along
        for _ in range(0 if self.trust is None and known is None else 1 + REFILLS):
            answer = self.codes(self._read(codes)).astype(np.float64)
            codes = along + answer - among @ answer
        z = self._read(codes)
        for _ in range(NEWTON):
            latents = (self.root @ z + self.center).astype(np.float32)
            slopes = (self.decoder.slopes(latents) @ self.root).astype(np.float64)
            left = along - among @ self.codes(z).astype(np.float64)
            matrix = slopes.T @ among @ slopes + SETTLED * np.eye(len(z))
            z = z + np.linalg.solve(matrix, slopes.T @ left - SETTLED * z)
        return np.asarray(z)

    @cached_property
    def _trusted(self) -> tuple[FloatArray, DoubleArray]:
        return self._seen(np.ones(len(self.weight)) if self.trust is None else self.trust)

    def _seen(self, belief: NDArray[Any]) -> tuple[FloatArray, DoubleArray]:
        """Return what reads coordinates of `(3 N,)` mm, and how they mix, where it is believed."""
        counted = self.axes * np.repeat(self.weight, 3)
        square = counted[0] @ self.axes[0]
        weighed = counted * (np.repeat(belief, 3) / square).astype(np.float32)
        return weighed, (weighed @ self.axes.T).astype(np.float64)

    def _read(self, codes: DoubleArray) -> DoubleArray:
        found = self.encoder.run(codes.astype(np.float32), last=False) - self.center
        return np.asarray(np.linalg.solve(self.root.astype(np.float64), found))

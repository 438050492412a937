"""Fully connected networks with one hidden layer: INFACE's encoders and decoders (section 4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facewright.engine.arrays import FloatArray, frozen

SLOPE = 0.01
"""Of leaky ReLU below zero."""


@dataclass(frozen=True, eq=False)
class Shallow:
    """`W2 leaky(W1 x + b1) + b2`.

    Attributes
    ----------
    inner : (H, N) float32
    inner_bias : (H,) float32
    outer : (M, H) float32
    outer_bias : (M,) float32
    """

    inner: FloatArray
    inner_bias: FloatArray
    outer: FloatArray
    outer_bias: FloatArray

    @classmethod
    def of(cls, weights: Mapping[str, NDArray[Any]], name: str) -> Self:
        """Return the network whose arrays are called `name.inner`, `name.inner_bias`, ...

        Raises
        ------
        ValueError
            If they do not fit each other.
        """
        inner, inner_bias, outer, outer_bias = (
            frozen(weights[f"{name}.{part}"], np.float32)
            for part in ("inner", "inner_bias", "outer", "outer_bias")
        )
        if outer.shape[1:] != inner.shape[:1] or inner_bias.shape != inner.shape[:1]:
            raise ValueError(f"the layers of {name} do not fit each other")
        if outer_bias.shape != outer.shape[:1]:
            raise ValueError(f"the layers of {name} do not fit each other")
        return cls(inner, inner_bias, outer, outer_bias)

    def __call__(self, x: ArrayLike) -> FloatArray:
        """Return `(M,)` or `(B, M)` of `(N,)` or `(B, N)`."""
        hidden = np.asarray(x, np.float32) @ self.inner.T + self.inner_bias
        np.maximum(hidden, np.float32(SLOPE) * hidden, out=hidden)
        return np.asarray(hidden @ self.outer.T + self.outer_bias, np.float32)

    def slopes(self, x: ArrayLike) -> FloatArray:
        """Return `(M, N)`: how the output changes with each input at `(N,)`."""
        hidden = self.inner @ np.asarray(x, np.float32) + self.inner_bias
        steep = np.where(hidden > 0, np.float32(1), np.float32(SLOPE))
        return np.asarray((self.outer * steep) @ self.inner)

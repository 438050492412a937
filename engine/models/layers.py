"""Fully connected networks, as INFACE's encoders and decoders are (section 4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import frozen

SLOPE = 0.01
"""Of our own networks' leaky ReLU below zero."""


@dataclass(frozen=True, eq=False)
class Layers:
    """Fully connected layers, each followed by a leaky ReLU but perhaps the last.

    Attributes
    ----------
    weights : tuple of (out, in)
        Of one precision, which is that of what comes out.
    biases : tuple of (out,)
    slope : float
        What is left of negative values; 1 makes the layers linear.
    """

    weights: tuple[NDArray[Any], ...]
    biases: tuple[NDArray[Any], ...]
    slope: float

    @classmethod
    def shallow(cls, arrays: Mapping[str, NDArray[Any]], name: str) -> Self:
        """Return the two layers kept as `name.inner`, `name.inner_bias`, `name.outer`, ...

        Raises
        ------
        ValueError
            If they do not fit each other.
        """
        inner, inner_bias, outer, outer_bias = (
            frozen(arrays[f"{name}.{part}"], np.float32)
            for part in ("inner", "inner_bias", "outer", "outer_bias")
        )
        units = inner.shape[:1]
        if (
            inner_bias.shape != units
            or outer.shape[1:] != units
            or outer_bias.shape != outer.shape[:1]
        ):
            raise ValueError(f"the layers of {name} do not fit each other")
        return cls((inner, outer), (inner_bias, outer_bias), SLOPE)

    def after(self, first: NDArray[Any]) -> Layers:
        """Return the layers on inputs that the matrix `first`, `(in, n)`, leads to theirs."""
        return replace(self, weights=(self.weights[0] @ first, *self.weights[1:]))

    def before(self, last: NDArray[Any]) -> Layers:
        """Return the layers, their output led through the matrix `last`, `(n, out)`."""
        weights = (*self.weights[:-1], last @ self.weights[-1])
        return replace(self, weights=weights, biases=(*self.biases[:-1], last @ self.biases[-1]))

    def run(self, x: NDArray[Any], *, last: bool) -> NDArray[Any]:
        """Return the output for `(in,)` or `(B, in)`; `last` says whether its end is rectified."""
        for place, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x = x @ weight.T + bias
            if last or place < len(self.weights) - 1:
                x = np.where(x < 0, self.slope * x, x)
        return x

    def slopes(self, x: NDArray[Any]) -> NDArray[Any]:
        """Return the `(out, in)` derivative at `(in,)`, the end not rectified."""
        product: NDArray[Any] = np.eye(len(x), dtype=x.dtype)
        for place, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            x, product = weight @ x + bias, weight @ product
            if place < len(self.weights) - 1:
                product = np.where(x < 0, self.slope, x.dtype.type(1))[:, None] * product
                x = np.where(x < 0, self.slope * x, x)
        return product

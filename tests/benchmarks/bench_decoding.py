"""Heads per second from latents, beside a plain float64 evaluation of the same network.

INFACE states about 100 meshes a second. Run by hand: python tests/benchmarks/bench_decoding.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from facewright.engine.models.autoencoder import Autoencoder
from facewright.engine.models.layers import SLOPE
from facewright.engine.models.store import INFACE, ModelStore

BATCHES = (1, 256)


def per_second(
    decode: Callable[[np.ndarray], object], latents: int, batch: int, seconds: float = 1.5
) -> float:
    """Meshes per second, the best of three runs."""
    z = np.random.default_rng(0).standard_normal((batch, latents))
    decode(z)
    best = 0.0
    for _ in range(3):
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            decode(z)
            count += batch
        best = max(best, count / (time.perf_counter() - start))
    return best


class Plain:
    """The network as its paper writes it, in float64."""

    def __init__(self, model: Autoencoder) -> None:
        self._root, self._center = (a.astype(np.float64) for a in (model._root, model._center))
        self._weights = [w.astype(np.float64) for w in model._decoder.weights]
        self._biases = [b.astype(np.float64) for b in model._decoder.biases]
        self._mean = model._mean_shape.astype(np.float64).ravel()

    def __call__(self, z: np.ndarray) -> np.ndarray:
        x = (z @ self._root.T + self._center) @ self._weights[0].T + self._biases[0]
        x = np.where(x < 0, SLOPE * x, x)
        return (x @ self._weights[1].T + self._biases[1] + self._mean).reshape(len(z), -1, 3)


def main() -> None:
    """Print the table."""
    print(f"{'model':16}{'batch':>6}{'plain /s':>10}{'ours /s':>10}{'ratio':>7}")
    for id in INFACE:
        model = ModelStore().get(id)
        assert isinstance(model, Autoencoder)
        ways = (Plain(model), model.coarse)
        for batch in BATCHES:
            plain, ours = (per_second(way, len(model.axes), batch) for way in ways)
            print(f"{id:16}{batch:6}{plain:10.0f}{ours:10.0f}{ours / plain:7.1f}")


if __name__ == "__main__":
    main()

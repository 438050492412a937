"""INFACE's shape autoencoder (section 2.1) and its linear peer, trained on the same scans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from facewright.engine.arrays import BoolArray, FloatArray
from facewright.engine.models.layers import SLOPE
from facewright.engine.progress import Progress, silent
from facewright.engine.training.networks import (
    HIDDEN,
    Schedule,
    arrays,
    fit,
    masked_loss,
    shallow,
)
from facewright.engine.training.scan_sets import ScanSet


@dataclass(frozen=True, eq=False)
class Linear:
    """Principal components of scans: mean `(3 V,)`, axes `(K, 3 V)` and sd `(K,)`, in mm."""

    mean: FloatArray
    axes: FloatArray
    sd: FloatArray

    @classmethod
    def of(cls, vertices: FloatArray, count: int) -> Linear:
        """Return the first `count` components of `(N, V, 3)` scans."""
        flat = vertices.reshape(len(vertices), -1).astype(np.float64)
        mean = flat.mean(axis=0)
        flat -= mean
        # The scans are fewer than the coordinates: their products are the smaller problem.
        values, mix = np.linalg.eigh(flat @ flat.T)
        order = np.argsort(values)[::-1][:count]
        axes = (mix[:, order].T @ flat) / np.sqrt(values[order])[:, None]
        sd = np.sqrt(values[order] / len(flat))
        return cls(*(np.asarray(a, np.float32) for a in (mean, axes, sd)))

    def rebuilt(self, vertices: FloatArray) -> FloatArray:
        """Return `(N, V, 3)` scans from their coordinates along the axes."""
        flat = vertices.reshape(len(vertices), -1) - self.mean
        found = np.asarray(flat @ self.axes.T @ self.axes + self.mean, np.float32)
        return found.reshape(vertices.shape)


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained autoencoder: standardised scans are `(x - mean) / scale`."""

    networks: nn.ModuleDict
    mean: Tensor
    scale: float
    errors: list[float]

    def rebuilt(self, vertices: FloatArray) -> FloatArray:
        """Return `(N, V, 3)` scans encoded and decoded, mm."""
        x = (torch.from_numpy(vertices.reshape(len(vertices), -1)) - self.mean) / self.scale
        with torch.no_grad():
            found = self.networks["decoder"](self.networks["encoder"](x))
        places: FloatArray = (self.mean + self.scale * found).numpy()
        return places.reshape(vertices.shape)

    def weights(self, vertices: FloatArray, relief: FloatArray) -> dict[str, NDArray[Any]]:
        """Return what `models.autoencoder.Autoencoder` reads.

        Parameters
        ----------
        vertices : (N, V, 3)
            Scans whose latents the prior describes, mm.
        relief : (V_fine, 3)
            Mm of the fine level over the lifted coarse one.
        """
        x = (torch.from_numpy(vertices.reshape(len(vertices), -1)) - self.mean) / self.scale
        with torch.no_grad():
            latents = self.networks["encoder"](x).double().numpy()
        covariance = np.cov(latents, rowvar=False) + 1e-8 * np.eye(latents.shape[1])
        return {
            "mean": self.mean.numpy().reshape(-1, 3),
            "relief": relief.astype(np.float16),
            "scale": np.array([self.scale], np.float32),
            "latent_mean": latents.mean(axis=0).astype(np.float32),
            "latent_root": np.linalg.cholesky(covariance).astype(np.float32),
            **arrays(self.networks["encoder"], "encoder"),
            **arrays(self.networks["decoder"], "decoder"),
        }


def autoencoder(inputs: int, latents: int, start: Linear | None, scale: float) -> nn.ModuleDict:
    """Return an encoder and a decoder; with `start` they begin as those principal components.

    Units come in opposite pairs, `leaky(u) - leaky(-u) = (1 + slope) u`, so that a shallow
    network holds a linear map of half as many numbers as it has units exactly.
    """
    nets = nn.ModuleDict({"encoder": shallow(inputs, latents), "decoder": shallow(latents, inputs)})
    if start is None:
        return nets
    count = min(latents, HIDDEN // 2, len(start.axes))
    pair = torch.cat([torch.eye(count), -torch.eye(count)]) / (1 + SLOPE) ** 0.5
    axes, sd = (torch.from_numpy(np.array(a[:count])) for a in (start.axes, start.sd))
    with torch.no_grad():
        for layer in (*nets["encoder"], *nets["decoder"]):  # what is over begins small
            if isinstance(layer, nn.Linear):
                layer.weight.mul_(0.05)
                layer.bias.zero_()
        into, out = nets["encoder"][0].weight, nets["encoder"][2].weight
        into[: 2 * count] = pair @ (axes / sd[:, None] * scale)
        out[:count] = 0
        out[:count, : 2 * count] = pair.T
        into, out = nets["decoder"][0].weight, nets["decoder"][2].weight
        into[: 2 * count] = 0
        into[: 2 * count, :count] = pair
        out[:, : 2 * count] = (axes * sd[:, None] / scale).T @ pair.T
    return nets


def train(
    scans: ScanSet,
    validation: ScanSet,
    latents: int,
    schedule: Schedule,
    *,
    masked: bool = True,
    start: Linear | None = None,
    checkpoint: Path | None = None,
    progress: Progress = silent,
) -> Trained:
    """Return an autoencoder trained on scans with eq. 1.

    Parameters
    ----------
    scans, validation : ScanSet
        Of different people.
    latents : int
    schedule : Schedule
    masked : bool
        False believes what the registration put in place of what is lost.
    start : Linear, optional
        Principal components of the same scans to begin from.
    """
    torch.manual_seed(0)
    mean, scale = _standard(scans)
    x, known = _tensors(scans, mean, scale)
    other, seen = _tensors(validation, mean, scale)
    if not masked:
        known = torch.ones_like(known)
    nets = autoencoder(x.shape[1], latents, start, scale)

    def rebuilt(batch: Tensor) -> Tensor:
        found: Tensor = nets["decoder"](nets["encoder"](batch))
        return found

    def loss(rows: Tensor) -> Tensor:
        return masked_loss(rebuilt(x[rows]), x[rows], known[rows])

    def judge() -> float:
        return scale * float(masked_loss(rebuilt(other), other, seen))

    errors = fit(nets, loss, judge, len(x), schedule, checkpoint, progress)
    return Trained(nets, mean, scale, errors)


def _standard(scans: ScanSet) -> tuple[Tensor, float]:
    """Return the mean of what was registered, `(3 V,)`, and one scale for all of it, mm."""
    known = ~scans.lost[:, :, None]
    count = np.maximum(known.sum(axis=0), 1)
    mean = (scans.vertices * known).sum(axis=0) / count
    spread = np.sqrt((np.square(scans.vertices - mean) * known).sum() / (3 * known.sum()))
    return torch.from_numpy(mean.astype(np.float32).ravel()), float(spread)


def _tensors(scans: ScanSet, mean: Tensor, scale: float) -> tuple[Tensor, Tensor]:
    """Return standardised scans and what is known of them, `(N, 3 V)`."""
    flat = torch.from_numpy(scans.vertices.reshape(len(scans), -1))
    known = np.repeat(~scans.lost, 3, axis=1).astype(np.float32)
    return (flat - mean) / scale, torch.from_numpy(known)


def left(
    rebuilt: Callable[[FloatArray], FloatArray], scans: ScanSet, within: BoolArray
) -> FloatArray:
    """Return `(N,)` mm: mean distance per vertex that a model leaves of each scan.

    Encoded as registered, compared with the truth, over the vertices `within`, `(V,)`.
    """
    off = np.linalg.norm(rebuilt(scans.vertices) - scans.truth, axis=2)
    return np.asarray(off[:, within].mean(axis=1), np.float32)

"""INFACE's shape autoencoder (section 2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from facewright.engine.arrays import FloatArray
from facewright.engine.models.layers import SLOPE
from facewright.engine.progress import Progress, silent
from facewright.engine.training.components import Components
from facewright.engine.training.lessons import Lessons
from facewright.engine.training.networks import HIDDEN, Schedule, fit, shallow

SMALL = 0.05
"""How much the units that hold no component begin with, of what is usual."""


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained autoencoder on a basis, and the validation error of every epoch."""

    networks: nn.ModuleDict
    basis: Components
    errors: list[float]

    def rebuilt(self, vertices: FloatArray) -> FloatArray:
        """Return `(N, V, 3)` scans encoded and decoded, mm."""
        codes = torch.from_numpy(self.basis.codes(vertices))
        with torch.no_grad():
            found = self.networks["decoder"](self.networks["encoder"](codes))
        return self.basis.placed(found.numpy())


def autoencoder(basis: Components, latents: int, *, linear: bool = True) -> nn.ModuleDict:
    """Return an encoder and a decoder between codes of `basis` and `latents` numbers.

    Parameters
    ----------
    linear : bool
        Begin as the first components, as many as there are latents and half as many as there are
        hidden units: units come in opposite pairs, `leaky(u) - leaky(-u) = (1 + slope) u`. False
        begins at random.
    """
    rank = len(basis.axes)
    nets = nn.ModuleDict({"encoder": shallow(rank, latents), "decoder": shallow(latents, rank)})
    if not linear:
        return nets
    count = min(latents, HIDDEN // 2, rank)
    pair = torch.cat([torch.eye(count), -torch.eye(count)]) / (1 + SLOPE) ** 0.5
    size = torch.from_numpy(basis.sd[:count] / basis.unit)
    with torch.no_grad():
        for layer in (*nets["encoder"], *nets["decoder"]):
            if isinstance(layer, nn.Linear):
                layer.weight.mul_(SMALL)
                layer.bias.zero_()
        into, out = nets["encoder"][0].weight, nets["encoder"][2].weight
        into[: 2 * count] = 0
        into[: 2 * count, :count] = pair / size
        out[:count] = 0
        out[:count, : 2 * count] = pair.T
        into, out = nets["decoder"][0].weight, nets["decoder"][2].weight
        into[: 2 * count] = 0
        into[: 2 * count, :count] = pair
        out[:, : 2 * count] = 0
        out[:count, : 2 * count] = size[:, None] * pair.T
    return nets


def train(
    lessons: Lessons,
    validation: Lessons,
    basis: Components,
    latents: int,
    schedule: Schedule,
    *,
    linear: bool = True,
    checkpoint: Path | None = None,
    progress: Progress = silent,
) -> Trained:
    """Return an autoencoder trained with eq. 1; validation is of other people."""
    torch.manual_seed(0)
    nets = autoencoder(basis, latents, linear=linear)

    def rebuilt(codes: Tensor) -> Tensor:
        found: Tensor = nets["decoder"](nets["encoder"](codes))
        return found

    errors = fit(
        nets,
        lambda rows: lessons.loss(rebuilt(lessons.codes[rows]), rows),
        lambda: validation.error(rebuilt(validation.codes)),
        len(lessons),
        schedule,
        checkpoint,
        progress,
    )
    return Trained(nets, basis, errors)

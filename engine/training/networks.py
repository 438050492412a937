"""INFACE's networks and loss in torch, for training; what ships runs without (`models.layers`).

Section 4.1: encoders and decoders with one hidden layer of 256 and leaky ReLU, L1 as the
element-wise loss, L1 on the weights against overfitting, Adam, the rate lowered when the
validation error stands still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from facewright.engine.models.layers import SLOPE
from facewright.engine.progress import Progress, silent

HIDDEN = 256


def shallow(inputs: int, outputs: int, hidden: int = HIDDEN) -> nn.Sequential:
    """Return an encoder or decoder: linear, leaky ReLU, linear."""
    return nn.Sequential(nn.Linear(inputs, hidden), nn.LeakyReLU(SLOPE), nn.Linear(hidden, outputs))


def arrays(network: nn.Sequential, name: str) -> dict[str, NDArray[np.float16]]:
    """Return the weights of a network as `Layers.shallow` reads them, half precision."""
    inner, _, outer = network
    parts = {
        "inner": inner.weight, "inner_bias": inner.bias,
        "outer": outer.weight, "outer_bias": outer.bias,
    }  # fmt: skip
    return {
        f"{name}.{part}": tensor.detach().cpu().numpy().astype(np.float16)
        for part, tensor in parts.items()
    }


def masked_loss(found: Tensor, wanted: Tensor, known: Tensor) -> Tensor:
    """Return INFACE's eq. 1: the mean of `|found - wanted|` over what was registered.

    Parameters
    ----------
    found, wanted : (B, N)
    known : (B, N)
        1 where an element belongs to M, 0 where it is corrupted. Each scan counts alike.
    """
    sums = ((found - wanted).abs() * known).sum(dim=1)
    return (sums / known.sum(dim=1).clamp(min=1)).mean()


def weight_norm(networks: Iterable[nn.Module]) -> Tensor:
    """Return the mean absolute weight of all layers, biases aside."""
    weights = [p.abs().mean() for net in networks for p in net.parameters() if p.dim() > 1]
    return torch.stack(weights).mean()


@dataclass(frozen=True)
class Schedule:
    """How a network is trained.

    Attributes
    ----------
    epochs, batch : int
    rate : float
        Of Adam at the start.
    patience : int
        Epochs without a better validation error before the rate is divided by `slower`.
    sparing : float
        Weight of `weight_norm`.
    """

    epochs: int
    batch: int = 8
    rate: float = 1e-4
    patience: int = 100
    slower: float = 0.5
    sparing: float = 1e-2


PAPER = Schedule(10_000)
"""INFACE's own: about a day on its authors' graphics card."""


def fit(
    networks: nn.ModuleDict,
    loss: Callable[[Tensor], Tensor],
    judge: Callable[[], float],
    count: int,
    schedule: Schedule,
    checkpoint: Path | None = None,
    progress: Progress = silent,
) -> list[float]:
    """Train; keep the weights of the best epoch and return the validation error of each.

    Parameters
    ----------
    networks : ModuleDict
    loss : callable
        Of the rows in a batch, `(B,)`.
    judge : callable
        The validation error.
    count : int
        How many rows there are.
    checkpoint : Path, optional
        Where the state is kept every few epochs; what lies there is resumed.
    """
    optimiser = torch.optim.Adam(networks.parameters(), lr=schedule.rate, fused=True)
    slowing = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimiser, factor=schedule.slower, patience=schedule.patience
    )
    errors: list[float] = []
    best = _copied(networks)
    if checkpoint is not None and checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True)
        networks.load_state_dict(state["now"])
        optimiser.load_state_dict(state["optimiser"])
        slowing.load_state_dict(state["slowing"])
        best, errors = state["best"], state["errors"]
    for epoch in range(len(errors), schedule.epochs):
        torch.manual_seed(epoch)  # whatever a loss draws is the same after a resumption
        networks.train()
        for rows in _batches(count, schedule.batch, epoch):
            total = loss(rows)
            if schedule.sparing:
                total = total + schedule.sparing * weight_norm(networks.values())
            optimiser.zero_grad()
            total.backward()
            optimiser.step()
        networks.eval()
        with torch.no_grad():
            errors.append(judge())
        slowing.step(errors[-1])
        if errors[-1] == min(errors):
            best = _copied(networks)
        if checkpoint is not None and (epoch + 1) % 10 == 0:
            _keep(checkpoint, networks, optimiser, slowing, best, errors)
        progress((epoch + 1) / schedule.epochs, f"epoch {epoch + 1}: {errors[-1]:.4f}")
    networks.load_state_dict(best)
    return errors


def _batches(count: int, size: int, epoch: int) -> Iterator[Tensor]:
    """Yield the rows of each batch, in an order that the epoch alone decides."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(epoch))
    yield from (order[start : start + size] for start in range(0, count, size))


def _copied(networks: nn.ModuleDict) -> dict[str, Tensor]:
    return {name: tensor.detach().clone() for name, tensor in networks.state_dict().items()}


def _keep(
    path: Path,
    networks: nn.ModuleDict,
    optimiser: torch.optim.Optimizer,
    slowing: Any,
    best: dict[str, Tensor],
    errors: list[float],
) -> None:
    state = {
        "now": networks.state_dict(),
        "optimiser": optimiser.state_dict(),
        "slowing": slowing.state_dict(),
        "best": best,
        "errors": errors,
    }
    save_whole(state, path)


def save_whole(state: Mapping[str, Any], path: Path) -> None:
    """Write a state so that a stop in the midst leaves the one before.

    The temporary file has a plain name: torch refuses names that begin with a dot.
    """
    fresh = path.with_suffix(".part")
    torch.save(dict(state), fresh)
    fresh.replace(path)

"""`ConstrainedArap` for torch tensors: the same numbers, and derivatives through all of them.

What NEO-3DF calls differentiable ARAP (Yan et al., ACCV 2022, algorithm 1), without its dense
inverse: solves are differentiated implicitly, by another solve with the same factor (it is its
own transpose), and rotations by sums of singular values, which equal ones do not trouble.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.autograd.function import once_differentiable

from facewright.engine.arrays import DoubleArray
from facewright.engine.geometry.constrained_arap import ITERATIONS, ConstrainedArap, Step


def bent(
    arap: ConstrainedArap,
    rest: torch.Tensor,
    moved: torch.Tensor,
    iterations: int = ITERATIONS,
) -> torch.Tensor:
    """Return what `arap.bent` returns, differentiable by `rest` and `moved`.

    Computed in double precision on the CPU, wherever the tensors are and whatever their type;
    the result is of their type and where they are. Derivatives of derivatives there are none.

    Parameters
    ----------
    arap : ConstrainedArap
    rest, moved : (V, 3) or (B, V, 3)
        The shape to keep and where held vertices are, mm, on one device.
    iterations : int
        Rounds of turning and solving after the first solve.

    Raises
    ------
    ValueError
        If a tensor has another number of vertices.
    """
    rest, moved = torch.broadcast_tensors(rest, moved)
    size = (len(arap.free), 3)
    if rest.shape[-2:] != size:
        raise ValueError(f"vertices must be (…, {size[0]}, 3), not {tuple(rest.shape)}")
    result = _Bend.apply(arap, rest.reshape(-1, *size), moved.reshape(-1, *size), iterations)
    return result.reshape(rest.shape)


class _Bend(torch.autograd.Function):  # type: ignore[misc]
    """`ConstrainedArap.bent` of `(B, V, 3)` tensors."""

    @staticmethod
    def forward(
        ctx: Any, arap: ConstrainedArap, rest: torch.Tensor, moved: torch.Tensor, iterations: int
    ) -> torch.Tensor:
        p, x = _doubles(rest), _doubles(moved)
        ctx.arap, ctx.done, ctx.types = arap, [], (rest.dtype, moved.dtype)
        for patch in arap.patches:
            kept, put = (np.take(values, patch.vertices, axis=1) for values in (p, x))
            steps: list[Step] = []
            shift = patch.shift(kept, put - kept, iterations, steps)
            x[:, patch.own] = (kept + shift)[:, : patch.free]
            ctx.done.append((kept, steps))
        return torch.from_numpy(x).to(moved.device, torch.promote_types(*ctx.types))

    @staticmethod
    @once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, result_bar: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        moved_bar = _doubles(result_bar)
        rest_bar = np.zeros_like(moved_bar)
        for patch, (kept, steps) in zip(ctx.arap.patches, ctx.done, strict=True):
            own_bar = moved_bar[:, patch.own]
            moved_bar[:, patch.own] = 0
            by_rest, by_shift = patch.shift_back(kept, steps, own_bar)
            by_rest[:, : patch.free] += own_bar
            moved_bar[:, patch.vertices] += by_shift
            rest_bar[:, patch.vertices] += by_rest - by_shift
        bars = (
            torch.from_numpy(bar).to(result_bar.device, kind)
            for bar, kind in zip((rest_bar, moved_bar), ctx.types, strict=True)
        )
        return None, *bars, None


def _doubles(values: torch.Tensor) -> DoubleArray:
    """Return a copy on the CPU."""
    return np.array(values.detach().cpu().numpy(), dtype=np.float64, order="C")

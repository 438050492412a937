"""Train NEO-3DF's six segments and the offset regressor on drawn people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.geometry.laplacian import cotangent_laplacian
from facewright.engine.models.parts.relative import ADULT, Relative
from facewright.engine.models.parts.segments import PARTS, REST
from facewright.engine.models.template import Template
from facewright.engine.progress import Progress, silent
from facewright.engine.training.components import Components
from facewright.engine.training.networks import Schedule, arrays, fit, shallow
from facewright.engine.training.part_people import People
from facewright.engine.training.variational import Variational

LATENTS = {REST: 30, **dict.fromkeys(PARTS, 10)}
"""The paper's."""
RANK = {REST: 128, **dict.fromkeys(PARTS, 48)}
"""Components that networks stand on."""
TAUGHT_BASIS = 3000
OFFSETS = Schedule(epochs=40, batch=16, rate=1e-4, patience=6, sparing=0.0)
BESIDE, HIDDEN = 0.2, 0.05
"""How much a vertex counts that is no face, as of neck, ears and scalp, or that nobody sees."""


def counted(template: Template) -> FloatArray:
    """Return how much each vertex counts, `(V,)`: the paper's mesh is the face alone."""
    found = np.where(template.visible, BESIDE, HIDDEN)
    found[template.face] = 1.0
    return found.astype(np.float32)


class Taken:
    """People taken apart into relative shapes.

    Attributes
    ----------
    shapes : dict of str to (N, K, 3) float32
        Mm on an adult.
    homes : (N, 5, 3) float32
    """

    def __init__(self, relative: Relative, people: People) -> None:
        found = [
            relative.taken(np.asarray(vertices), float(age))
            for vertices, age in zip(people.vertices, people.years, strict=True)
        ]
        self.shapes = {part: np.stack([shapes[part] for shapes, _ in found]) for part in LATENTS}
        self.homes: FloatArray = np.stack([homes for _, homes in found])


def trained(
    relative: Relative,
    template: Template,
    taught: Taken,
    others: Taken,
    state: Path,
    progress: Progress = silent,
) -> dict[str, NDArray[Any]]:
    """Return the weights of six segments and of the offset regressor.

    Parameters
    ----------
    relative : Relative
    template : Template
    taught, others : Taken
        Who teaches, and others who choose the best epoch.
    state : Path
        Folder where training stands, to be resumed.
    """
    weights: dict[str, NDArray[Any]] = {}
    counts = counted(template)
    mean = relative.scale(ADULT).mean
    latents = {}
    for part in LATENTS:
        own = relative.members(part)
        root = np.sqrt(counts[own])[:, None]
        network, basis = segment(
            taught.shapes[part] * root, others.shapes[part] * root, LATENTS[part], RANK[part],
            within(template.fine.faces, own), mean[own], root[:, 0], state / f"{part}.pt", progress,
        )  # fmt: skip
        latents[part] = network.read(basis.codes(taught.shapes[part] * root))
        weights |= kept(part, network, basis, latents[part], counts[own])
        if part == REST:
            asked = network.read(basis.codes(others.shapes[part] * root))
            weights |= _offsets(weights, (latents[part], taught.homes), (asked, others.homes))
    return weights


def segment(
    taught: FloatArray,
    others: FloatArray,
    latents: int,
    rank: int,
    faces: NDArray[np.int32],
    mean: FloatArray,
    root: FloatArray,
    checkpoint: Path,
    progress: Progress = silent,
) -> tuple[Variational, Components]:
    """Return the trained autoencoder of `(N, K, 3)` shapes, and the basis that it stands on.

    Shapes have been multiplied by `root`, `(K,)`.
    """
    chosen = np.random.default_rng(0).permutation(len(taught))[:TAUGHT_BASIS]
    basis = Components.of(taught[chosen], rank)
    torch.manual_seed(0)
    network = Variational(basis, latents, cotangent_laplacian(mean, faces), root)
    network.train(basis.codes(taught), basis.codes(others), checkpoint, progress)
    return network, basis


def within(faces: NDArray[np.int32], vertices: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the faces that lie on some vertices alone, `(F, 3)`, by their place among these."""
    place = np.full(int(faces.max()) + 1, -1, np.int32)
    place[vertices] = np.arange(len(vertices), dtype=np.int32)
    found = place[faces]
    return found[(found >= 0).all(axis=1)]


def kept(
    name: str,
    network: Variational,
    basis: Components,
    latents: DoubleArray,
    counts: FloatArray,
) -> dict[str, NDArray[Any]]:
    """Return what `SegmentModel.read` reads; `(N, L)` latents of those who taught set their sd."""
    encoder = arrays(network.networks["encoder"], f"{name}.encoder")
    for part in ("outer", "outer_bias"):  # the mean alone: what is used draws nothing
        encoder[f"{name}.encoder.{part}"] = encoder[f"{name}.encoder.{part}"][: network.latents]
    root = np.repeat(np.sqrt(counts), 3)
    covariance = np.cov(latents, rowvar=False)
    latent_root = np.linalg.cholesky(covariance + 1e-8 * np.eye(len(covariance)))
    return encoder | arrays(network.networks["decoder"], f"{name}.decoder") | {
        f"{name}.mean": basis.mean / root,
        f"{name}.axes": (basis.axes / root).astype(np.float16),
        f"{name}.weight": counts.astype(np.float16),
        f"{name}.unit": np.array([basis.unit], np.float32),
        f"{name}.latent_mean": latents.mean(axis=0).astype(np.float32),
        f"{name}.latent_root": latent_root.astype(np.float32),
    }  # fmt: skip


def _offsets(
    weights: dict[str, NDArray[Any]],
    taught: tuple[DoubleArray, FloatArray],
    others: tuple[DoubleArray, FloatArray],
) -> dict[str, NDArray[np.float16]]:
    """Return the offset regressor: from the rest's latents in sd to (dy, dz) of the five, mm.

    It leaves x out, as the paper does: faces are about symmetric.
    """
    center, root = weights[f"{REST}.latent_mean"], weights[f"{REST}.latent_root"]

    def pair(some: tuple[DoubleArray, FloatArray]) -> tuple[torch.Tensor, torch.Tensor]:
        z = np.linalg.solve(root.astype(np.float64), (some[0] - center).T).T
        homes = some[1][:, :, 1:].reshape(len(z), -1)
        return torch.from_numpy(z.astype(np.float32)), torch.from_numpy(homes)

    (z, homes), (asked, wanted) = pair(taught), pair(others)
    torch.manual_seed(0)
    nets = torch.nn.ModuleDict({"offset": shallow(z.shape[1], homes.shape[1])})
    fit(
        nets,
        lambda rows: (nets["offset"](z[rows]) - homes[rows]).square().sum(dim=1).mean(),
        lambda: float((nets["offset"](asked) - wanted).square().sum(dim=1).mean()),
        len(z),
        OFFSETS,
    )
    return arrays(nets["offset"], "offset")

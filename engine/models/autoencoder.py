"""INFACE's networks as face models: heads from a few latent numbers.

`coarse = mean + g(latents)`, with a shallow decoder g, and shallow encoders: one (section 2.1), or
one each for identity, expression and age (2.2). Axes are the latents, whitened: in sd and, within
an encoder, independent over the heads that trained it. The prior is that normal distribution;
what a head says of its latents is found by Gauss and Newton's method from what the encoder gives,
and its uncertainty by the slopes there (Laplace's approximation).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facewright.engine.arrays import DoubleArray, FloatArray, frozen
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.geometry.threads import one_thread
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.models.base import Axis, ModelCard
from facewright.engine.models.layers import Layers
from facewright.engine.models.linear import Observer, Posterior, dense_precision
from facewright.engine.models.template import Template, load_template

WEIGHTS = "weights.safetensors"
ENCODERS = ("identity", "expression", "age")
REFILLS, NEWTON = 3, 8
"""Rounds in which the decoder's own answer stands in for what is not known; steps after them, of
which the best counts: where units of the network bend, one may go too far."""

Rows = NDArray[np.int64]


class Autoencoder:
    """Implements `FaceModel` on the fine template.

    Parameters
    ----------
    weights : mapping
        `mean` (V_coarse, 3) and `relief` (V_fine, 3) mm; `axes` (R, 3 V_coarse) and `unit` (1,) mm,
        what networks see being `axes @ offsets / unit`; networks on these R numbers as
        `Layers.shallow` reads them, `decoder.*` and either `encoder.*` or one for each of
        `ENCODERS`; `latent_mean` (K,) and `latent_root` (K, K): the latents are `latent_mean +
        latent_root @ coefficients`.
    card : ModelCard
    template : Template
    """

    def __init__(
        self, weights: Mapping[str, NDArray[Any]], card: ModelCard, template: Template
    ) -> None:
        self.card, self.template = card, template
        basis = weights["axes"].astype(np.float32)
        unit = np.float32(weights["unit"].item())
        names = ("encoder",) if "encoder.inner" in weights else ENCODERS
        self._encoders = [Layers.shallow(weights, name).after(basis / unit) for name in names]
        self._decoder = Layers.shallow(weights, "decoder").before(unit * basis.T)
        self._mean_shape: FloatArray = frozen(weights["mean"], np.float32)
        self._relief: FloatArray = frozen(weights["relief"], np.float32)
        self._center: FloatArray = frozen(weights["latent_mean"], np.float32)
        self._root: FloatArray = frozen(weights["latent_root"], np.float32)
        self._lift = template.lift.astype(np.float32).tocsr()
        self.axes = tuple(
            _axis(name, k)
            for name, encoder in zip(names, self._encoders, strict=True)
            for k in range(len(encoder.biases[-1]))
        )
        self._rows = {axis.name: row for row, axis in enumerate(self.axes)}
        share = vertex_areas(self._mean_shape, template.coarse.faces)
        share = share * template.visible[template.subset]
        self._share: DoubleArray = share / share.sum()

    @classmethod
    def load(cls, folder: Path, card: ModelCard) -> Autoencoder:
        """Return the model in `folder`, on the template shipped in assets."""
        from safetensors.numpy import load_file

        return cls(load_file(folder / WEIGHTS), card, load_template())

    @property
    def topology(self) -> Topology:
        """The fine template."""
        return self.template.fine

    @property
    def prior_sd(self) -> DoubleArray:
        """`(K,)` prior standard deviations: 1 for every axis."""
        return np.ones(len(self.axes))

    def row(self, name: str) -> int:
        """Return where an axis stands among the coefficients."""
        return self._rows[name]

    def mean(self) -> Mesh:
        """Return the head of the mean latents."""
        return self.instance(np.zeros(len(self.axes)))

    def instance(self, coefficients: ArrayLike) -> Mesh:
        """Return the head of `(K,)` coefficients."""
        return Mesh(self.topology, self.vertices(coefficients))

    def vertices(self, coefficients: ArrayLike) -> FloatArray:
        """Return `(V_fine, 3)` vertices in mm of `(K,)` coefficients."""
        return np.asarray(self._lift @ self.coarse(coefficients) + self._relief)

    def coarse(self, coefficients: ArrayLike) -> FloatArray:
        """Return `(V_coarse, 3)` or `(B, V_coarse, 3)` of `(K,)` or `(B, K)` coefficients, mm."""
        z = np.asarray(coefficients, np.float32)
        moved = self._decoder.run(z @ self._root.T + self._center, last=False)
        moved += self._mean_shape.ravel()
        return moved.reshape(*z.shape[:-1], -1, 3)

    def coefficients(
        self, mesh: Mesh, known: Mask | None = None, given: Mapping[str, float] | None = None
    ) -> FloatArray:
        """Return the most probable `(K,)` coefficients of a fine `mesh`, seen where `known`."""
        return self._believed(mesh, known, given or {})[0].astype(np.float32)

    def posterior(
        self, mesh: Mesh, known: Mask | None = None, given: Mapping[str, float] | None = None
    ) -> tuple[Posterior, Rows]:
        """Return the belief about the axes that are not `given`, and their rows."""
        z, observer, free = self._believed(mesh, known, given or {})
        return Posterior(z[free], observer.covariance()), free

    def sample(self, rng: np.random.Generator, n: int = 1) -> FloatArray:
        """Return `(n, K)` coefficients from the prior."""
        return rng.standard_normal((n, len(self.axes))).astype(np.float32)

    @one_thread()
    def _believed(
        self, mesh: Mesh, known: Mask | None, given: Mapping[str, float]
    ) -> tuple[DoubleArray, Observer, Rows]:
        subset = self.template.subset
        share = self._share if known is None else self._share * known[subset]
        seen = np.clip(share / np.maximum(self._share, 1e-12), 0.0, 1.0)[:, None]
        coarse = mesh.vertices[subset]
        z = self._encoded(coarse, seen)
        held = {self.row(name): value for name, value in given.items()}
        for row, value in held.items():
            z[row] = value
        free = np.array([row for row in range(len(z)) if row not in held], np.int64)
        precision = dense_precision(share)[:, None]

        def off(z: DoubleArray) -> float:
            """Return how far latents are from what was seen and from the prior."""
            missed = np.square((coarse - self.coarse(z)).astype(np.float64))
            return float((precision * missed).sum() + z[free] @ z[free])

        found: list[tuple[float, DoubleArray, Observer]] = []
        for _ in range(NEWTON):
            latents = self._root @ z.astype(np.float32) + self._center
            slopes = (self._decoder.slopes(latents) @ self._root[:, free]).T
            observer = Observer.of(
                slopes.reshape(len(free), -1, 3), dense_precision(share), np.ones(len(free))
            )
            here = (slopes.T @ z[free]).reshape(-1, 3)
            z = z.copy()
            z[free] = observer.mean(coarse - self.coarse(z) + here)
            found.append((off(z), z, observer))
        _, z, observer = min(found, key=lambda one: one[0])
        return z, observer, free

    def _encoded(self, coarse: FloatArray, seen: DoubleArray) -> DoubleArray:
        """Return what the encoder says of a head, its own answer filled in where none is seen."""
        offsets = (coarse - self._mean_shape) * seen
        shown = offsets
        for _ in range(1 + REFILLS):
            flat = np.float32(shown).ravel()
            latents = np.concatenate([net.run(flat, last=False) for net in self._encoders])
            moved = self._decoder.run(latents, last=False).reshape(-1, 3)
            shown = offsets + (1 - seen) * moved
        return np.asarray(np.linalg.solve(self._root.astype(np.float64), latents - self._center))


def _axis(encoder: str, number: int) -> Axis:
    """Return the axis of one latent of an encoder."""
    group = "identity" if encoder == "encoder" else encoder
    kind = "latent" if encoder == "encoder" else encoder
    return Axis(
        f"{kind}_{number:03d}", f"{kind.capitalize()} {number + 1}", "sd", -3.0, 3.0, 0.0, group,
        f"Number {number + 1} of what the network says of {group}.",
    )  # fmt: skip

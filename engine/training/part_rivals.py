"""What the face in parts is held beside: one network, and components, of the whole head."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.models.parts.relative import ADULT, Relative
from facewright.engine.models.parts.rules import CONTROLLERS, Ruler
from facewright.engine.models.template import Template
from facewright.engine.progress import Progress, silent
from facewright.engine.training.components import Components
from facewright.engine.training.part_maps import loose
from facewright.engine.training.part_models import LATENTS, TAUGHT_BASIS, counted, segment
from facewright.engine.training.part_people import People

ALL = sum(LATENTS.values())
"""As many latents as the six segments have together."""
RANK = 200


class Rival:
    """A model of whole heads with `ALL` latents, steered as the parts are: by a map of its own.

    Parameters
    ----------
    name : str
    relative : Relative
    read : callable
        From relative heads `(N, V, 3)` to latents `(N, ALL)`.
    make : callable
        And back.
    """

    def __init__(
        self,
        name: str,
        relative: Relative,
        read: Callable[[FloatArray], DoubleArray],
        make: Callable[[DoubleArray], FloatArray],
    ) -> None:
        self.name, self._relative, self._read, self._make = name, relative, read, make
        self.sigma: DoubleArray = np.ones(len(CONTROLLERS))
        self._map: DoubleArray = np.zeros((len(CONTROLLERS), ALL))

    def rebuilt(self, vertices: FloatArray, age: float) -> FloatArray:
        """Return a `(V, 3)` head encoded and decoded, mm."""
        z = self._read(self._relative.changed(vertices, age)[None])
        return self._placed(z, age)

    def learn(self, people: People, ruler: Ruler) -> None:
        """Measure sigma and the loose map on people of one age; nothing is asked for again."""
        age = float(people.years[0])
        heads = np.asarray(people.vertices)
        z = self._read(np.stack([self._relative.changed(head, age) for head in heads]))
        x = np.array([ruler.measured(self._placed(row[None], age)) for row in z])
        x = x[:, : len(CONTROLLERS)]
        self.sigma = np.std(ruler.measured(heads), axis=0)[: len(CONTROLLERS)]
        sd = self.sigma
        self._map = loose((x - x.mean(axis=0)) / sd, z - z.mean(axis=0)) / sd[:, None]

    def steered(self, vertices: FloatArray, age: float, amounts: NDArray[np.float64]) -> FloatArray:
        """Return the head with `(30,)` controllers moved, in sd; its residual stays."""
        z = self._read(self._relative.changed(vertices, age)[None])
        after = z + (amounts * self.sigma) @ self._map
        return vertices + self._placed(after, age) - self._placed(z, age)

    def _placed(self, z: DoubleArray, age: float) -> FloatArray:
        scale = self._relative.scale(age)
        return np.asarray(scale.mean + scale.size * self._make(z)[0], np.float32)


def rivals(
    relative: Relative,
    template: Template,
    taught: People,
    others: People,
    state: Path,
    progress: Progress = silent,
) -> tuple[Rival, Rival]:
    """Return one variational autoencoder of whole heads, and principal components."""
    root = np.sqrt(counted(template))[:, None]
    heads, asked = (
        np.stack(
            [
                relative.changed(np.asarray(head), float(age)) * root
                for head, age in zip(some.vertices, some.years, strict=True)
            ]
        )
        for some in (taught, others)
    )
    network, basis = segment(
        heads, asked, ALL, RANK, template.fine.faces, relative.scale(ADULT).mean,
        root[:, 0], state / "whole.pt", progress,
    )  # fmt: skip
    chosen = np.random.default_rng(0).permutation(len(heads))[:TAUGHT_BASIS]
    components = Components.of(heads[chosen], ALL)

    def made(z: DoubleArray) -> FloatArray:
        with torch.no_grad():
            codes = network.networks["decoder"](torch.from_numpy(z.astype(np.float32)))
        return np.asarray(basis.placed(codes.numpy()) / root, np.float32)

    return (
        Rival("one network", relative, lambda x: network.read(basis.codes(x * root)), made),
        Rival(
            "components",
            relative,
            lambda x: components.codes(x * root).astype(np.float64),
            lambda z: np.asarray(components.placed(z.astype(np.float32)) / root, np.float32),
        ),
    )

"""People in whom segments of the face are learned: heads at rest, whole, at the fine level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facewright.engine.arrays import BoolArray, FloatArray
from facewright.engine.models.lifespan import LifespanModel
from facewright.engine.models.lifespan_axes import age_sample
from facewright.engine.models.parts.ages import YEARS
from facewright.engine.training.scan_sets import Sitter


@dataclass(frozen=True, eq=False)
class People:
    """N heads.

    Attributes
    ----------
    vertices : (N, V, 3) float32
        Mm.
    years : (N,) float32
    """

    vertices: FloatArray
    years: FloatArray

    def __len__(self) -> int:
        return len(self.years)

    def among(self, which: BoolArray) -> People:
        """Return some of them, `(N,)`."""
        return People(np.asarray(self.vertices[which]), self.years[which])


def of_all_ages(model: LifespanModel, seeds: Sequence[int], kept: Path | None = None) -> People:
    """Return one head of each person, ages spread over all of life."""
    years = age_sample(np.random.default_rng([seeds[0], 3]), len(seeds))
    return _drawn(model, seeds, years.astype(np.float32), kept)


def of_each_age(model: LifespanModel, seeds: Sequence[int], kept: Path | None = None) -> People:
    """Return one head of each person, the ages being those of `YEARS` in turn."""
    years = np.resize(np.array(YEARS, np.float32), len(seeds))
    return _drawn(model, seeds, years, kept)


def of_one_age(model: LifespanModel, seeds: Sequence[int], age: float) -> People:
    """Return one head of each person, all of one age in years."""
    return _drawn(model, seeds, np.full(len(seeds), age, np.float32), None)


def _drawn(
    model: LifespanModel, seeds: Sequence[int], years: FloatArray, kept: Path | None
) -> People:
    """Return the heads; those in the file `kept` are not drawn again."""
    if kept is not None and kept.is_file():
        return People(np.load(kept, mmap_mode="r"), years)
    vertices = np.stack(
        [Sitter(model, int(seed)).whole(float(age)) for seed, age in zip(seeds, years, strict=True)]
    )
    if kept is not None:
        np.save(kept, vertices)
    return People(vertices, years)

"""An imported linear model with a jaw: the basis shapes the head, then the jaw turns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh
from facewright.engine.models.base import ModelCard
from facewright.engine.models.external.foreign import Foreign
from facewright.engine.models.external.linear import ImportedLinear
from facewright.engine.models.external.skinning import Skinning

ROUNDS = 4
"""How often the joints are found anew from the shape that the vertices give."""


class ImportedSkinned(ImportedLinear):
    """Implements `FaceModel`; the last two coefficients open the jaw and turn it aside, degrees."""

    def __init__(self, source: Foreign, card: ModelCard) -> None:
        if source.skinning is None or source.basis is None:
            raise ValueError("a model with a jaw needs joints and a basis")
        super().__init__(source, card)
        self._skinning: Skinning = source.skinning
        self._shapes = len(source.basis)

    def vertices(self, coefficients: ArrayLike) -> DoubleArray:
        """Return `(V, 3)` vertices in mm of `(K,)` coefficients."""
        c = np.asarray(coefficients, dtype=np.float32)
        if c.shape != (len(self.axes),):
            raise ValueError(f"{c.shape} coefficients do not fit {len(self.axes)} axes")
        shaped = self.shaped(c[: self._shapes])
        return self._skinning.posed(shaped, _turn(c)) if c[self._shapes :].any() else shaped

    def coefficients(
        self, mesh: Mesh, known: Mask | None = None, given: Mapping[str, float] | None = None
    ) -> FloatArray:
        """Return the most probable `(K,)` coefficients of `mesh`, seen where `known`.

        The jaw is taken to be shut unless `given` says how it is turned.
        """
        result, free = self._held(given)
        free = free[free < self._shapes]
        observer = self._observer(known, free)
        target = mesh.vertices.astype(np.float64)
        rest = self.shaped(result[: self._shapes])
        open_jaw = bool(result[self._shapes :].any())
        shaped = rest
        for _ in range(ROUNDS if open_jaw else 1):
            shut = self._skinning.unposed(target, shaped, _turn(result)) if open_jaw else target
            result[free] = observer.mean(shut - rest)
            shaped = self.shaped(result[: self._shapes])
        return result.astype(np.float32)


def _turn(coefficients: ArrayLike) -> DoubleArray:
    """Return the jaw's `(3,)` rotation vector in radians."""
    opened, aside = np.radians(np.asarray(coefficients, dtype=np.float64)[-2:])
    return np.array([opened, aside, 0.0])

"""Shapes of parts, apart from age, size and place.

A part's shape is that of the person less that of the mean head of the same age, over its size:
so one set of latents serves from birth to old age. The five are taken relative to their origins
(`Segments.origins`), the rest is not. Lips are taken relative to the line where they meet, point
by point, but along it: so they stay closed whatever their shapes are, and have one place together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray, IntArray, frozen
from facewright.engine.mask import Mask
from facewright.engine.models.parts.ages import at_age
from facewright.engine.models.parts.segments import PARTS, REST, Segments

if TYPE_CHECKING:
    from facewright.engine.models.template import Template

ADULT = 30.0
LIPS = ("upper_lip", "lower_lip")


def together(homes: FloatArray) -> FloatArray:
    """Return how far the parts, `(5, 3)`, are from home when both lips go as one."""
    rows = [PARTS.index(lip) for lip in LIPS]
    homes[rows] = homes[rows].mean(axis=0)
    return homes


@dataclass(frozen=True, eq=False)
class Scale:
    """The mean head of an age.

    Attributes
    ----------
    mean : (V, 3) float32
        Mm.
    size : float
        Over the mean adult's: the root mean square distance from the middle.
    """

    mean: FloatArray
    size: np.float32


class Relative:
    """Takes heads apart into relative shapes, and puts them together.

    Parameters
    ----------
    template : Template
    years : (A,)
    means : (A, V, 3)
        Mean heads of these ages, mm.

    Attributes
    ----------
    years : (A,)
        Those of the tables by age.
    segments : Segments
        Measured on the mean adult.
    """

    def __init__(self, template: Template, years: FloatArray, means: FloatArray) -> None:
        self.years: DoubleArray = years.astype(np.float64)
        self._means = means.astype(np.float32)
        self.scale = lru_cache(maxsize=8)(self._scale)
        adult = self.scale(ADULT).mean
        self.segments = Segments.of(template, adult)
        self._lines = {lip: self._line(lip, adult) for lip in LIPS}

    def _scale(self, age: float) -> Scale:
        mean, adult = (at_age(self._means, self.years, years) for years in (age, ADULT))
        spread = [np.sqrt(np.square(head - head.mean(axis=0)).sum()) for head in (mean, adult)]
        return Scale(frozen(mean), np.float32(spread[0] / spread[1]))

    def _line(self, lip: str, adult: FloatArray) -> tuple[IntArray, FloatArray]:
        """Return where a lip's contact line is among its members, and each member's share of it."""
        members, contact = self.segments.members[lip], self.segments.origins[lip]
        contact = contact[np.argsort(adult[contact, 0])]
        at = np.searchsorted(members, contact)
        ways = [np.interp(adult[members, 0], adult[contact, 0], row) for row in np.eye(len(at))]
        return at.astype(np.int32), np.stack(ways, axis=1).astype(np.float32)

    def members(self, part: str) -> IntArray:
        """Return the vertices of a part's shape, `(N,)`; the rest's with its overlap."""
        return self.segments.overlapped if part == REST else self.segments.members[part]

    def changed(self, vertices: FloatArray, age: float) -> FloatArray:
        """Return a head relative to the mean of its age, `(V, 3)`, mm on an adult."""
        scale = self.scale(age)
        return np.asarray((vertices - scale.mean) / scale.size, np.float32)

    def taken(
        self, vertices: FloatArray, age: float, known: Mask | None = None
    ) -> tuple[dict[str, FloatArray], FloatArray]:
        """Return the shapes of a head's parts, and how far each of `PARTS` is from home.

        Parameters
        ----------
        vertices : (V, 3)
            Mm.
        age : float
            Years.
        known : (V,), optional
            How much each vertex is to be believed.

        Returns
        -------
        shapes : dict of str to (N, 3) float32
            Mm on an adult.
        homes : (5, 3) float32
        """
        change = self.changed(vertices, age)
        shapes, homes = {REST: change[self.members(REST)]}, []
        for part in PARTS:
            origin = self.segments.origins[part]
            weight = None if known is None else np.maximum(known[origin], 1e-6)
            homes.append(np.average(change[origin], axis=0, weights=weight))
            shape = shapes[part] = change[self.members(part)] - np.float32(homes[-1])
            if part in LIPS:
                at, share = self._lines[part]
                shape[:, 1:] -= share @ shape[at, 1:]
        return shapes, together(np.asarray(homes, np.float32))

    def placed(self, shapes: Mapping[str, FloatArray], homes: FloatArray, age: float) -> FloatArray:
        """Return the `(V, 3)` head of shapes; where the rest overlaps a part, the part stands."""
        scale = self.scale(age)
        change = np.zeros_like(scale.mean)
        change[self.members(REST)] = shapes[REST]
        for part, home in zip(PARTS, homes, strict=True):
            change[self.members(part)] = shapes[part] + home
        return np.asarray(scale.mean + scale.size * change)

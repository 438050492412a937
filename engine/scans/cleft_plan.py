"""Proposals for the repair of a cleft: from the model, from the healthy side, and from both.

The model's is the most likely head given the skin outside the plan (`scans.completion`). The
mirrored one keeps the healthy side as it is and lays its image over the side of the cleft; the
strip about the midline, which has no other side, is the model's. Where both are estimates of one
truth, their errors unlike, the least error has their mean weighted by precision: the model's is
its spread, the mirror image's how unlike the sides of healthy faces are. Both meet the known skin
without a seam, so that every mixture does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from facewright.engine.arrays import FloatArray, frozen
from facewright.engine.errors import InputError
from facewright.engine.geometry.masking import INSIDE, edge_lengths, grown
from facewright.engine.mask import Mask
from facewright.engine.measure.cleft_words import Side
from facewright.engine.scans.completion import SCANNED

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.scans.completion import Completion

Way = Literal["model", "mirror", "blend"]

AROUND = 15.0
"""Mm of skin about nose and upper lip, on the mean adult, that a plan takes in."""
STRIP = 10.0
"""Mm beyond the midline, on the mean adult, that are no part of the healthy side."""
UNLIKE = 1.2
"""Mm that points of a healthy nose and lip lie from the image of the other side."""


def planned_area(model: LifespanModel) -> Mask:
    """Return the `(V,)` area that a plan covers unless another is painted: nose and upper lip."""
    mean = model.mean()
    regions = mean.topology.regions
    part = np.maximum(regions["nose"], regions["upper_lip"]) >= INSIDE
    lengths = edge_lengths(mean.vertices, mean.topology.faces)
    wide = grown(frozen(part.astype(np.float32)), lengths, AROUND) >= INSIDE
    kept = np.maximum(regions["lower_lip"], regions["eyes"]) >= INSIDE
    return frozen((wide & ~kept).astype(np.float32))


def without_healthy_side(area: Mask, model: LifespanModel, side: Side) -> Mask:
    """Return what of an area lies on the side of the cleft and about the midline.

    Raises
    ------
    InputError
        If both sides have a cleft: none is healthy.
    """
    if side == "both":
        raise InputError("Both sides have a cleft, so there is no healthy one to mirror.")
    across = model.mean().vertices[:, 0] * (1.0 if side == "left" else -1.0)
    return frozen(np.where(across > -STRIP, area, 0.0))


@dataclass(frozen=True, eq=False)
class Plan:
    """What a repaired nose and lip could look like.

    Parameters
    ----------
    asked : Completion
        Of the whole area.
    sided : Completion or None
        Of the area without the healthy side; None where no side is healthy.
    """

    asked: Completion
    sided: Completion | None = None

    def proposal(self, way: Way) -> FloatArray:
        """Return the `(V, 3)` head as proposed in one of three ways.

        Raises
        ------
        InputError
            If it wants a healthy side and there is none, or there is no such way.
        """
        if way == "model":
            return self.asked.likely()
        if self.sided is None:
            raise InputError(
                "Both sides have a cleft, so there is no healthy one: take the model's proposal."
            )
        if way == "mirror":
            return self.sided.mirrored()
        if way == "blend":
            return self._blended
        raise InputError(f'There is no proposal "{way}": model, mirror or blend.')

    @cached_property
    def spread(self) -> FloatArray:
        """`(V,)` mm: how far the truth is expected to lie from the model's proposal."""
        return frozen(self.asked.spread())

    @cached_property
    def _blended(self) -> FloatArray:
        assert self.sided is not None
        likely, image = self.asked.likely(), self.sided.mirrored()
        variance = np.square(self.asked.spread_with(SCANNED))  # as `UNLIKE` was chosen beside
        share = variance / (variance + UNLIKE**2)
        return frozen(likely + share[:, None] * (image - likely))

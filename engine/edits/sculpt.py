"""Shape the head by hand: what brushes have moved, as one layer that rides on the head."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import FloatArray, frozen
from facewright.engine.edits.base import Edit, Hidden
from facewright.engine.edits.offsets import Piece, added, check, spread
from facewright.engine.edits.reshape import carried, encode, shifted
from facewright.engine.errors import InputError
from facewright.engine.face import NO_WEIGHTS, Face, Weights
from facewright.engine.models.lifespan_axes import SHAPE

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.models.store import ModelStore


@dataclass(frozen=True, eq=False, kw_only=True)
class Sculpt(Edit):
    """A layer of brush strokes; `strokes.Stroke` adds to it.

    Strokes in the plausible space change the model's coefficients; free ones move vertices.
    Both ride along when an earlier step changes: coefficients as in `Identity`, offsets in the
    local frames of the head that they were made on.

    Attributes
    ----------
    weights : Weights
        Added to the shape axes.
    offsets : tuple of (N, 4) int16 or int32
        Their sum is what strokes have moved; see `offsets`.
    made_on : (K,) float32 or None
        Coefficients of the head that the offsets were made on.

    Raises
    ------
    ValueError
        If the offsets are not of that shape or name a vertex below 0.
    """

    kind: ClassVar[str] = "sculpt"
    label: ClassVar[str] = "Sculpt"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    weights: Annotated[Weights, Hidden()] = NO_WEIGHTS
    offsets: Annotated[tuple[Piece, ...], Hidden()] = ()
    made_on: Annotated[FloatArray | None, Hidden()] = None

    def __post_init__(self) -> None:
        check(self.offsets)

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the sculpted face.

        Raises
        ------
        InputError
            If the layer was made on another template or with another model.
        """
        model = models.lifespan()
        shaped = shifted(face, model, self.weights, SHAPE)
        if not self.offsets:
            return shaped
        return shaped.with_vertices(shaped.mesh.vertices + self.field(shaped, model))

    def field(self, shaped: Face, model: LifespanModel) -> FloatArray:
        """Return the offsets as they are on `shaped`, a face after the weights, `(V, 3)` mm.

        Raises
        ------
        InputError
            If the layer was made on another template or with another model.
        """
        count = shaped.mesh.topology.count
        if not self.offsets:
            return np.zeros((count, 3), np.float32)
        now = encode(shaped, model).coefficients
        fits = self.made_on is not None and self.made_on.shape == now.shape
        highest = max(int(piece[:, 0].max(initial=0)) for piece in self.offsets)
        if self.made_on is None or not fits or highest >= count:
            raise InputError("it was sculpted on another head model: delete this step.")
        return carried(spread(self.offsets, count), self.made_on, now, model)

    def with_stroke(self, stroke: ArrayLike, before: FloatArray, made_on: FloatArray) -> Self:
        """Return the layer with a stroke on it.

        Parameters
        ----------
        stroke, before : (V, 3)
            Mm that are added to what the layer's `field` is, on the head of `made_on`.
        made_on : (K,)
        """
        if self.made_on is not None and np.array_equal(self.made_on, made_on):
            offsets = added(self.offsets, stroke)
        else:
            offsets = added((), before + np.asarray(stroke))
        return replace(self, offsets=offsets, made_on=frozen(made_on) if offsets else None)

    @property
    def furthest(self) -> float:
        """How far the vertex has moved that strokes have moved most, mm."""
        count = 1 + max((int(piece[:, 0].max(initial=0)) for piece in self.offsets), default=0)
        return float(np.linalg.norm(spread(self.offsets, count), axis=1).max())

    @property
    def is_bare(self) -> bool:
        """Whether nothing has been sculpted."""
        return not self.offsets and not len(self.weights)

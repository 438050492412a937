"""Shape the head by hand: what brushes have moved, as one layer that rides on the head."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

import numpy as np

from facewright.engine.arrays import FloatArray, frozen
from facewright.engine.edits.base import Edit, Hidden
from facewright.engine.edits.reshape import carried, encode, shifted
from facewright.engine.errors import InputError
from facewright.engine.face import NO_WEIGHTS, Face, Weights
from facewright.engine.models.lifespan_axes import SHAPE

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.models.store import ModelStore

LEAST = 1e-5
"""Mm; offsets smaller than this are none."""


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
    offsets : (N, 4) float32 or None
        Vertex, then x, y, z in mm, for each vertex that was moved.
    made_on : (K,) float32 or None
        Coefficients of the head that the offsets were made on.

    Raises
    ------
    ValueError
        If the offsets are not of that shape, not finite, or name a vertex below 0.
    """

    kind: ClassVar[str] = "sculpt"
    label: ClassVar[str] = "Sculpt"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    weights: Annotated[Weights, Hidden()] = NO_WEIGHTS
    offsets: Annotated[FloatArray | None, Hidden()] = None
    made_on: Annotated[FloatArray | None, Hidden()] = None

    def __post_init__(self) -> None:
        rows = self.offsets
        if rows is None:
            return
        if rows.ndim != 2 or rows.shape[1] != 4 or not np.isfinite(rows).all():
            raise ValueError("what was sculpted is no table of finite offsets")
        if rows[:, 0].min(initial=0.0) < 0.0:
            raise ValueError("what was sculpted moves a vertex that is not there")

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the sculpted face.

        Raises
        ------
        InputError
            If the layer was made on another template or with another model.
        """
        model = models.lifespan()
        shaped = shifted(face, model, self.weights, SHAPE)
        if self.offsets is None:
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
        field = np.zeros((count, 3), np.float32)
        if self.offsets is None:
            return field
        now = encode(shaped, model).coefficients
        fits = self.made_on is not None and self.made_on.shape == now.shape
        if self.made_on is None or not fits or self.offsets[:, 0].max(initial=0) >= count:
            raise InputError("it was sculpted on another head model: delete this step.")
        field[self.offsets[:, 0].astype(np.int64)] = self.offsets[:, 1:]
        return carried(field, self.made_on, now, model)

    def with_field(self, field: FloatArray, made_on: FloatArray) -> Self:
        """Return the layer with other offsets, `(V, 3)` mm on the head of `made_on`."""
        rows = np.flatnonzero(np.abs(field).max(axis=1) > LEAST)
        if not len(rows):
            return replace(self, offsets=None, made_on=None)
        packed = frozen(np.column_stack([rows, field[rows]]))
        return replace(self, offsets=packed, made_on=frozen(made_on))

    @property
    def is_bare(self) -> bool:
        """Whether nothing has been sculpted."""
        return self.offsets is None and not len(self.weights)

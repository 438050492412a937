"""A brush stroke in progress: what the hand has done so far, as a `Sculpt` step to show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import DoubleArray, FloatArray, IntArray
from facewright.engine.edits.judging import judged
from facewright.engine.edits.offsets import STEP
from facewright.engine.edits.reshape import encode, shifted
from facewright.engine.edits.sculpt import Sculpt
from facewright.engine.face import Face, Weights
from facewright.engine.geometry.brush import (
    Brush,
    Footprint,
    dabbed,
    footprints,
    grabbed,
    peak_weights,
    skin_of,
)
from facewright.engine.mask import Mask
from facewright.engine.models.lifespan_axes import SHAPE
from facewright.engine.models.posterior import Person

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore

Confinement = Literal["free", "mask", "plausible"]

HOLD = 1.0
"""Mm that the rest of the face is expected to give way to a plausible stroke."""
STROKE_POINTS = 60.0
"""How many independent observations a stroke counts for."""
STROKE_NOISE = 0.3
"""Mm within which the skin is expected to follow a stroke."""
LEAST_WEIGHT = 0.05
"""Vertices that are touched less than this are not observed."""


@dataclass(frozen=True, eq=False)
class Spot:
    """A point of the skin: the `(3,)` corners of its triangle and barycentric weights."""

    corners: IntArray
    weights: ArrayLike


class Stroke:
    """One stroke from press to release.

    Free, the stroke moves vertices. In a mask it moves them by the mask's values: outside,
    nothing moves at all. In the plausible space it says what it would like; the head becomes
    the most probable one given that, and the person's own detail rides along.

    Parameters
    ----------
    layer : Sculpt
        What has been sculpted before, at full strength and without a mask.
    face : Face
        The face before that layer.
    models : ModelStore
    brush : Brush
    confinement : str
        "free", "mask" or "plausible".
    mask : (V,) mask or None
        For "mask".
    acting : (V, 3) or None
        Mm that the expression adds to the neutral skin as it is seen: distances and normals
        are those of what the hand touches.
    """

    def __init__(
        self,
        layer: Sculpt,
        face: Face,
        models: ModelStore,
        brush: Brush,
        *,
        confinement: Confinement = "free",
        mask: Mask | None = None,
        acting: FloatArray | None = None,
    ) -> None:
        model = models.lifespan()
        shaped = shifted(face, model, layer.weights, SHAPE)
        self.brush = brush
        self._layer, self._skin = layer, skin_of(face.mesh.topology)
        self._made_on = encode(shaped, model).coefficients
        self._before = layer.field(shaped, model)
        shift: DoubleArray = np.zeros(face.mesh.vertices.shape)
        if acting is not None:
            shift += acting
        self._goal: DoubleArray = shift + face.mesh.vertices
        self._start: DoubleArray = shift + shaped.mesh.vertices + self._before
        self._field: DoubleArray = np.zeros_like(self._start)
        self._mask = mask if confinement == "mask" else None
        self._touched: DoubleArray = np.zeros(len(self._start))
        self._held: tuple[Footprint, ...] = ()
        self._wish: _Wish | None = None
        if confinement == "plausible":
            whole = judged(layer.apply(face, models), model)
            self._wish = _Wish(Person(model, whole, HOLD), model.template.subset)

    def take(self, spot: Spot) -> None:
        """Take hold of the skin at `spot`, for `drag`."""
        self._held = self._prints(spot, self._start)
        self._touch(self._held)

    def drag(self, way: ArrayLike) -> None:
        """Drag what was taken hold of by `(3,)` mm from where it was."""
        along = self.brush.strength * np.asarray(way, np.float64)
        self._field = grabbed(self._held, along, len(self._start))

    def dab(self, spot: Spot, pressure: float = 1.0) -> None:
        """Touch the skin at `spot` once."""
        shape = self._start + self._seen
        prints = self._prints(spot, shape)
        self._touch(prints)
        self._field = self._field + dabbed(
            self.brush, self._skin, shape, prints, self._goal, pressure
        )

    @property
    def layer(self) -> Sculpt:
        """The layer with the stroke as it is now."""
        if self._wish is not None:
            change = self._wish.change(self._field)
            weights = {name: self._layer.weights[name] + value for name, value in change.items()}
            return replace(self._layer, weights=Weights({**self._layer.weights, **weights}))
        return self._layer.with_stroke(self._seen, self._before, self._made_on)

    @property
    def is_idle(self) -> bool:
        """Whether the stroke has moved nothing, as outside of the mask."""
        return float(np.abs(self._seen).max(initial=0.0)) <= STEP / 2

    @property
    def is_masked_off(self) -> bool:
        """Whether the stroke is idle for the mask alone."""
        return self.is_idle and float(np.abs(self._field).max(initial=0.0)) > STEP / 2

    @property
    def _seen(self) -> DoubleArray:
        """What the stroke adds, `(V, 3)` mm, or would like to."""
        return self._field if self._mask is None else self._field * self._mask[:, None]

    def _prints(self, spot: Spot, shape: DoubleArray) -> tuple[Footprint, ...]:
        return footprints(self._skin, shape, spot.corners, spot.weights, self.brush)

    def _touch(self, prints: tuple[Footprint, ...]) -> None:
        if self._wish is not None:
            weights = peak_weights(prints, len(self._start))
            self._wish.observe(np.maximum(weights - self._touched, 0.0))
            self._touched = np.maximum(self._touched, weights)


class _Wish:
    """What a stroke in the plausible space asks for, gathered vertex by vertex."""

    def __init__(self, person: Person, subset: ArrayLike) -> None:
        self._person, self._subset = person, np.asarray(subset)
        self._precision: DoubleArray = np.zeros(len(self._subset))

    def observe(self, weights: DoubleArray) -> None:
        """Take more of the skin into account, by `(V,)` additional weights."""
        more = weights[self._subset]
        rows = np.flatnonzero(more > LEAST_WEIGHT)
        if not len(rows):
            return
        if not self._precision.any():  # the first touch sets what a stroke counts for
            self._scale = STROKE_POINTS / STROKE_NOISE**2 / float(more[rows].sum())
        precision = self._scale * more[rows]
        self._precision[rows] += precision
        self._person.observe(self._person.motions(rows.astype(np.int32)), precision)

    def change(self, field: DoubleArray) -> dict[str, float]:
        """Return the most probable change of the axes given `(V, 3)` mm."""
        rows = np.flatnonzero(self._precision)
        pull = self._precision[rows, None] * field[self._subset[rows]]
        motions = self._person.motions(rows.astype(np.int32))
        return self._person.change(motions @ pull.ravel())

"""NEO-3DF's face of six parts: one head from six sets of latents, assembled and blended.

Each part is a shape model of its own (`segment`), the five taken relative to where they are. The
rest's latents say where that is, by (0, dy, dz) as the paper's offset regressor does. Between the
parts the rest's own skin is laid anew, as rigid as possible (`geometry.constrained_arap`).
Shapes are relative to the mean head of the same age (`relative`).
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.geometry.constrained_arap import ConstrainedArap
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.models.base import Axis, ModelCard
from facewright.engine.models.layers import Layers
from facewright.engine.models.lifespan_axes import age_sample
from facewright.engine.models.parts.relative import ADULT, Relative, together
from facewright.engine.models.parts.rules import Ruler
from facewright.engine.models.parts.segment import SegmentModel
from facewright.engine.models.parts.segments import PARTS, REACH, REST, Segments
from facewright.engine.models.parts.steering import Steering
from facewright.engine.models.template import Template, load_template

WEIGHTS = "weights.safetensors"
LABELS = {
    "eyebrows": "Eyebrows", "eyes": "Eyes", "nose": "Nose", "upper_lip": "Upper lip",
    "lower_lip": "Lower lip", REST: "Rest",
}  # fmt: skip
BLENDED = 0.1
"""How much the transition area counts where the rest is read: blending has moved it."""
SETTLING = 8
KEPT_WIDTHS = 3
"""Systems of other widths than the usual one that are remembered."""

Latents = Mapping[str, DoubleArray]
"""Of each of `PARTS` and of `REST`, in sd."""


class PartsModel:
    """Implements `FaceModel` on the fine template.

    Parameters
    ----------
    weights : mapping
        `years` (A,), `means` (A, V, 3) mm; `<part>.*` as `SegmentModel.read` reads them;
        `offset.*`, layers from the rest's latents to (dy, dz) of each of `PARTS`;
        `sigma` and `<part>.map` as `Steering` reads them.
    card : ModelCard
    template : Template
    """

    def __init__(
        self, weights: Mapping[str, NDArray[Any]], card: ModelCard, template: Template
    ) -> None:
        self.card, self.template = card, template
        self.relative = Relative(template, weights["years"], weights["means"])
        moved = self.segments.transition[self.relative.members(REST)]
        trust = {REST: np.where(moved, np.float32(BLENDED), np.float32(1))}
        self.shapes = {
            part: SegmentModel.read(weights, part, trust.get(part)) for part in (REST, *PARTS)
        }
        self._lock = threading.Lock()
        self._widths: dict[tuple[str, int], ConstrainedArap] = {}
        self._offsets = Layers.shallow(weights, "offset")
        self._maps = {name: weights[name] for name in weights if name.endswith((".map", "sigma"))}
        self.axes = (
            Axis("age", "Age", "years", 0.0, 90.0, ADULT, "age", "From birth to old age."),
            *(
                Axis(f"{part}_{k:02d}", f"{LABELS[part]} {k + 1}", "sd", -3.0, 3.0, 0.0,
                     "identity", f"Number {k + 1} of the shape of the {LABELS[part].lower()}.")
                for part, shape in self.shapes.items()
                for k in range(shape.latents)
            ),
        )  # fmt: skip
        ends = 1 + np.cumsum([shape.latents for shape in self.shapes.values()])
        self.rows = {
            part: slice(int(end) - self.shapes[part].latents, int(end))
            for part, end in zip(self.shapes, ends, strict=True)
        }

    @classmethod
    def load(cls, folder: Path, card: ModelCard) -> PartsModel:
        """Return the model in `folder`, on the template shipped in assets."""
        from safetensors.numpy import load_file

        return cls(load_file(folder / WEIGHTS), card, load_template())

    @property
    def topology(self) -> Topology:
        """The fine template."""
        return self.template.fine

    @property
    def segments(self) -> Segments:
        """Which vertices belong to what."""
        return self.relative.segments

    @cached_property
    def ruler(self) -> Ruler:
        """What measures the features of the controllers."""
        return Ruler(self.template, self.segments, self.relative.scale(ADULT).mean)

    @cached_property
    def blending(self) -> ConstrainedArap:
        """What lays the transition area between the parts; its system is factored once."""
        return ConstrainedArap(self.topology.faces, self.segments.transition)

    # -- parts -------------------------------------------------------------------------------

    def offsets(self, rest: NDArray[Any]) -> FloatArray:
        """Return how far each of `PARTS` is from home for latents of the rest, `(5, 3)` mm."""
        found = self._offsets.run(np.asarray(rest, np.float32), last=False).reshape(len(PARTS), 2)
        return together(np.column_stack([np.zeros(len(PARTS), np.float32), found]))

    def latents(
        self,
        vertices: FloatArray,
        age: float,
        known: Mask | None = None,
        parts: Collection[str] = (REST, *PARTS),
    ) -> Latents:
        """Return the latents of parts of a head, `(V, 3)` mm, seen where `known`, `(V,)`."""
        shapes, _ = self.relative.taken(vertices, age, known)
        return {
            part: self.shapes[part].encoded(
                shapes[part], None if known is None else known[self.relative.members(part)]
            )
            for part in parts
        }

    def assembled(self, latents: Latents, age: float) -> FloatArray:
        """Return the head of latents, `(V, 3)` mm, its parts in place and not yet blended."""
        return self._placed(self._decoded(latents), latents, age)

    def blended(self, latents: Latents, age: float) -> FloatArray:
        """Return the head of latents, `(V, 3)` mm, its transition area laid between the parts."""
        shapes = self._decoded(latents)
        moved = self._placed(shapes, latents, age)
        scale, own = self.relative.scale(age), self.relative.members(REST)
        rest = moved.copy()
        rest[own] = scale.mean[own] + scale.size * shapes[REST]
        return np.asarray(self.blending.bent(rest, moved), np.float32)

    def _decoded(self, latents: Latents) -> dict[str, FloatArray]:
        return {part: shape.decoded(latents[part]) for part, shape in self.shapes.items()}

    def _placed(self, shapes: Mapping[str, FloatArray], latents: Latents, age: float) -> FloatArray:
        return self.relative.placed(shapes, self.offsets(latents[REST]), age)

    @cached_property
    def steering(self) -> Steering:
        """What moves a head by its controllers."""
        return Steering(self, self._maps)

    def blending_about(self, part: str, width: float = REACH) -> ConstrainedArap:
        """Return what lays the rest within `width` mm, on an adult, of one part's seam."""
        key = part, round(width)
        with self._lock:
            found = self._widths.pop(key, None)
            if found is None:
                near = self.segments.near(part, self.relative.scale(ADULT).mean, round(width))
                found = ConstrainedArap(self.topology.faces, near)
            self._widths[key] = found
            others = [key for key in self._widths if key[1] != round(REACH)]
            for old in others[:-KEPT_WIDTHS]:
                del self._widths[old]
            return found

    @property
    def controls(self) -> tuple[Axis, ...]:
        """The controllers, as axes: what people move in place of the latents."""
        return self.steering.axes

    # -- FaceModel ---------------------------------------------------------------------------

    def mean(self) -> Mesh:
        """Return the mean adult."""
        return self.instance([axis.default for axis in self.axes])

    def instance(self, coefficients: ArrayLike) -> Mesh:
        """Return the head of `(K,)` coefficients."""
        c = np.asarray(coefficients, np.float64)
        latents = {part: c[rows] for part, rows in self.rows.items()}
        return Mesh(self.topology, self.blended(latents, float(c[0])))

    def coefficients(
        self, mesh: Mesh, known: Mask | None = None, given: Mapping[str, float] | None = None
    ) -> FloatArray:
        """Return the `(K,)` coefficients that explain a fine `mesh`, seen where `known`.

        Shape alone does not tell age: it is 30 unless given.
        """
        given = given or {}
        c = np.zeros(len(self.axes))
        c[0] = given.get("age", ADULT)
        for part, z in self._settled(mesh.vertices, float(c[0]), known).items():
            c[self.rows[part]] = z
        for row, axis in enumerate(self.axes):
            c[row] = given.get(axis.name, c[row])
        return c.astype(np.float32)

    def _settled(self, vertices: FloatArray, age: float, known: Mask | None) -> Latents:
        """Return latents whose blended head is the one given.

        What blending adds to the rest is no shape of its own: it is taken off, again and again.
        """
        latents = dict(self.latents(vertices, age, known))
        shapes, _ = self.relative.taken(vertices, age, known)
        scale, own = self.relative.scale(age), self.relative.members(REST)
        rest, seen = self.shapes[REST], None if known is None else known[own]
        for _ in range(SETTLING):
            bare = scale.mean[own] + scale.size * rest.decoded(latents[REST])
            added = (self.blended(latents, age)[own] - bare) / scale.size
            latents[REST] = rest.encoded(shapes[REST] - added, seen)
        return latents

    def sample(self, rng: np.random.Generator, n: int = 1) -> FloatArray:
        """Return `(n, K)` coefficients: parts drawn each on its own, ages of all of life."""
        drawn = rng.standard_normal((n, len(self.axes)))
        drawn[:, 0] = age_sample(rng, n)
        return drawn.astype(np.float32)

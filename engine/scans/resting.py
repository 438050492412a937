"""A registered head at rest: what of its form is the person's and what the expression's.

INFACE (section 5, "expression neutralization") decodes a scan's identity without its expression
and so loses what the model cannot explain of the person. Here the head is one Gaussian sum: the
model's shape and its expression, each under its prior, the person's own form, and what this
person's expression adds to the model's. What is left of each vertex goes to the last two in
proportion to their variances. Broad form counts as a way of smiling, the more the farther the
skin moves; relief counts as folds, the more the skin is pressed together. So skin that an
expression only carries along keeps every pore, and a cheek loses the fold of its smile.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray, IntArray
from facewright.engine.face import Weights
from facewright.engine.geometry.diffusion import Diffusion
from facewright.engine.geometry.normals import vertex_areas, vertex_normals
from facewright.engine.geometry.threads import one_thread
from facewright.engine.mask import Mask
from facewright.engine.models.linear import EFFECTIVE_POINTS
from facewright.engine.scans.gaze import Gaze

if TYPE_CHECKING:
    from collections.abc import Mapping

    from facewright.engine.models.lifespan import LifespanModel

OWN = 0.35
"""Mm along each axis: a person's own form that no shape axis has, one standard deviation."""
WAY = 0.2
"""What a person's own way and folds add to an expression, as a share of how far it moves."""
RELIEF = 3.0
"""Mm: form smaller than this is relief."""
OWN_RELIEF = 0.15
"""Mm along each axis: a person's own relief, one standard deviation."""
FOLD = 1.5
"""Mm of relief, one standard deviation, where skin is pressed to 1/e of its area."""
ALONG = 0.2
"""Weight of what lies along the skin: registration knows places across it far better."""
ROUNDS = 2
"""How often the spread is found anew from the expression."""


@dataclass(frozen=True, eq=False)
class Rest:
    """A head and the expression taken out of it.

    Attributes
    ----------
    vertices : (V, 3) float32
        The head at rest.
    expression : Weights
        What was taken out, in the model's shapes.
    kept : (V,) float32
        Share of the relief that counted as the person's own.
    """

    vertices: FloatArray
    expression: Weights
    kept: Mask


@one_thread()
def rest_of(
    shown: FloatArray,
    expression: Weights,
    given: Mapping[str, float],
    known: Mask,
    model: LifespanModel,
) -> Rest:
    """Return a head at rest.

    Parameters
    ----------
    shown : (V, 3)
        The head as it was seen, with its expression, mm.
    expression : Weights
        Roughly what it is; found anew.
    given : mapping of axis name to value
        Age, and any other axes that are held.
    known : (V,) mask
        1 where the skin was measured.
    model : LifespanModel
    """
    age = given["age"]
    seen = _Seen(shown, given, known, model)
    offsets = model.expression_offsets(expression, age)
    for _ in range(ROUNDS):
        coefficients = seen.explained(_variance(offsets)[model.template.subset])
        expression = seen.expression(coefficients)
        offsets = model.expression_offsets(expression, age)
    coefficients[model.groups["expression"]] = 0.0
    smooth, faces = model.vertices(coefficients), model.topology.faces
    left = shown - offsets - smooth
    pressed = _pressed(smooth, smooth + offsets, faces)
    blurred = Diffusion(smooth, faces, RELIEF).smooth(np.column_stack([left, pressed]))
    broad, folded = blurred[:, :3], FOLD * np.maximum(blurred[:, 3], 0.0)
    kept = OWN_RELIEF**2 / (OWN_RELIEF**2 + folded**2)
    share = OWN**2 / _variance(offsets)
    rest = smooth + share[:, None] * broad + kept[:, None] * (left - broad)
    return Rest(rest.astype(np.float32), expression, kept.astype(np.float32))


def _pressed(before: FloatArray, after: FloatArray, faces: IntArray) -> DoubleArray:
    """Return the logarithm of how far the skin at each vertex is pressed together, `(V,)`."""
    areas = (np.maximum(vertex_areas(shape, faces), 1e-6) for shape in (before, after))
    return np.asarray(np.subtract(*(np.log(area) for area in areas)))


def _variance(offsets: FloatArray) -> DoubleArray:
    """Return the variance of what no axis explains where an expression moves so far, `(V,)`."""
    return np.asarray(OWN**2 + WAY**2 * np.square(offsets, dtype=np.float64).sum(axis=1))


class _Seen:
    """The measured coarse vertices, and what all axes but the given ones say of them."""

    def __init__(
        self, shown: FloatArray, given: Mapping[str, float], known: Mask, model: LifespanModel
    ) -> None:
        template, self._model = model.template, model
        held = np.zeros(len(model.axes), np.float32)
        for name, value in given.items():
            held[model.row(name)] = value
        mean, shapes = model.neutral_basis(given["age"])
        basis = np.concatenate([shapes, model.expression_basis(given["age"])])
        fixed = {model.row(name) for name in given}
        rows = [row for row in range(1, len(held)) if row not in fixed]
        self._held, self._rows = held, np.array(rows)
        coarse = shown[template.subset].astype(np.float64)
        share = vertex_areas(mean, template.coarse.faces) * (known * template.visible)[
            template.subset
        ].astype(np.float64)
        self._used = np.flatnonzero(share > 0)
        self._share: DoubleArray = share[self._used] / max(float(share.sum()), 1e-12)
        across = vertex_normals(coarse, template.coarse.faces)[self._used]
        start = mean + np.tensordot(held[1:], basis, axes=1)
        self._motions = np.ascontiguousarray(basis[self._rows - 1][:, self._used])
        self._offsets = (coarse - start)[self._used].astype(np.float32)
        self._across = np.einsum("kvd,vd->kv", self._motions, across).astype(np.float32)
        self._apart = np.einsum("vd,vd->v", self._offsets, across).astype(np.float32)

    def explained(self, variance: DoubleArray) -> DoubleArray:
        """Return the most probable `(K,)` coefficients, for the variance of each coarse vertex."""
        model, count = self._model, len(self._rows)
        precision = EFFECTIVE_POINTS * self._share / variance[self._used]
        whole = np.sqrt(ALONG * precision).astype(np.float32)
        normal = np.sqrt((1.0 - ALONG) * precision).astype(np.float32)
        design = np.concatenate(
            [
                (self._motions * whole[:, None]).reshape(count, -1),
                self._across * normal,
            ],
            axis=1,
        )
        seen = np.concatenate([(self._offsets * whole[:, None]).ravel(), self._apart * normal])
        axes = [model.axes[row] for row in self._rows]
        bounded = [axis.unit != "sd" for axis in axes]
        prior = np.asarray(model.prior_sd, np.float64)[self._rows]
        found = Gaze([axis.name for axis in axes], others=0).solve(
            (design @ design.T).astype(np.float64) + np.diag(1.0 / prior**2),
            (design @ seen).astype(np.float64),
            np.where(bounded, [axis.low for axis in axes], -math.inf),
            np.where(bounded, [axis.high for axis in axes], math.inf),
        )
        coefficients = self._held.astype(np.float64)
        coefficients[self._rows] = found
        return coefficients

    def expression(self, coefficients: DoubleArray) -> Weights:
        """Return the expression in `(K,)` coefficients as named weights."""
        rows = self._model.groups["expression"]
        names = [axis.name for axis in self._model.axes[rows]]
        return Weights(
            {name: round(float(v), 4) for name, v in zip(names, coefficients[rows], strict=True)}
        )

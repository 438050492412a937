"""Heads of imported models as faces of ours: the shape, and the expression in our own shapes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.errors import InputError
from facewright.engine.face import Face, Subject, Trait, Weights
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.geometry.threads import one_thread
from facewright.engine.mesh import Mesh
from facewright.engine.models.external.linear import ImportedLinear
from facewright.engine.models.lifespan_axes import AXIS_PRIOR
from facewright.engine.models.linear import dense_precision
from facewright.engine.scans.gaze import Gaze

if TYPE_CHECKING:
    from facewright.engine.models.external.imported import Imported
    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.scans.template_map import TemplateMap

AGES = {"inface": 0.75}
"""Years that heads of a family are taken to have: INFACE's are 9 +- 6 months old."""
ADULT = 30.0


def coefficients_of(weights: Weights, model: Imported) -> FloatArray:
    """Return `(K,)` coefficients from weights by the names of an imported model's axes.

    Raises
    ------
    InputError
        If there is no axis of such a name, or a weight is not finite.
    """
    rows = {axis.name: row for row, axis in enumerate(model.axes)}
    result = np.zeros(len(rows), np.float32)
    for name, weight in weights.items():
        if name not in rows:
            raise InputError(f"{model.card.title} has no axis {name[:40]}: leave it out.")
        result[rows[name]] = weight
    if not np.isfinite(result).all():
        raise InputError("The weights are not all finite numbers: choose smaller ones.")
    return result


def person_of(model: Imported, seed: int, scale: float = 1.0) -> dict[str, float]:
    """Return the weights of a random person of an imported model, at rest.

    Parameters
    ----------
    model : Imported
    seed : int
        The same one gives the same person.
    scale : float
        Share of the spread that people have.
    """
    drawn = scale * model.sample(np.random.default_rng(seed), 1)[0]
    return {
        axis.name: float(value)
        for axis, value in zip(model.axes, drawn, strict=True)
        if axis.group != "expression"
    }


def foreign_head(found: TemplateMap, weights: Weights, ours: LifespanModel) -> Face:
    """Return an imported model's head as a face on our template.

    Shown, it is exactly what the other model says. Its expression is told in our own shapes as
    far as they go, so that it can be tuned and taken out; what they leave stays in the skin.

    Raises
    ------
    InputError
        If the model has no axis of such a name.
    """
    model, head = found.model, _heads_of(found)
    coefficients = coefficients_of(weights, model)
    moving = np.array([axis.group == "expression" for axis in model.axes])
    age = AGES.get(model.source.family, ADULT)
    subject = Subject(age=Trait(age, "unknown"))
    shown = head(coefficients)
    if not (coefficients * moving).any():
        return Face(Mesh(found.topology, shown), subject, foreign=True)
    still = head(np.where(moving, np.float32(0), coefficients))
    expression = _fit_at(ours, age).weights(shown - still)
    skin = shown - ours.expression_offsets(expression, age)
    return Face(Mesh(found.topology, skin), subject, expression, foreign=True)


class LinearHeads:
    """The heads of a linear model on our template, without its own surface in between.

    Parameters
    ----------
    found : TemplateMap
        To an `ImportedLinear`. Its motions are carried once, a second for a large one.
    """

    def __init__(self, found: TemplateMap) -> None:
        basis = found.model.source.basis
        assert basis is not None
        here, turn = found.here, found.motion[:3, :3].T
        self._here, self._held = here, np.flatnonzero(here.held)
        corners, weights = here.corners[self._held], here.weights[self._held, :, None]
        self._motions = np.empty((len(basis), 3 * len(self._held)), np.float32)
        for axis, moved in enumerate(basis):
            at_corners = moved.reshape(-1, 3)[corners]
            self._motions[axis] = ((weights * at_corners).sum(axis=1) @ turn).ravel()

    @one_thread()
    def __call__(self, coefficients: FloatArray) -> FloatArray:
        """Return `(V, 3)` vertices of our template in the head frame."""
        used = np.flatnonzero(coefficients)
        few = 3 * len(used) < len(coefficients)
        motions = self._motions[used] if few else self._motions
        offsets: DoubleArray = np.zeros_like(self._here.vertices)
        offsets[self._held] = ((coefficients[used] if few else coefficients) @ motions).reshape(
            -1, 3
        )
        return (self._here.vertices + self._here.filled(offsets)).astype(np.float32)


def _heads_of(found: TemplateMap) -> Callable[[FloatArray], FloatArray]:
    """Return what makes vertices on our template from coefficients; made once for each map."""
    if type(found.model) is not ImportedLinear:
        return lambda coefficients: found.head(found.model.instance(coefficients)).vertices
    with _lock:
        if found not in _heads:
            _heads[found] = LinearHeads(found)
        return _heads[found]


class ExpressionFit:
    """Finds the weights of our expressions that move a head most like another motion.

    Parameters
    ----------
    model : LifespanModel
    age : float
        Years.
    """

    def __init__(self, model: LifespanModel, age: float) -> None:
        template, axes = model.template, model.axes[model.groups["expression"]]
        mean, _ = model.neutral_basis(age)
        share = vertex_areas(mean, template.coarse.faces) * template.visible[template.subset]
        weight = np.sqrt(np.repeat(dense_precision(share / share.sum()), 3)).astype(np.float32)
        basis = model.expression_basis(age)
        self._names = [axis.name for axis in axes]
        self._subset, self._weight = template.subset, weight
        self._design = basis.reshape(len(basis), -1) * weight
        prior = np.full(len(axes), AXIS_PRIOR["expression"])
        with one_thread():
            among = self._design @ self._design.T
        self._form: DoubleArray = among.astype(np.float64) + np.diag(1.0 / prior**2)
        self._low, self._high = (
            np.array([getattr(axis, end) for axis in axes], np.float64) for end in ("low", "high")
        )
        self._gaze = Gaze(self._names, others=0)

    @one_thread()
    def weights(self, offsets: FloatArray) -> Weights:
        """Return the weights for `(V, 3)` offsets of our fine level, mm."""
        seen = self._design @ (offsets[self._subset].ravel() * self._weight)
        found = self._gaze.solve(self._form, seen.astype(np.float64), self._low, self._high)
        return Weights(
            {name: round(float(w), 4) for name, w in zip(self._names, found, strict=True)}
        )


_heads: WeakKeyDictionary[TemplateMap, LinearHeads] = WeakKeyDictionary()
_fits: WeakKeyDictionary[LifespanModel, dict[float, ExpressionFit]] = WeakKeyDictionary()
_lock = threading.Lock()


def _fit_at(model: LifespanModel, age: float) -> ExpressionFit:
    with _lock:
        ages = _fits.setdefault(model, {})
        if age not in ages:
            ages[age] = ExpressionFit(model, age)
        return ages[age]

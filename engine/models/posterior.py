"""What a person most likely becomes when parts of the face are asked to move.

A posterior shape model (Albrecht, Luethi, Gerig and Vetter, Posterior shape models, Medical
Image Analysis 17, 2013): the prior of the change is the head model's, centred on the person as
he or she is, and the points that move are observations of it with noise. Two things are added.
The rest of the face is observed too, loosely, not to move: a pulled nose moves the nose and not
the skull. And the result stays in the ball of plausible heads: the most probable one in it is
the solution of a trust-region problem (More and Sorensen, Computing a trust region step, 1983).
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from facewright.engine.arrays import DoubleArray, FloatArray, IntArray
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.geometry.threads import one_thread
from facewright.engine.models.lifespan_axes import SHAPE
from facewright.engine.models.plausible import IMPLAUSIBLE

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

HELD_POINTS = 100.0
"""How many independent observations the rest of the face counts for."""
WITHIN = 0.98
"""Share of the limit of plausibility that is used: rounding must not step over it."""
KEPT = 2
"""How many ages are remembered, 11 MB each."""
STEPS = 30
"""Most steps of Newton's method; a handful do."""


class Person:
    """The shapes that a head may take while it stays a plausible person.

    All inside is in prior standard deviations of the shape axes, K of them.

    Parameters
    ----------
    model : LifespanModel
    coefficients : (A,)
        Of all axes of the model: the head as it is.
    hold : float
        Mm: how far the rest of the face is expected to move, one standard deviation.
    """

    def __init__(self, model: LifespanModel, coefficients: ArrayLike, hold: float) -> None:
        now = np.asarray(coefficients, np.float64)
        rows = [model.groups[group] for group in SHAPE]
        self._sd: DoubleArray = np.concatenate([model.prior_sd[row] for row in rows])
        self._names = [axis.name for row in rows for axis in model.axes[row]]
        self._start = np.concatenate([now[row] for row in rows]) / self._sd
        count = len(self._start)
        allowed = count + WITHIN * IMPLAUSIBLE * math.sqrt(2 * count)
        # A person who is beyond the limit already may stay as unusual, and become no more so.
        self._radius = max(math.sqrt(allowed), float(np.linalg.norm(self._start)))
        self._motions, held = _surroundings(model, float(now[0]))
        self._information = np.eye(count) + held * (HELD_POINTS / hold**2)

    def motions(self, points: sparse.csr_array | IntArray) -> FloatArray:
        """Return `(K, 3 N)` mm per sd of N points: coarse vertices, or `(N, C)` weights of them."""
        if isinstance(points, np.ndarray):
            return np.ascontiguousarray(self._motions[:, points].reshape(len(self._start), -1))
        used = np.flatnonzero(points.sum(axis=0))
        weights = points[:, used].toarray().astype(np.float32)
        moved = np.einsum("nc,kcd->knd", weights, self._motions[:, used])
        return np.asarray(moved.reshape(len(self._start), -1))

    def observe(self, motions: FloatArray, precision: ArrayLike) -> None:
        """Expect something of N points, one over the variance in mm^2 of each, `(N,)`."""
        weight = np.sqrt(np.repeat(np.asarray(precision, np.float32), 3))
        with one_thread():
            root = motions * weight
            self._information += root @ root.T

    def change(self, gathered: ArrayLike) -> dict[str, float]:
        """Return what to add to each axis, in its own units, by name.

        Parameters
        ----------
        gathered : (K,)
            Sum over the observed points of precision times motions times offset.
        """
        with one_thread():
            at = nearest_within(
                self._information,
                np.asarray(gathered, np.float64) + self._information @ self._start,
                self._radius,
            )
        change = (at - self._start) * self._sd
        return {
            name: float(amount)
            for name, amount in zip(self._names, change, strict=True)
            if abs(amount) > 1e-7
        }


def nearest_within(information: DoubleArray, pull: DoubleArray, radius: float) -> DoubleArray:
    """Return the `(K,)` y that minimises `y'Ay / 2 - y'pull` in the ball of a radius.

    Parameters
    ----------
    information : (K, K)
        A, positive definite.
    pull : (K,)
    radius : float
    """
    from scipy.linalg import cho_solve, cholesky, solve_triangular

    extra, y = 0.0, np.zeros_like(pull)
    for _ in range(STEPS):
        root = cholesky(information + extra * np.eye(len(pull)), lower=True, check_finite=False)
        y = cho_solve((root, True), pull, check_finite=False)
        length = float(np.linalg.norm(y))
        if length <= radius * (1.0 + 1e-6):
            break
        slope = float(np.linalg.norm(solve_triangular(root, y, lower=True, check_finite=False)))
        extra += (length / slope) ** 2 * (length - radius) / radius
    return np.asarray(y * min(1.0, radius / max(float(np.linalg.norm(y)), 1e-12)))


_Known = tuple[FloatArray, DoubleArray]
_known: WeakKeyDictionary[LifespanModel, dict[float, _Known]] = WeakKeyDictionary()
_lock = threading.Lock()


def _surroundings(model: LifespanModel, age: float) -> _Known:
    """Return the motions `(K, C, 3)` of the coarse level and what holding all of it means.

    The second is `(K, K)`: the information of one observation with 1 mm, spread over the surface.
    """
    with _lock:  # the window and its jobs share what is known
        ages = _known.setdefault(model, {})
        if age not in ages:
            while len(ages) >= KEPT:
                ages.pop(next(iter(ages)))
            ages[age] = _made_surroundings(model, age)
        return ages[age]


@one_thread()
def _made_surroundings(model: LifespanModel, age: float) -> _Known:
    mean, basis = model.neutral_basis(age)
    first, last = model.groups[SHAPE[0]].start, model.groups[SHAPE[-1]].stop
    sd = np.asarray(model.prior_sd[first:last], np.float32)
    motions = basis[first - 1 : last - 1] * sd[:, None, None]
    share = vertex_areas(mean, model.template.coarse.faces)
    weight = np.sqrt(np.repeat(share / share.sum(), 3)).astype(np.float32)
    root = motions.reshape(len(motions), -1) * weight
    return motions, (root @ root.T).astype(np.float64)

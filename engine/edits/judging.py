"""How a head is judged: by its coefficients, less what these owe to detail of no model.

A model explains the faces of real people to some tenths of a millimetre. What is left of a scan
is a person's own form, not rare coefficients; but least squares under little noise spend
coefficients on it, most on the weakest axes, and a good scan reads as no likely person. So a
head is judged as if it had been seen with as much noise as the model leaves of it. Changes that
edits make later count in full, and heads of the model, of which nothing is left, as they are.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray, FloatArray, frozen
from facewright.engine.edits.reshape import Detail, encode
from facewright.engine.face import TRAITS, Face
from facewright.engine.geometry.threads import one_thread
from facewright.engine.models.linear import NOISE

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

MOST_LEFT = 0.5
"""Mm, root mean square along each axis: what the model leaves of the faces of real people at
most (0.28 to 0.54 of 14 scans). What is left of a head beyond that counts against it."""
KEPT = 4
"""How many ages are remembered."""


def judged(face: Face, model: LifespanModel) -> FloatArray:
    """Return the `(K,)` coefficients that a face is judged by.

    Raises
    ------
    InputError
        If the head lives on another topology than the model's.
    """
    encoding = encode(face, model)
    if encoding.detail is None:
        return encoding.coefficients
    return encoding.coefficients - _owed(encoding.detail, face, model)


def left_over(detail: Detail, model: LifespanModel) -> float:
    """Return what the model leaves of the outer face, root mean square along each axis, mm."""
    outer = detail.residual[model.template.face]
    return float(np.sqrt(np.square(outer, dtype=np.float64).mean()))


@one_thread()
def _owed(detail: Detail, face: Face, model: LifespanModel) -> FloatArray:
    """Return what the coefficients owe to the detail, `(K,)`.

    Where S is the covariance of the coefficients c after they were seen with `NOISE`, and P the
    prior precision, seeing them with a share s of that precision would have given
    `(s I + (1 - s) S P)^-1 s c`: both solve the same normal equations but for s.
    """
    with _lock:
        known = _debts.get(detail)
    if known is not None:
        return known
    owed = np.zeros(len(detail.coefficients), np.float32)
    share = (NOISE / float(np.clip(left_over(detail, model), NOISE, MOST_LEFT))) ** 2
    if share < 1.0:
        covariance, free = _belief(detail, face, model)
        coefficients = detail.coefficients[free].astype(np.float64)
        prior = 1.0 / np.square(np.asarray(model.prior_sd, np.float64)[free])
        mixed = share * np.eye(len(free)) + (1.0 - share) * covariance * prior
        owed[free] = coefficients - np.linalg.solve(mixed, share * coefficients)
    with _lock:
        _debts[detail] = frozen(owed)
    return owed


_Belief = tuple[DoubleArray, NDArray[np.int64]]
_debts: WeakKeyDictionary[Detail, FloatArray] = WeakKeyDictionary()
_beliefs: WeakKeyDictionary[LifespanModel, dict[float, _Belief]] = WeakKeyDictionary()
_lock = threading.Lock()


def _belief(detail: Detail, face: Face, model: LifespanModel) -> _Belief:
    """Return the covariance of the shape axes after they were seen, and which they are.

    It depends on the age alone: any head's will do.
    """
    age = float(detail.coefficients[0])
    with _lock:
        ages = _beliefs.setdefault(model, {})
        if age in ages:
            return ages[age]
    rows = {axis.name: row for row, axis in enumerate(model.axes)}
    about = {name: float(detail.coefficients[rows[name]]) for name in TRAITS}
    seen, free = model.posterior(face.mesh, given=about)
    with _lock:
        while len(ages) >= KEPT:
            ages.pop(next(iter(ages)))
        ages[age] = seen.covariance, free
    return seen.covariance, free

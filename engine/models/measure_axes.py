"""Axes with a name: the most likely change of a head that changes one of its measures.

A statistical model moves along modes that nobody can name. A measure of the face, such as the
width of the nose, is linear in the coefficients, so there is one direction that changes it at
the least cost in standard deviations (after "Facial attributes" in Blanz and Vetter, A Morphable
Model for the Synthesis of 3D Faces, 1999, under the model's own prior). That direction alone
would grow the whole head with the nose, because they go together in people; here the other named
measures are held as well, softly, so that what is asked for stands out and the rest follows a
little.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.errors import InputError
from facewright.engine.face import Weights
from facewright.engine.models.axis_words import Measure, changes, known_measures

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel

GROUPS = ("identity", "detail")
"""Axes that measures are changed by: those that are alike on both sides."""

ADULT = 30.0
"""Years; where the directions are taken, so that they stay the same at every age."""

TOLERANCE = 0.5
"""How loosely the other measures are held, in sd of each: less costs plausibility, more lets a
wider nose widen the face."""
HELD = 0.02
"""The same for a measure that the user has locked."""


class MeasureAxes:
    """Reads and sets named measures of identity weights, in standard deviations.

    Parameters
    ----------
    model : LifespanModel

    Attributes
    ----------
    measures : mapping of str to Measure
        By key, `face_width`; those that the template has landmarks for.
    """

    def __init__(self, model: LifespanModel) -> None:
        rows = slice(model.groups[GROUPS[0]].start, model.groups[GROUPS[-1]].stop)
        self._columns = slice(rows.start - 1, rows.stop - 1)
        self._names = [axis.name for axis in model.axes[rows]]
        self._sd: DoubleArray = np.asarray(model.prior_sd[rows], dtype=np.float64)
        known = known_measures(model)
        self.measures: Mapping[str, Measure] = {key_of(measure): measure for measure in known}
        gradients = self._gradients(model, ADULT)
        self._spread: DoubleArray = np.linalg.norm(gradients, axis=0)
        self._unit: DoubleArray = gradients / self._spread
        self._place = {key: column for column, key in enumerate(self.measures)}

    def values(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Return how far identity weights change each measure, in sd of the measure."""
        read = self._standard(weights) @ self._unit
        return {key: float(read[column]) for key, column in self._place.items()}

    def with_value(
        self, weights: Weights, key: str, value: float, locked: Collection[str] = ()
    ) -> Weights:
        """Return identity weights that change the measure `key` by `value` sd.

        Parameters
        ----------
        weights : Weights
        key : str
            Of `measures`.
        value : float
            Standard deviations of the measure.
        locked : collection of str
            Axes that keep their weight, and measures that keep their value.

        Raises
        ------
        InputError
            If there is no such measure, or the locks leave nothing that changes it.
        """
        self._check(key)
        z = self._standard(weights)
        missing = value - float(z @ self._unit[:, self._place[key]])
        if abs(missing) < 1e-9:
            return weights
        return self._weights(weights, z + missing * self._direction(key, locked))

    def with_values(
        self, weights: Weights, values: Mapping[str, float], locked: Collection[str] = ()
    ) -> Weights:
        """Return identity weights that change several measures at once, the least in sd of axes.

        Exactly, unless locked axes leave too few that are free: then as nearly as these can.

        Parameters
        ----------
        weights : Weights
        values : mapping of str to float
            Standard deviations, by key of `measures`.
        locked : collection of str
            Axes that keep their weight, and measures that keep their value.

        Raises
        ------
        InputError
            If there is no such measure.
        """
        for key in values:
            self._check(key)
        now = self.values(weights)
        kept = {key: now[key] for key in self.measures if key in locked and key not in values}
        wanted = {**kept, **values}
        z = self._standard(weights)
        free = np.array([name not in locked for name in self._names], dtype=np.float64)
        unit = self._unit[:, [self._place[key] for key in wanted]] * free[:, None]
        missing = np.array([value - now[key] for key, value in wanted.items()])
        moved = z + np.linalg.lstsq(unit.T, missing, rcond=1e-6)[0]
        return self._weights(weights, moved)

    def millimetres(self, model: LifespanModel, age: float = ADULT) -> dict[str, float]:
        """Return how far one sd of each measure changes it at an age, mm."""
        gradients = self._gradients(model, age)
        return {
            key: float(gradients[:, column] @ self._direction(key, ()))
            for key, column in self._place.items()
        }

    def _check(self, key: str) -> None:
        if key not in self._place:
            raise InputError(f'The head has no measure "{key}": see its named axes.')

    def _weights(self, before: Weights, moved: DoubleArray) -> Weights:
        """Return weights with the `(K,)` axes at `moved` prior sd."""
        settled = np.where(np.abs(moved) < 1e-6, 0.0, moved * self._sd)
        return Weights({**before, **dict(zip(self._names, settled.tolist(), strict=True))})

    def _gradients(self, model: LifespanModel, age: float) -> DoubleArray:
        """Return `(K, M)` mm: how far one prior sd of each axis changes each measure."""
        _, basis = model.neutral_basis(age)
        measures = tuple(self.measures.values())
        return changes(model, basis[self._columns], measures) * self._sd[:, None]

    def _standard(self, weights: Mapping[str, float]) -> DoubleArray:
        return np.array([weights.get(name, 0.0) for name in self._names]) / self._sd

    def _direction(self, key: str, locked: Collection[str]) -> DoubleArray:
        """Return the `(K,)` change in prior sd that changes `key` by 1 sd.

        Least |z|^2 + sum over the other measures of (change / tolerance)^2. The identity plus
        a matrix of low rank is inverted by Woodbury's formula, at the number of measures.
        """
        column = self._place[key]
        free = np.array([name not in locked for name in self._names], dtype=np.float64)
        unit = self._unit * free[:, None]
        others = np.arange(unit.shape[1]) != column
        held = np.array([HELD if other in locked else TOLERANCE for other in self._place])
        firm = unit[:, others] / held[others]
        target = unit[:, column]
        small = np.eye(firm.shape[1]) + firm.T @ firm
        direction = target - firm @ np.linalg.solve(small, firm.T @ target)
        reach = float(target @ direction)
        if reach < 1e-6:
            raise InputError("Everything that changes this measure is locked: unlock some of it.")
        return np.asarray(direction / reach)


@lru_cache(maxsize=2)
def measure_axes(model: LifespanModel) -> MeasureAxes:
    """Return the measures of a model; the same for all who ask, for they take a while to find."""
    return MeasureAxes(model)


def key_of(measure: Measure) -> str:
    """Return what a measure is called in code: `face_width`."""
    return measure.label.lower().replace(" ", "_")

"""Controllers: named features of a face moved by standard deviations (NEO-3DF, section 3).

`z' = z + (c o sigma) M`, with a map and a sigma for each part and age; the head follows by what
that changes in the shape that the part's decoder makes, so that whatever the decoder cannot hold
stays. The five parts move by themselves; the rest moves and takes the five along by (0, dy, dz).

Beyond the paper: what the map missed of a feature is asked for again (`_aimed`), as decoders are
not linear; and each part is blended into its own surroundings alone and the motions are added, so
that parts can be moved in any order and leave each other as they are.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.errors import InputError
from facewright.engine.models.base import Axis
from facewright.engine.models.parts.ages import at_age
from facewright.engine.models.parts.relative import ADULT
from facewright.engine.models.parts.rules import (
    CONTROLLERS,
    FEATURES,
    LEADERS,
    SIDES,
    WHOLE,
    Controller,
    Ruler,
)
from facewright.engine.models.parts.segments import PARTS, REST

if TYPE_CHECKING:
    from facewright.engine.geometry.constrained_arap import ConstrainedArap
    from facewright.engine.models.parts.model import PartsModel

    _Moved = tuple[FloatArray, FloatArray, ConstrainedArap]

MIDDLE = 6.0
"""Mm to either side of the middle, on the mean adult, over which one side's motion ends.

A controller `nose_width` also has `nose_width_left` and `nose_width_right`, the subject's sides.
"""
KEPT = 3
"""Steps of each part whose motion is remembered: of who drags, and who draws variations."""
SHRINKING = 0.85
"""Share of itself that a feature may lose: thin lips of the old have less than 3 sd to give."""
AIMED = 2
"""Times that a step of a part is mended."""
KEYS = {controller.key: place for place, controller in enumerate(CONTROLLERS)}
_COLUMNS = {
    part: [place for place, controller in enumerate(FEATURES) if controller.part == part]
    for part in (WHOLE, *PARTS)
}
_LENGTHS = np.array([feature.rule == "distance" for feature in FEATURES])
_LEADERS = [
    tuple([feature.key for feature in FEATURES].index(key) for key in pair)
    for pair in LEADERS.items()
]


class Steering:
    """Moves heads by controllers.

    Parameters
    ----------
    model : PartsModel
    maps : mapping
        `sigma` (A, 31), mm, and `<part>.map` (A, M, L), latents in sd for a mm, for the M
        features of a part in the order of `FEATURES`; of the ages of `YEARS`.

    Attributes
    ----------
    model : PartsModel
    axes : tuple of Axis
        One for each controller, in the table's order, grouped by part.
    """

    def __init__(self, model: PartsModel, maps: Mapping[str, NDArray[Any]]) -> None:
        self.model, self._maps = model, maps
        self.axes = tuple(_axis(controller) for controller in CONTROLLERS)
        x = model.relative.scale(ADULT).mean[:, 0]
        share = np.clip((x + MIDDLE) / (2 * MIDDLE), 0, 1)
        self._left = np.asarray(share * share * (3 - 2 * share), np.float32)[:, None]

    def sigma(self, age: float) -> DoubleArray:
        """Return the `(31,)` mm by which people of an age differ in each feature, one sd."""
        return np.asarray(at_age(self._maps["sigma"], self.model.relative.years, age), np.float64)

    def head(self, vertices: FloatArray, age: float) -> SteeredHead:
        """Return a head, `(V, 3)` float32 mm at rest, of an age in years, ready to be moved."""
        return SteeredHead(self, vertices, age)

    def steered(
        self,
        vertices: FloatArray,
        age: float,
        amounts: Mapping[str, float],
        *,
        blended: bool = True,
    ) -> FloatArray:
        """Return a head with its features moved; see `SteeredHead.moved`."""
        return self.head(vertices, age).moved(amounts, blended=blended)

    def steps(self, amounts: Mapping[str, float], age: float) -> dict[str, DoubleArray]:
        """Return what is asked of the features of each part that moves, `(2, M)` mm: right, left.

        Raises
        ------
        InputError
            If there is no such controller, or an amount is no finite number.
        """
        wanted = np.zeros((2, len(FEATURES)))
        for name, amount in amounts.items():
            place, sides = _place(name)
            wanted[sides, place] += amount
        if not np.isfinite(wanted).all():
            raise InputError("A controller has no finite value: choose a smaller one.")
        millimetres = wanted * self.sigma(age)
        for leader, follower in _LEADERS:
            millimetres[:, follower] = millimetres[:, leader]
        steps = {}
        for part, columns in _COLUMNS.items():
            if millimetres[:, columns].any():
                steps[REST if part == WHOLE else part] = millimetres[:, columns]
        return steps

    def way(self, part: str, age: float) -> DoubleArray:
        """Return the map M of a part, `PARTS` or `REST`, at an age: `(M, L)` sd for a mm."""
        rows = self._maps[f"{WHOLE if part == REST else part}.map"]
        return np.asarray(at_age(rows, self.model.relative.years, age), np.float64)

    def left(self, part: str) -> FloatArray:
        """Return how far each vertex of a part is of the left side, `(N, 1)` in [0, 1]."""
        return self._left[self.model.relative.members(part)]


class SteeredHead:
    """A head that is moved again and again, as by a hand on a slider.

    What one part does is worked out apart from the others and kept until its own controllers
    change. So parts can be moved in any order, and one leaves the others as they are.

    Parameters
    ----------
    steering : Steering
    vertices : (V, 3) float32
    age : float
    """

    def __init__(self, steering: Steering, vertices: FloatArray, age: float) -> None:
        self._steering, self.model = steering, steering.model
        self.vertices, self.age = vertices, age
        self._latents: dict[str, DoubleArray] = {}
        self._fields: dict[tuple[str, bool, bytes], FloatArray] = {}
        self._lock = threading.Lock()

    @property
    def ruler(self) -> Ruler:
        """What measures its features."""
        return self.model.ruler

    def moved(self, amounts: Mapping[str, float], *, blended: bool = True) -> FloatArray:
        """Return the head with its features moved.

        Parameters
        ----------
        amounts : mapping of str to float
            By key of a controller, with or without a side, in sd of its feature at that age.
        blended : bool
            False leaves the transition area as it was.

        Returns
        -------
        (V, 3) float32
            The very same numbers outside of the parts that move and of their transition areas.

        Raises
        ------
        InputError
            If there is no such controller, or an amount is no finite number.
        """
        steps = self._steering.steps(amounts, self.age)
        if not steps:
            return self.vertices
        result = self.vertices.copy()
        for part, step in steps.items():
            result += self._field(part, step, blended)
        return result

    # -- inside ------------------------------------------------------------------------------

    def _field(self, part: str, step: DoubleArray, blended: bool) -> FloatArray:
        """Return how far every vertex goes for a part's step, `(V, 3)` mm."""
        key = part, blended, step.tobytes()
        with self._lock:
            field = self._fields.get(key)
        if field is None:
            rest, moved, arap = self._rest(step) if part == REST else self._part(part, step)
            field = np.asarray((arap.bent(rest, moved) if blended else moved) - self.vertices)
            with self._lock:
                self._fields[key] = field
                same = [other for other in self._fields if other[:2] == key[:2]]
                for old in same[:-KEPT]:
                    del self._fields[old]
        return field

    def _z(self, part: str) -> DoubleArray:
        if part not in self._latents:
            self._latents |= self.model.latents(self.vertices, self.age, parts=(part,))
        return self._latents[part]

    def _part(self, part: str, step: DoubleArray) -> _Moved:
        """Return the head at rest, with the part moved, and what blends its own surroundings."""
        shape, z = self.model.shapes[part], self._z(part)
        right, left = step
        moved = self._with(part, shape.moved(z, self._aimed(part, left)))
        if (left != right).any():
            other = self._with(part, shape.moved(z, self._aimed(part, right)))
            members, share = self.model.relative.members(part), self._steering.left(part)
            moved[members] = share * moved[members] + (1 - share) * other[members]
        return self.vertices, moved, self.model.blending_about(part)

    def _with(self, part: str, change: FloatArray) -> FloatArray:
        """Return the head with a part moved by `(N, 3)` mm on an adult."""
        moved = self.vertices.copy()
        size = self.model.relative.scale(self.age).size
        moved[self.model.relative.members(part)] += size * change
        return moved

    def _aimed(self, part: str, millimetres: DoubleArray) -> DoubleArray:
        """Return the latents at which the `(M,)` features of a part have changed as asked.

        The map is linear, a decoder is not: what a step missed of the features that are asked to
        change is asked for again.
        """
        z, shape = self._z(part), self.model.shapes[part]
        way, columns = self._steering.way(part, self.age), _COLUMNS[part]
        before = self.ruler.measured(self.vertices)[columns]
        millimetres = np.where(
            _LENGTHS[columns], np.maximum(millimetres, -SHRINKING * before), millimetres
        )
        after, nearest, least = z + millimetres @ way, z, np.inf
        for _ in range(1 + AIMED):
            moved = self._with(part, shape.moved(z, after))
            missed = millimetres - (self.ruler.measured(moved)[columns] - before)
            missed[millimetres == 0] = 0.0
            far = float(missed @ missed)
            if far >= least:
                break  # no shape of the part has such features
            nearest, least = after, far
            after = after + missed @ way
        return nearest

    def _rest(self, step: DoubleArray) -> _Moved:
        """Return the rest moved, with the parts taken along, and what blends all of them."""
        relative, segments = self.model.relative, self.model.segments
        size, z = relative.scale(self.age).size, self._z(REST)
        after = z + step[0] @ self._steering.way(REST, self.age)
        rest = self.vertices.copy()
        rest[relative.members(REST)] += size * self.model.shapes[REST].moved(z, after)
        moved = self.vertices.copy()
        moved[segments.members[REST]] = rest[segments.members[REST]]
        along = size * (self.model.offsets(after) - self.model.offsets(z))
        for part, offset in zip(PARTS, along, strict=True):
            moved[relative.members(part)] += offset
        return rest, moved, self.model.blending


def controller_of(name: str) -> Controller:
    """Return the controller that a name with or without a side means.

    Raises
    ------
    InputError
        If there is none.
    """
    return CONTROLLERS[_place(name)[0]]


def called(name: str) -> str:
    """Return what a name with or without a side means, in words: "Nose width, left"."""
    controller = controller_of(name)
    side = name.removeprefix(controller.key).removeprefix("_")
    return f"{controller.called}, {side}" if side else controller.called


def _place(name: str) -> tuple[int, slice]:
    """Return where a controller stands in the table, and which of right and left it moves."""
    if name in KEYS:
        return KEYS[name], slice(None)
    for row, side in enumerate(SIDES):
        key = name.removesuffix(f"_{side}")
        if key != name and key in KEYS and CONTROLLERS[KEYS[key]].sided:
            return KEYS[key], slice(row, row + 1)
    raise InputError(f'There is no controller "{name}": see `facewright-cli edit --list`.')


def _axis(controller: Controller) -> Axis:
    return Axis(
        controller.key, controller.label, "sd", -3.0, 3.0, 0.0, controller.part,
        f"Left: {controller.less}. Right: {controller.more}.",
    )  # fmt: skip

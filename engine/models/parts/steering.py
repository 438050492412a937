"""Controllers: named features of a face moved by standard deviations (NEO-3DF, section 3).

`z' = z + (c o sigma) M`, with a map and a sigma for each part and age; the head follows by what
that changes in the shape that the part's decoder makes, so that whatever the decoder cannot hold
stays. The five parts move by themselves; the rest moves and takes the five along by (0, dy, dz).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import DoubleArray, FloatArray
from facewright.engine.errors import InputError
from facewright.engine.models.base import Axis
from facewright.engine.models.parts.ages import at_age
from facewright.engine.models.parts.relative import ADULT
from facewright.engine.models.parts.rules import CONTROLLERS, SIDES, WHOLE, Controller
from facewright.engine.models.parts.segments import PARTS, REST

if TYPE_CHECKING:
    from facewright.engine.models.parts.model import Latents, PartsModel

MIDDLE = 6.0
"""Mm to either side of the middle, on the mean adult, over which one side's motion ends.

A controller `nose_width` also has `nose_width_left` and `nose_width_right`, the subject's sides.
"""
KEYS = {controller.key: place for place, controller in enumerate(CONTROLLERS)}


class Steering:
    """Moves heads by controllers.

    Parameters
    ----------
    model : PartsModel
    maps : mapping
        `sigma` (A, 30), mm, and `<part>.map` (A, M, L), latents in sd for a mm, for the M
        controllers of a part in the order of the table; of the ages of `YEARS`.

    Attributes
    ----------
    axes : tuple of Axis
        One for each controller, in the table's order, grouped by part.
    """

    def __init__(self, model: PartsModel, maps: Mapping[str, NDArray[Any]]) -> None:
        self._model, self._maps = model, maps
        self.axes = tuple(_axis(controller) for controller in CONTROLLERS)
        x = model.relative.scale(ADULT).mean[:, 0]
        share = np.clip((x + MIDDLE) / (2 * MIDDLE), 0, 1)
        self._left = np.asarray(share * share * (3 - 2 * share), np.float32)[:, None]

    def sigma(self, age: float) -> DoubleArray:
        """Return the `(30,)` mm by which people of an age differ in each feature, one sd."""
        return np.asarray(at_age(self._maps["sigma"], self._model.relative.years, age), np.float64)

    def steered(
        self,
        vertices: FloatArray,
        age: float,
        amounts: Mapping[str, float],
        latents: Latents | None = None,
        *,
        blended: bool = True,
    ) -> FloatArray:
        """Return a head with its features moved.

        Parameters
        ----------
        vertices : (V, 3) float32
            Mm, at rest.
        age : float
            Years.
        amounts : mapping of str to float
            By key of a controller, with or without a side, in sd of its feature at that age.
        latents : Latents, optional
            Those of the head, of the parts that move at least.
        blended : bool
            False leaves the transition area as it was.

        Returns
        -------
        (V, 3) float32
            The very same vertices outside of what moves and of the transition area.

        Raises
        ------
        InputError
            If there is no such controller, or an amount is no finite number.
        """
        steps = self._steps(amounts, age)
        if not steps:
            return vertices
        if latents is None:
            latents = self._model.latents(vertices, age, parts=tuple(steps))
        relative = self._model.relative
        size = relative.scale(age).size
        rest, moved = vertices.copy(), vertices.copy()
        if REST in steps:
            z = latents[REST]
            after = z + steps[REST][0]
            own = relative.members(REST)
            rest[own] += size * self._model.shapes[REST].moved(z, after)
            along = size * (self._model.offsets(after) - self._model.offsets(z))
            moved[relative.segments.members[REST]] = rest[relative.segments.members[REST]]
            for part, offset in zip(PARTS, along, strict=True):
                moved[relative.members(part)] += offset
        for part in steps:
            if part != REST:
                moved[relative.members(part)] += size * self._change(part, latents[part], steps)
        return np.asarray(self._model.blending.bent(rest, moved)) if blended else moved

    # -- inside ------------------------------------------------------------------------------

    def _steps(self, amounts: Mapping[str, float], age: float) -> dict[str, list[DoubleArray]]:
        """Return the steps of each part's latents, of the right and the left side."""
        wanted = np.zeros((2, len(CONTROLLERS)))
        for name, amount in amounts.items():
            place, sides = _place(name)
            wanted[sides, place] += amount
        if not np.isfinite(wanted).all():
            raise InputError("A controller has no finite value: choose a smaller one.")
        millimetres = wanted * self.sigma(age)
        steps = {}
        for part in (WHOLE, *PARTS):
            columns = [k for k, controller in enumerate(CONTROLLERS) if controller.part == part]
            if wanted[:, columns].any():
                years = self._model.relative.years
                way = at_age(self._maps[f"{part}.map"], years, age).astype(np.float64)
                steps[REST if part == WHOLE else part] = list(millimetres[:, columns] @ way)
        return steps

    def _change(
        self, part: str, z: DoubleArray, steps: Mapping[str, list[DoubleArray]]
    ) -> FloatArray:
        """Return how far the `(N, 3)` vertices of a part move on an adult, mm."""
        right, left = steps[part]
        shape = self._model.shapes[part]
        moved = shape.moved(z, z + left)
        if (left == right).all():
            return moved
        share = self._left[self._model.relative.members(part)]
        return np.asarray(share * moved + (1 - share) * shape.moved(z, z + right))


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

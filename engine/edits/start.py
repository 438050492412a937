"""A model head to begin with: the mean or a random person of an age, sex and ancestry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar
from weakref import WeakKeyDictionary

import numpy as np

from facewright.engine.arrays import FloatArray, frozen
from facewright.engine.edits.base import Slider
from facewright.engine.edits.reshape import Detail, Encoding, decode, detail_on, subject_of
from facewright.engine.edits.trait_fields import AfricanField, AsianField, AtTraits, SexField
from facewright.engine.face import Face
from facewright.engine.models.lifespan_axes import SHAPE

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.models.store import ModelStore


@dataclass(frozen=True, eq=False, kw_only=True)
class Start(AtTraits):
    """Begin with a head of the life-span model.

    Seed 0 is the mean head of the traits; any other seed is a person drawn from the model,
    always the same one. Lower variety draws people closer to the mean. A person also has fine
    form, which no axis of the model holds: it rides along as a scan's detail does.
    """

    kind: ClassVar[str] = "start"
    label: ClassVar[str] = "Model head"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    age: Annotated[float, Slider(0, 90, "years", 0.5, "Age", "Age of the head.")] = 30.0
    sex: SexField = 0.0
    african: AfricanField = 0.0
    asian: AsianField = 0.0
    seed: Annotated[int, Slider(0, 9999, "", 1, "Person", "0 is the mean; others are random.")] = 0
    variety: Annotated[
        float, Slider(0, 1.5, "", 0.05, "Variety", "How far random people lie from the mean.")
    ] = 1.0
    fine: Annotated[
        float, Slider(0, 1.5, "", 0.05, "Fine form", "How much of it: 1 is as much as people have.")
    ] = 1.0
    fine_seed: Annotated[
        int, Slider(0, 10000, "", 1, "Fine form of person", "0 is their own; others are random.")
    ] = 0

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return a new head; nothing of `face` remains."""
        model = models.lifespan()
        coefficients = np.array([axis.default for axis in model.axes], dtype=np.float32)
        if self.seed:
            sample = model.sample(np.random.default_rng(self.seed), 1, age=self.age)[0]
            for group in SHAPE:
                coefficients[model.groups[group]] = self.variety * sample[model.groups[group]]
        coefficients[model.groups["age"]] = self.age
        coefficients[model.groups["sex"]] = self.sex
        coefficients[model.groups["ancestry"]] = (self.african, self.asian)
        made = Encoding(frozen(coefficients), self._detail(model))
        return Face(mesh=decode(made, model), subject=subject_of(coefficients, model))

    def _detail(self, model: LifespanModel) -> Detail | None:
        """Return what the person has beside coefficients; it is carried from the mean adult."""
        seed = self.fine_seed or self.seed
        share = self.fine if self.fine_seed else self.fine * self.variety
        if not (seed and share):
            return None
        default = np.array([axis.default for axis in model.axes], dtype=np.float32)
        form = np.float32(share) * _fine_form(model, seed)
        return detail_on(model.mean().vertices, form, frozen(default), model)


_last: WeakKeyDictionary[LifespanModel, tuple[int, FloatArray]] = WeakKeyDictionary()


def _fine_form(model: LifespanModel, seed: int) -> FloatArray:
    """Return the `(V, 3)` fine form of a seed on the mean adult, mm; the last one is remembered.

    Its stream of numbers is not that of the axes, or each person's form would tell of the axes.
    """
    known = _last.get(model)
    if known is None or known[0] != seed:
        known = _last[model] = seed, model.fine_form(np.random.default_rng([seed, 1]))
    return known[1]

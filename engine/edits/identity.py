"""Change who the head is, or how its two sides differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from facewright.engine.edits.base import AxisSliders, Edit
from facewright.engine.edits.reshape import shifted
from facewright.engine.face import NO_WEIGHTS, Face, Weights

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore

IDENTITY, ASYMMETRY = ("identity", "detail"), ("asymmetry",)
"""Groups of the model's axes that the steps move."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Identity(Edit):
    """Move the person along the model's identity axes, in standard deviations from now."""

    kind: ClassVar[str] = "identity"
    label: ClassVar[str] = "Shape"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    weights: Annotated[Weights, AxisSliders("lifespan", IDENTITY, "Identity")] = NO_WEIGHTS

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face with the weights added to its coefficients.

        Raises
        ------
        InputError
            If a weight names no axis of the step's groups.
        """
        return shifted(face, models.lifespan(), self.weights, IDENTITY)


@dataclass(frozen=True, eq=False, kw_only=True)
class Asymmetry(Edit):
    """Add or take asymmetry along the model's asymmetry axes, in standard deviations from now."""

    kind: ClassVar[str] = "asymmetry"
    label: ClassVar[str] = "Asymmetry"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    weights: Annotated[Weights, AxisSliders("lifespan", ASYMMETRY, "Asymmetry")] = NO_WEIGHTS

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face with the weights added to its coefficients.

        Raises
        ------
        InputError
            If a weight names no axis of the step's groups.
        """
        return shifted(face, models.lifespan(), self.weights, ASYMMETRY)

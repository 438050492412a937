"""Change who the head is, or how its two sides differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from facewright.engine.edits.base import AxisSliders, Edit
from facewright.engine.edits.reshape import shifted
from facewright.engine.face import NO_WEIGHTS, Face, Weights

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore


@dataclass(frozen=True, eq=False, kw_only=True)
class Identity(Edit):
    """Move the person along the model's identity axes, in standard deviations from now."""

    kind: ClassVar[str] = "identity"
    label: ClassVar[str] = "Identity"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    weights: Annotated[Weights, AxisSliders("lifespan", ("identity", "detail"), "Identity")] = (
        NO_WEIGHTS
    )

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face with the weights added to its coefficients.

        Raises
        ------
        InputError
            If a weight has a name that the model does not know.
        """
        return shifted(face, models.lifespan(), self.weights)


@dataclass(frozen=True, eq=False, kw_only=True)
class Asymmetry(Edit):
    """Add or take asymmetry along the model's asymmetry axes, in standard deviations from now."""

    kind: ClassVar[str] = "asymmetry"
    label: ClassVar[str] = "Asymmetry"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    weights: Annotated[Weights, AxisSliders("lifespan", ("asymmetry",), "Asymmetry")] = NO_WEIGHTS

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face with the weights added to its coefficients.

        Raises
        ------
        InputError
            If a weight has a name that the model does not know.
        """
        return shifted(face, models.lifespan(), self.weights)

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
class _AlongAxes(Edit):
    """Move the person along axes of the model."""

    needs: ClassVar[tuple[str, ...]] = ("lifespan",)
    groups: ClassVar[tuple[str, ...]]

    weights: Weights = NO_WEIGHTS

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face with the weights added to its coefficients.

        Raises
        ------
        InputError
            If a weight names no axis of the step's groups.
        """
        return shifted(face, models.lifespan(), self.weights, self.groups)


@dataclass(frozen=True, eq=False, kw_only=True)
class Identity(_AlongAxes):
    """Move the person along the model's identity axes, in standard deviations from now."""

    kind: ClassVar[str] = "identity"
    label: ClassVar[str] = "Shape"
    groups: ClassVar[tuple[str, ...]] = IDENTITY

    weights: Annotated[Weights, AxisSliders("lifespan", IDENTITY, "Identity")] = NO_WEIGHTS


@dataclass(frozen=True, eq=False, kw_only=True)
class Asymmetry(_AlongAxes):
    """Add or take asymmetry along the model's asymmetry axes, in standard deviations from now."""

    kind: ClassVar[str] = "asymmetry"
    label: ClassVar[str] = "Asymmetry"
    groups: ClassVar[tuple[str, ...]] = ASYMMETRY

    weights: Annotated[Weights, AxisSliders("lifespan", ASYMMETRY, "Asymmetry")] = NO_WEIGHTS

"""Give the head an expression."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from facewright.engine.edits.base import AxisSliders, Choice, Edit
from facewright.engine.errors import InputError
from facewright.engine.face import NO_WEIGHTS, Face, Weights

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore


@dataclass(frozen=True, eq=False, kw_only=True)
class Expression(Edit):
    """Set the expression, or add to the one that the head has; the neutral shape stays."""

    kind: ClassVar[str] = "expression"
    label: ClassVar[str] = "Expression"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    weights: Annotated[Weights, AxisSliders("lifespan", ("expression",), "Expression")] = NO_WEIGHTS
    mode: Annotated[
        str,
        Choice(
            (("add", "Add to the present expression"), ("set", "Replace the present expression")),
            "Mode",
        ),
    ] = "add"

    @classmethod
    def initial(cls, face: Face) -> Self:
        """Return the edit that sets the expression which the head has."""
        return cls(weights=face.expression, mode="set")

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face with another expression.

        Raises
        ------
        InputError
            If a weight has a name that the model does not know.
        """
        model = models.lifespan()
        known = {axis.name for axis in model.axes[model.groups["expression"]]}
        for name in self.weights:
            if name not in known:
                raise InputError(f"The model has no expression named {name}: take it out.")
        if self.mode == "set":
            return replace(face, expression=self.weights)
        if not self.weights:
            return face
        now = face.expression
        added = {name: now[name] + self.weights[name] for name in self.weights}
        return replace(face, expression=Weights({**now, **added}))

"""Make the head older or younger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from facewright.engine.edits.base import Edit, Slider
from facewright.engine.edits.reshape import placed
from facewright.engine.face import Face

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore


@dataclass(frozen=True, eq=False, kw_only=True)
class Age(Edit):
    """Carry the person along the model's growth and ageing to another age.

    The step begins at the age that the subject is said to have: a wrong age there means a wrong
    amount of change.
    """

    kind: ClassVar[str] = "age"
    label: ClassVar[str] = "Age"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    years: Annotated[float, Slider(0, 90, "years", 0.5, "Age", "Age to carry the head to.")] = 30.0

    @classmethod
    def initial(cls, face: Face) -> Self:
        """Return the edit at the subject's own age."""
        return cls(years=face.subject.age.value)

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face at `years`; the person's coefficients and detail stay."""
        return placed(face, models.lifespan(), {"age": self.years})

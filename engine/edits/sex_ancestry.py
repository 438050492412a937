"""Move the head along the model's sex and ancestry directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from facewright.engine.edits.reshape import placed
from facewright.engine.edits.trait_fields import AfricanField, AsianField, AtTraits, SexField
from facewright.engine.face import Face

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore


@dataclass(frozen=True, eq=False, kw_only=True)
class SexAncestry(AtTraits):
    """Carry the person to another position on the sex and ancestry axes.

    These are directions between averages of the model's sources, no statement about a person.
    """

    kind: ClassVar[str] = "sex_ancestry"
    label: ClassVar[str] = "Sex and ancestry"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    sex: SexField = 0.0
    african: AfricanField = 0.0
    asian: AsianField = 0.0

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face at these traits; the person's other coefficients and detail stay."""
        targets = {"sex": self.sex, "african": self.african, "asian": self.asian}
        return placed(face, models.lifespan(), targets)

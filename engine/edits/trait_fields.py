"""What several edits share: where a head lies on the axes of age, sex and ancestry."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any, Self

from facewright.engine.edits.base import Edit, Slider
from facewright.engine.face import Face

SexField = Annotated[
    float, Slider(-1, 1, "", 0.1, "Sex", "From male to female.", ("Male", "Female"))
]
AfricanField = Annotated[
    float, Slider(0, 1, "share", 0.05, "African", "Share of African ancestry.")
]
AsianField = Annotated[float, Slider(0, 1, "share", 0.05, "Asian", "Share of Asian ancestry.")]


@dataclass(frozen=True, eq=False, kw_only=True)
class AtTraits(Edit):
    """An edit with fields named like the traits of a subject."""

    @classmethod
    def initial(cls, face: Face) -> Self:
        """Return the edit at what is known or assumed of the subject now."""
        own = {field.name for field in fields(cls)}
        now: dict[str, Any] = {k: v for k, v in face.subject.traits.items() if k in own}
        return cls(**now)

"""Say who the head stands for, without changing its shape."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar

from facewright.engine.edits.base import Slider
from facewright.engine.edits.trait_fields import AfricanField, AsianField, AtTraits, SexField
from facewright.engine.face import Face, Subject, Trait

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore


@dataclass(frozen=True, eq=False, kw_only=True)
class About(AtTraits):
    """State the subject's age, sex and ancestry where they are known.

    Shape alone does not tell age: later steps start from what is said here.
    """

    kind: ClassVar[str] = "subject"
    label: ClassVar[str] = "About the subject"

    age: Annotated[float, Slider(0, 90, "years", 0.1, "Real age", "Age of the subject.")] = 30.0
    sex: SexField = 0.0
    african: AfricanField = 0.0
    asian: AsianField = 0.0

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face with the subject's traits given; those left as they were keep origin."""
        now = face.subject.traits
        changed = {
            name: Trait(getattr(self, name), "given")
            for name in now
            if getattr(self, name) != now[name]
        }
        if not changed:
            return face
        stated: Subject = replace(face.subject, **changed)
        return replace(face, subject=stated)

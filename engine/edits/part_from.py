"""Give the head a part of another one, or some of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np

from facewright.engine.edits.base import Choice, Edit, Hidden, Slider
from facewright.engine.errors import InputError
from facewright.engine.face import Face, Subject
from facewright.engine.models.parts.segments import PARTS

if TYPE_CHECKING:
    from facewright.engine.edits.transfer import Other
    from facewright.engine.models.store import ModelStore
WIDTHS = (5, 40)
"""Mm, on an adult."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PartFrom(Edit):
    """Bring one of the five parts towards that of another head, blended into the skin around it.

    What is brought over is how the donor's part differs from the mean of the donor's age, at the
    size of this head: a nose from an adult suits a child. Where the part is stays as it was, and
    of lips the line along which they meet.

    Attributes
    ----------
    donor : Face or None
        The other head, at rest; without one nothing changes.
    whose : str
        What it is called.
    """

    kind: ClassVar[str] = "part_from"
    label: ClassVar[str] = "Part of another head"
    slow: ClassVar[bool] = True
    needs: ClassVar[tuple[str, ...]] = ("lifespan", "controllers")

    part: Annotated[
        str,
        Choice(
            tuple((part, part.replace("_", " ").capitalize()) for part in PARTS),
            "Part",
            "Which part is taken from the other head.",
        ),
    ] = "nose"
    amount: Annotated[
        float, Slider(0, 1, "share", 0.05, "Amount", "From this head's own to the other's.")
    ] = 1.0
    width: Annotated[
        float,
        Slider(*WIDTHS, "mm", 1, "Blend width", "How far the skin around follows, on an adult."),
    ] = 30.0
    donor: Annotated[Face | None, Hidden()] = None
    whose: Annotated[str, Hidden()] = ""

    @classmethod
    def of(cls, part: str, other: Other, amount: float = 1.0, width: float = 30.0) -> PartFrom:
        """Return the step that takes a part of another head, of which shape and age are kept."""
        age = Subject(age=other.face.subject.age)
        donor = Face(mesh=other.face.mesh, subject=age)
        step = cls(part=part, amount=amount, width=width, donor=donor, whose=other.name)
        return replace(step, title=step.usual_title)

    @property
    def usual_title(self) -> str:
        """What it is called unless the user calls it otherwise."""
        return f"{self.part.replace('_', ' ').capitalize()} of {self.whose}" if self.whose else ""

    def of_part(self, part: str) -> PartFrom:
        """Return the step that takes another part of the same head in place of this one."""
        other = replace(self, part=part)
        own = self.title != self.usual_title
        return other if own else replace(other, title=other.usual_title)

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face with the part moved and marked as inferred.

        Raises
        ------
        InputError
            If there is no such part, the width is none, or the heads are on different templates.
        """
        if self.donor is None or not self.amount:
            return face
        model = models.controllers()
        if self.part not in PARTS:
            raise InputError(f"There is no part {self.part}: use one of {', '.join(PARTS)}.")
        if not WIDTHS[0] <= self.width <= WIDTHS[1]:
            raise InputError(
                f"A blend width is {WIDTHS[0]} to {WIDTHS[1]} mm: choose one of these."
            )
        if {face.mesh.topology.id, self.donor.mesh.topology.id} != {model.topology.id}:
            raise InputError("The heads are on different templates: register their scans again.")
        vertices, age = face.mesh.vertices, face.subject.age.value
        own, _ = model.relative.taken(vertices, age)
        other, _ = model.relative.taken(self.donor.mesh.vertices, self.donor.subject.age.value)
        size = model.relative.scale(age).size
        members = model.segments.members[self.part]
        moved = vertices.copy()
        moved[members] += np.float32(self.amount) * size * (other[self.part] - own[self.part])
        result = model.blending_about(self.part, self.width).bent(vertices, moved)
        return face.with_vertices(np.asarray(result)).with_inferred(
            (result != vertices).any(axis=1)
        )

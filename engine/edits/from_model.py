"""A head of somebody else's model, in our template: what every other step can go on from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from facewright.engine.edits.base import Edit, Hidden
from facewright.engine.errors import InputError
from facewright.engine.face import NO_WEIGHTS, Face, Weights

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore


@dataclass(frozen=True, eq=False, kw_only=True)
class FromModel(Edit):
    """Begin with a head of an imported model, carried to our template.

    What is slow is done before: the templates are matched in a job, once for each model.

    Attributes
    ----------
    model, version : str
        An imported model; without one nothing changes.
    weights : Weights
        Of its axes, in their own units.
    """

    kind: ClassVar[str] = "from_model"
    label: ClassVar[str] = "Head of another model"
    slow: ClassVar[bool] = True
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    model: Annotated[str, Hidden()] = ""
    version: Annotated[str, Hidden()] = ""
    weights: Annotated[Weights, Hidden()] = NO_WEIGHTS

    @property
    def models(self) -> tuple[str, ...]:
        """Our model and the other one."""
        return (*self.needs, self.model) if self.model else self.needs

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return a new head; nothing of the face before remains.

        Raises
        ------
        InputError
            If the templates were not matched on this computer yet, or an axis is unknown.
        ModelUnavailable
            If the model is not here.
        """
        if not self.model:
            return face
        from facewright.engine.scans.foreign_heads import foreign_head
        from facewright.engine.scans.template_map import kept_map

        found = kept_map(self.model, models, self.version or None)
        if found is None:
            raise InputError(
                f"{self.model} was not matched with our template on this computer yet: choose New "
                "head for it in the Models panel once, or run facewright-cli models head."
            )
        return foreign_head(found, self.weights, models.lifespan())

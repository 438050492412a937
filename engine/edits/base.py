"""Edits: the steps of a project. A new kind is one file here and one line in `table.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from facewright.engine.face import Face
from facewright.engine.mask import Mask

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore


@dataclass(frozen=True)
class Slider:
    """How a number is shown: range, unit, step and what it does in one sentence.

    `ends` says what the low and the high end mean where the number alone does not.
    """

    low: float
    high: float
    unit: str = ""
    step: float = 0.1
    label: str = ""
    help: str = ""
    ends: tuple[str, str] | None = None


@dataclass(frozen=True)
class Choice:
    """How a string with fixed values is shown: `(value, label)` pairs."""

    options: tuple[tuple[str, str], ...]
    label: str = ""
    help: str = ""


@dataclass(frozen=True)
class Switch:
    """How a yes or no is shown: a box to tick."""

    label: str = ""
    help: str = ""


@dataclass(frozen=True)
class AxisSliders:
    """How `Weights` are shown: one slider for each axis of these groups of a model."""

    model: str
    groups: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True)
class Hidden:
    """A field that no form shows: baked results, hashes."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Edit:
    """One step: a pure, deterministic function of the face before it.

    Subclasses are `@dataclass(frozen=True, eq=False, kw_only=True)` and declare their
    parameters once, as annotated fields
    (`years: Annotated[float, Slider(0, 90, unit="years")] = 30.0`); form, project file,
    command line and Python API come from that declaration. Fields are float, int, bool, str,
    `Weights`, `Mask | None`, `Face | None` (a baked result) or a tuple of arrays.

    `enabled`, `strength` (0 to 1) and `mask` are applied by the evaluator, never by `apply`;
    `title` is what the user calls the step.
    `needs` names the models that `apply` calls. A `slow` edit has its work done in a job,
    and kept in a field or in the user's cache: `apply` only uses that.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    slow: ClassVar[bool] = False
    needs: ClassVar[tuple[str, ...]] = ()

    enabled: bool = True
    strength: float = 1.0
    mask: Mask | None = None
    title: str = ""

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models that this step calls."""
        return self.needs

    @property
    def called(self) -> str:
        """What the step is called: the user's own title, or its kind's label."""
        return self.title or self.label

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face after this step."""
        raise NotImplementedError

    @classmethod
    def initial(cls, face: Face) -> Self:
        """Return the edit as a form opens it for `face`: one that changes nothing yet."""
        return cls()

"""The face that edits pass on: neutral shape, expression, pose, texture and subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from facewright.engine.arrays import BoolArray, ByteArray, FloatArray, frozen
from facewright.engine.landmarks import Landmarks
from facewright.engine.mask import Mask
from facewright.engine.mesh import Mesh

Origin = Literal["given", "estimated", "unknown"]

TRAITS = ("age", "sex", "african", "asian")
"""Fields of `Subject`, which are axes of the life-span model too."""


@dataclass(frozen=True)
class Trait:
    """A fact about the subject and where it comes from; shape alone does not tell age."""

    value: float
    origin: Origin = "unknown"


@dataclass(frozen=True)
class Subject:
    """Who the head stands for.

    Attributes
    ----------
    age : Trait
        Years.
    sex : Trait
        -1 male, 0 between, 1 female: position on the model's axis, not an identity.
    african, asian : Trait
        Share of each ancestry direction in [0, 1]; the rest is European.
    """

    age: Trait = Trait(30.0)
    sex: Trait = Trait(0.0)
    african: Trait = Trait(0.0)
    asian: Trait = Trait(0.0)

    @property
    def traits(self) -> dict[str, float]:
        """Its traits by name, wherever they come from."""
        return {name: float(getattr(self, name).value) for name in TRAITS}


class Weights(Mapping[str, float]):
    """An immutable, hashable mapping of axis name to coefficient; zeros are left out."""

    __slots__ = ("_items",)

    def __init__(self, values: Mapping[str, float] | None = None, **named: float) -> None:
        merged = {**(values or {}), **named}
        self._items = {k: float(v) for k, v in sorted(merged.items()) if float(v) != 0.0}

    def __getitem__(self, name: str) -> float:
        """Return the coefficient of `name`, 0 where it was never set."""
        return self._items.get(name, 0.0)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __hash__(self) -> int:
        return hash(tuple(self._items.items()))

    def __repr__(self) -> str:
        return f"Weights({self._items})"

    def set(self, name: str, value: float) -> Weights:
        """Return weights with one coefficient replaced."""
        return Weights({**self._items, name: value})


NO_WEIGHTS = Weights()
"""Every coefficient at zero: the default of fields that hold weights."""


@dataclass(frozen=True, eq=False)
class Texture:
    """A skin image in the template's uv.

    Attributes
    ----------
    image : (H, W, 3) uint8
        sRGB, first row at the top.
    known : (H, W) float32
        1 where the skin was seen, 0 where it is inferred.
    """

    image: ByteArray
    known: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "image", frozen(self.image, np.uint8))
        object.__setattr__(self, "known", frozen(self.known))


@dataclass(frozen=True, eq=False)
class Face:
    """One head as a value.

    Attributes
    ----------
    mesh : Mesh
        The neutral skin at the fine level, head frame, mm. Expression and pose are applied
        when the face is shown, so that models always edit the neutral shape.
    subject : Subject
    expression : Weights
        ARKit-named shapes, mostly in [0, 1].
    pose : (4, 4) float32
        Rigid motion from the head frame to where the head is shown.
    texture : Texture or None
        None shows the model's own skin.
    landmarks : Landmarks or None
        None uses the template's own.
    inferred : (V,) mask or None
        1 where the shape is inferred by a model, 0 where it was measured; None: all inferred.
    foreign : bool
        Whether the shape is that of somebody else's model.
    """

    mesh: Mesh
    subject: Subject = Subject()
    expression: Weights = field(default_factory=Weights)
    pose: FloatArray = field(default_factory=lambda: np.eye(4, dtype=np.float32))
    texture: Texture | None = None
    landmarks: Landmarks | None = None
    inferred: Mask | None = None
    foreign: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "pose", frozen(self.pose))

    @property
    def ours(self) -> bool:
        """Whether our model drew this person, and neither a scan nor another model."""
        return self.inferred is None and not self.foreign

    def with_vertices(self, vertices: FloatArray) -> Face:
        """Return the face with other neutral vertices, `(V, 3)` mm."""
        return replace(self, mesh=self.mesh.moved(vertices))

    def with_inferred(self, where: BoolArray) -> Face:
        """Return the face with `where`, `(V,)`, marked as inferred beside what was."""
        if self.inferred is None:
            return self
        return replace(self, inferred=frozen(np.maximum(self.inferred, where)))

"""Fill a region with what was most likely there: a cleft, a hole, a scar, a hidden nose."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, ClassVar
from weakref import WeakKeyDictionary

import numpy as np

from facewright.engine.arrays import frozen
from facewright.engine.edits.base import Choice, Edit, Hidden, Slider
from facewright.engine.errors import InputError
from facewright.engine.face import TRAITS, Face
from facewright.engine.mask import Mask, as_mask
from facewright.engine.mesh import Mesh

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.models.store import ModelStore
    from facewright.engine.scans.completion import Completion, Region

PAINTED = "painted"
AREAS: Mapping[str, tuple[tuple[str, ...], float]] = MappingProxyType(
    {
        "nasolabial": (("nose", "upper_lip", "lower_lip"), 8.0),
        "nose": (("nose",), 4.0),
        "lips": (("upper_lip", "lower_lip"), 4.0),
    }
)
"""Regions of the template that a step can ask for, and the mm of skin around them."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Complete(Edit):
    """Replace a region by what the head model believes given the rest; known skin stays exactly.

    INFACE, section 5.1, with the linear posterior of `scans.completion`.

    Attributes
    ----------
    area : (V,) mask or None
        What is replaced where `region` is "painted"; None replaces nothing.
    """

    kind: ClassVar[str] = "complete"
    label: ClassVar[str] = "Complete a region"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    region: Annotated[
        str,
        Choice(
            (
                ("", "Nothing yet"),
                (PAINTED, "The painted mask"),
                ("nasolabial", "Nose and lips"),
                ("nose", "Nose"),
                ("lips", "Lips"),
            ),
            "Region",
            "What is missing or deformed; the skin around it stays as it is.",
        ),
    ] = ""
    mirror: Annotated[
        float,
        Slider(
            0.0, 1.0, "share", 0.05, "From the other side",
            "How much of the region is the mirror image of the other side, where that is healthy.",
            ("the model's", "mirrored"),
        ),
    ] = 0.0  # fmt: skip
    alternative: Annotated[
        int,
        Slider(0, 99, "", 1, "Alternative", "0 is the most likely; others are as likely people."),
    ] = 0
    variety: Annotated[
        float,
        Slider(0.0, 1.0, "", 0.05, "Variety", "How far alternatives may be from the likely one."),
    ] = 1.0
    area: Annotated[Mask | None, Hidden()] = None

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the completed face; the region is marked as inferred.

        Raises
        ------
        InputError
            If the mask does not fit the head, or leaves too little of the face to go by.
        """
        asked = completion_of(self, face, models)
        if asked is None:
            return face
        vertices = (
            asked.drawn(self.alternative, self.variety) if self.alternative else asked.likely()
        )
        if self.mirror:
            vertices = vertices + np.float32(self.mirror) * (asked.mirrored() - vertices)
        inferred = face.inferred
        if inferred is not None:
            inferred = frozen(np.maximum(inferred, asked.free))
        return replace(face.with_vertices(vertices), inferred=inferred)


def area_of(edit: Complete, model: LifespanModel) -> Mask | None:
    """Return the `(V,)` mask that a step replaces; None where that is nothing.

    A named region reaches as far on every head: `AREAS` is in mm of the mean adult.

    Raises
    ------
    InputError
        If there is no such region, or the mask does not fit the head.
    """
    if edit.region == PAINTED and edit.area is not None:
        area = as_mask(edit.area, model.topology.count)
        return area if area.any() else None
    if edit.region in ("", PAINTED):
        return None
    if edit.region not in AREAS:
        raise InputError(f"There is no region {edit.region}: use {', '.join(AREAS)} or a mask.")
    with _lock:
        areas = _areas.setdefault(model, {})
        if edit.region not in areas:
            areas[edit.region] = _named_area(edit.region, model.mean())
        return areas[edit.region]


def _named_area(name: str, mean: Mesh) -> Mask:
    from facewright.engine.geometry.masking import INSIDE, edge_lengths, grown

    names, around = AREAS[name]
    part = np.maximum.reduce([mean.topology.regions[name] for name in names])
    lengths = edge_lengths(mean.vertices, mean.topology.faces)
    return frozen(grown(frozen(part >= INSIDE), lengths, around) >= INSIDE)


@dataclass(frozen=True, eq=False)
class _Asked:
    """A question and its answer; holding what was asked keeps its identity from being reused."""

    mesh: Mesh
    about: dict[str, float]
    answer: Completion


KEPT = 2
"""Answers that are remembered: the last one, and the one beside it in a comparison."""
KEPT_REGIONS = 3
"""Regions that are remembered, 10 MB each: what is asked of them on another head is live."""
_kept: deque[_Asked] = deque(maxlen=KEPT)
_regions: deque[Region] = deque(maxlen=KEPT_REGIONS)
_areas: WeakKeyDictionary[LifespanModel, dict[str, Mask]] = WeakKeyDictionary()
_lock = threading.Lock()


def completion_of(edit: Complete, face: Face, models: ModelStore) -> Completion | None:
    """Return what the model believes of the step's region, kept while the head stays the same.

    Raises
    ------
    InputError
        As `Complete.apply`.
    """
    from facewright.engine.scans.completion import Completion

    model = models.lifespan()
    area = area_of(edit, model)
    if area is None:
        return None
    about = {name: float(getattr(face.subject, name).value) for name in TRAITS}
    region = _region(area, model)
    with _lock:
        for asked in _kept:
            if asked.mesh is face.mesh and asked.answer.region is region and asked.about == about:
                return asked.answer
    answer = Completion(face.mesh, region, about)
    with _lock:
        _kept.append(_Asked(face.mesh, about, answer))
    return answer


def _region(area: Mask, model: LifespanModel) -> Region:
    """Return a region, kept while others are not asked for more lately."""
    from facewright.engine.scans.completion import Region

    with _lock:
        for region in _regions:
            if region.mask is area and region.model is model:
                _regions.remove(region)
                _regions.append(region)
                return region
        made = Region(area, model)
        _regions.append(made)
        return made

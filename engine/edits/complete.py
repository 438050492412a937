"""Fill a region with what was most likely there: a cleft, a hole, a scar, a hidden nose."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, ClassVar, Generic, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from facewright.engine.arrays import frozen
from facewright.engine.edits.base import Choice, Edit, Hidden, Slider
from facewright.engine.edits.painting import painted
from facewright.engine.errors import InputError
from facewright.engine.face import Face
from facewright.engine.mask import Mask, as_mask
from facewright.engine.mesh import Mesh

if TYPE_CHECKING:
    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.models.store import ModelStore
    from facewright.engine.scans.completion import Completion, Region

_T = TypeVar("_T")

PAINTED = "painted"
ALTERNATIVE = Slider(
    0, 99, "", 1, "Alternative", "0 is the most likely; others are as likely people."
)
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
    alternative: Annotated[int, ALTERNATIVE] = 0
    variety: Annotated[
        float,
        Slider(0.0, 1.0, "", 0.05, "Variety", "How far alternatives may be from the likely one."),
    ] = 1.0
    area: Annotated[Mask | None, Hidden()] = None

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the completed face, skin and all; the region is marked as inferred.

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
        after = replace(face, texture=painted(face, asked.seen, models))
        return after.with_vertices(vertices).with_inferred(asked.free)


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


class _Kept(Generic[_T]):
    """The last few of something, each for as long as a step lives that asked for it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: list[tuple[weakref.ref[Complete], _T]] = []

    def __iter__(self) -> Iterator[_T]:
        return iter([value for _, value in self._entries])

    def add(self, step: Complete, value: _T) -> None:
        entries = [e for e in self._entries if e[0]() is not step or e[1] is not value]
        entries.append((weakref.ref(step, self._forget), value))
        entries.sort(key=lambda entry: entry[1] is value)  # what was asked for last goes last
        while len({id(value) for _, value in entries}) > self._most:
            oldest = entries[0][1]
            entries = [entry for entry in entries if entry[1] is not oldest]
        self._entries = entries

    def _forget(self, gone: weakref.ref[Complete]) -> None:
        self._entries = [entry for entry in self._entries if entry[0] is not gone]


_answers: _Kept[Completion] = _Kept(2)
"""The last one, and the one beside it in a comparison."""
_regions: _Kept[Region] = _Kept(3)
"""10 MB each: what is asked of them on another head is live."""
_areas: WeakKeyDictionary[LifespanModel, dict[str, Mask]] = WeakKeyDictionary()
_lock = threading.RLock()


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
    about = face.subject.traits
    with _lock:
        region = _region(edit, area, model)
        for answer in _answers:
            asked = answer.about == about and answer.ours == face.ours
            if answer.mesh is face.mesh and answer.region is region and asked:
                break
        else:
            answer = Completion(face.mesh, region, about, face.ours)
        _answers.add(edit, answer)
        return answer


def _region(edit: Complete, area: Mask, model: LifespanModel) -> Region:
    from facewright.engine.scans.completion import Region

    for region in _regions:
        if region.mask is area and region.model is model:
            break
    else:
        region = Region(area, model)
    _regions.add(edit, region)
    return region

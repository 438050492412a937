"""Propose a repaired lip and nose in place of a cleft."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, cast
from weakref import WeakKeyDictionary

from facewright.engine.edits.base import Choice, Edit, Hidden
from facewright.engine.edits.complete import ALTERNATIVE, PAINTED, Complete, completion_of
from facewright.engine.edits.painting import painted
from facewright.engine.errors import InputError
from facewright.engine.face import Face
from facewright.engine.mask import Mask, as_mask

if TYPE_CHECKING:
    from facewright.engine.measure.cleft_words import Side
    from facewright.engine.models.lifespan import LifespanModel
    from facewright.engine.models.store import ModelStore
    from facewright.engine.project import Project
    from facewright.engine.scans.cleft_plan import Plan, Way


@dataclass(frozen=True, eq=False, kw_only=True)
class Repair(Edit):
    """Replace nose and upper lip by a proposal without the cleft; known skin stays exactly.

    The proposals are those of `scans.cleft_plan`.

    Attributes
    ----------
    area : (V,) mask or None
        What is replaced; None is all of nose and upper lip with the skin about them.
    """

    kind: ClassVar[str] = "repair"
    label: ClassVar[str] = "Propose a repair"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    side: Annotated[
        str,
        Choice(
            (
                ("", "Not said yet"),
                ("left", "Left"),
                ("right", "Right"),
                ("both", "Both sides"),
            ),
            "Cleft on",
            "Left and right are the patient's.",
        ),
    ] = ""
    way: Annotated[
        str,
        Choice(
            (
                ("model", "Likeliest shape"),
                ("mirror", "Mirrored from the healthy side"),
                ("blend", "Both, each where it is surer"),
            ),
            "Proposal",
            "Where the shape comes from.",
        ),
    ] = "model"
    alternative: Annotated[
        int, replace(ALTERNATIVE, help="Of the likeliest shape: others are as likely people.")
    ] = 0
    area: Annotated[Mask | None, Hidden()] = None

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the face with the proposal, its skin painted anew and marked as inferred.

        Raises
        ------
        InputError
            If the mask does not fit the head or leaves too little of it to go by, or a healthy
            side is wanted and both have a cleft.
        """
        plan = plan_of(self, face, models)
        if plan is None:
            return face
        if self.alternative and self.way == "model":
            vertices = plan.asked.drawn(self.alternative)
        else:
            vertices = plan.proposal(cast("Way", self.way))
        # What was mirrored is inferred, too; the healthy side that was kept is not.
        moved = plan.asked.free & (vertices != face.mesh.vertices).any(axis=1)
        after = replace(face, texture=painted(face, moved & plan.asked.seen, models))
        return after.with_vertices(vertices).with_inferred(moved)


def plan_of(edit: Repair, face: Face, models: ModelStore) -> Plan | None:
    """Return the proposals for a step's area, kept while the head stays; None without a side.

    Raises
    ------
    InputError
        As `Repair.apply`.
    """
    from facewright.engine.scans.cleft_plan import Plan

    if edit.side not in ("", "left", "right", "both"):
        raise InputError("Say on which side the cleft is: left, right or both.")
    if not edit.side:
        return None
    model = models.lifespan()
    area = repair_area(edit, model)
    about = face.subject.traits
    with _lock:
        for side, plan in _kept:
            known = plan.asked
            same = known.mesh is face.mesh and known.about == about and side == edit.side
            same &= known.ours == face.ours
            if same and known.region.mask is area and known.region.model is model:
                return plan
    asked = completion_of(Complete(region=PAINTED, area=area), face, models)
    assert asked is not None
    sided = None
    if edit.side != "both":
        part = _sided(area, model, cast("Side", edit.side))
        sided = completion_of(Complete(region=PAINTED, area=part), face, models)
    made = Plan(asked, sided)
    with _lock:
        _kept.append((edit.side, made))
    return made


def side_of(project: Project) -> Side | Literal[""]:
    """Return on which side the cleft of a project's head is said to be; "" where it is not."""
    sides = (e.side for e in reversed(project.edits) if isinstance(e, Repair) and e.side)
    return cast("Side", next(sides, ""))


def repair_area(edit: Repair, model: LifespanModel) -> Mask:
    """Return the `(V,)` mask that a step replaces."""
    from facewright.engine.scans.cleft_plan import planned_area

    if edit.area is not None:
        area = as_mask(edit.area, model.topology.count)
        if area.any():
            return area
        raise InputError("Nothing is masked: paint over the cleft, or take nose and lip.")
    with _lock:
        if model not in _planned:
            _planned[model] = planned_area(model)
        return _planned[model]


KEPT = 2
"""Plans and areas that are remembered: of the last step, and of one beside it."""
_kept: deque[tuple[str, Plan]] = deque(maxlen=KEPT)
_parts: deque[tuple[Mask, LifespanModel, str, Mask]] = deque(maxlen=KEPT)
_planned: WeakKeyDictionary[LifespanModel, Mask] = WeakKeyDictionary()
_lock = threading.Lock()


def forget() -> None:
    """Let go of plans, each of which holds a whole head: that has been closed."""
    with _lock:
        _kept.clear()
        _parts.clear()


def _sided(area: Mask, model: LifespanModel, side: Side) -> Mask:
    """Return an area without the healthy side, the same object for the same area."""
    from facewright.engine.scans.cleft_plan import without_healthy_side

    with _lock:
        for whole, of, on, part in _parts:
            if whole is area and of is model and on == side:
                return part
        part = without_healthy_side(area, model, side)
        _parts.append((area, model, side, part))
        return part

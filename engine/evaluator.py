"""From a project to its head: every edit folded in turn, what did not change remembered."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from facewright.engine.edits.base import Edit
from facewright.engine.edits.blend import blend
from facewright.engine.edits.reshape import NOT_FINITE, mean_face
from facewright.engine.errors import Cancelled, FacewrightError
from facewright.engine.face import Face
from facewright.engine.geometry.threads import one_thread
from facewright.engine.landmarks import Landmarks
from facewright.engine.project import Project

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore

_Cause = TypeVar("_Cause", Edit, Landmarks)


class EditFailed(FacewrightError):
    """A step that could not be applied; the project itself is untouched.

    Attributes
    ----------
    index : int
        Position of the step among the project's edits.
    reason : str
        Why, without which step it is.
    """

    def __init__(self, index: int, edit: Edit, reason: str) -> None:
        super().__init__(f"Step {index + 1}, {edit.label}, cannot be applied: {reason}")
        self.index = index
        self.reason = reason


@dataclass(eq=False)
class _Step:
    """A cached face and the edit or landmarks that led to it, held so that no other gets its id."""

    serial: int
    cause: Edit | Landmarks | None
    face: Face


class Evaluator:
    """Folds the edits of projects, re-applying only from the first step that changed.

    Steps are cached by the identity of the edits that lead to them, so versions that share a
    beginning share its faces: undo, redo and a drag cost only what differs. The least recently
    used faces go first. Safe to share between threads.

    Parameters
    ----------
    models : ModelStore
    keep : int
        How many faces to remember beside those of the project at hand, as it is and as it is
        tried; one takes 0.6 MB at most, textures aside.
    """

    def __init__(self, models: ModelStore, keep: int = 64) -> None:
        self.models = models
        self._keep = self._room = keep
        self._steps: OrderedDict[tuple[int, int], _Step] = OrderedDict()
        self._pinned: list[tuple[tuple[Edit, ...], _Step]] = []
        self._mean: _Step | None = None
        self._serial = 0
        self._lock = threading.RLock()

    @one_thread()
    def face(self, project: Project, upto: int | None = None) -> Face:
        """Return the head after the first `upto` edits, or after all of them.

        Landmarks that the user placed stand on it, whatever the edits say.

        Raises
        ------
        EditFailed
            If a step cannot be applied; earlier steps stay cached.
        ModelUnavailable
            If the model that every head starts from is missing.
        Cancelled
            If a step asks to stop.
        """
        edits = project.edits[:upto]
        with self._lock:
            done, pinned = self._longest_pinned(edits)
            step = self._root() if pinned is None else pinned
            try:
                self._room = self._keep + 2 * len(edits)
                for index in range(done, len(edits)):
                    step = self._step(step, edits[index], partial(_applied, index, self.models))
                if not np.isfinite(step.face.mesh.vertices).all():
                    raise EditFailed(len(edits) - 1, edits[-1], NOT_FINITE)
            except EditFailed as failure:
                if failure.index > 0:
                    self.face(project, failure.index)  # fails if an earlier step is to blame
                raise
            if project.landmarks not in (None, step.face.landmarks):
                step = self._step(step, project.landmarks, _marked)
            return step.face

    def pin(self, project: Project, face: Face) -> None:
        """Take `face` as the result of exactly these edits, without running them.

        For a project whose models are missing or have changed: its baked head stays the result,
        and what the user adds goes on from there.
        """
        with self._lock:
            self._serial += 1
            step = _Step(self._serial, None, face)
            others = [p for p in self._pinned if not _same(p[0], project.edits)]
            self._pinned = [*others, (project.edits, step)]

    def _longest_pinned(self, edits: tuple[Edit, ...]) -> tuple[int, _Step | None]:
        """Return how many of `edits` the best pinned face has behind it, and its step."""
        best: tuple[int, _Step | None] = (0, None)
        for chain, step in self._pinned:
            if best[0] <= len(chain) and _same(chain, edits[: len(chain)]):
                best = (len(chain), step)
        return best

    def _root(self) -> _Step:
        if self._mean is None:
            self._mean = _Step(0, None, mean_face(self.models))
        return self._mean

    def _step(self, before: _Step, cause: _Cause, make: Callable[[_Cause, Face], Face]) -> _Step:
        """Return what follows `before` by `cause`, made unless it is remembered."""
        key = (before.serial, id(cause))
        step = self._steps.get(key)
        if step is None:
            face = make(cause, before.face)
            self._serial += 1
            step = self._steps[key] = _Step(self._serial, cause, face)
            while len(self._steps) > self._room:
                self._steps.popitem(last=False)
        else:
            self._steps.move_to_end(key)
        return step


def _applied(index: int, models: ModelStore, edit: Edit, before: Face) -> Face:
    """Return the face after the edit at `index`.

    Its vertices are left alone: what only changes coefficients is decoded once, at the end.
    """
    if not edit.enabled or edit.strength == 0.0:
        return before
    try:
        after = blend(before, edit.apply(before, models), edit, models)
    except Cancelled:
        raise
    except FacewrightError as error:
        raise EditFailed(index, edit, str(error)) from error
    except Exception as error:
        reason = "switch it off or change its values; the rest of the project is untouched."
        raise EditFailed(index, edit, reason) from error
    numbers = after.subject.traits.values()
    if not all(map(math.isfinite, (*numbers, *after.expression.values(), *after.pose.flat))):
        raise EditFailed(index, edit, NOT_FINITE)
    return after


def _marked(landmarks: Landmarks, before: Face) -> Face:
    """Return the face with the user's landmarks."""
    if landmarks.corners.max(initial=-1) >= before.mesh.topology.count:
        raise FacewrightError("The landmarks were placed on another head: place them again.")
    return replace(before, landmarks=landmarks)


def _same(one: tuple[Edit, ...], other: tuple[Edit, ...]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))

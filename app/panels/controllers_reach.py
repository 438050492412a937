"""A typed measure: the controllers at which the head, after all its steps, has it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from facewright.app.document import Document
from facewright.app.widgets.numbers import written
from facewright.engine.arrays import FloatArray
from facewright.engine.edits.controllers import Controllers, steered_head
from facewright.engine.errors import InputError
from facewright.engine.face import Weights
from facewright.engine.models.parts.model import PartsModel
from facewright.engine.models.parts.reaching import reached
from facewright.engine.models.parts.steering import KEYS, called, controller_of
from facewright.engine.project import Project

NEAR = 0.05
"""Mm; what is nearer reads as typed."""
OFF = 0.1
"""Mm from which the user is told."""
ROUNDS = 4
_LEAST_GAIN = 0.05
"""Share of a step's change that has to arrive for it to be asked for more."""


@dataclass(frozen=True, eq=False)
class Reached:
    """The project with the weights, what the feature then measures in it, and what to tell."""

    weights: Weights
    project: Project
    millimetres: float
    note: str = ""


def measured(model: PartsModel, vertices: FloatArray, name: str) -> float:
    """Return what a controller, or a side of one, measures, in mm."""
    plain = controller_of(name).key
    side = name.removeprefix(plain).removeprefix("_")
    return float(model.ruler.measured(vertices, side)[KEYS[plain]])


def reach(
    document: Document,
    model: PartsModel,
    name: str,
    wanted: float,
    locked: Collection[str],
    with_weights: Callable[[Weights], Project],
) -> Reached:
    """Return what brings a feature to `wanted` mm on the head after all steps.

    What the step itself has to make differs where its strength or a mask lets less of it arrive
    or later steps change it: secant steps on the whole pipeline find it.

    Raises
    ------
    InputError
        If the feature cannot become so.
    """
    index, edit = document.edit_for(Controllers)
    if not edit.enabled or not edit.strength:
        raise InputError(
            _tr("The step {} is switched off: switch it on in Steps, then type again.").format(
                edit.called
            )
        )
    before = document.face_at(index)
    head = steered_head(before.mesh, before.subject.age.value, model)
    start = measured(model, head.moved(edit.weights), name)
    came = first = measured(model, document.face_at().mesh.vertices, name)
    aim = last = start
    gain = edit.strength
    best: Reached | None = None
    for _ in range(ROUNDS):
        aim = aim + (wanted - came) / gain
        try:
            weights = reached(head, edit.weights, {name: aim}, locked)
        except InputError as error:
            if best is not None:
                break
            raise InputError(_refusal(name, wanted, first, locked)) from error
        project = with_weights(weights)
        now = measured(model, document.face_of(project).mesh.vertices, name)
        gain = (now - came) / (aim - last) if abs(aim - last) > 1e-6 else gain
        last, came = aim, now
        if best is None or abs(now - wanted) < abs(best.millimetres - wanted):
            best = Reached(weights, project, now)
        if abs(now - wanted) <= NEAR or gain < _LEAST_GAIN:
            break
    assert best is not None
    if abs(best.millimetres - wanted) <= OFF:
        return best
    if abs(best.millimetres - wanted) > abs(first - wanted) - NEAR:
        raise InputError(
            _tr("{} stays at {} mm: a mask of the step {}, or a step after it, holds it.").format(
                called(name), _said(first), edit.called
            )
        )
    note = _tr(
        "{} came to {} mm, not {} mm: the strength or mask of the step {}, or a step after it, "
        "holds it back."
    ).format(called(name), _said(best.millimetres), _said(wanted), edit.called)
    return Reached(best.weights, best.project, best.millimetres, note)


def _refusal(name: str, wanted: float, now: float, locked: Collection[str]) -> str:
    told = _tr("{} cannot be {} mm on this head: choose one nearer to {} mm").format(
        called(name), _said(wanted), _said(now)
    )
    return told + (_tr(", or unlock other measures.") if locked else ".")


def _said(millimetres: float) -> str:
    return written(float(np.round(millimetres, 1)), 1)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ControllersPanel", text)

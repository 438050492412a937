"""Taking an expression out of a head, and giving it that of another one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from facewright.app.dialogs import places
from facewright.app.errors import Message
from facewright.app.heads import BASES
from facewright.engine.edits.expression import Expression
from facewright.engine.edits.neutralise import Neutralise
from facewright.engine.edits.transfer import Donor, donor_in
from facewright.engine.face import NO_WEIGHTS
from facewright.engine.progress import Progress

if TYPE_CHECKING:
    from facewright.app.document import Document
    from facewright.app.files import Files


def step_at_rest(document: Document) -> int | None:
    """Return the position of the step that takes the head's own expression out, or None."""
    edits = document.project.edits
    rows = [row for row, edit in enumerate(edits) if isinstance(edit, Neutralise)]
    return rows[0] if rows else None


def neutralise(document: Document) -> bool:
    """Take every expression out of the head, as one step of the history.

    That of a scan goes right after the scan, so that what sliders give later is seen; steps that
    gave an expression keep their place and give none. Return whether there was any.
    """
    project = document.project
    for row, edit in enumerate(project.edits):
        if isinstance(edit, Expression) and (edit.weights or edit.strength < 1.0):
            empty = replace(edit, weights=NO_WEIGHTS, mode="set", strength=1.0, title="")
            project = project.with_replaced(row, empty)
    place = _after_base(document)
    if document.face_at(place).expression:
        at_rest = step_at_rest(document)
        if at_rest is None:
            project = project.with_edit(Neutralise(), place)
        else:
            whole = replace(project.edits[at_rest], strength=1.0, enabled=True, mask=None)
            project = project.with_replaced(at_rest, whole)
    if not document.face_of(document.project).expression:
        return False
    return document.apply(_tr("Neutral expression"), project)


def ask_donor(files: Files) -> None:
    """Ask for a head or a scan and take its expression."""
    folder = str(files.settings.get("folder", ""))
    path = places.ask_open(files.window, folder)
    if path is not None:
        take_from(files, path)


def take_from(files: Files, path: Path) -> None:
    """Give the head the expression of the one in a file; a scan is registered for it."""
    document, models = files.document, files.document.models
    opening = document.opening

    def work(progress: Progress) -> Donor:
        return donor_in(path, models, progress)

    def done(donor: Donor) -> None:
        if document.opening is not opening:
            return
        if not donor.expression:
            files.tell(Message("check", _tr("{} is at rest: there is no expression to take.")
                               .format(path.name)))  # fmt: skip
            return
        give(document, donor)
        text = _tr("The expression of {} is given. Its values are kept in this project; the file "
                   "is not needed any more.")  # fmt: skip
        files.tell(Message("good", text.format(path.name)))

    title = _tr("Taking the expression of {}").format(path.name)
    files.jobs.start(title, work, done, files.fail, key="donor")


def give(document: Document, donor: Donor) -> bool:
    """Give the head a donor's expression, as one step of the history."""
    index, edit = document.edit_for(Expression)
    step = replace(donor.step, enabled=edit.enabled, mask=edit.mask)
    project = donor.given_to(document.project)
    project = project.with_edit(step) if index is None else project.with_replaced(index, step)
    return document.apply(_tr("Expression of {}").format(donor.name), project)


def _after_base(document: Document) -> int:
    """Return the position right after the step that begins the head."""
    edits = document.project.edits
    return max((row + 1 for row, edit in enumerate(edits) if isinstance(edit, BASES)), default=0)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Expressing", text)

"""What the head can be compared with: its own past, and heads that stand for something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from facewright.app.heads import Heads, Shown
from facewright.engine.edits.start import Start
from facewright.engine.edits.symmetrise import Symmetrise
from facewright.engine.errors import FacewrightError
from facewright.engine.geometry.rigid import moved
from facewright.engine.measure.comparison import compare
from facewright.engine.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from facewright.app.document import Document
    from facewright.engine.models.store import ModelStore
    from facewright.engine.progress import Progress

translate = QCoreApplication.translate

FOREIGN = ("mean", "file")
"""Kinds of references that stand elsewhere, and are brought to the head's place."""


@dataclass(frozen=True, eq=False)
class Reference:
    """What the head can be compared with; it does not follow later changes.

    Attributes
    ----------
    title, kind : str
        `kind` is "opening", "scan", "mean", "even", "file", "named" or "version".
    project : Project
    shown : Shown or None
        Its head, where the document cannot make it from the project.
    """

    title: str
    kind: str
    project: Project
    shown: Shown | None = None


class References:
    """Lists what a document's head can be compared with.

    Parameters
    ----------
    document : Document
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._mean: tuple[object, Project] | None = None
        self._even: tuple[object, Project] | None = None

    def listed(self) -> Iterator[Reference]:
        """Yield all, the most likely first."""
        document = self._document
        history = document.history
        for version in reversed(history.named):
            yield Reference(version.label, "named", version.project)
        if document.opening is not None:
            yield Reference(translate("Compare", "As opened"), "opening", document.opening)
        step = document.registration
        if step is not None:
            upto = document.project.edits.index(step) + 1
            registered = replace(document.project, edits=document.project.edits[:upto])
            yield Reference(translate("Compare", "As registered"), "scan", registered)
        if document.is_open:
            made = []
            with suppress(FacewrightError):  # without the head model there is none
                made.append(self.mean())
            yield from made
            yield self.even()
        for index in range(len(history.versions) - 1, -1, -1):
            version = history.versions[index]
            if not version.label and index != history.index:
                title = f"{index + 1}  {version.name}"
                yield Reference(title, "version", version.project)

    def mean(self) -> Reference:
        """Return the model's mean head of the same age, sex and ancestry."""
        about = self._document.face_at().subject
        if self._mean is None or self._mean[0] != about:
            traits = (about.age, about.sex, about.african, about.asian)
            age, sex, african, asian = (trait.value for trait in traits)
            edits = (Start(age=age, sex=sex, african=african, asian=asian),)
            reference = self._document.models.reference("lifespan")
            self._mean = about, Project(edits=edits, models=(reference,))
        return Reference(translate("Compare", "Mean of age and sex"), "mean", self._mean[1])

    def even(self) -> Reference:
        """Return the head with both sides made alike."""
        project = self._document.project
        if self._even is None or self._even[0] is not project:
            self._even = project, project.with_edit(Symmetrise())
        return Reference(translate("Compare", "Symmetric version"), "even", self._even[1])


def read(path: Path, models: ModelStore, progress: Progress) -> Reference:
    """Return the head of another project file as a reference.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    from facewright.engine.files.project import load

    progress(0.1, "")
    loaded = load(path, models)
    project = loaded.history.project
    shown = Heads(models, loaded.evaluator(models)).apart(project)
    return Reference(path.stem, "file", project, shown)


def brought(other: Shown, shown: Shown) -> Shown:
    """Return a head moved, without growing, to where its face fits that of `shown` best."""
    motion = compare(shown.head.skin, other.head.skin).motion
    skin = other.head.skin
    parts = tuple(part.moved(motion) for part in other.head.parts)
    head = replace(other.head, skin=skin.moved(moved(skin.vertices, motion)), parts=parts)
    return replace(other, head=head)

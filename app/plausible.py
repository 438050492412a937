"""Whether the head on the screen could be a person: judged as it changes, and mended."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from psygnal import Signal
from PySide6.QtCore import QCoreApplication

from facewright.app.document import Document
from facewright.app.timers import pause
from facewright.engine.edits.base import Edit
from facewright.engine.edits.identity import ASYMMETRY, IDENTITY, Asymmetry, Identity
from facewright.engine.edits.judging import judged
from facewright.engine.errors import FacewrightError
from facewright.engine.face import Weights
from facewright.engine.models.plausible import (
    IMPLAUSIBLE,
    UNUSUAL,
    shape_plausibility,
    toward_plausible,
)
from facewright.engine.project import Project

_JUDGE_AFTER_MS = 80  # several times a second while a hand drags, and soon after it rests


@dataclass(frozen=True)
class Judgement:
    """What is said of a head.

    Attributes
    ----------
    score : float
        On the scale of `engine.models.base.plausibility`.
    """

    score: float

    @property
    def level(self) -> str:
        """One of "good", "check" and "poor"."""
        return "poor" if self.far else "check" if self.score > UNUSUAL else "good"

    @property
    def far(self) -> bool:
        """Whether the head is no likely person."""
        return self.score > IMPLAUSIBLE

    @property
    def text(self) -> str:
        """A word, and the number where it matters."""
        if self.far:
            return _tr("Implausible: {:.1f}").format(self.score)
        if self.score > UNUSUAL:
            return _tr("Unusual: {:.1f}").format(self.score)
        return _tr("Plausible")

    @property
    def help(self) -> str:
        """What the word means."""
        return _tr(
            "How far the shape lies from the faces that the model knows, all its axes taken "
            "together: {:.1f}. People stay below 2, hardly any are above 3. Age, sex, "
            "expression and a person's own fine form do not count."
        ).format(self.score)


class Plausibility:
    """Follows a document and judges the head it shows, previews included.

    Parameters
    ----------
    document : Document

    Attributes
    ----------
    changed : Signal(Judgement or None)
        There is another judgement; None while there is no head or no model to judge it by.
    judgement : Judgement or None
    """

    changed = Signal(object)

    def __init__(self, document: Document) -> None:
        self.judgement: Judgement | None = None
        self._document = document
        self._soon = pause(_JUDGE_AFTER_MS, self.judge)
        document.head_changed.connect(self._wait)

    def close(self) -> None:
        """Stop judging."""
        self._soon.stop()
        self._document.head_changed.disconnect(self._wait)

    def judge(self) -> None:
        """Judge the head that is shown, now."""
        self._soon.stop()
        shown = self._document.shown
        try:
            model = self._document.models.lifespan()
            score = None
            if shown is not None:
                score = Judgement(shape_plausibility(judged(shown.face, model), model))
        except FacewrightError:
            score = None  # the document tells what is wrong
        if score != self.judgement:
            self.judgement = score
            self.changed.emit(score)

    def bring_back(self, locked: Collection[str] = ()) -> bool:
        """Move an implausible head towards the mean until it is plausible, as one step.

        Parameters
        ----------
        locked : collection of str
            Axes that stay as they are.

        Returns
        -------
        bool
            Whether anything was changed.
        """
        document = self._document
        model = document.models.lifespan()
        change = toward_plausible(judged(document.face_at(), model), model, locked=locked)
        if not change:
            return False
        group_of = {axis.name: axis.group for axis in model.axes}
        project = document.project
        for kind, groups in ((Identity, IDENTITY), (Asymmetry, ASYMMETRY)):
            part = {name: amount for name, amount in change.items() if group_of[name] in groups}
            project = _added(document, project, kind, part)
        return document.apply(_tr("Make plausible"), project)

    def _wait(self, _shown: object) -> None:
        if not self._soon.isActive():
            self._soon.start()


def _added(
    document: Document,
    project: Project,
    kind: type[Identity] | type[Asymmetry],
    change: dict[str, float],
) -> Project:
    """Return the project with weights added: to the step in use, or to one of their own.

    A step that is off, weakened or confined to a mask would not pass the change on whole.
    """
    index, edit = document.edit_for(kind)
    if index is not None and not _whole(edit):
        index, edit = None, kind()
    weights = Weights({**edit.weights, **{n: edit.weights[n] + a for n, a in change.items()}})
    changed = replace(edit, weights=weights)
    return project.with_edit(changed) if index is None else project.with_replaced(index, changed)


def _whole(edit: Edit) -> bool:
    return edit.enabled and edit.strength == 1.0 and edit.mask is None


def _tr(text: str) -> str:
    return QCoreApplication.translate("Plausibility", text)

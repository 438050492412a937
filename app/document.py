"""The open project in the window: its history, the version that is tried, and who is told.

A thin mirror of the engine's values. Everything that changes the project goes through
`preview`, `commit`, `apply`, `undo`, `redo` or `jump`; everybody who shows it listens.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from psygnal import Signal

from facewright.app.heads import ANEW, BASES, Heads, Shown
from facewright.app.soon import Soon
from facewright.app.timers import pause
from facewright.engine.arrays import FloatArray
from facewright.engine.edits import painting, repair
from facewright.engine.edits.base import Edit
from facewright.engine.edits.register import Register, registration_of, scan_of
from facewright.engine.errors import Cancelled, FacewrightError
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Face
from facewright.engine.mesh import Mesh, Scan
from facewright.engine.project import History, Project, Source, Version
from facewright.engine.scans.standing import MIRRORED, mirrored

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore

E = TypeVar("E", bound=Edit)

_STILL_MS = 200
"""How long a head that is being tuned must rest until its skin's image follows."""


class Document:
    """The project that is open, or none.

    Previews are coalesced: any number of them in one turn of the event loop are computed once,
    the last one. A version that cannot be computed is dropped and the last good head stays.

    Attributes
    ----------
    opened : Signal()
        Another project was opened or the last one closed.
    project_changed : Signal()
        The committed project, its history, its name or its saved state changed.
    head_changed : Signal(Shown or None)
        There is another head to show, previews included.
    selected : Signal(int)
        The step to tune, -1 for none.
    failed : Signal(Exception)
    opening : Project or None
        The project as it was opened.
    failures : dict of Edit to str
        Steps of the shown head that cannot be applied where they stand, and why.
    scans : dict of (str, bool) to Scan
        Scans of this run by sha256 and whether they are mirrored; see `keep_scan`.
    """

    opened = Signal()
    project_changed = Signal()
    head_changed = Signal(object)
    selected = Signal(int)
    failed = Signal(object)

    def __init__(self, models: ModelStore) -> None:
        self.models = models
        self.history = History()
        self.path: Path | None = None
        self.scans: dict[tuple[str, bool], Scan] = {}
        self.problems: tuple[str, ...] = ()
        self.shown: Shown | None = None
        self.selection = -1
        self.opening: Project | None = None
        self.failures: dict[Edit, str] = {}
        self._title = ""
        self._is_open = False
        self._heads = Heads(models)
        self._preview: Project | None = None
        self._saved: Project | None = None
        self._saved_names: tuple[object, ...] = ()
        self._soon = Soon(self.flush)
        self._still = pause(_STILL_MS, self._refine)

    # -- what is open ------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether there is a project."""
        return self._is_open

    @property
    def project(self) -> Project:
        """The committed project."""
        return self.history.project

    @property
    def title(self) -> str:
        """What the project is called."""
        return self.path.stem if self.path is not None else self._title

    @property
    def dirty(self) -> bool:
        """Whether there are changes that no file holds."""
        history = self.history
        kept = history.project is self._saved and _names(history) == self._saved_names
        return self._is_open and not kept

    def open(
        self,
        history: History,
        *,
        title: str = "",
        path: Path | None = None,
        saved: bool = False,
        evaluator: Evaluator | None = None,
        problems: tuple[str, ...] = (),
        baked: Mesh | None = None,
    ) -> None:
        """Show another project, in place of the one that was open.

        `baked` is its head as it was seen when it was saved: shown while the head model, that
        poses heads, is not there.

        Raises
        ------
        FacewrightError
            If its head cannot be computed; what was open stays.
        """
        _forget()
        heads = Heads(self.models, evaluator)
        shown, failures = heads.first(history.project, baked)
        self._rest()
        self._preview = None
        self._heads = heads
        self.history, self.path, self._title = history, path, title
        self.problems = problems
        self._saved = history.project if saved else None
        self._saved_names = _names(history)
        self.opening, self.failures = history.project, failures
        known = {source.sha256 for v in history.versions for source in v.project.sources}
        self.scans = {key: scan for key, scan in self.scans.items() if key[0] in known}
        self._is_open = True
        self.shown = shown
        self.selection = -1
        self.opened.emit()
        self.project_changed.emit()
        self.head_changed.emit(shown)

    def close(self) -> None:
        """Stop what was about to be computed, and let go of what steps remember of the head."""
        self._rest()
        _forget()

    def saved_as(self, path: Path, history: History) -> None:
        """Take note that `history` now lies in `path`."""
        self.path = path
        self._saved = history.project
        self._saved_names = _names(history)
        self.project_changed.emit()

    # -- changes -----------------------------------------------------------------------------

    def edit_for(self, kind: type[E], at: int | None = None) -> tuple[int | None, E]:
        """Return the step of a kind that a panel tunes, and its position.

        It is the selected step if that is of the kind, else the last of the kind, else a new
        one (position None) that changes nothing yet where it goes: before `at`, or last.
        """
        edits = self.project.edits
        if 0 <= self.selection < len(edits):
            chosen = edits[self.selection]
            if isinstance(chosen, kind):
                return self.selection, chosen
        for index in range(len(edits) - 1, -1, -1):
            edit = edits[index]
            if isinstance(edit, kind):
                return index, edit
            if isinstance(edit, ANEW if at is None else BASES):
                break
        return None, kind.initial(self.face_at(at))

    def face_at(self, upto: int | None = None) -> Face:
        """Return the committed head after the first `upto` steps, without those that fail."""
        edits = tuple(e for e in self.project.edits[:upto] if e not in self.failures)
        return self._heads.face(replace(self.project, edits=edits))[0]

    def face_of(self, project: Project) -> Face:
        """Return the head of any version, without those of its steps that fail.

        Raises
        ------
        FacewrightError
            If it cannot be computed.
        """
        return self._heads.face(project, project.edits)[0]

    def seen(self, project: Project) -> Shown:
        """Return the head of any version as it would be shown.

        Raises
        ------
        FacewrightError
            If it cannot be computed.
        """
        return self._heads.apart(project)

    def preview(self, index: int | None, edit: Edit, at: int | None = None) -> None:
        """Try a step in place of the one at `index`, or as a new one (None) before `at`."""
        if index is None:
            self._preview = self.project.with_edit(edit, at)
        else:
            self._preview = self.project.with_replaced(index, edit)
        self._soon.start()

    def commit(self, name: str) -> None:
        """Keep what is tried as one step of the history; nothing tried, nothing kept."""
        self.flush()
        self._refine()
        project, self._preview = self._preview, None
        if project is not None:
            self.history = self.history.commit(name, project, time.time())
        else:
            self.flush(force=True)  # what was tried may have failed, or been undone meanwhile
        self.project_changed.emit()

    def drop_preview(self) -> None:
        """Go back to the committed head."""
        if self._preview is not None:
            self._preview = None
            self.flush(force=True)  # the timer alone finds nothing left to try

    def apply(self, name: str, project: Project) -> bool:
        """Make `project` the next version; False, and nothing changed, if a new step fails.

        A step that was there before and fails in its new place stays, without effect, in
        `failures`.
        """
        self._preview = project
        self.flush()
        kept = self._preview is project
        self.commit(name)
        return kept

    def replace_step(self, name: str, index: int, edit: Edit) -> bool:
        """Replace the step at `index`, as one step of the history."""
        return self.apply(name, self.project.with_replaced(index, edit))

    def undo(self) -> None:
        """Give up what is only tried, or else go back one version."""
        if self._preview is not None:
            self.drop_preview()
        else:
            self.jump(self.history.index - 1)

    def redo(self) -> None:
        """Go forward one version."""
        self.jump(self.history.index + 1)

    def jump(self, index: int) -> None:
        """Go to a version of the history."""
        self._soon.stop()
        self._preview = None
        if not 0 <= index < len(self.history.versions):
            return
        self.history = self.history.jump(index)
        self.flush(force=True)  # first, so that who listens finds what fails now
        if self.selection >= len(self.project.edits):
            self.select(-1)
        self.project_changed.emit()

    def show_version(self, version: Version) -> None:
        """Go to a version; one that was kept aside becomes the next one of the line."""
        history = self.history
        if version in history.versions:
            self.jump(history.versions.index(version))
        elif version.project is not self.project:
            self.apply(version.label, version.project)

    def name_version(self, version: Version, label: str) -> None:
        """Call a version `label`; an empty one takes its name away."""
        self._set_history(self.history.labelled(version, label))

    def delete_version(self, version: Version) -> None:
        """Forget a version that is not shown."""
        self._set_history(self.history.without(version))

    def _set_history(self, history: History) -> None:
        self.history = history
        self.project_changed.emit()

    def select(self, index: int) -> None:
        """Choose the step to tune, -1 for none."""
        if index != self.selection:
            self.selection = index
            self.selected.emit(index)

    # -- the head ----------------------------------------------------------------------------

    def flush(self, force: bool = False) -> None:
        """Compute now what waits for the end of this turn of the event loop."""
        waiting = self._soon.waiting or force or self._preview is not None
        self._soon.stop()
        if not (self._is_open and waiting):
            return
        project = self.project if self._preview is None else self._preview
        try:
            face, self.failures = self._heads.face(project, self.project.edits)
            if self.shown is not None and face is self.shown.face:
                return
            shown = self._heads.show(face, hurried=self._preview is not None)
        except (FacewrightError, Cancelled) as error:
            self._preview = None
            self.failed.emit(error)
            return
        if self._preview is not None:
            self._still.start()
        self.shown = shown
        self.head_changed.emit(shown)

    def _rest(self) -> None:
        """Compute nothing of what was about to be."""
        self._soon.stop()
        self._still.stop()

    def _refine(self) -> None:
        """Give the head that rests the image of its own subject."""
        self._still.stop()
        if self.shown is None:
            return
        shown = self._heads.refined(self.shown)
        if shown is not self.shown:
            self.shown = shown
            self.head_changed.emit(shown)

    # -- what is known about the scan --------------------------------------------------------

    @property
    def registration(self) -> Register | None:
        """The step that holds the head of a scan, or None for a model head."""
        return registration_of(self.project)

    @property
    def scan_source(self) -> Source | None:
        """The source that the head was registered to."""
        return scan_of(self.project)

    @property
    def scan(self) -> Scan | None:
        """The scan itself, where it was read in this run: with the sides that its source has."""
        source = self.scan_source
        if source is None:
            return None
        key = source.sha256, MIRRORED in source.notes
        if key not in self.scans:
            other = self.scans.get((key[0], not key[1]))
            if other is None:
                return None
            self.scans[key] = mirrored(other)
        return self.scans[key]

    def keep_scan(self, scan: Scan) -> None:
        """Have a scan at hand for as long as a head that came from it is open."""
        self.scans[scan.sha256, MIRRORED in scan.notes] = scan

    @property
    def fit_error(self) -> float | None:
        """Median distance from scan to head at the vertices that the scan covers, mm."""
        step = self.registration
        return None if step is None or step.error is None else median_of_known(step.error)


def _forget() -> None:
    """Let go of what steps remember of the head that was open."""
    painting.forget()
    repair.forget()


def _names(history: History) -> tuple[object, ...]:
    """Return what tells whether versions were named, renamed or deleted since."""
    return tuple((version.label, version.project) for version in history.named)


def median_of_known(error: FloatArray) -> float | None:
    """Return the median of the absolute values that are numbers, or None without any."""
    known = error[np.isfinite(error)]
    return float(np.median(np.abs(known))) if known.size else None

"""The document: a project value and its history."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from facewright.engine.arrays import FloatArray, frozen
from facewright.engine.edits.base import Edit
from facewright.engine.landmarks import Landmarks
from facewright.engine.mask import Mask
from facewright.engine.measure.calipers import Caliper
from facewright.engine.visits import Round, Visit


@dataclass(frozen=True, eq=False)
class Source:
    """A file that the project was made from; the file itself is never written.

    Attributes
    ----------
    name : str
        File name without folder.
    sha256 : str
        Hash of the file's bytes.
    role : str
        "scan", "photo", "volume", "donor", "earlier visit", ...
    unit : str
        Unit that the file's numbers were taken in: "mm", "cm", "m", ... or "arbitrary".
    transform : (4, 4) float32
        File to head frame: a rigid motion times the unit's factor.
    notes : tuple of str
        What the reader mended or left out, in plain words.
    """

    name: str
    sha256: str
    role: str = "scan"
    unit: str = "mm"
    transform: FloatArray = field(default_factory=lambda: np.eye(4, dtype=np.float32))
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "transform", frozen(self.transform))


@dataclass(frozen=True)
class ModelRef:
    """The exact model that a project was made with."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, eq=False)
class Project:
    """The whole document, a value: changing it makes another one that shares what is the same.

    Attributes
    ----------
    sources : tuple of Source
    edits : tuple of Edit
        Applied from first to last to the model's mean head.
    landmarks : Landmarks or None
        Points that the user placed or moved: they stand on the head in place of its own.
    models : tuple of ModelRef
        What the edits were made with.
    notes : str
        The user's own text.
    mask : Mask or None
        What the user has painted on the head: brushes stay inside it, and steps can be
        confined to it.
    calipers : tuple of Caliper
        Measures that the user set on the head.
    day : str
        When the head was scanned, as in "2026-11-21"; empty where that was not said.
    visits : tuple of Visit
        The same patient on other days.
    rounds : tuple of Round
        Repeated marking of this head, to tell the rater's error.
    """

    sources: tuple[Source, ...] = ()
    edits: tuple[Edit, ...] = ()
    landmarks: Landmarks | None = None
    models: tuple[ModelRef, ...] = ()
    notes: str = ""
    mask: Mask | None = None
    calipers: tuple[Caliper, ...] = ()
    day: str = ""
    visits: tuple[Visit, ...] = ()
    rounds: tuple[Round, ...] = ()

    def with_edit(self, edit: Edit, at: int | None = None) -> Project:
        """Return the project with one more edit, before position `at` or at the end."""
        position = len(self.edits) if at is None else at
        return replace(self, edits=(*self.edits[:position], edit, *self.edits[position:]))

    def with_replaced(self, index: int, edit: Edit) -> Project:
        """Return the project with the edit at `index` replaced."""
        edits = list(self.edits)
        edits[index] = edit
        return replace(self, edits=tuple(edits))

    def without_edit(self, index: int) -> Project:
        """Return the project without the edit at `index`."""
        edits = list(self.edits)
        del edits[index]
        return replace(self, edits=tuple(edits))

    def with_moved(self, index: int, to: int) -> Project:
        """Return the project with the edit at `index` moved to position `to`."""
        edits = list(self.edits)
        edits.insert(to, edits.pop(index))
        return replace(self, edits=tuple(edits))

    def with_source(self, source: Source) -> Project:
        """Return the project with one more source, in place of one with the same hash."""
        others = tuple(s for s in self.sources if s.sha256 != source.sha256)
        return replace(self, sources=(*others, source))

    def with_model(self, model: ModelRef) -> Project:
        """Return the project pinned to `model`, in place of another version of it."""
        others = tuple(m for m in self.models if m.id != model.id)
        return replace(self, models=(*others, model))


@dataclass(frozen=True, eq=False)
class Version:
    """One state of the document.

    Attributes
    ----------
    name : str
        What led to it ("Nose width").
    project : Project
    label : str
        What the user calls it ("Before surgery"); such versions outlive undo. Empty for the rest.
    time : float or None
        Seconds since 1970, UTC; None where it was not noted.
    """

    name: str
    project: Project
    label: str = ""
    time: float | None = None

    @property
    def title(self) -> str:
        """What it is called in lists."""
        return self.label or self.name


@dataclass(frozen=True, eq=False)
class History:
    """Every version of a document and the one that is shown; a value itself.

    Versions share their edits, so thousands of them are cheap. A version that is not
    committed is a preview and never enters here.

    Attributes
    ----------
    versions : tuple of Version
        The line that undo and redo walk along.
    index : int
        The version that is shown.
    kept : tuple of Version
        Versions with a label whose line was left for another one; oldest first.
    """

    versions: tuple[Version, ...] = (Version("New project", Project()),)
    index: int = 0
    kept: tuple[Version, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.index < len(self.versions):
            raise ValueError(f"no version {self.index} among {len(self.versions)}")

    @classmethod
    def of(cls, project: Project, name: str = "New project", time: float | None = None) -> History:
        """Return a history that begins with `project`."""
        return cls((Version(name, project, time=time),))

    @property
    def shown(self) -> Version:
        """The version that is shown."""
        return self.versions[self.index]

    @property
    def project(self) -> Project:
        """The project that is shown."""
        return self.shown.project

    @property
    def named(self) -> tuple[Version, ...]:
        """Every version that has a label, those that were kept aside first."""
        return (*self.kept, *(version for version in self.versions if version.label))

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier version."""
        return self.index > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a later version."""
        return self.index + 1 < len(self.versions)

    @property
    def undo_name(self) -> str | None:
        """What undo takes back."""
        return self.shown.name if self.can_undo else None

    @property
    def redo_name(self) -> str | None:
        """What redo brings back."""
        return self.versions[self.index + 1].name if self.can_redo else None

    def commit(self, name: str, project: Project, time: float | None = None) -> History:
        """Return the history with one more version, shown.

        Versions that were undone go; those with a label are kept aside.
        """
        line, undone = self.versions[: self.index + 1], self.versions[self.index + 1 :]
        kept = (*self.kept, *(version for version in undone if version.label))
        return History((*line, Version(name, project, time=time)), len(line), kept)

    def undo(self) -> History:
        """Return the history at the version before, or itself at the first."""
        return self.jump(self.index - 1) if self.can_undo else self

    def redo(self) -> History:
        """Return the history at the version after, or itself at the last."""
        return self.jump(self.index + 1) if self.can_redo else self

    def jump(self, index: int) -> History:
        """Return the history at version `index`.

        Raises
        ------
        ValueError
            If there is no such version.
        """
        return replace(self, index=index)

    def labelled(self, version: Version, label: str) -> History:
        """Return the history with `version` called `label`; an empty one takes its name away.

        A version that only its label kept goes with it.

        Raises
        ------
        ValueError
            If the version is not of this history.
        """
        if version in self.kept and not label:
            return self.without(version)
        self._check(version)
        called = replace(version, label=label)
        return replace(
            self,
            versions=tuple(called if item is version else item for item in self.versions),
            kept=tuple(called if item is version else item for item in self.kept),
        )

    def without(self, version: Version) -> History:
        """Return the history without `version`.

        Raises
        ------
        ValueError
            If the version is shown, or is not of this history.
        """
        self._check(version)
        if version is self.shown:
            raise ValueError("the version that is shown cannot go")
        line = tuple(item for item in self.versions if item is not version)
        kept = tuple(item for item in self.kept if item is not version)
        return History(line, line.index(self.shown), kept)

    def _check(self, version: Version) -> None:
        if version not in self.versions and version not in self.kept:
            raise ValueError("the version is not of this history")

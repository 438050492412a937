"""The expression of another head: a project, a scan, or one that has a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from facewright.engine.edits.expression import Expression
from facewright.engine.errors import InputError
from facewright.engine.face import Face, Weights
from facewright.engine.models.presets import PRESETS
from facewright.engine.progress import Progress, part, silent
from facewright.engine.project import Project, Source

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore

DONOR = "donor"
"""Role of a source that gave something to the head."""


@dataclass(frozen=True, eq=False)
class Donor:
    """A head's expression, and where it came from.

    Attributes
    ----------
    name : str
        The file's name without its suffix, or the name of the expression.
    expression : Weights
    source : Source or None
        The file, for the project's record; None for an expression with a name.
    """

    name: str
    expression: Weights
    source: Source | None = None

    @property
    def step(self) -> Expression:
        """The step that gives a head this expression; it holds the values themselves."""
        return Expression(weights=self.expression, mode="set", title=f"Expression of {self.name}")

    def given_to(self, project: Project) -> Project:
        """Return the project with the donor among its sources."""
        return with_donor(project, self.source)


def named(name: str) -> Donor:
    """Return an expression by its name, capitals or not.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    for known, weights in PRESETS.items():
        if known.lower() == name.lower():
            return Donor(known, weights)
    raise InputError(f"There is no expression {name}: use one of {', '.join(PRESETS)}, or a file.")


@dataclass(frozen=True, eq=False)
class Other:
    """Another head: the file's name without its suffix, the head, and the file for the record."""

    name: str
    face: Face
    source: Source


def head_in(path: Path, models: ModelStore, progress: Progress = silent) -> Other:
    """Return the head in a project file, or of a scan, which is registered.

    Raises
    ------
    InputError
        If the file cannot be read, or shows no face.
    Cancelled
        If asked to stop.
    """
    from facewright.engine.files.project import SUFFIX, load

    path = Path(path)
    if path.suffix.lower() == SUFFIX:
        from facewright.engine.models.fetching import sha256_of

        progress(0.1, f"Opening {path.name}")
        loaded = load(path, models)
        face = loaded.evaluator(models).face(loaded.history.project)
        return Other(path.stem, face, Source(path.name, sha256_of(path), DONOR))
    from facewright.engine.edits.register import register_scan
    from facewright.engine.files.meshes import read_scan

    scan = read_scan(path, part(progress, 0.0, 0.1))
    found = register_scan(scan, models, progress=part(progress, 0.1, 1.0))
    assert found.edit.face is not None
    return Other(path.stem, found.edit.face, replace(found.source, role=DONOR))


def donor_in(path: Path, models: ModelStore, progress: Progress = silent) -> Donor:
    """Return the expression of the head in a project file, or of a scan, which is registered.

    Raises
    ------
    InputError
        If the file cannot be read, or shows no face.
    Cancelled
        If asked to stop.
    """
    other = head_in(path, models, progress)
    return Donor(other.name, other.face.expression, other.source)


def with_donor(project: Project, source: Source | None) -> Project:
    """Return the project with a donor's file among its sources."""
    known = {kept.sha256 for kept in project.sources}
    return project if source is None or source.sha256 in known else project.with_source(source)

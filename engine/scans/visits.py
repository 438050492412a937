"""A visit of a patient from a file: a scan, which is registered, or a project."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from facewright.engine.errors import InputError
from facewright.engine.measure.agreement import LEAST_PAIRS
from facewright.engine.measure.cleft_words import Side
from facewright.engine.measure.follow_up import aged, as_seen, visit_of
from facewright.engine.measure.rounds import Measured, finished, measured
from facewright.engine.progress import Progress, part, silent
from facewright.engine.visits import Visit

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore


def read_visit(
    path: Path,
    models: ModelStore,
    *,
    day: str = "",
    years: float | None = None,
    progress: Progress = silent,
) -> Visit:
    """Return the patient as a file shows them.

    Parameters
    ----------
    path : Path
        A scan or a project; of a project the head before any proposal.
    day : str
        When it was scanned, where that is known; else what a project says.
    years : float or None
        Age then, where it is known.

    Raises
    ------
    InputError
        If the file cannot be read or shows no face.
    Cancelled
        As `progress` says.
    """
    from facewright.engine.files.project import SUFFIX

    if path.suffix.lower() == SUFFIX:
        visit = _from_project(path, models, progress)
        if years is not None:
            visit = aged(visit, years)
    else:
        visit = _from_scan(path, models, years, progress)
    return replace(visit, day=day) if day else visit


def read_rounds(path: Path, models: ModelStore, side: Side) -> Measured:
    """Return the measures of every round in which a project's head was marked.

    Raises
    ------
    InputError
        If the file cannot be read, or its head was not marked twice.
    """
    from facewright.engine.files.project import load

    loaded = load(path, models)
    project = loaded.history.project
    if len(finished(project.rounds)) < LEAST_PAIRS:
        raise InputError(f"The head in {path.name} was not marked twice: do so in Cleft first.")
    face = loaded.evaluator(models).face(as_seen(project))
    own = models.lifespan().template.landmarks
    return measured(project.rounds, face.mesh, own, side)


def _from_project(path: Path, models: ModelStore, progress: Progress) -> Visit:
    from facewright.engine.files.project import load

    progress(0.1, "Reading")
    loaded = load(path, models)
    seen = as_seen(loaded.history.project)
    if not seen.edits:
        raise InputError(f"{path.name} holds no head yet: register a scan in it first.")
    progress(0.5, "Working out the head")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return visit_of(seen, loaded.evaluator(models).face(seen), path.name, digest, models)


def _from_scan(path: Path, models: ModelStore, years: float | None, progress: Progress) -> Visit:
    from facewright.engine.edits.register import register_scan
    from facewright.engine.files.meshes import read_scan

    scan = read_scan(path, part(progress, 0.0, 0.1))
    done = register_scan(scan, models, age=years, progress=part(progress, 0.1, 1.0))
    return Visit(path.name, scan.sha256, done.registration.face, unit=done.source.unit)

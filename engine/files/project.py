"""Project files (`.face`): the whole history with every baked result, in one zip.

`project.json` holds the schema, the tables of shared values and the versions; `arrays/` and
`images/` what is large. The shown head is stored as well, so that a file opens without its
sources and without the models that made it.
"""

from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facewright.engine.arrays import ByteArray
from facewright.engine.errors import FacewrightError, InputError
from facewright.engine.evaluator import Evaluator
from facewright.engine.face import Face
from facewright.engine.files.archive import ArchiveReader, ArchiveWriter, Damaged
from facewright.engine.files.migrations import SCHEMA, migrate
from facewright.engine.files.values import Decoder, Encoder
from facewright.engine.mesh import Mesh, Topology
from facewright.engine.project import History, ModelRef, Project, Version

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore

SUFFIX = ".face"


@dataclass(frozen=True, eq=False)
class Loaded:
    """An opened project file.

    Attributes
    ----------
    history : History
    baked : Face or None
        The head of the version that was shown when the file was saved.
    shown : Mesh or None
        The same with expression and pose applied: the skin as it was seen.
    problems : tuple of str
        One sentence for each thing that cannot be run again as it was.
    """

    history: History
    baked: Face | None
    shown: Mesh | None
    problems: tuple[str, ...] = ()

    def evaluator(self, models: ModelStore) -> Evaluator:
        """Return an evaluator of the project; where steps cannot run, the baked head stands."""
        evaluator = Evaluator(models)
        if self.baked is not None and (self.problems or not self._runs(evaluator)):
            evaluator.pin(self.history.project, self.baked)
        return evaluator

    def _runs(self, evaluator: Evaluator) -> bool:
        try:
            evaluator.face(self.history.project)
        except FacewrightError:
            return False
        return True


def save(
    history: History,
    path: Path,
    models: ModelStore,
    *,
    face: Face | None = None,
    preview: ByteArray | None = None,
) -> None:
    """Write `history` to `path`, whole or not at all.

    Takes values and touches nothing else, so it may run in a thread while work goes on. A head
    that cannot be computed does not keep the history from being saved. Models that steps need
    are pinned to those at hand unless they are pinned already.

    Parameters
    ----------
    history : History
    path : Path
    models : ModelStore
    face : Face or None
        The shown head, where the caller has it already.
    preview : (H, W, 3) uint8 or None
        A small picture for file lists.

    Raises
    ------
    InputError
        If the file cannot be written there.
    """
    archive = ArchiveWriter()
    encoder = Encoder(archive)
    versions = [_version(encoder, item, models) for item in history.versions]
    kept = [_version(encoder, item, models) for item in history.kept]
    document = {
        "schema": SCHEMA,
        "program": program_version(),
        "index": history.index,
        "versions": versions,
        "kept": kept,
        "head": _head(encoder, history.project, models, face),
        "tables": encoder.tables,
    }
    if preview is not None:
        archive.preview(preview)
    text = json.dumps(document, allow_nan=False, separators=(",", ":"))
    archive.write(Path(path), text.encode())


def _version(encoder: Encoder, version: Version, models: ModelStore) -> dict[str, Any]:
    return {
        "name": version.name,
        "label": version.label,
        "time": version.time,
        "project": encoder.project(_pinned(version.project, models)),
    }


def _as_version(decoder: Decoder, row: dict[str, Any]) -> Version:
    time = None if row["time"] is None else float(row["time"])
    if time is not None and not math.isfinite(time):
        raise Damaged("a version has no proper time")
    return Version(str(row["name"]), decoder.project(row["project"]), str(row["label"]), time)


def _pinned(project: Project, models: ModelStore) -> Project:
    """Return the project with every model that its steps need pinned, where it is here."""
    needed = {id for edit in project.edits for id in edit.models}
    for id in sorted(needed - {model.id for model in project.models}):
        with suppress(FacewrightError):
            project = project.with_model(models.reference(id))
    return project


def _head(
    encoder: Encoder, project: Project, models: ModelStore, face: Face | None
) -> dict[str, Any] | None:
    """Return the shown head, or None where it cannot be computed.

    Whatever goes wrong here, a missing model or a defect, must not cost the user's work: what
    the head was made from is in the file already.
    """
    try:
        face = Evaluator(models).face(project) if face is None else face
        row = encoder.face(face)
    except Exception:
        return None
    try:
        shown = encoder.mesh(models.rig().pose(face).skin)
    except Exception:
        shown = encoder.mesh(face.mesh)
    return {"face": row, "shown": shown}


def load(path: Path, models: ModelStore | None = None) -> Loaded:
    """Return what a project file holds.

    Parameters
    ----------
    path : Path
    models : ModelStore or None
        Gives the heads their full topology and tells which steps can run again. Without it
        topologies are bare: faces, but no regions, mirror or uv.

    Raises
    ------
    InputError
        If the file is missing, damaged, hostile, or from a newer version.
    """
    path = Path(path)
    try:
        with ArchiveReader(path) as archive:
            document = migrate(_parsed(archive.document()), path.name)
            decoder = Decoder(archive, document["tables"], _topologies(models))
            versions = tuple(_as_version(decoder, row) for row in document["versions"])
            kept = tuple(_as_version(decoder, row) for row in document["kept"])
            history = History(versions, int(document["index"]), kept)
            head = document["head"]
            baked = None if head is None else decoder.face(head["face"])
            shown = None if head is None else decoder.mesh(head["shown"])
    except OSError as error:
        reason = (error.strerror or "it is not readable").lower()
        raise InputError(
            f"{path.name} cannot be opened ({reason}): check the file and try again."
        ) from error
    except (
        Damaged,
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        reason = f" ({error})" if isinstance(error, Damaged) else ""
        raise InputError(
            f"{path.name} is damaged or no Facewright project{reason}: "
            "open an earlier copy of it, or the source again."
        ) from error
    return Loaded(history, baked, shown, problems(history.project, models))


def _parsed(text: bytes) -> dict[str, Any]:
    document = json.loads(text)
    if not isinstance(document, dict):
        raise Damaged("project.json holds no object")
    return document


def _topologies(models: ModelStore | None) -> dict[str, Topology]:
    if models is None:
        return {}
    try:
        topology = models.lifespan().topology
    except FacewrightError:
        return {}
    return {topology.id: topology}


def problems(project: Project, models: ModelStore | None) -> tuple[str, ...]:
    """Return one sentence for each pinned model that steps need and that is not the same here."""
    if models is None:
        return ()
    found = []
    for pinned in project.models:
        steps = [
            f"{number} ({edit.label})"
            for number, edit in enumerate(project.edits, 1)
            if pinned.id in edit.models
        ]
        changed = _changed(pinned, models) if steps else ""
        if changed:
            which = f"step {steps[0]}" if len(steps) == 1 else f"steps {', '.join(steps)}"
            found.append(
                f"{changed}: {which} cannot be run again as before; the saved head is shown."
            )
    return tuple(found)


def _changed(pinned: ModelRef, models: ModelStore) -> str:
    """Return how a model differs from the one pinned, or nothing."""
    try:
        here = models.reference(pinned.id)
    except FacewrightError:
        return f"The model {pinned.id} {pinned.version} is not installed"
    if here == pinned:
        return ""
    return (
        f"The project was made with {pinned.id} {pinned.version} ({pinned.sha256[:8]}) and this "
        f"program has {here.version} ({here.sha256[:8]})"
    )


def program_version() -> str:
    """Return the version of this program."""
    try:
        return version("facewright")
    except PackageNotFoundError:
        return "0"

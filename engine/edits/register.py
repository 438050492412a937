"""The head of a scan: a slow step that runs in a job and keeps its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import FloatArray, frozen
from facewright.engine.edits.base import Edit, Hidden
from facewright.engine.edits.from_model import FromModel
from facewright.engine.edits.start import Start
from facewright.engine.errors import InputError
from facewright.engine.face import Face
from facewright.engine.landmarks import Points
from facewright.engine.mask import Mask
from facewright.engine.progress import Progress, silent
from facewright.engine.units import UNITS

if TYPE_CHECKING:
    from facewright.engine.mesh import Scan
    from facewright.engine.models.store import ModelStore
    from facewright.engine.project import Project, Source
    from facewright.engine.scans.landmarking import Found
    from facewright.engine.scans.registration import Registration


@dataclass(frozen=True, eq=False, kw_only=True)
class Register(Edit):
    """Begin with the head that a scan was registered to.

    The result is baked: it is never computed again unless the user asks for it.

    Attributes
    ----------
    face : Face or None
        The registered head; None leaves the face before as it is.
    source : str
        sha256 of the scan among the project's sources.
    unit, age, trusted :
        What the registration was asked for: unit of the scan, age given (None: unknown) and
        the mask over scan or head of where the surface was to be believed.
    names, placed : str and (N, 4) float32 or None
        Landmarks that the user gave, in file coordinates with their confidence; names are
        separated by line ends.
    error : (V,) float32 or None
        Signed distance from scan to head at each vertex, mm; NaN where the scan has nothing.
    artefacts : (V,) mask or None
        1 where the scan was found to show something else than the face, which was left out;
        None where a mask said what to leave out.
    artefact_share : float or None
        How much of the face that is.
    level, verdict, advice : str
        The quality in words; pieces of advice are separated by line ends.
    """

    kind: ClassVar[str] = "register"
    label: ClassVar[str] = "Head from scan"
    slow: ClassVar[bool] = True

    face: Annotated[Face | None, Hidden()] = None
    source: Annotated[str, Hidden()] = ""
    unit: Annotated[str, Hidden()] = "auto"
    age: Annotated[float | None, Hidden()] = None
    trusted: Annotated[Mask | None, Hidden()] = None
    names: Annotated[str, Hidden()] = ""
    placed: Annotated[FloatArray | None, Hidden()] = None
    error: Annotated[FloatArray | None, Hidden()] = None
    artefacts: Annotated[Mask | None, Hidden()] = None
    artefact_share: Annotated[float | None, Hidden()] = None
    level: Annotated[str, Hidden()] = ""
    verdict: Annotated[str, Hidden()] = ""
    advice: Annotated[str, Hidden()] = ""

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the registered head; nothing of the face before remains."""
        return face if self.face is None else self.face


@dataclass(frozen=True, eq=False)
class Registered:
    """What registering gives a project: the step, its source, and the full account."""

    edit: Register
    source: Source
    registration: Registration


def register_scan(
    scan: Scan,
    models: ModelStore,
    *,
    found: Found | None = None,
    landmarks: Points | None = None,
    unit: str = "auto",
    mask: Mask | None = None,
    age: float | None = None,
    progress: Progress = silent,
) -> Registered:
    """Register `scan` and return the step that holds the result, with its source.

    Arguments and errors are those of `facewright.engine.scans.registration.register`.
    """
    from facewright.engine.project import Source
    from facewright.engine.scans.registration import register

    result = register(
        scan,
        models,
        found=found,
        landmarks=landmarks,
        unit=unit,
        mask=mask,
        age=age,
        progress=progress,
    )
    others = result.artefacts
    edit = Register(
        face=result.face,
        source=scan.sha256,
        unit=unit,
        age=age,
        trusted=mask,
        names="" if landmarks is None else "\n".join(landmarks.names),
        placed=None
        if landmarks is None
        else frozen(np.column_stack([landmarks.positions, landmarks.confidence])),
        error=frozen(result.error),
        artefacts=None if others is None else frozen(others.found),
        artefact_share=None if others is None else others.share,
        level=result.verdict.level,
        verdict=result.verdict.text,
        advice="\n".join(result.verdict.advice),
    )
    source = Source(
        name=scan.name,
        sha256=scan.sha256,
        role="scan",
        unit=unit_of(result.scan_to_head),
        transform=frozen(result.scan_to_head),
        notes=scan.notes,
    )
    return Registered(edit, source, result)


def register_again(
    edit: Register, scan: Scan, models: ModelStore, progress: Progress = silent
) -> Registered:
    """Register the same scan with the same parameters, as a forensic result asks for.

    Raises
    ------
    InputError
        If `scan` is not the one that the step was made from.
    """
    if scan.sha256 != edit.source:
        raise InputError(
            f"{scan.name} is not the scan that this head was made from (sha256 "
            f"{edit.source[:12]}): choose that file."
        )
    landmarks = None
    if edit.placed is not None:
        landmarks = Points.build(
            tuple(edit.names.split("\n")), edit.placed[:, :3], edit.placed[:, 3]
        )
    return register_scan(
        scan,
        models,
        landmarks=landmarks,
        unit=edit.unit,
        mask=edit.trusted,
        age=edit.age,
        progress=progress,
    )


def registration_of(project: Project) -> Register | None:
    """Return the step that holds the head of a scan, or None for a model head."""
    for edit in reversed(project.edits):
        if isinstance(edit, Register):
            return edit
        if isinstance(edit, Start | FromModel):
            return None
    return None


def scan_of(project: Project) -> Source | None:
    """Return the scan that the head was registered to, or None for a model head."""
    step = registration_of(project)
    if step is None:
        return None
    return next((source for source in project.sources if source.sha256 == step.source), None)


def unit_of(scan_to_head: ArrayLike) -> str:
    """Return the unit whose factor a `(4, 4)` motion holds, or "arbitrary" where none fits."""
    from facewright.engine.geometry.rigid import scale_of

    factor = scale_of(np.asarray(scan_to_head, dtype=np.float64))
    for name, millimetres in UNITS.items():
        if abs(factor / millimetres - 1.0) < 1e-4:
            return name
    return "arbitrary"

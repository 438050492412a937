"""A scan between the file and the head: read, looked at, and not yet registered."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.errors import FacewrightError
from facewright.engine.progress import Progress

if TYPE_CHECKING:
    from facewright.engine.arrays import FloatArray
    from facewright.engine.mesh import Scan
    from facewright.engine.models.store import ModelStore
    from facewright.engine.scans.landmarking import Found


@dataclass(frozen=True, eq=False)
class Waiting:
    """A scan that has been read and has no head yet.

    Attributes
    ----------
    scan : Scan
    found : Found or None
        None when no face was found.
    said : str
        What was found, or why nothing was.
    """

    scan: Scan
    found: Found | None
    said: str

    @property
    def to_upright(self) -> FloatArray:
        """Motion `(4, 4)` from the file to a head that stands; the file's own without a face."""
        if self.found is None:
            return np.eye(4, dtype=np.float32)
        return np.asarray(self.found.to_upright, dtype=np.float32)


def look_for_face(scan: Scan, models: ModelStore, unit: str, progress: Progress) -> Waiting:
    """Look for the face; a scan without one waits all the same."""
    from facewright.engine.scans.landmarking import find_landmarks

    try:
        found = find_landmarks(scan, models, unit=unit, progress=progress)
    except FacewrightError as error:
        return Waiting(scan, None, str(error))
    said = f"{len(found.points.names)} landmarks found"
    with contextlib.suppress(TypeError, ValueError):
        said += f", {100 * found.confidence:.0f} % sure"
    notes = found.notes or (f"Taken to be in {found.unit}.",)
    return Waiting(scan, found, " ".join((f"{said}.", *notes, *scan.notes)))

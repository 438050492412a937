"""A scan between the file and the head: read, looked at, and not yet registered."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facewright.app.thumbnails import SIDE, Thumbnails
from facewright.engine.errors import FacewrightError, InputError
from facewright.engine.progress import Progress, part
from facewright.engine.units import RARE_UNITS

if TYPE_CHECKING:
    from facewright.app.incoming import Incoming
    from facewright.engine.arrays import ByteArray, FloatArray
    from facewright.engine.landmarks import Points
    from facewright.engine.mesh import Scan
    from facewright.engine.models.store import ModelStore
    from facewright.engine.scans.landmarking import Found

_CELLS = 220  # of the preview's grid: fine enough for a picture of a few hundred pixels


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
    landmarks : Points or None
        Placed by hand or read from a file, in file coordinates.
    turned : (3, 3) float32 or None
        Rotation to how it stands, where that is known without a face.
    unit : str
        The unit that was taken before; empty when it was never placed.
    """

    scan: Scan
    found: Found | None
    said: str
    landmarks: Points | None = None
    turned: FloatArray | None = None
    unit: str = ""

    @property
    def to_upright(self) -> FloatArray:
        """Motion `(4, 4)` from the file to a head that stands; the file's own without a face."""
        motion = np.eye(4, dtype=np.float32)
        if self.found is not None:
            motion = np.asarray(self.found.to_upright, dtype=np.float32)
        elif self.turned is not None:
            motion[:3, :3] = self.turned
        return motion

    @property
    def unsure(self) -> bool:
        """Whether the unit had better be asked for."""
        return self.found is not None and (
            self.found.unit == "arbitrary" or self.found.unit in RARE_UNITS
        )

    @property
    def face_width(self) -> float | None:
        """Width of the face between its ears in the file's unit, None without landmarks there."""
        if self.found is None:
            return None
        points = self.found.points
        ends = [points[name] for name in ("ibug0", "ibug16") if name in points.names]
        if len(ends) < 2:
            return None
        width = float(np.linalg.norm(ends[0] - ends[1]))
        return width if np.isfinite(width) and width > 0 else None


def read(incoming: Incoming, models: ModelStore, progress: Progress) -> Waiting:
    """Read a scan with what goes with it, and look for the face.

    Raises
    ------
    InputError
        If the scan or its landmarks cannot be read.
    """
    from facewright.engine.files.meshes import read_scan

    assert incoming.scan is not None
    scan = read_scan(incoming.scan, part(progress, 0.0, 0.4))
    if incoming.image is not None:
        scan = dressed(scan, incoming.image)
    landmarks = None
    if incoming.landmarks is not None:
        from facewright.engine.files.landmarks import read_points

        landmarks = read_points(incoming.landmarks)
    waiting = look_for_face(scan, models, "auto", part(progress, 0.4, 1.0))
    return replace(waiting, landmarks=landmarks)


def dressed(scan: Scan, image: Path) -> Scan:
    """Return the scan with an image as its texture; a note tells where it cannot wear it."""
    from facewright.engine.files.textures import read_image

    if scan.texture is not None:
        return scan
    if scan.corner_uv is None:
        note = f"{image.name} was left out: the scan does not say where on it an image goes."
        return replace(scan, notes=(*scan.notes, note))
    try:
        return replace(scan, texture=read_image(image))
    except (ValueError, OSError) as error:
        reason = str(error) if isinstance(error, ValueError) else "could not be read"
        raise InputError(f"{image.name} {reason}: drop the scan without it.") from None


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
    lines = [" ".join((f"{said}.", *notes))]
    if scan.notes:
        lines.append("On reading: {}.".format("; ".join(note.rstrip(".") for note in scan.notes)))
    return Waiting(scan, found, "\n".join(lines))


def rotation_of(motion: FloatArray) -> FloatArray:
    """Return the rotation `(3, 3)` in a motion `(4, 4)` with a factor."""
    turn = np.asarray(motion, np.float64)[:3, :3]
    return np.asarray(turn / np.cbrt(np.linalg.det(turn)), np.float32)


def keep_picture(waiting: Waiting, path: Path, thumbnails: Thumbnails, progress: Progress) -> None:
    """Keep a picture of the scan for the list of recent files."""
    with contextlib.suppress(FacewrightError):  # what cannot be drawn is listed without
        picture = preview(waiting.scan, rotation_of(waiting.to_upright), SIDE, progress)
        if picture is not None:
            thumbnails.keep(path, picture)


def preview(scan: Scan, rotation: FloatArray, size: int, _progress: Progress) -> ByteArray | None:
    """Return a picture `(size, size, 3)` of the scan from the front; None for loose points.

    Parameters
    ----------
    scan : Scan
    rotation : (3, 3)
        From the file to y up and z to the front.
    size : int
        Pixels.
    """
    from facewright.engine.photos.shading import picture_surface
    from facewright.engine.scans.views import coarse, stage

    if not len(scan.faces):
        return None
    small = coarse(stage(scan), _CELLS)
    colors = None if small.colors is None else small.colors / 255.0
    return picture_surface(small.vertices @ rotation.T, small.faces, colors, size=(size, size))

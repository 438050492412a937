"""How a scan stands in its file: which axis is up, which looks forward, which side is left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from facewright.engine.arrays import FloatArray, frozen
from facewright.engine.errors import InputError
from facewright.engine.mesh import Scan

AXES: dict[str, tuple[float, float, float]] = {
    "+x": (1.0, 0.0, 0.0),
    "-x": (-1.0, 0.0, 0.0),
    "+y": (0.0, 1.0, 0.0),
    "-y": (0.0, -1.0, 0.0),
    "+z": (0.0, 0.0, 1.0),
    "-z": (0.0, 0.0, -1.0),
}

MIRRORED = "Left and right were exchanged: the file showed a mirror image."
"""The note of a scan that was mirrored; its source keeps it."""


def upright(up: str, front: str) -> FloatArray:
    """Return the rotation `(3, 3)` from a file to y up and z to the front.

    Parameters
    ----------
    up, front : str
        Directions of the head in the file, keys of `AXES`.

    Raises
    ------
    InputError
        If a direction is unknown or both lie on one axis.
    """
    if up not in AXES or front not in AXES or up[1] == front[1]:
        raise InputError(
            f'"{up}" up and "{front}" to the front do not go together: choose two different axes.'
        )
    high, forward = np.array(AXES[up]), np.array(AXES[front])
    return frozen(np.stack([np.cross(high, forward), high, forward]))


def mirrored(scan: Scan) -> Scan:
    """Return the scan with left and right exchanged, its faces still facing outward.

    The hash stays that of the file; the notes tell of the exchange. Mirroring twice gives the
    scan as it was.
    """
    flip = np.array([-1.0, 1.0, 1.0], np.float32)
    notes = tuple(note for note in scan.notes if note != MIRRORED)
    if len(notes) == len(scan.notes):
        notes += (MIRRORED,)
    return replace(
        scan,
        vertices=frozen(scan.vertices * flip),
        faces=frozen(scan.faces[:, ::-1], np.int32),
        corner_uv=None if scan.corner_uv is None else frozen(scan.corner_uv[:, ::-1]),
        normals=None if scan.normals is None else frozen(scan.normals * flip),
        notes=notes,
    )

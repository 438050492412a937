"""Read STL, binary and ascii."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from facewright.engine.arrays import FloatArray, IntArray
from facewright.engine.errors import InputError
from facewright.engine.files.surface import Surface
from facewright.engine.files.text import blocks
from facewright.engine.progress import Progress

_HEADER = 84
_RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_VERTEX = ord("v") + 256 * ord("e")


def read_stl(path: Path, progress: Progress) -> Surface:
    """Return the triangles of an STL file, three vertices each.

    Raises
    ------
    InputError
        If the file is cut short or declares more triangles than it holds.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(4096)
    declared = int.from_bytes(head[80:84], "little") if len(head) >= _HEADER else -1
    binary = declared >= 0 and size >= _HEADER + _RECORD.itemsize * declared
    if head.lstrip()[:5].lower() == b"solid" and (b"facet" in head or not binary):
        corners = _read_ascii(path, progress)
        notes: tuple[str, ...] = ()
    elif binary:
        rows = np.fromfile(path, dtype=_RECORD, count=declared, offset=_HEADER)
        corners = np.ascontiguousarray(rows["corners"]).reshape(-1, 3).astype(np.float32)
        extra = size - _HEADER - _RECORD.itemsize * declared
        notes = ("bytes behind the last triangle were left out",) if extra else ()
    else:
        raise InputError(
            f"{path.name} declares {max(declared, 0)} triangles and is too short for them: "
            "it is cut short or no STL file; export it again."
        )
    faces: IntArray = np.arange(len(corners), dtype=np.int32).reshape(-1, 3)
    return Surface(vertices=corners, faces=faces, notes=notes)


def _read_ascii(path: Path, progress: Progress) -> FloatArray:
    """Return the corners `(3 T, 3)` of an ascii file."""
    found: list[FloatArray] = []
    try:
        for fraction, lines in blocks(path):
            progress(fraction, f"Reading {path.name}")
            values = lines.numbers(lines.key() == _VERTEX, skip=1)
            found.append(values.reshape(-1, 3).astype(np.float32))
    except ValueError:
        found = [np.zeros((1, 3), np.float32)]
    corners = np.concatenate(found) if found else np.zeros((0, 3), np.float32)
    if len(corners) % 3:
        raise InputError(f"{path.name} is cut short or damaged: export it again.")
    return corners

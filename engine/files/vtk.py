"""Read VTK's legacy files, ascii and binary, as far as they hold polygon data."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np

from facewright.engine.errors import InputError
from facewright.engine.files.polydata import Array, PolyData, surface
from facewright.engine.files.surface import Surface
from facewright.engine.files.text import BLOCK
from facewright.engine.progress import Progress

_TYPES = {
    **{"char": "i1", "unsigned_char": "u1", "short": "i2", "unsigned_short": "u2"},
    **{"int": "i4", "unsigned_int": "u4", "long": "i8", "unsigned_long": "u8"},
    **{"float": "f4", "double": "f8", "vtkidtype": "i4", "vtktypeint32": "i4"},
    **{"vtktypeint64": "i8", "vtktypeuint64": "u8", "vtktypeuint32": "u4"},
}
_CELLS = ("VERTICES", "LINES", "POLYGONS", "TRIANGLE_STRIPS")


class _End(Exception):
    """The data end, or go on with something that is not read."""


class _Cursor:
    """A place in the file, from which lines and numbers are taken."""

    def __init__(self, data: bytes, at: int, binary: bool) -> None:
        self.data, self.at, self.binary = data, at, binary

    def words(self) -> list[str]:
        """Return the words of the next line that has any."""
        while self.at < len(self.data):
            end = self.data.find(b"\n", self.at)
            end = len(self.data) if end < 0 else end
            line = self.data[self.at : min(end, self.at + 4096)]
            self.at = end + 1
            if line.strip():
                return line.decode("latin-1").split()
        raise _End

    def numbers(self, count: int, kind: str) -> Array:
        """Return the next `count` numbers of a VTK type.

        Raises
        ------
        ValueError
            If the file ends before, or the words are no numbers.
        """
        try:
            dtype = np.dtype(">" + _TYPES[kind.lower()])
        except KeyError:
            raise _End from None
        if count < 0 or count * (dtype.itemsize if self.binary else 1) > len(self.data):
            raise ValueError("more numbers than bytes")
        if self.binary:
            values = np.frombuffer(self.data, dtype, count, self.at)
            self.at += values.nbytes
            return values.astype(dtype.newbyteorder("="))
        pieces: list[Array] = []
        while count:
            piece, words = self._piece(count)
            values = np.fromstring(piece, sep=" ")
            if values.size != words:
                raise ValueError("not only numbers")
            pieces.append(values if dtype.kind == "f" else values.astype(np.int64))
            count -= words
        joined = np.concatenate(pieces) if pieces else np.zeros(0)
        return joined.astype(np.uint8) if dtype == np.uint8 else joined

    def _piece(self, most: int) -> tuple[bytes, int]:
        """Return the next whole words, at most `most` and about a block, and their number."""
        piece = self.data[self.at : self.at + BLOCK]
        if self.at + BLOCK < len(self.data):
            piece = piece[: max(piece.rfind(b" "), piece.rfind(b"\n")) + 1]
        solid = np.frombuffer(piece, np.uint8) > 32
        start = np.flatnonzero(np.diff(solid.view(np.int8), prepend=np.int8(0)) == 1)
        if not len(start):
            raise ValueError("cut short")
        if len(start) > most:
            piece = piece[: int(start[most])]
        self.at += len(piece)
        return piece, min(len(start), most)


def read_vtk(path: Path, progress: Progress) -> Surface:
    """Return the polygons of a legacy `.vtk` file, versions 1 to 5.1.

    Raises
    ------
    InputError
        If it is no polygon data, or declares more than it holds.
    """
    progress(0.0, f"Reading {path.name}")
    data = path.read_bytes()
    head = re.match(
        rb"# vtk DataFile Version (\d+)\.(\d+)[^\n]*\n[^\n]*\n\s*(ASCII|BINARY)\s*\n"
        rb"\s*DATASET\s+(\w+)[^\n]*\n",
        data[:4096],
        re.IGNORECASE,
    )
    if head is None:
        raise InputError(f"{path.name} has no complete VTK header: export it again.")
    if head[4].upper() != b"POLYDATA":
        raise InputError(f"{path.name} holds no VTK polygon data: export the surface as PolyData.")
    cursor = _Cursor(data, head.end(), head[3].upper() == b"BINARY")
    try:
        found = _sections(cursor, new=int(head[1]) >= 5)
    except (ValueError, IndexError, OverflowError):
        raise InputError(
            f"{path.name} is cut short or damaged: its data do not match what it declares; "
            "export it again."
        ) from None
    return surface(path, found)


def _sections(cursor: _Cursor, new: bool) -> PolyData:
    none = np.zeros(0, np.int64)
    found = PolyData(np.zeros((0, 3), np.float32), none, none)
    count = 0
    owner = ""
    try:
        while True:
            words = cursor.words()
            word = words[0].upper()
            if word == "POINTS":
                found.points = cursor.numbers(3 * int(words[1]), words[2]).reshape(-1, 3)
            elif word in _CELLS:
                cells = _cells(cursor, words, new)
                if word == "POLYGONS":
                    found.connectivity, found.count = cells
                found.strips |= word == "TRIANGLE_STRIPS"
            elif word in ("POINT_DATA", "CELL_DATA"):
                owner, count = word, int(words[1])
            elif word == "METADATA":
                end = cursor.data.find(b"\n\n", cursor.at)
                cursor.at = len(cursor.data) if end < 0 else end
            elif word == "FIELD":
                _fields(cursor, int(words[2]), found, owner == "POINT_DATA")
            elif owner:
                _attribute(cursor, words, count, found, owner == "POINT_DATA")
            else:
                raise _End
    except _End:
        return found


def _cells(cursor: _Cursor, words: list[str], new: bool) -> tuple[Array, Array]:
    """Return connectivity and the corners of each cell."""
    number, size = int(words[1]), int(words[2])
    if number < 0 or size < 0:
        raise ValueError("a negative count")
    if new:
        kind = cursor.words()[1]
        offsets = cursor.numbers(number, kind).astype(np.int64)
        kind = cursor.words()[1]
        return cursor.numbers(size, kind).astype(np.int64), np.diff(offsets)
    flat = cursor.numbers(size, "int").astype(np.int64)
    if not number:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    width = int(flat[0]) + 1
    if size == number * width and (flat[::width] == width - 1).all():
        rows = flat.reshape(number, width)
        return rows[:, 1:].reshape(-1), rows[:, 0].copy()
    start = np.zeros(number, np.int64)
    listed = flat.tolist()
    at = 0
    for row in range(number):
        start[row] = at
        if listed[at] < 0:
            raise ValueError("a negative count")
        at += listed[at] + 1
    if at > size:
        raise ValueError("cut short")
    kept = np.ones(size, dtype=bool)
    kept[start] = False
    kept[at:] = False
    return flat[kept], flat[start]


def _fields(cursor: _Cursor, number: int, found: PolyData, of_points: bool) -> None:
    for _ in range(number):
        name, width, count, kind = cursor.words()[:4]
        if name.upper() == "METADATA":
            raise _End
        values = cursor.numbers(int(width) * int(count), kind)
        if of_points and int(width) > 0:
            found.arrays[unquote(name)] = values.reshape(-1, int(width))


def _attribute(
    cursor: _Cursor, words: list[str], count: int, found: PolyData, of_points: bool
) -> None:
    """Take one attribute of the old kind."""
    word, name = words[0].upper(), unquote(words[1]) if len(words) > 1 else ""
    role, width, kind = "", 0, "float"
    if word == "LOOKUP_TABLE":
        count, width, kind = int(words[2]), 4, "unsigned_char" if cursor.binary else "float"
    elif word == "SCALARS":
        role, kind = "Scalars", words[2]
        width = int(words[3]) if len(words) > 3 else 1
        before = cursor.at
        if cursor.words()[0].upper() != "LOOKUP_TABLE":
            cursor.at = before
    elif word == "COLOR_SCALARS":
        role, width = "Scalars", int(words[2])
        kind = "unsigned_char" if cursor.binary else "float"
    elif word in ("NORMALS", "VECTORS"):
        role, width, kind = word.title(), 3, words[2]
    elif word == "TENSORS":
        width, kind = 9, words[2]
    elif word == "TEXTURE_COORDINATES":
        role, width, kind = "TCoords", int(words[2]), words[3]
    else:
        raise _End
    values = cursor.numbers(count * width, kind)
    if of_points and role and width > 0:
        found.arrays[name] = values.reshape(-1, width)
        found.roles.setdefault(role, name)

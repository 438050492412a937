"""Numeric matrices of MATLAB's level 5 files, unpacked no further than their own dimensions.

scipy reads these too, but unpacks whatever an element says it holds before it looks at the
dimensions: ten megabytes could fill the memory. Layout: "MAT-File Format", The MathWorks.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from facewright.engine.models.external.foreign import MOST_NUMBERS, Unusable

HEADER = 128
_MATRIX, _COMPRESSED = 14, 15
_TYPES = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8",
          13: "u8"}  # fmt: skip
_NUMERIC_CLASSES = range(6, 16)
_COMPLEX = 0x0800
_PIECE = 1 << 20
LONGEST_NAME = 64
MOST_PACKED, SMALL = 25, 1 << 17
"""A matrix of more than `SMALL` numbers and this many for each packed byte is taken for a bomb."""

MOST_VARIABLES = 1_000

_Take = Callable[[int], bytes]


def read_matrices(path: Path, wanted: Collection[str]) -> dict[str, NDArray[Any]]:
    """Return the matrices named in `wanted` that the file has; others are passed over.

    Raises
    ------
    Unusable
        If the file is damaged, too large, or of another level.
    """
    size = path.stat().st_size
    found: dict[str, NDArray[Any]] = {}
    left = MOST_NUMBERS
    with path.open("rb") as file:
        order = _order(file.read(HEADER))
        for _ in range(MOST_VARIABLES):
            tag = file.read(8)
            if not tag or len(found) == len(wanted):
                return found
            if len(tag) < 8:
                raise Unusable("it is cut short")
            kind, length = struct.unpack(f"{order}II", tag)
            start = file.tell()
            if start + length > size:
                raise Unusable("it is cut short")
            if kind in (_MATRIX, _COMPRESSED):
                take = _inflated(file, length) if kind == _COMPRESSED else _plain(file, length)
                if kind == _COMPRESSED:
                    inner, length_inside = struct.unpack(f"{order}II", take(8))
                    if inner != _MATRIX or length_inside == 0:
                        raise Unusable("a matrix in it is damaged")
                named = _matrix(take, order, wanted, min(left, max(SMALL, MOST_PACKED * length)))
                if named is not None:
                    found[named[0]] = named[1]
                    left -= named[1].size
            file.seek(start + length)
    raise Unusable("it has too many variables")


def _order(header: bytes) -> str:
    """Return the byte order that the file's header names."""
    if len(header) < HEADER:
        raise Unusable("it is cut short or no MATLAB file")
    mark = header[126:128]
    if mark not in (b"IM", b"MI"):
        raise Unusable("it is no MATLAB file of level 5")
    order = "<" if mark == b"IM" else ">"
    if struct.unpack(f"{order}H", header[124:126])[0] != 0x0100:
        raise Unusable("it is a MATLAB file of another level: save it with -v7")
    return order


def _plain(file: BinaryIO, length: int) -> _Take:
    """Return a reader of the next `length` bytes."""
    left = length

    def take(count: int) -> bytes:
        nonlocal left
        if count > left:
            raise Unusable("a matrix in it is cut short")
        left -= count
        return file.read(count)

    return take


def _inflated(file: BinaryIO, length: int) -> _Take:
    """Return a reader of what `length` packed bytes hold; it unpacks what is asked for alone."""
    unpacker, left, kept = zlib.decompressobj(), length, b""

    def take(count: int) -> bytes:
        nonlocal left, kept
        pieces: list[bytes] = []
        while count:
            if not kept and left:
                kept = file.read(min(_PIECE, left))
                left -= len(kept)
            try:
                piece = unpacker.decompress(kept, count)
            except zlib.error:
                raise Unusable("a matrix in it cannot be unpacked") from None
            kept = unpacker.unconsumed_tail
            if not piece and (unpacker.eof or not (left or kept)):
                raise Unusable("a matrix in it is cut short")
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    return take


def _element(take: _Take, order: str, most: int) -> tuple[int, bytes]:
    """Return type and bytes of the next element, its padding passed over."""
    first, second = struct.unpack(f"{order}II", take(8))
    if first >> 16:  # up to four bytes lie in the tag itself
        length = first >> 16
        if length > 4:
            raise Unusable("a matrix in it is damaged")
        return first & 0xFFFF, struct.pack(f"{order}I", second)[:length]
    if second > most:
        raise Unusable("a matrix in it has another size than stated")
    data = take(second)
    take(-second % 8)
    return first, data


def _matrix(
    take: _Take, order: str, wanted: Collection[str], left: int
) -> tuple[str, NDArray[Any]] | None:
    """Return name and numbers of a matrix, or None for what is not wanted."""
    _, flags = _element(take, order, 8)
    if len(flags) < 4:
        raise Unusable("a matrix in it is damaged")
    word = struct.unpack(f"{order}I", flags[:4])[0]
    _, dimensions = _element(take, order, 4 * 32)
    _, raw_name = _element(take, order, LONGEST_NAME)
    name = raw_name.decode("latin-1")
    if name not in wanted:
        return None
    if word & 0xFF not in _NUMERIC_CLASSES or word & _COMPLEX or len(dimensions) != 8:
        raise Unusable(f"{name} in it is no matrix of numbers")
    rows, columns = struct.unpack(f"{order}ii", dimensions)
    if rows < 0 or columns < 0 or rows * columns > left:
        raise Unusable("it would take more memory than any model of a face needs")
    kind, data = _element(take, order, 8 * rows * columns)
    if kind not in _TYPES:
        raise Unusable(f"{name} in it is no matrix of numbers")
    numbers = np.dtype(order + _TYPES[kind])
    if len(data) != rows * columns * numbers.itemsize:
        raise Unusable(f"{name} in it has another size than stated")
    return name, np.frombuffer(data, dtype=numbers).reshape((rows, columns), order="F")

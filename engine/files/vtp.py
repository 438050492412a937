"""Read VTK's XML polygon files: ascii, base64 and appended arrays, zlib and LZMA blocks."""

from __future__ import annotations

import base64
import lzma
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.errors import InputError
from facewright.engine.files.polydata import Array, PolyData, surface
from facewright.engine.files.surface import Surface
from facewright.engine.progress import Progress

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TYPES = {
    **{"Int8": "i1", "UInt8": "u1", "Int16": "i2", "UInt16": "u2", "Int32": "i4"},
    **{"UInt32": "u4", "Int64": "i8", "UInt64": "u8", "Float32": "f4", "Float64": "f8"},
}
_EXPANSION, _SMALL = 6, 64 << 20
"""Compressed arrays may grow to this many times the file, or to this many bytes."""


def _inflate(data: memoryview, most: int) -> bytes:
    return zlib.decompressobj().decompress(data, most)


def _unpack(data: memoryview, most: int) -> bytes:
    return lzma.LZMADecompressor(memlimit=256 << 20).decompress(data, most)


_COMPRESSORS: dict[str, Callable[[memoryview, int], bytes]] = {
    "vtkZLibDataCompressor": _inflate,
    "vtkLZMADataCompressor": _unpack,
}


def read_vtp(path: Path, progress: Progress) -> Surface:
    """Return the polygons of a `.vtp` file.

    Raises
    ------
    InputError
        If it is no polygon data, is compressed by LZ4, or declares more than it holds.
    """
    from xml.etree.ElementTree import ParseError

    progress(0.0, f"Reading {path.name}")
    try:
        return surface(path, _File(path).polydata())
    except (
        *(ValueError, KeyError, IndexError, OverflowError, TypeError, AttributeError),
        *(zlib.error, lzma.LZMAError, ParseError, EOFError, LookupError),
    ):
        raise InputError(f"{path.name} is cut short or damaged: export it again.") from None


class _File:
    """An XML file with its appended data found and its settings read."""

    def __init__(self, path: Path) -> None:
        from xml.etree.ElementTree import fromstring

        data = path.read_bytes()
        self.appended, self.encoding = memoryview(b""), "raw"
        if match := re.search(rb"<AppendedData\s+encoding\s*=\s*[\"'](\w+)[\"'][^>]*>", data):
            self.encoding = match[1].decode()
            self.appended = memoryview(data)[data.index(b"_", match.end()) + 1 :]
            data = data[: match.start()] + b"</VTKFile>"
        if re.search(rb"<!(DOCTYPE|ENTITY)", data, re.IGNORECASE):
            raise InputError(f"{path.name} holds XML declarations no scan needs: export it again.")
        root = fromstring(data)
        if root.get("type") != "PolyData":
            raise InputError(
                f"{path.name} holds no VTK polygon data: export the surface as PolyData."
            )
        self.root = root
        self.order = "<" if root.get("byte_order", "LittleEndian") == "LittleEndian" else ">"
        self.head = np.dtype(self.order + _TYPES[root.get("header_type", "UInt32")])
        compressor = root.get("compressor")
        if compressor is not None and compressor not in _COMPRESSORS:
            raise InputError(
                f"{path.name} is compressed in a way that is not read here: save it with zlib."
            )
        self.expand = _COMPRESSORS[compressor] if compressor else None
        self.most = max(_EXPANSION * path.stat().st_size, _SMALL)

    def polydata(self) -> PolyData:
        """Return all pieces as one."""
        parts = [self._piece(piece) for piece in self.root.iterfind("PolyData/Piece")]
        if not parts:
            raise ValueError("no pieces")
        first = np.cumsum([0, *(len(part.points) for part in parts[:-1])])
        shared = set.intersection(*(set(part.arrays) for part in parts))
        return PolyData(
            np.concatenate([part.points for part in parts]),
            np.concatenate([p.connectivity + at for p, at in zip(parts, first, strict=True)]),
            np.concatenate([part.count for part in parts]),
            {name: np.concatenate([part.arrays[name] for part in parts]) for name in shared},
            parts[0].roles,
            any(part.strips for part in parts),
        )

    def _piece(self, piece: Element) -> PolyData:
        points = self._array(piece.find("Points/DataArray"))
        if points.shape[1] != 3 or len(points) < int(piece.get("NumberOfPoints", "0")):
            raise ValueError("points missing")
        cells = {
            array.get("Name"): self._array(array).reshape(-1).astype(np.int64)
            for array in piece.iterfind("Polys/DataArray")
        }
        empty = np.zeros(0, np.int64)
        offsets = cells.get("offsets", empty)
        attributes = piece.find("PointData")
        arrays = {} if attributes is None else {
            array.get("Name", ""): self._array(array)
            for array in attributes.iterfind("DataArray")
            if array.get("type") in _TYPES
        }  # fmt: skip
        return PolyData(
            points,
            cells.get("connectivity", empty),
            np.diff(offsets, prepend=0),
            arrays,
            {} if attributes is None else dict(attributes.attrib),
            int(piece.get("NumberOfStrips", "0")) > 0,
        )

    def _array(self, entry: Element | None) -> Array:
        """Return a DataArray as `(N, components)`."""
        if entry is None:
            raise ValueError("an array is missing")
        kind = np.dtype(self.order + _TYPES[entry.get("type", "")])
        width = max(int(entry.get("NumberOfComponents", "1")), 1)
        form = entry.get("format", "ascii")
        if form == "ascii":
            text = entry.text or ""
            values = np.fromstring(text, sep=" ") if text.strip() else np.zeros(0)
            return values.astype(kind.newbyteorder("=")).reshape(-1, width)
        if form == "appended":
            start = int(entry.get("offset", "0"))
            if not 0 <= start <= len(self.appended):
                raise ValueError("an offset beyond the file")
            source = self.appended[start:]
        else:
            source = memoryview("".join((entry.text or "").split()).encode())
        raw = form == "appended" and self.encoding == "raw"
        data = self._bytes(source, raw)
        return np.frombuffer(data, kind).astype(kind.newbyteorder("=")).reshape(-1, width)

    def _bytes(self, source: memoryview, raw: bool) -> bytes | memoryview:
        """Return the bytes of an array, past its header of sizes."""
        size = self.head.itemsize
        if self.expand is None:
            length = int(np.frombuffer(_first(source, size, raw), self.head, 1)[0])
            body = _first(source, size + length, raw)[size:]
            if len(body) < length:
                raise ValueError("cut short")
            self.most -= length
            if self.most < 0:
                raise ValueError("the same bytes again and again")
            return body
        count = int(np.frombuffer(_first(source, size, raw), self.head, 1)[0])
        if count > len(source):
            raise ValueError("more blocks than bytes")
        if not count:
            return b""
        header = np.frombuffer(_first(source, size * (3 + count), raw), self.head, 3 + count)
        block, last, packed = int(header[1]), int(header[2]), header[3:].astype(np.int64)
        if block * count > self.most + block or block > self.most or last > block:
            raise ValueError("expands too far")
        self.most -= block * count
        skip = size * (3 + count)
        body = source[skip if raw else 4 * -(-skip // 3) :]
        if int(packed.sum()) > len(body):
            raise ValueError("cut short")
        body = _first(body, int(packed.sum()), raw)
        ends = np.cumsum(packed)
        pieces = [
            self.expand(body[end - part : end], block)
            for part, end in zip(packed.tolist(), ends.tolist(), strict=True)
        ]
        return b"".join(pieces)


def _first(source: memoryview, count: int, raw: bool) -> memoryview:
    """Return the first `count` bytes that `source` stands for."""
    if count > len(source):
        raise ValueError("cut short")
    if raw:
        return source[:count]
    text = source[: 4 * -(-count // 3)]
    return memoryview(base64.b64decode(text, validate=True))[:count]

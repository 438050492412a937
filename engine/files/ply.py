"""Read PLY: header checked against the file's size first, then ascii or binary elements.

trimesh's reader takes lists of one length only in binary files, splits vertices at seams and
trusts the header's counts; this one does none of the three.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import BoolArray, FloatArray, IntArray
from facewright.engine.errors import InputError
from facewright.engine.files.surface import Material, Surface, as_bytes, fans, owners
from facewright.engine.files.text import blocks, ranges
from facewright.engine.files.textures import beside
from facewright.engine.progress import Progress

LONGEST_HEADER = 64 << 10
_TYPES = {
    **{"char": "i1", "int8": "i1", "uchar": "u1", "uint8": "u1", "short": "i2", "int16": "i2"},
    **{"ushort": "u2", "uint16": "u2", "int": "i4", "int32": "i4", "uint": "u4", "uint32": "u4"},
    **{"float": "f4", "float32": "f4", "double": "f8", "float64": "f8"},
}

_CORNERS = ("vertex_indices", "vertex_index")


@dataclass(frozen=True)
class _Property:
    name: str
    kind: str  # numpy type
    length: str | None = None  # numpy type of a list's length


@dataclass(frozen=True)
class _Element:
    name: str
    count: int
    properties: tuple[_Property, ...]

    @property
    def ragged(self) -> bool:
        return any(p.length is not None for p in self.properties)

    def smallest(self, binary: bool) -> int:
        """Return the fewest bytes that all rows can take."""
        if not binary:
            return self.count * 2 * len(self.properties) - 1
        return self.count * sum(
            np.dtype(p.length or p.kind).itemsize
            + (3 * np.dtype(p.kind).itemsize if p.length and p.name in _CORNERS else 0)
            for p in self.properties
        )


@dataclass(frozen=True)
class _Header:
    order: str  # "ascii", "<" or ">"
    elements: tuple[_Element, ...]
    texture: str | None
    end: int


@dataclass(frozen=True)
class _List:
    """Rows of a list property: flat values and the length of each row."""

    flat: NDArray[np.generic]
    count: IntArray


_Columns = Mapping[str, "NDArray[np.generic] | _List"]


def read_ply(path: Path, progress: Progress) -> Surface:
    """Return the surface or point cloud of a PLY file.

    Raises
    ------
    InputError
        If the header is damaged, declares more than the file can hold, or has no vertices.
    """
    header = _header(path)
    wanted = {"vertex", "face", "tristrips"}
    names = [element.name for element in header.elements]
    if "vertex" not in names:
        held = ", ".join(names) or "nothing"
        raise InputError(
            f"{path.name} holds no vertices (only {held[:80]}): export the scan as a mesh or "
            "point cloud and load that file."
        )
    try:
        if header.order == "ascii":
            tables = _read_ascii(path, header, wanted, progress)
        else:
            tables = _read_binary(path, header, wanted)
    except (ValueError, IndexError, OverflowError):
        raise InputError(
            f"{path.name} is cut short or damaged: its data do not match its header; "
            "export it again."
        ) from None
    return _surface(path, header, tables)


def _header(path: Path) -> _Header:
    """Return the header, with every declared count checked against the file's size."""
    with path.open("rb") as file:
        head = file.read(LONGEST_HEADER)
    match = re.search(rb"end_header[ \t]*(\r\n|\n|\r)", head)
    if match is None:
        raise InputError(f"{path.name} has no complete PLY header: export it again.")
    damaged = InputError(f"{path.name} has a damaged PLY header: export it again.")
    order, texture = "", None
    elements: list[tuple[str, int, list[_Property]]] = []
    for line in re.split(r"[\r\n]+", head[: match.start()].decode("latin-1"))[1:]:
        words = line.split()
        try:
            if not words or words[0] == "obj_info":
                continue
            if words[0] == "comment":
                if len(words) > 2 and words[1].lower() == "texturefile":
                    texture = texture or " ".join(words[2:])
            elif words[0] == "format":
                order = {"ascii": "ascii", "binary_little_endian": "<", "binary_big_endian": ">"}[
                    words[1]
                ]
            elif words[0] == "element":
                elements.append((words[1], int(words[2]), []))
            elif words[0] == "property" and words[1] == "list":
                if _TYPES[words[2]][0] == "f":
                    raise damaged
                elements[-1][2].append(_Property(words[4], _TYPES[words[3]], _TYPES[words[2]]))
            elif words[0] == "property":
                elements[-1][2].append(_Property(words[2], _TYPES[words[1]]))
            else:
                raise damaged
        except (KeyError, IndexError, ValueError):
            raise damaged from None
    if not order or any(count < 0 or (count and not p) for _, count, p in elements):
        raise damaged
    made = tuple(_Element(name, count, tuple(p)) for name, count, p in elements)
    needed = sum(e.smallest(order != "ascii") for e in made if e.count)
    if needed > path.stat().st_size - match.end() + len(made):
        raise InputError(
            f"{path.name} declares more data than it holds: it is cut short or damaged; "
            "export it again."
        )
    return _Header(order, made, texture, match.end())


def _read_binary(path: Path, header: _Header, wanted: set[str]) -> dict[str, _Columns]:
    tables: dict[str, _Columns] = {}
    data = np.fromfile(path, dtype=np.uint8, offset=header.end)
    at = 0
    for element in header.elements:
        if element.ragged:
            columns, at = _ragged_binary(data, at, element, header.order)
        else:
            kind = np.dtype([(f"p{i}", header.order + p.kind) for i, p in _numbered(element)])
            rows = np.frombuffer(data, dtype=kind, count=element.count, offset=at)
            columns = {p.name: rows[f"p{i}"] for i, p in _numbered(element)}
            at += rows.nbytes
        if element.name in wanted:
            tables[element.name] = columns
    return tables


def _numbered(element: _Element) -> list[tuple[int, _Property]]:
    return list(enumerate(element.properties))


def _ragged_binary(
    data: NDArray[np.uint8], at: int, element: _Element, order: str
) -> tuple[_Columns, int]:
    """Return the columns of an element with lists, and where the next element begins."""
    if not element.count:
        return {p.name: _List(np.zeros(0), np.zeros(0, np.int32)) for p in element.properties}, at
    lengths = _first_lengths(data, at, element, order)
    fields: list[Any] = []
    for i, p in _numbered(element):
        if p.length is not None:
            fields += [(f"n{i}", order + p.length), (f"p{i}", order + p.kind, (lengths[i],))]
        else:
            fields.append((f"p{i}", order + p.kind))
    kind = np.dtype(fields)
    if at + element.count * kind.itemsize <= len(data):
        rows = np.frombuffer(data, dtype=kind, count=element.count, offset=at)
        if all((rows[f"n{i}"] == n).all() for i, n in lengths.items()):
            columns: dict[str, NDArray[np.generic] | _List] = {}
            for i, p in _numbered(element):
                values = rows[f"p{i}"]
                columns[p.name] = (
                    values
                    if p.length is None
                    else _List(values.reshape(-1), np.full(len(rows), lengths[i], np.int32))
                )
            return columns, at + rows.nbytes
    return _walked(data, at, element, order)


def _first_lengths(
    data: NDArray[np.uint8], at: int, element: _Element, order: str
) -> dict[int, int]:
    """Return the list lengths of the first row, per property."""
    lengths: dict[int, int] = {}
    for i, p in _numbered(element):
        size = np.dtype(p.kind).itemsize
        if p.length is not None:
            n = int(np.frombuffer(data, dtype=order + p.length, count=1, offset=at)[0])
            if n < 0 or n * size > len(data) - at:
                raise ValueError("a list longer than the file")
            lengths[i] = n
            at += np.dtype(p.length).itemsize + n * size
        else:
            at += size
    return lengths


def _walked(
    data: NDArray[np.uint8], at: int, element: _Element, order: str
) -> tuple[_Columns, int]:
    """Return the columns of rows whose lists differ in length, found row by row."""
    view = data.data
    byte_order: Literal["little", "big"] = "little" if order == "<" else "big"
    starts = [array("q") for _ in element.properties]
    counts = [array("q") for _ in element.properties]
    layout = [
        (i, np.dtype(p.kind).itemsize, np.dtype(p.length).itemsize if p.length else 0)
        for i, p in _numbered(element)
    ]
    end = len(view)
    for _ in range(element.count):
        for i, size, head in layout:
            n = int.from_bytes(view[at : at + head], byte_order) if head else 1
            at += head
            starts[i].append(at)
            counts[i].append(n)
            at += n * size
            if at > end:
                raise ValueError("cut short")
    columns: dict[str, NDArray[np.generic] | _List] = {}
    for i, p in _numbered(element):  # rows are never adjacent: a length lies between lists
        size = np.dtype(p.kind).itemsize
        count, first = np.asarray(counts[i]), np.asarray(starts[i])
        flat = data[ranges(first, first + size * count, len(data))].view(order + p.kind)
        columns[p.name] = flat if p.length is None else _List(flat, count.astype(np.int32))
    return columns, at


def _read_ascii(
    path: Path, header: _Header, wanted: set[str], progress: Progress
) -> dict[str, _Columns]:
    """Return the columns of each wanted element; every row is one line, as the format says."""
    ends = np.cumsum([element.count for element in header.elements])
    pieces: dict[str, list[_Columns]] = {e.name: [] for e in header.elements}
    done = 0
    for fraction, lines in blocks(path, start=header.end):
        progress(fraction, f"Reading {path.name}")
        row = done + np.arange(len(lines))
        for element, end in zip(header.elements, ends.tolist(), strict=True):
            chosen = (row >= end - element.count) & (row < end)
            if element.name in wanted and chosen.any():
                count = lines.count[chosen]
                pieces[element.name].append(
                    _ascii_rows(element, lines.numbers(chosen), count, chosen)
                )
        done += len(lines)
    if done < ends[-1]:
        raise ValueError("cut short")
    return {e.name: _stacked(e, pieces[e.name]) for e in header.elements if e.name in wanted}


def _ascii_rows(
    element: _Element, values: NDArray[np.float64], words: IntArray, chosen: BoolArray
) -> _Columns:
    """Return the columns of some rows, given all their numbers and the words of each."""
    at = np.cumsum(words, dtype=np.int64) - words
    end = at + words
    columns: dict[str, NDArray[np.generic] | _List] = {}
    for p in element.properties:
        if (at >= end).any():
            raise ValueError("a short line")
        if p.length is None:
            columns[p.name] = values[at].astype(p.kind if p.kind[0] == "f" else "f8")
            at = at + 1
            continue
        count = values[at]
        if not ((count >= 0) & (count <= end - at - 1)).all():
            raise ValueError("a list longer than its line")
        count = count.astype(np.int32)
        first = np.repeat(at + 1 - np.cumsum(count) + count, count)
        flat = values[first + np.arange(int(count.sum()))]
        if p.kind[0] != "f" and not (np.abs(flat) < 2**31).all():
            raise ValueError("a number beyond 32 bits")
        columns[p.name] = _List(flat.astype("f4" if p.kind[0] == "f" else "i4"), count)
        at = at + 1 + count
    return columns


def _stacked(element: _Element, pieces: list[_Columns]) -> _Columns:
    """Return the columns of all blocks joined."""
    columns: dict[str, NDArray[np.generic] | _List] = {}
    for p in element.properties:
        parts = [piece[p.name] for piece in pieces]
        if p.length is None:
            arrays = [part for part in parts if not isinstance(part, _List)]
            columns[p.name] = np.concatenate(arrays) if arrays else np.zeros(0)
        else:
            lists = [part for part in parts if isinstance(part, _List)]
            columns[p.name] = _List(
                np.concatenate([part.flat for part in lists]) if lists else np.zeros(0),
                np.concatenate([part.count for part in lists]) if lists else np.zeros(0, np.int32),
            )
    return columns


def _column(table: _Columns, *names: str) -> FloatArray | None:
    """Return the named scalar columns side by side, or None if one is missing."""
    columns = [table.get(name) for name in names]
    if any(column is None or isinstance(column, _List) for column in columns):
        return None
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def _surface(path: Path, header: _Header, tables: Mapping[str, _Columns]) -> Surface:
    vertex, face = tables["vertex"], tables.get("face", {})
    vertices = _column(vertex, "x", "y", "z")
    if vertices is None:
        raise InputError(f"{path.name} gives no x, y and z of its vertices: export it again.")
    notes = [] if "tristrips" not in tables else ["triangle strips were left out"]
    colors = _column(vertex, "red", "green", "blue")
    if colors is None:
        colors = _column(vertex, "r", "g", "b")
    corners = next((face[name] for name in _CORNERS if name in face), None)
    faces, owner, flat = np.zeros((0, 3), np.int32), np.zeros(0, np.int32), None
    if isinstance(corners, _List) and corners.count.size:
        flat = fans(corners.count)
        owner = owners(corners.count)
        listed = corners.flat
        if len(listed) and not (listed.min() >= 0 and listed.max() < len(vertices)):
            raise InputError(
                f"{path.name} names a vertex beyond the {len(vertices)} that it holds: "
                "the file is damaged; export it again."
            )
        faces = listed.astype(np.int32)[flat]
    uv, uv_faces = _texture_coordinates(vertex, face, corners, faces, flat, owner)
    image = beside(path, header.texture) if header.texture else None
    if header.texture and image is None and uv is not None:
        notes.append(f"the texture {header.texture[:60]} is not beside the scan")
    return Surface(
        vertices=vertices,
        faces=faces,
        uv=uv,
        uv_faces=uv_faces,
        materials=(Material(header.texture or "", image),) if uv is not None else (),
        colors=None if colors is None else as_bytes(colors),
        normals=_column(vertex, "nx", "ny", "nz"),
        notes=tuple(notes),
    )


def _texture_coordinates(
    vertex: _Columns,
    face: _Columns,
    corners: NDArray[np.generic] | _List | None,
    faces: IntArray,
    flat: IntArray | None,
    owner: IntArray,
) -> tuple[FloatArray | None, IntArray | None]:
    """Return texture coordinates and their faces, from the faces' lists or the vertices."""
    lists = face.get("texcoord")
    if isinstance(lists, _List) and isinstance(corners, _List) and flat is not None:
        complete = lists.count == 2 * corners.count
        if complete.any():
            shift = np.cumsum(lists.count) - lists.count
            base = np.cumsum(corners.count, dtype=np.int64) - corners.count
            within = flat - base[owner][:, None]
            index = (shift[owner] // 2)[:, None] + within
            if (lists.count % 2 == 0).all():
                uv_faces = np.where(complete[owner][:, None], index, -1).astype(np.int32)
                return lists.flat.reshape(-1, 2).astype(np.float32), uv_faces
    for names in (("s", "t"), ("u", "v"), ("texture_u", "texture_v")):
        uv = _column(vertex, *names)
        if uv is not None:
            return uv, faces
    return None, None

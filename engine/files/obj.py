"""Read Wavefront OBJ with its materials, block by block.

trimesh reads OBJ too, but five million vertices (716 MB) took it 19.5 s and 5.8 GB before any
check of an index, over the eight-fold memory we allow; this reader is bounded by design.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from facewright.engine.errors import InputError
from facewright.engine.files.surface import Material, Surface, as_bytes, fans, owners
from facewright.engine.files.text import Lines, blocks, whole_numbers
from facewright.engine.files.textures import beside
from facewright.engine.progress import Progress

MOST_LIBRARIES = 64
LARGEST_MTL = 8 << 20
_V, _VT, _F = ord("v"), ord("v") + 256 * ord("t"), ord("f")
_USEMTL, _MTLLIB = ord("u") + 256 * ord("s"), ord("m") + 256 * ord("t")

_T = TypeVar("_T", np.float32, np.int32)


@dataclass
class _Found:
    """What the blocks read so far held."""

    vertices: list[FloatArray] = field(default_factory=list)
    colors: list[FloatArray] = field(default_factory=list)
    uv: list[FloatArray] = field(default_factory=list)
    faces: list[IntArray] = field(default_factory=list)
    uv_faces: list[IntArray] = field(default_factory=list)
    material: list[IntArray] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=lambda: {"": 0})
    libraries: dict[str, None] = field(default_factory=dict)
    current: int = 0
    vertex_count: int = 0
    uv_count: int = 0


def read_obj(path: Path, progress: Progress) -> Surface:
    """Return the surface of an OBJ file, polygons cut into triangles.

    Raises
    ------
    InputError
        If a line is damaged or a face names a vertex that the file does not hold.
    """
    found = _Found()
    for fraction, lines in blocks(path):
        progress(fraction, f"Reading {path.name}")
        try:
            _take(lines, found)
        except ValueError:
            raise InputError(
                f"{path.name} is damaged: a line does not hold the numbers it should; "
                "export it again."
            ) from None
    return _surface(path, found)


def _take(lines: Lines, found: _Found) -> None:
    """Add the vertices, texture coordinates, faces and materials of one block."""
    key = lines.key()
    is_vertex, is_uv, is_face = key == _V, key == _VT, key == _F
    vertex_rows, uv_rows, face_rows = (
        np.flatnonzero(chosen).astype(np.int32) for chosen in (is_vertex, is_uv, is_face)
    )
    if len(vertex_rows):
        _take_vertices(lines, is_vertex, found)
    if len(uv_rows):
        found.uv.append(_columns(lines, is_uv, 2).astype(np.float32))
    material = _take_materials(lines, key, face_rows, found)
    if is_face.any():
        _take_faces(lines, is_face, vertex_rows, uv_rows, material, found)
    found.vertex_count += len(vertex_rows)
    found.uv_count += len(uv_rows)


def _columns(lines: Lines, chosen: BoolArray, width: int) -> DoubleArray:
    """Return the first `width` numbers of each chosen line behind its key word."""
    count = lines.count[chosen] - 1
    if count.min(initial=width) < width:
        raise ValueError("too few numbers")
    values = lines.numbers(chosen, skip=1)
    if (count == count[0]).all():
        return values.reshape(len(count), -1)[:, :width]
    first = np.cumsum(count) - count
    out: DoubleArray = values[first[:, None] + np.arange(width)]
    return out


def _take_vertices(lines: Lines, chosen: BoolArray, found: _Found) -> None:
    colored = (lines.count[chosen] >= 7).all()
    values = _columns(lines, chosen, 6 if colored else 3).astype(np.float32)
    found.vertices.append(np.ascontiguousarray(values[:, :3]))
    if colored:
        found.colors.append(np.ascontiguousarray(values[:, 3:6]))


def _take_materials(lines: Lines, key: IntArray, face_rows: IntArray, found: _Found) -> IntArray:
    """Return the material of each face line; remember the last one and the libraries."""
    for row in np.flatnonzero(key == _MTLLIB)[:MOST_LIBRARIES].tolist():
        word, _, name = lines.line(row).partition(" ")
        if word == "mtllib" and len(found.libraries) < MOST_LIBRARIES:
            found.libraries.setdefault(name.strip())
    switches = np.flatnonzero(key == _USEMTL)
    at = np.searchsorted(switches, face_rows, side="right")
    values = np.full(len(switches) + 1, found.current, dtype=np.int32)
    followed = np.unique(at) if len(at) else at
    for place in sorted({*followed[followed > 0].tolist(), len(switches)} - {0}):
        word, _, name = lines.line(int(switches[place - 1])).partition(" ")
        if word == "usemtl":
            found.current = found.names.setdefault(name.strip(), len(found.names))
        values[place] = found.current
    return values[at]


def _take_faces(
    lines: Lines,
    chosen: BoolArray,
    vertex_rows: IntArray,
    uv_rows: IntArray,
    material: IntArray,
    found: _Found,
) -> None:
    vertex, uv, count = whole_numbers(lines, chosen)
    if vertex.size and not vertex.all():
        raise ValueError("vertices count from 1")
    rows = np.flatnonzero(chosen)
    corners = fans(count)
    for index, seen, before, kept in (
        (vertex, vertex_rows, found.vertex_count, found.faces),
        (uv, uv_rows, found.uv_count, found.uv_faces),
    ):
        resolved = index - 1
        if index.min(initial=0) < 0:  # counted back from the last one above the line
            above = np.repeat(before + np.searchsorted(seen, rows), count)
            resolved = np.where(index < 0, above + index, resolved)
            if (resolved[index < 0] < 0).any():
                raise ValueError("counts back beyond the start")
        kept.append(resolved.astype(np.int32)[corners])
    found.material.append(material[owners(count)])


def _joined(pieces: list[NDArray[_T]], width: int, kind: type[_T]) -> NDArray[_T]:
    joined = np.concatenate(pieces) if pieces else np.zeros((0, width), kind)
    pieces.clear()
    return joined


def _surface(path: Path, found: _Found) -> Surface:
    notes: list[str] = []
    vertices = _joined(found.vertices, 3, np.float32)
    uv: FloatArray | None = _joined(found.uv, 2, np.float32)
    faces = _joined(found.faces, 3, np.int32)
    uv_faces: IntArray | None = _joined(found.uv_faces, 3, np.int32)
    highest = int(faces.max(initial=-1))
    if highest >= len(vertices):
        raise InputError(
            f"{path.name} names vertex {highest + 1} but holds {len(vertices)}: "
            "the file is damaged or cut short; export it again."
        )
    if uv_faces is not None and uv is not None:
        if uv_faces.max(initial=-1) >= len(uv):
            notes.append("texture coordinates were damaged and were left out")
            uv = uv_faces = None
        elif not len(uv) or not (uv_faces >= 0).any():
            uv = uv_faces = None
    colors = _joined(found.colors, 3, np.float32)
    material = np.concatenate(found.material) if found.material else np.zeros(0, np.int32)
    return Surface(
        vertices=vertices,
        faces=faces,
        uv=uv,
        uv_faces=uv_faces,
        material=material,
        materials=_materials(path, found, notes) if uv is not None else (),
        colors=as_bytes(colors) if len(colors) == len(vertices) and len(colors) else None,
        notes=tuple(notes),
    )


def _materials(path: Path, found: _Found, notes: list[str]) -> tuple[Material, ...]:
    """Return the named materials as far as libraries beside the file hold them."""
    known: dict[str, Material] = {}
    for library in found.libraries:
        file = beside(path, library)
        if file is None:
            notes.append(f"the material file {library[:60]} is not beside the scan")
        elif file.stat().st_size > LARGEST_MTL:
            notes.append(f"the material file {file.name} is too large and was left out")
        else:
            known.update(_read_mtl(path, file, notes))
    if not any(material.image for material in known.values()):
        return tuple(known.get(name, Material(name)) for name in found.names)
    only = next(iter(known.values())) if len(known) == 1 else Material()
    return tuple(known.get(name, only if name == "" else Material(name)) for name in found.names)


def _read_mtl(scan: Path, file: Path, notes: list[str]) -> dict[str, Material]:
    """Return name to material of one library: diffuse colour and diffuse image."""
    found: dict[str, Material] = {}
    name = ""
    for line in file.read_text("utf-8", "replace").splitlines():
        word, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        if word == "newmtl":
            name = rest
            found[name] = Material(name)
        elif word == "Kd" and name in found:
            color = _color(rest)
            if color is not None:
                found[name] = Material(name, found[name].image, color)
        elif word.lower() == "map_kd" and name in found:
            image = beside(scan, rest) or beside(scan, rest.split()[-1] if rest else "")
            if image is None:
                notes.append(f"the texture {rest[:60]} is not beside the scan")
            found[name] = Material(name, image, found[name].color)
    return found


def _color(text: str) -> tuple[float, float, float] | None:
    try:
        red, green, blue = (min(max(float(word), 0.0), 1.0) for word in text.split()[:3])
    except ValueError:
        return None
    return red, green, blue

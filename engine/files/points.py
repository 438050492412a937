"""Read OFF meshes and plain lists of points (XYZ, TXT, CSV-like)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import FloatArray, IntArray
from facewright.engine.errors import InputError
from facewright.engine.files.surface import Surface, as_bytes, fans
from facewright.engine.files.text import blocks
from facewright.engine.progress import Progress

_MAGIC = ("OFF", "COFF", "NOFF", "CNOFF", "STOFF")
_COMMENT = ord("#")


def read_off(path: Path, progress: Progress) -> Surface:
    """Return the surface of an OFF or COFF file.

    Raises
    ------
    InputError
        If counts, lines or indices do not fit each other.
    """
    damaged = InputError(f"{path.name} is cut short or damaged: export it again.")
    try:
        found = _off_rows(path, progress)
        vertex_count, face_count = found.counts
        width = found.width[:vertex_count]
        if len(found.width) != vertex_count or len(found.words) < face_count:
            raise damaged
        if width.min(initial=3) < 3:
            raise damaged
        first = np.cumsum(width, dtype=np.int64) - width
        vertices = found.values[first[:, None] + np.arange(3)]
        skip = 6 if found.magic.startswith(("N", "CN")) else 3
        colors = None
        if "C" in found.magic and width.min(initial=0) >= skip + 3:
            colors = as_bytes(found.values[first[:, None] + skip + np.arange(3)])
        words = found.words[:face_count]
        faces = _off_faces(found.whole, np.cumsum(words, dtype=np.int64) - words, words)
    except ValueError:
        raise damaged from None
    if faces.min(initial=0) < 0 or faces.max(initial=-1) >= vertex_count:
        raise InputError(
            f"{path.name} names a vertex beyond the {vertex_count} that it holds: "
            "the file is damaged; export it again."
        )
    return Surface(vertices=vertices, faces=faces, colors=colors)


@dataclass(frozen=True, eq=False)
class _OffRows:
    """The numbers of the vertices' rows and of the rows behind, with the words of each row."""

    magic: str
    counts: tuple[int, int]
    values: FloatArray
    width: IntArray
    whole: IntArray
    words: IntArray


def _off_rows(path: Path, progress: Progress) -> _OffRows:
    magic, counts, seen = "", (-1, -1), 0
    values: list[FloatArray] = [np.zeros(0, np.float32)]
    whole: list[IntArray] = [np.zeros(0, np.int32)]
    width: list[IntArray] = [np.zeros(0, np.int32)]
    words: list[IntArray] = [np.zeros(0, np.int32)]
    size = path.stat().st_size
    for fraction, lines in blocks(path):
        progress(fraction, f"Reading {path.name}")
        chosen = (lines.key() & 255) != _COMMENT
        for row in np.flatnonzero(chosen)[:3].tolist() if counts[0] < 0 else ():
            text = lines.words(row)
            chosen[row] = False
            if not magic:
                magic, text = text[0].upper(), text[1:]
                if magic not in _MAGIC:
                    raise ValueError("no OFF file")
            if text:
                counts = (int(text[0]), int(text[1])) if len(text) > 1 else (-1, -1)
                break
        if min(counts) < 0 or counts[0] * 6 + counts[1] * 4 > size + 8:
            raise ValueError("counts beyond the file")
        number = seen + np.cumsum(chosen) - 1
        seen += int(chosen.sum())
        of_vertices = chosen & (number < counts[0])
        of_faces = chosen & (number >= counts[0])
        values.append(lines.numbers(of_vertices).astype(np.float32))
        width.append(lines.count[of_vertices])
        rest = lines.numbers(of_faces)
        if not (np.abs(rest) < 2**31).all():
            raise ValueError("an index beyond 32 bits")
        whole.append(rest.astype(np.int32))
        words.append(lines.count[of_faces])
    return _OffRows(
        magic,
        counts,
        np.concatenate(values),
        np.concatenate(width),
        np.concatenate(whole),
        np.concatenate(words),
    )


def _off_faces(values: IntArray, first: NDArray[np.int64], words: IntArray) -> IntArray:
    """Return the triangles of rows `n i j k ...`, colours behind them left out."""
    if not len(first):
        return np.zeros((0, 3), np.int32)
    count = values[first]
    if not ((count >= 0) & (count <= words - 1)).all():
        raise ValueError("a face longer than its line")
    start = np.repeat(first + 1 - np.cumsum(count) + count, count)
    flat = values[start + np.arange(int(count.sum()))]
    faces: IntArray = flat[fans(count)]
    return faces


def read_points_file(path: Path, progress: Progress) -> Surface:
    """Return a point cloud from lines `x y z`, with normals or colours behind if given.

    Six numbers are coordinates and colours when the last three are whole numbers from 0 to 255,
    else coordinates and normals; nine are coordinates, colours and normals.

    Raises
    ------
    InputError
        If a line holds no three numbers or the lines differ in length.
    """
    pieces: list[FloatArray] = []
    width = 0
    try:
        for fraction, lines in blocks(path, commas=True):
            progress(fraction, f"Reading {path.name}")
            key = lines.key() & 255
            chosen = (key != _COMMENT) & (key != ord("/"))
            if not width and chosen.any():
                head = int(np.flatnonzero(chosen)[0])
                if not _numeric(lines.words(head)) or lines.count[head] < 3:
                    chosen[head] = False  # a heading, or the number of points
            if not chosen.any():
                continue
            width = width or int(lines.count[chosen][0])
            if width < 3 or (lines.count[chosen] != width).any():
                raise ValueError("lines differ")
            pieces.append(lines.numbers(chosen).reshape(-1, width).astype(np.float32))
    except ValueError:
        raise InputError(
            f"{path.name} is no list of points: each line should hold x y z, with colours or "
            "normals behind them if any; export it again as PLY."
        ) from None
    rows = np.concatenate(pieces) if pieces else np.zeros((0, 3), np.float32)
    pieces.clear()
    tail = rows[:, 3:6]
    byte_like = width >= 6 and bool(((tail == np.round(tail)) & (tail >= 0) & (tail < 256)).all())
    if width == 6 and np.allclose(np.linalg.norm(tail, axis=1), 1, atol=0.02):
        byte_like = False  # axis-aligned normals
    normals = rows[:, 6:9] if byte_like and width >= 9 else tail if not byte_like else None
    return Surface(
        vertices=np.ascontiguousarray(rows[:, :3]),
        colors=tail.astype(np.uint8) if byte_like else None,
        normals=normals.astype(np.float32)
        if normals is not None and normals.shape[1] == 3
        else None,
    )


def _numeric(words: list[str]) -> bool:
    try:
        return all([float(word.strip(",")) is not None for word in words])
    except ValueError:
        return False

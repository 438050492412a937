"""Read the training sources as arrays: ICT-FaceKit (MIT) and MakeHuman (CC0)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from facewright.engine.arrays import BoolArray, DoubleArray, IntArray
from facewright.engine.errors import InputError

DECIMETRE = 100.0
CENTIMETRE = 10.0


def data_folder(given: Path | None = None) -> Path:
    """Return the folder of sources: `given`, `FACEWRIGHT_DATA`, or `../shared/data`.

    Raises
    ------
    InputError
        If it does not hold the sources.
    """
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = given or Path(os.environ.get("FACEWRIGHT_DATA", beside))
    if not (folder / "makehuman" / "targets.npz").is_file():
        raise InputError(
            f"No training sources in {folder}: pass --data, or set FACEWRIGHT_DATA to a folder "
            "with ict-facekit and makehuman in it."
        )
    return folder


@dataclass(frozen=True, eq=False)
class MakeHuman:
    """MakeHuman's base mesh and the targets that move its head.

    Attributes
    ----------
    vertices : (19158, 3) float64
        Millimetres, y up, z front; the first 13,380 are the body.
    quads : (Q, 4) int32
        The body's faces.
    uv : (T, 2) float64
    uv_quads : (Q, 4) int32
        `quads` in texture coordinates.
    groups : mapping of group name to the vertices its faces use
    """

    vertices: DoubleArray
    quads: IntArray
    uv: DoubleArray
    uv_quads: IntArray
    groups: dict[str, IntArray]
    names: tuple[str, ...]
    _offset: IntArray
    _index: IntArray
    _vector: DoubleArray

    @cached_property
    def _row(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.names)}

    def __contains__(self, name: str) -> bool:
        return name in self._row

    def target(self, name: str, vertices: IntArray | None = None) -> DoubleArray:
        """Return the offsets of a target at `vertices` (default: all), `(N, 3)` mm."""
        start, end = self._offset[self._row[name] : self._row[name] + 2]
        dense = np.zeros_like(self.vertices)
        dense[self._index[start:end]] = self._vector[start:end] * DECIMETRE
        return dense if vertices is None else dense[vertices]

    def mean_target(self, names: Iterable[str], vertices: IntArray | None = None) -> DoubleArray:
        """Return the mean offsets of several targets, `(N, 3)` mm."""
        offsets = [self.target(name, vertices) for name in names]
        return np.asarray(sum(offsets[1:], offsets[0]) / len(offsets))


@dataclass(frozen=True, eq=False)
class FaceKit:
    """ICT-FaceKit's light model.

    Attributes
    ----------
    neutral : (26719, 3) float64
        Millimetres, y up, z front, origin at the template's head frame after `centred`.
    identity : (100, 26719, 3) float32
        Offsets of one standard deviation, mm.
    expression : (57, 26719, 3) float32
        Offsets, mm; rows named by `expression_names`.
    quads : (Q, 4) int32
    landmarks : (68,) int32
        iBUG landmark vertices.
    """

    neutral: DoubleArray
    identity: np.ndarray[tuple[int, int, int], np.dtype[np.float32]]
    expression: np.ndarray[tuple[int, int, int], np.dtype[np.float32]]
    expression_names: tuple[str, ...]
    quads: IntArray
    triangles: IntArray
    landmarks: IntArray

    @cached_property
    def skin(self) -> BoolArray:
        """Mask of the outer skin's vertices: face area, head and neck."""
        mask = np.zeros(len(self.neutral), dtype=bool)
        mask[:11248] = True
        return mask

    @cached_property
    def skin_faces(self) -> IntArray:
        """Triangles of the skin, `(F, 3)`."""
        quads = self.quads[self.skin[self.quads].all(axis=1)]
        whole = self.triangles[self.skin[self.triangles].all(axis=1)]
        return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]], whole]).astype(np.int32)


def _faces(lines: list[str]) -> tuple[IntArray, IntArray]:
    corners = [[tuple(map(int, c.split("/")[:2])) for c in line.split()[1:]] for line in lines]
    table = np.array([c for c in corners if len(c) == 4], dtype=np.int32) - 1
    return table[..., 0], table[..., 1]


def load_makehuman(folder: Path) -> MakeHuman:
    """Return MakeHuman's sources from the data folder."""
    vertices: list[list[float]] = []
    uv: list[list[float]] = []
    groups: dict[str, list[str]] = {}
    group = ""
    for line in (folder / "makehuman" / "base.obj").read_text().splitlines():
        if line.startswith("v "):
            vertices.append([float(value) for value in line.split()[1:4]])
        elif line.startswith("vt "):
            uv.append([float(value) for value in line.split()[1:3]])
        elif line.startswith("g "):
            group = line.split()[1]
        elif line.startswith("f "):
            groups.setdefault(group, []).append(line)
    quads, uv_quads = _faces(groups["body"])
    used = {name: np.unique(_faces(lines)[0]) for name, lines in groups.items()}
    with np.load(folder / "makehuman" / "targets.npz") as data:
        return MakeHuman(
            np.array(vertices) * DECIMETRE,
            quads,
            np.array(uv),
            uv_quads,
            used,
            tuple(str(name) for name in data["names"]),
            data["offset"].astype(np.int64),
            data["index"],
            data["vector"],
        )


def load_facekit(folder: Path) -> FaceKit:
    """Return ICT-FaceKit from the data folder."""
    indices = json.loads((folder / "ict-facekit" / "vertex_indices.json").read_text())
    with np.load(folder / "ict-facekit" / "ict_facekit.npz") as data:
        return FaceKit(
            data["neutral"].astype(np.float64) * CENTIMETRE,
            data["identity"] * np.float32(CENTIMETRE),
            data["expression"] * np.float32(CENTIMETRE),
            tuple(str(name) for name in data["expression_names"]),
            data["quads"],
            data["triangles"],
            np.array(_landmark_rows(indices), dtype=np.int32),
        )


def _landmark_rows(indices: dict[str, list[int]]) -> list[int]:
    for key in ("idx_to_landmark_verts", "landmarks"):
        if key in indices:
            return indices[key]
    raise InputError("vertex_indices.json names no 68 landmark vertices: fetch ICT-FaceKit again.")

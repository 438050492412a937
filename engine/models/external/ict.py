"""A folder of ICT-FaceKit: a neutral head and one mesh for each axis (.obj), in centimetres.

Li et al. 2020, github.com/ICT-VGL/ICT-FaceKit: `generic_neutral_mesh.obj`, `identity000.obj` and
on, one mesh for each of the `expressions` in `vertex_indices.json`, which also names 68 landmark
vertices. An axis is its mesh less the neutral one: one standard deviation of identity, or a whole
expression. Vertices 0 to 11,247 are outer skin.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.errors import InputError
from facewright.engine.files.obj import read_obj
from facewright.engine.models.external.foreign import (
    MOST_AXES,
    Foreign,
    Group,
    Unusable,
    head,
    room,
    triangles,
)
from facewright.engine.progress import Progress, silent

CENTIMETRE = 10.0
NEUTRAL = "generic_neutral_mesh.obj"
INDICES = "vertex_indices.json"
WHOLE, SKIN = 26_719, 11_248
"""Vertices of the model, and how many of them, from the first, are outer skin."""

EXPRESSION_SD = 0.3
"""Standard deviation of an expression's weight: most are near 0, few at 1."""

LARGEST_MESH = 16 << 20
LARGEST_INDICES = 16 << 20
TERMS = "the folder's LICENSE applies (MIT for the light model)"
_NAME = re.compile(r"[A-Za-z0-9_]{1,60}")


def model_folder(path: Path) -> Path | None:
    """Return the folder with the neutral mesh: the one given or its FaceXModel."""
    for folder in (path, path / "FaceXModel"):
        if (folder / NEUTRAL).is_file():
            return folder
    return None


def files_of(folder: Path) -> list[Path]:
    """Return the files that make the model, neutral mesh first, in the order of its axes."""
    names = expression_names(folder)
    identities: list[Path] = []
    while len(identities) < MOST_AXES:
        path = folder / f"identity{len(identities):03d}.obj"
        if not path.is_file():
            break
        identities.append(path)
    indices = [folder / INDICES] if (folder / INDICES).is_file() else []
    return [folder / NEUTRAL, *indices, *identities, *(folder / f"{n}.obj" for n in names)]


def read(folder: Path, progress: Progress = silent) -> Foreign:
    """Return the model in a folder.

    Raises
    ------
    Unusable
    """
    meshes = [path for path in files_of(folder) if path.suffix == ".obj"]
    names = expression_names(folder)
    raw_faces = _faces(folder / NEUTRAL)
    neutral = _vertices(folder / NEUTRAL)
    mean = head(neutral, CENTIMETRE)
    count = len(meshes) - 1
    if not 1 <= count <= MOST_AXES:
        raise Unusable(f"it has {count} meshes beside the neutral one")
    room((count, mean.size))
    basis = np.empty((count, mean.size), dtype=np.float32)
    for row, path in enumerate(meshes[1:]):
        progress(row / count, f"Reading {path.name}")
        vertices = _vertices(path)
        if vertices.shape != neutral.shape:
            raise Unusable(f"{path.name} in it has other vertices than the neutral mesh")
        basis[row] = (CENTIMETRE * (vertices - neutral)).ravel()
    if not np.isfinite(basis).all():
        raise Unusable("it has meshes with numbers that are not finite")
    identities = count - len(names)
    groups = [Group("identity", "sd", identities)] if identities else []
    if names:
        groups.append(Group("expression", "", len(names), names))
    prior = np.r_[np.ones(identities), np.full(len(names), EXPRESSION_SD)]
    skin = None
    if len(mean) == WHOLE:
        skin = np.arange(WHOLE) < SKIN
    return Foreign(
        family="ict",
        title=folder.name,
        terms=TERMS,
        mean=mean,
        faces=triangles(raw_faces, mean),
        groups=tuple(groups),
        latent_mean=np.zeros(count),
        latent_sd=np.ones(count),
        prior_sd=prior,
        basis=basis,
        skin=skin,
        landmarks=_landmarks(_indices(folder), len(mean)),
    )


def expression_names(folder: Path) -> tuple[str, ...]:
    """Return the expressions that the folder's list names and that it has a mesh of.

    Raises
    ------
    Unusable
        If the list is damaged or names what is no file beside it.
    """
    listed = _indices(folder).get("expressions", [])
    if not isinstance(listed, list) or len(listed) > MOST_AXES:
        raise Unusable(f"{INDICES} in it lists no expressions")
    for name in listed:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise Unusable(f"{INDICES} in it names a mesh that is not beside it")
    unique = tuple(dict.fromkeys(listed))
    return tuple(name for name in unique if (folder / f"{name}.obj").is_file())


def _indices(folder: Path) -> dict[str, Any]:
    path = folder / INDICES
    if not path.is_file():
        return {}
    try:
        if path.stat().st_size > LARGEST_INDICES:
            raise Unusable(f"{INDICES} in it is far too large")
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, Unusable):
            raise
        raise Unusable(f"{INDICES} in it is damaged") from error
    if not isinstance(found, dict):
        raise Unusable(f"{INDICES} in it is damaged")
    return found


def _landmarks(indices: dict[str, Any], count: int) -> dict[str, int]:
    """Return the 68 landmarks by iBUG names, or none where the file lists other ones."""
    listed = indices.get("idx_to_landmark_verts")
    if not isinstance(listed, list) or len(listed) != 68:
        return {}
    if not all(isinstance(row, int) and 0 <= row < count for row in listed):
        raise Unusable(f"{INDICES} in it names landmarks that the mesh does not have")
    return {f"ibug{number}": row for number, row in enumerate(listed)}


def _faces(path: Path) -> IntArray:
    """Return the triangles of the neutral mesh, polygons cut into fans."""
    _check_size(path)
    try:
        return read_obj(path, silent).faces
    except InputError as error:
        raise Unusable(f"{path.name} in it is damaged") from error


def _vertices(path: Path) -> DoubleArray:
    """Return the vertices of a mesh in the file's unit.

    In double precision: an axis is the small difference of two large numbers.
    """
    _check_size(path)
    rows = [line[2:] for line in path.read_bytes().split(b"\n") if line.startswith(b"v ")]
    try:
        values = np.array(b" ".join(rows).split(), dtype=np.float64)
        return values.reshape(len(rows), -1)[:, :3] if rows else np.zeros((0, 3))
    except ValueError as error:
        raise Unusable(f"{path.name} in it is damaged") from error


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Unusable(f"{path.name} in it cannot be opened") from error
    if size > LARGEST_MESH:
        raise Unusable(f"{path.name} in it is far too large")

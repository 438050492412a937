"""Read a scan from any supported file: recognise, check, parse, weld, mend and paint."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np

from facewright.engine.arrays import BoolArray, ByteArray, FloatArray, IntArray, frozen
from facewright.engine.errors import InputError
from facewright.engine.files.clean import cut_apart, joints, orient, plural, sound_faces, weld
from facewright.engine.files.surface import Surface
from facewright.engine.mesh import Scan
from facewright.engine.progress import Progress, part, silent

LARGEST_FILE = 2 << 30
"""Bytes; larger files are refused before they are opened."""

FARTHEST = 1e7
"""A coordinate beyond this is no measurement in any unit."""

MOST_CROWDED = 0.1
"""Edges of more than two faces, per face, beyond which surfaces are too tangled to cut apart."""

FEWEST_POINTS = 100
"""A point cloud of fewer points is no scan."""

_Reader = Callable[[Path, Progress], Surface]


def _reader(module: str, function: str) -> _Reader:
    """Return a reader that imports its module, and what that needs, on first use."""

    def read(path: Path, progress: Progress) -> Surface:
        reader: _Reader = getattr(import_module(f"facewright.engine.files.{module}"), function)
        return reader(path, progress)

    return read


_gltf = _reader("gltf", "read_gltf")
_points = _reader("points", "read_points_file")

READERS: dict[str, _Reader] = {
    ".obj": _reader("obj", "read_obj"),
    ".ply": _reader("ply", "read_ply"),
    ".stl": _reader("stl", "read_stl"),
    ".glb": _gltf,
    ".gltf": _gltf,
    ".vtk": _reader("vtk", "read_vtk"),
    ".vtp": _reader("vtp", "read_vtp"),
    ".off": _reader("points", "read_off"),
    ".xyz": _points,
    ".txt": _points,
    ".pts": _points,
    ".asc": _points,
}
"""Reader of each suffix; what is inside decides where it is plain to see."""


def can_read(path: Path) -> bool:
    """Return whether the suffix is one that `read_scan` knows."""
    return path.suffix.lower() in READERS


def read_scan(path: Path, progress: Progress = silent, *, largest: int = LARGEST_FILE) -> Scan:
    """Return the surface or point cloud of a file, welded, mended and painted.

    Parameters
    ----------
    path : Path
        OBJ, PLY, STL, GLB, glTF, VTK, VTP, OFF, XYZ, TXT, PTS or ASC.
    progress : Progress
    largest : int
        Bytes beyond which the file is refused unopened.

    Returns
    -------
    Scan
        In the file's own unit and axes; `notes` says what was mended or left out.

    Raises
    ------
    InputError
        In one sentence that names the file, for whatever cannot be used.
    """
    path = Path(path)
    reader = _recognised(path, largest)
    try:
        with np.errstate(all="ignore"):  # bad numbers are found and reported by _mended
            scan = _mended(path, reader, progress)
        progress(0.98, f"Checking {path.name}")
        return replace(scan, sha256=_sha256(path))
    except MemoryError:
        raise InputError(
            f"{path.name} needs more memory than there is: reduce the mesh and load it again."
        ) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> InputError:
    reason = (error.strerror or "it cannot be opened").lower()
    return InputError(f"{path.name} could not be read ({reason}): check the file and try again.")


def _recognised(path: Path, largest: int) -> _Reader:
    """Return the reader for a file, by its first bytes where they are telling."""
    try:
        if not path.is_file():
            raise InputError(f"{path.name} is not a file: choose a scan.")
        size = path.stat().st_size
        if not size:
            raise InputError(f"{path.name} is empty: export it again.")
        if size > largest:
            raise InputError(
                f"{path.name} has {size / 2**20:,.0f} MB and the limit is "
                f"{largest / 2**20:,.0f} MB: reduce the mesh and load it again."
            )
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise _unreadable(path, error) from None
    for magic, reader in (
        (b"ply\n", READERS[".ply"]),
        (b"ply\r", READERS[".ply"]),
        (b"glTF", READERS[".glb"]),
        (b"# vtk DataFile", READERS[".vtk"]),
        (b"<VTKFile", READERS[".vtp"]),
    ):
        if head.startswith(magic):
            return reader
    suffix = path.suffix.lower()
    if suffix not in READERS:
        kinds = ", ".join(sorted(s[1:].upper() for s in READERS))
        raise InputError(f"{path.name} is no scan that can be read here: export it as {kinds}.")
    if suffix in (".ply", ".glb", ".vtk"):
        raise InputError(
            f"{path.name} does not begin like a {suffix[1:].upper()} file: export it again."
        )
    return READERS[suffix]


def _mended(path: Path, reader: _Reader, progress: Progress) -> Scan:
    """Return the scan of a file: bad numbers and faces out, welded, cut apart, oriented."""
    surface = reader(path, part(progress, 0.0, 0.6))
    progress(0.6, f"Mending {path.name}")
    notes = list(surface.notes)
    vertices, faces = surface.vertices, surface.faces
    if not len(vertices):
        raise InputError(f"{path.name} holds no vertices: export it again.")
    cloud = not len(faces)
    good: BoolArray = np.asarray((np.abs(vertices) < FARTHEST).all(axis=1))  # false for NaN
    bad = len(good) - int(good.sum())
    if 2 * bad > len(good):
        raise InputError(
            f"{path.name} holds coordinates that are not usable numbers: export it again."
        )
    vertices = np.where(good[:, None], vertices, np.float32(0)) if bad else vertices
    if bad:
        notes.append(f"{plural(bad, 'vertex', 'vertices')} without usable numbers left out")
    if cloud:
        return _cloud(path, surface, vertices, good, notes)
    kept = good[faces].all(axis=1) if bad else np.ones(len(faces), dtype=bool)
    first, group = weld(vertices)
    soup = path.suffix.lower() == ".stl"  # the format repeats every corner
    if len(first) < len(vertices) - bad and not soup:
        doubles = len(vertices) - len(first)
        notes.append(f"{plural(doubles, 'double vertex', 'double vertices')} joined")
    progress(0.7, f"Mending {path.name}")
    faces = group[faces]
    sound = sound_faces(faces)
    if (dropped := int((kept & ~sound).sum())) > 0:
        notes.append(f"{plural(dropped, 'face')} without area or given twice left out")
    kept &= sound
    painted = _painted(path, surface, kept, notes)
    progress(0.8, f"Mending {path.name}")
    source, faces = _used(first, faces if kept.all() else faces[kept], notes)
    if not len(faces):
        raise InputError(f"{path.name} holds no faces that can be used: export it again.")
    scan = Scan(
        name=path.name,
        vertices=frozen(vertices[source]),
        faces=faces,
        corner_uv=painted[0],
        texture=painted[1],
        colors=None if surface.colors is None else frozen(surface.colors[source], np.uint8),
        normals=None,
        unit=surface.unit,
        notes=tuple(notes),
    )
    del surface, vertices, first, group, sound, kept, source, painted, faces
    progress(0.9, f"Mending {path.name}")
    scan = orient(scan)
    return replace(
        scan,
        faces=frozen(scan.faces, np.int32),
        corner_uv=None if scan.corner_uv is None else frozen(scan.corner_uv),
    )


def _painted(
    path: Path, surface: Surface, kept: BoolArray, notes: list[str]
) -> tuple[FloatArray | None, ByteArray | None]:
    """Return corner coordinates and texture of the faces kept."""
    from facewright.engine.files.textures import paint

    if surface.uv_faces is None:
        return None, None
    if not kept.all():
        surface = replace(
            surface,
            faces=surface.faces[kept],
            uv_faces=surface.uv_faces[kept],
            material=None
            if surface.material is None or not len(surface.material)
            else surface.material[kept],
        )
    painted = paint(surface, path)
    notes.extend(painted.notes)
    return painted.corner_uv, painted.texture


def _used(first: IntArray, faces: IntArray, notes: list[str]) -> tuple[IntArray, IntArray]:
    """Return the source row of each vertex that faces use, and the faces in those rows.

    Surfaces that meet in an edge of more than two faces are cut apart there, unless the whole
    mesh is such a tangle.
    """
    source = first
    met = joints(faces)
    if len(met.crowded) > max(MOST_CROWDED * len(faces), 1000):
        notes.append(f"{plural(len(met.crowded), 'edge')} of more than two faces left as they are")
    elif len(met.crowded):
        faces, copied = cut_apart(faces, len(source), met)
        source = source[copied]
        notes.append(f"{plural(len(met.crowded), 'edge')} of more than two faces cut apart")
    used = np.zeros(len(source), dtype=bool)
    used[faces.reshape(-1)] = True
    if used.all():
        return source, faces
    if len(faces):
        idle = len(used) - int(used.sum())
        notes.append(f"{plural(idle, 'vertex', 'vertices')} without a face left out")
    number = np.cumsum(used, dtype=np.int32) - 1
    return source[used], number[faces]


def _cloud(
    path: Path, surface: Surface, vertices: FloatArray, good: BoolArray, notes: list[str]
) -> Scan:
    """Return a point cloud; too few points are no scan."""
    first, _ = weld(vertices)
    kept = first[good[first]]
    if len(kept) < FEWEST_POINTS:
        raise InputError(
            f"{path.name} holds no faces and only {len(kept)} points: export the scan as a mesh."
        )
    if len(kept) < int(good.sum()):
        notes.append(f"{plural(int(good.sum()) - len(kept), 'double point')} joined")
    normals = surface.normals
    if normals is not None and not np.isfinite(normals).all():
        normals = None
    return Scan(
        name=path.name,
        vertices=frozen(vertices[kept]),
        faces=frozen(np.zeros((0, 3)), np.int32),
        colors=None if surface.colors is None else frozen(surface.colors[kept], np.uint8),
        normals=None if normals is None else frozen(normals[kept]),
        unit=surface.unit,
        notes=tuple(notes),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

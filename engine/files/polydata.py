"""What legacy VTK and XML VTP files have in common: polygon data and its point attributes.

VTK's own readers were tried first; damaged files ended the whole process in them (segmentation
fault in the legacy reader, uncaught `std::bad_alloc` in the XML one), so these are our own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facewright.engine.arrays import ByteArray, FloatArray
from facewright.engine.errors import InputError
from facewright.engine.files.surface import Material, Surface, as_bytes, fans

Array = NDArray[Any]
UV_NAMES = ("texturecoords", "texturecoordinates", "tcoords", "texture coordinates", "uv")
COLOR_NAMES = ("rgb", "rgba", "colors", "color")


@dataclass(eq=False)
class PolyData:
    """Polygon data as a file gives it.

    Attributes
    ----------
    points : (V, 3)
    connectivity : (N,) int64
        Vertices of all polygons, one after the other.
    count : (P,) int64
        Corners of each polygon.
    arrays : mapping of name to (V, K)
        Point attributes.
    roles : mapping of "TCoords", "Normals", "Scalars" to the name of an array
    strips : bool
        There are triangle strips, which are not read.
    """

    points: Array
    connectivity: Array
    count: Array
    arrays: dict[str, Array] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    strips: bool = False


def surface(path: Path, data: PolyData) -> Surface:
    """Return the surface of polygon data.

    Raises
    ------
    InputError
        If a polygon names a point that is not there.
    """
    vertices = np.ascontiguousarray(data.points, dtype=np.float32)
    flat, count = data.connectivity, data.count
    fit = not len(count) or (count.min() >= 0 and int(count.sum()) <= len(flat))
    if not fit or (len(flat) and not (flat.min() >= 0 and flat.max() < len(vertices))):
        raise InputError(
            f"{path.name} names a vertex beyond the {len(vertices)} that it holds: "
            "the file is damaged; export it again."
        )
    faces = flat.astype(np.int32)[fans(count.astype(np.int32))]
    named = _with_roles(data, len(vertices))
    uv = _first(named, ("TCoords", *UV_NAMES), (2, 3))
    normals = _first(named, ("Normals", "normals"), (3,))
    return Surface(
        vertices=vertices,
        faces=faces,
        uv=None if uv is None else uv[:, :2].astype(np.float32),
        uv_faces=None if uv is None else faces,
        materials=(Material(),) if uv is not None else (),
        colors=_colors(_first(named, (*COLOR_NAMES, "Scalars"), (3, 4))),
        normals=None if normals is None else normals.astype(np.float32),
        notes=("triangle strips were left out",) if data.strips else (),
    )


def _with_roles(data: PolyData, count: int) -> dict[str, Array]:
    """Return the arrays that fit the points, by lower-case name and by role."""
    named = {name.lower(): a for name, a in data.arrays.items() if len(a) == count}
    for role, name in data.roles.items():
        if name.lower() in named:
            named[role] = named[name.lower()]
    return named


def _first(named: Mapping[str, Array], names: tuple[str, ...], width: tuple[int, ...]) -> Any:
    for name in names:
        array = named.get(name)
        if array is not None and array.ndim == 2 and array.shape[1] in width:
            return array
    return None


def _colors(values: Array | None) -> ByteArray | None:
    """Return colours as bytes; other triples of numbers are no colours."""
    if values is None:
        return None
    if values.dtype == np.uint8:
        return np.ascontiguousarray(values[:, :3])
    if values.size and values.min() >= 0 and values.max() <= 1:
        rgb: FloatArray = values[:, :3].astype(np.float32)
        return as_bytes(rgb)
    return None

"""Meshes: a shared topology, the vertices that live on it, and scans that have none yet."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from facewright.engine.arrays import ByteArray, FloatArray, IntArray, frozen
from facewright.engine.mask import Mask


@dataclass(frozen=True, eq=False)
class Topology:
    """Connectivity shared by identity by every mesh that lives on it.

    Attributes
    ----------
    id : str
        Hash of the faces.
    faces : (F, 3) int32
        Triangles, counter-clockwise seen from outside.
    quads : (Q, 4) int32 or None
        The same surface in quads, for artists' tools.
    uv : (U, 2) float32 or None
        Texture coordinates in [0, 1], origin at the lower left.
    uv_vertex : (U,) int32 or None
        Vertex of each texture coordinate: vertices on a seam have several.
    uv_faces : (F, 3) int32 or None
        `faces` in texture coordinates: `uv_vertex[uv_faces] == faces`.
    regions : mapping of name to mask
        `eyebrows`, `eyes`, `nose`, `upper_lip`, `lower_lip`, `rest`, `ears`, `neck`, ...
    mirror : (V,) int32 or None
        Index of the vertex on the other side; itself on the midline.
    """

    id: str
    faces: IntArray
    count: int
    quads: IntArray | None = None
    uv: FloatArray | None = None
    uv_vertex: IntArray | None = None
    uv_faces: IntArray | None = None
    regions: Mapping[str, Mask] = field(default_factory=lambda: MappingProxyType({}))
    mirror: IntArray | None = None

    @classmethod
    def build(
        cls,
        faces: ArrayLike,
        count: int,
        *,
        quads: ArrayLike | None = None,
        uv: ArrayLike | None = None,
        uv_vertex: ArrayLike | None = None,
        uv_faces: ArrayLike | None = None,
        regions: Mapping[str, ArrayLike] | None = None,
        mirror: ArrayLike | None = None,
    ) -> Topology:
        """Return a topology with its id computed and its arrays made read-only."""

        def whole(values: ArrayLike | None) -> IntArray | None:
            return None if values is None else frozen(values, np.int32)

        triangles: IntArray = frozen(faces, np.int32)
        digest = hashlib.sha256(triangles.astype("<i4").tobytes()).hexdigest()[:16]
        masks = {name: frozen(mask) for name, mask in (regions or {}).items()}
        return cls(
            id=digest,
            faces=triangles,
            count=count,
            quads=whole(quads),
            uv=None if uv is None else frozen(uv),
            uv_vertex=whole(uv_vertex),
            uv_faces=whole(uv_faces),
            regions=MappingProxyType(masks),
            mirror=whole(mirror),
        )


@dataclass(frozen=True, eq=False)
class Mesh:
    """Vertices on a topology.

    Attributes
    ----------
    topology : Topology
    vertices : (V, 3) float32
        Millimetres, read-only; x to the subject's left, y up, z to the front.
    """

    topology: Topology
    vertices: FloatArray

    def __post_init__(self) -> None:
        if self.vertices.shape != (self.topology.count, 3):
            raise ValueError(
                f"vertices {self.vertices.shape} do not fit a topology of {self.topology.count}"
            )
        object.__setattr__(self, "vertices", frozen(self.vertices))

    def moved(self, vertices: ArrayLike) -> Mesh:
        """Return a mesh on the same topology with other vertices."""
        return Mesh(self.topology, np.asarray(vertices, dtype=np.float32))


@dataclass(frozen=True, eq=False)
class Scan:
    """A surface as read from a file, in the file's own unit and axes.

    Geometry is welded: texture seams live in `corner_uv`, never in split vertices.

    Attributes
    ----------
    name : str
        File name without folder.
    vertices : (V, 3) float32
    faces : (F, 3) int32
        No rows for a point cloud.
    corner_uv : (F, 3, 2) float32 or None
        Texture coordinates per face corner, origin at the lower left.
    texture : (H, W, 3) uint8 or None
        sRGB, first row at the top.
    colors : (V, 3) uint8 or None
        Colour per vertex, sRGB.
    normals : (V, 3) float32 or None
        Only where the file gives them (point clouds need them).
    unit : str or None
        The unit that the file itself states ("mm", "cm", "m"), if any.
    sha256 : str
        Hash of the file's bytes.
    notes : tuple of str
        What the reader mended or left out, in plain words.
    """

    name: str
    vertices: FloatArray
    faces: IntArray
    corner_uv: FloatArray | None = None
    texture: ByteArray | None = None
    colors: ByteArray | None = None
    normals: FloatArray | None = None
    unit: str | None = None
    sha256: str = ""
    notes: tuple[str, ...] = ()

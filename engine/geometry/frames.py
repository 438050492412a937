"""Local frames of a smooth surface: how detail rides along when the surface changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import FloatArray, IntArray, frozen


@dataclass(frozen=True, eq=False)
class Compass:
    """Two neighbours of each vertex that point its tangent, the same on every shape.

    Attributes
    ----------
    faces : (F, 3) int32
    ahead, behind : (V,) int32
        The tangent at a vertex points from `behind` to `ahead`.
    """

    faces: IntArray
    ahead: IntArray
    behind: IntArray

    @classmethod
    def build(cls, vertices: FloatArray, faces: IntArray) -> Compass:
        """Choose, on a typical shape `(V, 3)`, the neighbours furthest apart along one tangent.

        A central difference over the ring is smoother than one edge, and choosing once keeps
        frames comparable between shapes. A vertex without faces points to itself.
        """
        from facewright.engine.geometry.normals import unit, vertex_normals

        normals = vertex_normals(vertices, faces)
        helper = np.eye(3)[np.argmin(np.abs(normals), axis=1)]
        tangents = unit(np.cross(normals, helper))
        pairs = np.unique(np.vstack([faces[:, [i, j]] for i in range(3) for j in range(3)]), axis=0)
        pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        edges = vertices[pairs[:, 1]] - vertices[pairs[:, 0]]
        along = np.einsum("pd,pd->p", edges, tangents[pairs[:, 0]])
        ahead = np.arange(len(vertices), dtype=np.int32)
        behind = ahead.copy()
        order = np.argsort(along, kind="stable")
        ahead[pairs[order, 0]] = pairs[order, 1]  # the last one written lies furthest ahead
        behind[pairs[order[::-1], 0]] = pairs[order[::-1], 1]
        return cls(faces, frozen(ahead, np.int32), frozen(behind, np.int32))


def local_frames(vertices: FloatArray, compass: Compass) -> FloatArray:
    """Return `(V, 3, 3)` frames: rows tangent, bitangent and normal, times the local scale.

    The scale is the square root of the area around the vertex (mm), so a vector expressed in
    the frame of one shape and read in that of another turns and grows with the surface. Zero
    at a vertex without faces.
    """
    from facewright.engine.geometry._frames import scaled_frames

    return np.asarray(
        scaled_frames(
            np.ascontiguousarray(vertices, np.float32),
            compass.faces,
            compass.ahead,
            compass.behind,
        )
    )


def to_local(vectors: FloatArray, frames: FloatArray) -> FloatArray:
    """Return `(V, 3)` world vectors as coordinates in `frames`; zero where a frame is."""
    scale = np.einsum("vi,vi->v", frames[:, 2], frames[:, 2])[:, None]
    turned = np.einsum("vij,vj->vi", frames, vectors)
    return np.asarray(np.divide(turned, scale, out=np.zeros_like(turned), where=scale > 0))


def to_world(local: FloatArray, frames: FloatArray) -> FloatArray:
    """Return `(V, 3)` coordinates in `frames` as world vectors: the inverse of `to_local`."""
    return np.asarray(np.einsum("vij,vi->vj", frames, local))

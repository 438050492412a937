"""Deformation transfer: carry shapes from one pose of a topology to another.

Sumner and Popovic (2004): a deformation is its gradient in each triangle; a field of gradients
that no mesh has exactly is integrated in least squares, which is a Poisson equation. A weak
screening term ties the solution to the locally mapped offset, so that nothing floats, and
contacts tie points that touch though they are far apart on the surface, such as lips.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.geometry.normals import face_areas, face_normals
from facewright.engine.geometry.sparse import Factor

SCREEN_LENGTH = 80.0
"""Mm over which gradients win over the local map."""
AT_ONCE = 32
"""Offsets carried together: the gradients of one on 8,500 triangles take 0.6 MB."""
CONTACT = 3.0
"""Weight of a contact against the cotangent weights of edges, which are about 1."""
SLIVER = 0.02
"""Triangles less regular than this (twice the area over the longest side squared) weigh less."""


class Gradient:
    """The gradient of functions on a mesh, constant in each triangle.

    Attributes
    ----------
    matrix : (3 F, V) csr_array
        Rows 3 f .. 3 f + 2 are x, y, z of the gradient in triangle f.
    areas : (F,) float64
    """

    def __init__(self, vertices: ArrayLike, faces: IntArray) -> None:
        x = np.asarray(vertices, dtype=np.float64)
        normals = face_normals(x, faces)
        self.areas = np.maximum(face_areas(x, faces), 1e-9)
        rows, columns, values = [], [], []
        for k in range(3):
            side = x[faces[:, (k + 2) % 3]] - x[faces[:, (k + 1) % 3]]
            slope = np.cross(normals, side) / (2 * self.areas)[:, None]
            rows.append(np.arange(3 * len(faces)))
            columns.append(np.repeat(faces[:, k], 3))
            values.append(slope.ravel())
        self.matrix = sparse.csr_array(
            (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
            (3 * len(faces), len(x)),
        )


def jacobians(source: ArrayLike, target: ArrayLike, faces: IntArray) -> DoubleArray:
    """Return the linear map of each triangle from `source` to `target`, `(F, 3, 3)`.

    The normal maps to the normal, scaled by the root of the change of area.
    """
    a, b = np.asarray(source, dtype=np.float64), np.asarray(target, dtype=np.float64)

    def frames(x: DoubleArray) -> DoubleArray:
        normal = face_normals(x, faces) * np.sqrt(np.maximum(face_areas(x, faces), 1e-9))[:, None]
        return np.stack(
            [x[faces[:, 1]] - x[faces[:, 0]], x[faces[:, 2]] - x[faces[:, 0]], normal], axis=2
        )

    return np.asarray(frames(b) @ np.linalg.inv(frames(a)))


class Transfer:
    """Carries offsets on `source` through a field of Jacobians.

    Parameters
    ----------
    source : (V, 3)
        Mm.
    faces : (F, 3) int32
    maps : (F, 3, 3)
        What the surroundings of each triangle undergo.
    tie : float
        Length in mm over which gradients win over the screening term.
    contacts : (C, 2) int, optional
        Vertices whose difference undergoes the maps around them too.
    opening : float
        Share of a contact's difference that is kept: 0 makes offsets agree there.
    """

    def __init__(
        self,
        source: ArrayLike,
        faces: IntArray,
        maps: DoubleArray,
        *,
        tie: float = SCREEN_LENGTH,
        contacts: IntArray | None = None,
        opening: float = 1.0,
    ) -> None:
        x = np.asarray(source, dtype=np.float64)
        self._gradient = Gradient(x, faces)
        areas = self._gradient.areas
        sides = np.linalg.norm(x[faces] - x[np.roll(faces, 1, axis=1)], axis=2).max(axis=1)
        weight = areas * np.minimum(1.0, 2 * areas / sides**2 / SLIVER)
        self._maps = np.asarray(maps, dtype=np.float64)
        mass = sparse.csr_array(
            (np.repeat(areas / 3, 3), (faces.ravel(), np.repeat(np.arange(len(faces)), 3))),
            (len(x), len(faces)),
        )
        total = np.asarray(mass.sum(axis=1)).ravel()
        self._screen = total / tie**2
        flat = (mass @ self._maps.reshape(len(faces), 9)) / total[:, None]
        self._local = flat.reshape(-1, 3, 3)
        spread = sparse.diags_array(np.repeat(weight, 3))
        self._divergence = sparse.csr_array(self._gradient.matrix.T @ spread)
        pairs = np.zeros((0, 2), np.int32) if contacts is None else contacts
        rows = np.arange(len(pairs))
        self._apart = sparse.csr_array(
            (
                np.repeat([1.0, -1.0], len(pairs)),
                (np.concatenate([rows, rows]), pairs.T.ravel()),
            ),
            (len(pairs), len(x)),
        )
        self._contact_maps = opening * self._local[pairs].mean(axis=1)
        self._factor = Factor(
            self._divergence @ self._gradient.matrix
            + sparse.diags_array(self._screen)
            + CONTACT * self._apart.T @ self._apart
        )

    def offsets(self, offsets: ArrayLike) -> DoubleArray:
        """Return `(B, V, 3)` offsets of `source` as they are on the target, `(B, V, 3)`."""
        shapes = np.asarray(offsets)
        found = np.empty(shapes.shape)
        for start in range(0, len(shapes), AT_ONCE):
            found[start : start + AT_ONCE] = self._carried(shapes[start : start + AT_ONCE])
        return found

    def _carried(self, offsets: ArrayLike) -> DoubleArray:
        shapes = np.asarray(offsets, dtype=np.float64)
        count, vertices = shapes.shape[:2]
        columns = np.ascontiguousarray(shapes.transpose(1, 0, 2)).reshape(vertices, -1)
        slopes = (self._gradient.matrix @ columns).reshape(-1, 3, count, 3)
        turned = np.einsum("fij,fxbj->fxbi", self._maps, slopes, optimize=True)
        local = np.einsum("vij,bvj->vbi", self._local, shapes, optimize=True)
        right = self._divergence @ turned.reshape(-1, 3 * count)
        right += self._screen[:, None] * local.reshape(vertices, -1)
        right += self._held_apart(columns)
        return self._factor.solve(right).reshape(vertices, count, 3).transpose(1, 0, 2)

    def shape(self, source: ArrayLike, goal: ArrayLike) -> DoubleArray:
        """Return `source` after the maps, `(V, 3)`, tied weakly to `goal`, `(V, 3)`."""
        x = np.asarray(source, dtype=np.float64)
        slopes = (self._gradient.matrix @ x).reshape(-1, 3, 3)
        turned = np.einsum("fij,fxj->fxi", self._maps, slopes)
        right = self._divergence @ turned.reshape(-1, 3)
        right += self._screen[:, None] * np.asarray(goal, dtype=np.float64)
        right += self._held_apart(x)
        return self._factor.solve(right)

    def _held_apart(self, columns: DoubleArray) -> DoubleArray:
        """Return the right side of the contacts for `(V, 3 B)` columns, x y z by x y z."""
        gaps = (self._apart @ columns).reshape(len(self._contact_maps), columns.shape[1] // 3, 3)
        turned = np.einsum("cij,cbj->cbi", self._contact_maps, gaps)
        return np.asarray(CONTACT * (self._apart.T @ turned.reshape(columns[: len(gaps)].shape)))

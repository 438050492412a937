"""The last hundredths of a millimetre: a mesh laid along a surface between its vertices too.

`nicp` draws vertices onto the surface, so that triangles cut its curves off. Here points inside
the triangles are matched as well, and vertices move along their normals by a smooth height h:

    E(h) = ∫ w (h - g)² + m² |∇h|² + b⁴ (Δh)² dA

with g the gap to the surface along the mesh's normal. The height is one number a vertex, so each
round is one sparse solve.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from facewright.engine.arrays import BoolArray, DoubleArray, IntArray
from facewright.engine.geometry.laplacian import cotangent_weights, laplacian_of
from facewright.engine.geometry.normals import (
    face_areas,
    flipped,
    unit,
    vertex_areas,
    vertex_normals,
)
from facewright.engine.geometry.sparse import Factor
from facewright.engine.geometry.target import Target

MEMBRANE, BENDING = 0.3, 1.2
"""Lengths in mm below which the height is smooth; longer than in `nicp.FINE`, as points inside
triangles would follow the scan's own facets."""

ROUNDS = 2
LIMIT, COSINE, SPREAD = 1.0, 0.8, 0.3
"""Largest gap in mm, least cosine between normals, and gap that counts for a quarter."""

HOLD = 1e-3
"""How much a height is held to 0, as a share of a match's weight."""

RETREATS = 8
"""How often places about turned triangles are let go before all is left as it was."""

_WITHIN = np.array([[2, 2, 2], [4, 1, 1], [1, 4, 1], [1, 1, 4]]) / 6.0
"""Barycentric places in a triangle that are matched."""


def settle(
    vertices: ArrayLike, faces: IntArray, target: Target, movable: BoolArray, rest: ArrayLike
) -> DoubleArray:
    """Return `(V, 3)` vertices laid along the target, no triangle turned against `rest`.

    Parameters
    ----------
    vertices : (V, 3)
        Near the target already, mm.
    faces : (F, 3) int32
    target : Target
    movable : (V,) bool
        Vertices that may move: where the surface is regular and the target to be believed.
    rest : (V, 3)
        The shape against which no triangle may turn over; none of `vertices` does.
    """
    x = np.asarray(vertices, dtype=np.float64)
    areas = vertex_areas(x, faces)
    areas = np.maximum(areas, 0.05 * areas.mean())
    form = _smoothness(x, faces, areas)
    may = movable.copy()
    for _ in range(ROUNDS):
        normals = vertex_normals(x, faces)
        rows, weight, gap = _gaps(x, normals, faces[may[faces].any(axis=1)], target)
        data = (rows.T @ sparse.diags_array(weight) @ rows).tocsr()
        held = sparse.diags_array(HOLD * areas)
        system, right = (form + data + held).tocsr(), rows.T @ (weight * gap)
        for _ in range(RETREATS):
            free = np.flatnonzero(may)
            moved = x.copy()
            height = Factor(system[free][:, free]).solve(right[free]) if len(free) else right[free]
            moved[free] += height[:, None] * normals[free]
            turned = flipped(rest, moved, faces)
            if not len(turned):
                x = moved
                break
            may &= ~grown(np.isin(np.arange(len(x)), faces[turned]), faces, 2)
    return x


def grown(chosen: BoolArray, faces: IntArray, rings: int) -> BoolArray:
    """Return `(V,)` the chosen vertices and those within some rings of triangles of them."""
    result = chosen.copy()
    for _ in range(rings):
        result[faces[result[faces].any(axis=1)].ravel()] = True
    return result


def _smoothness(x: DoubleArray, faces: IntArray, areas: DoubleArray) -> sparse.csr_array:
    """Return the `(V, V)` quadratic form of m² ∫|∇h|² + b⁴ ∫(Δh)²."""
    membrane = laplacian_of(cotangent_weights(x, faces, least=0.05))
    bending = membrane @ sparse.diags_array(1 / areas) @ membrane
    return (MEMBRANE**2 * membrane + BENDING**4 * bending).tocsr()


def _gaps(
    x: DoubleArray, normals: DoubleArray, faces: IntArray, target: Target
) -> tuple[sparse.csr_array, DoubleArray, DoubleArray]:
    """Return `(N, V)` rows of points in the faces, `(N,)` weights in mm² and gaps in mm."""
    within = len(_WITHIN)
    count = len(faces) * within
    entries = np.tile(_WITHIN, (len(faces), 1)).ravel()
    columns = np.repeat(faces, within, axis=0).ravel()
    rows = sparse.csr_array(
        (entries, (np.repeat(np.arange(count), 3), columns)), shape=(count, len(x))
    )
    along = unit(rows @ normals)
    match = target.match(rows @ x, along, limit=2 * LIMIT, cosine=COSINE)
    facing = np.einsum("nd,nd->n", along, match.normals)
    seen = facing > 0.5
    gap = -np.divide(match.distances, facing, out=np.zeros(count), where=seen)
    weight = np.repeat(face_areas(x, faces) / within, within) * match.trust
    weight *= seen & (np.abs(gap) < LIMIT)
    return rows, weight / (1 + (gap / SPREAD) ** 2) ** 2, gap

"""Two heads of one patient laid together on what treatment and growth leave alone.

Forehead and eye corners hardly move while lip, nose and jaw are treated, so what is left between
two visits after alignment on them is what changed below. Points of the forehead slide along
their surface, since nothing marks them; the corners of the eyes are held as points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import BoolArray, DoubleArray, frozen
from facewright.engine.errors import InputError
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import unit, vertex_areas, vertex_normals
from facewright.engine.geometry.rigid import align_trimmed, moved, rotation
from facewright.engine.scans.equations import rigid_rows

if TYPE_CHECKING:
    from facewright.engine.mask import Mask
    from facewright.engine.mesh import Mesh
    from facewright.engine.models.template import Template

CORNERS = ("en_l", "en_r", "ex_l", "ex_r")
CORNER = 250.0
"""What a corner of the eye counts for, in mm² of forehead."""
ABOVE = 0.15
"""How far above the glabella the stable forehead begins, in distances of the outer eye corners:
beyond the brows, which move."""
TALL, WIDE = 0.5, 0.55
"""How far it reaches up, and to either side of the middle."""
ROUNDS = 30
SPREAD = 1.0
"""Mm at which a point of the forehead counts for a quarter: there something changed after all."""
LEAST_SEEN = 0.3
"""Share of the forehead that both scans must show."""
UNLIKE = (1.0, 3.0)
"""Mm left on the forehead and between the eye corners from which two heads hardly are of one
patient, or in one unit."""


@dataclass(frozen=True, eq=False)
class Stable:
    """How a second head lies on a first.

    Attributes
    ----------
    motion : (4, 4) float64
        Rigid, from the second head to the first.
    region : (V,) bool
        The forehead that was used.
    left : float
        Root mean square distance in mm that is left on it, along its normals.
    corners : float
        Mean distance in mm that is left between the corners of the eyes.
    """

    motion: DoubleArray
    region: BoolArray
    left: float
    corners: float

    @property
    def doubtful(self) -> bool:
        """Whether the heads differ even where they are laid together."""
        return self.left > UNLIKE[0] or self.corners > UNLIKE[1]


def forehead(head: Mesh, template: Template) -> BoolArray:
    """Return `(V,)` where a head's skin is stable forehead."""
    marks = template.landmarks.on(head.vertices)
    size = float(np.linalg.norm(marks["ex_l"] - marks["ex_r"]))
    x, y = head.vertices[:, 0] - marks["g"][0], head.vertices[:, 1] - marks["g"][1]
    inside = (y > ABOVE * size) & (y < TALL * size) & (np.abs(x) < WIDE * size)
    front = head.vertices[:, 2] > min(marks["ex_l"][2], marks["ex_r"][2]) - 0.1 * size
    skin = template.visible & (template.fine.regions["scalp"] < 0.5)
    return np.asarray(inside & front & skin)


def align_stable(
    first: Mesh,
    second: Mesh,
    template: Template,
    *,
    inferred: tuple[Mask | None, Mask | None] = (None, None),
) -> Stable:
    """Return the rigid motion of `second` onto `first` by forehead and corners of the eyes.

    Parameters
    ----------
    first, second : Mesh
        Heads on the template, mm.
    template : Template
    inferred : two masks or None
        1 where a head was not measured: that says nothing of where the other lies.

    Raises
    ------
    InputError
        If the heads are on other templates, or the scans hardly show the forehead.
    """
    if not first.topology.id == second.topology.id == template.fine.id:
        raise InputError("These heads have different topologies: register both to the template.")
    whole = forehead(first, template)
    region = whole.copy()
    for mask in inferred:
        if mask is not None:
            region &= mask < 0.5
    if region.sum() < LEAST_SEEN * whole.sum():
        raise InputError(
            "The scans hardly show the forehead, on which they would be aligned: "
            "compare them on the whole face."
        )
    faces = first.topology.faces
    fixed = first.vertices.astype(np.float64)
    own = second.vertices.astype(np.float64)
    areas = vertex_areas(fixed, faces)[region]
    tree, normals = SurfaceTree(fixed, faces), vertex_normals(fixed, faces)
    marks = template.landmarks.select(CORNERS)
    there, here = (np.asarray(marks.on(m.vertices).positions, np.float64) for m in (first, second))
    motion = align_trimmed(own[region], fixed[region], areas)
    away = np.zeros(int(region.sum()))
    for _ in range(ROUNDS):
        places, corners = moved(own[region], motion), moved(here, motion)
        found = tree.nearest(places)
        planes = unit(np.einsum("nk,nkd->nd", found.weights, normals[faces[found.triangles]]))
        away = np.einsum("nd,nd->n", found.points - places, planes)
        center = places.mean(axis=0)
        rows = [rigid_rows(places, planes, center)[:, :6]]
        values, weights = [away], [areas / (1 + (away / SPREAD) ** 2) ** 2]
        for axis in np.eye(3):
            along = np.broadcast_to(axis, corners.shape)
            rows.append(rigid_rows(corners, along, center)[:, :6])
            values.append((there - corners) @ axis)
            weights.append(np.full(len(corners), CORNER))
        matrix, right, weight = (
            np.concatenate(rows),
            np.concatenate(values),
            np.concatenate(weights),
        )
        step = np.linalg.solve(
            matrix.T @ (weight[:, None] * matrix) + 1e-9 * np.eye(6), matrix.T @ (weight * right)
        )
        turn = np.eye(4)
        turn[:3, :3] = rotation(step[:3])
        turn[:3, 3] = center + step[3:] - turn[:3, :3] @ center
        motion = turn @ motion
        if np.abs(step).max() < 1e-6:
            break
    left = float(np.sqrt(np.average(away**2, weights=areas)))
    apart = float(np.linalg.norm(moved(here, motion) - there, axis=1).mean())
    return Stable(frozen(motion, np.float64), frozen(region, np.bool_), left, apart)

"""Mend what ICT's neutral mouth has unlike people at rest: sunken corners, much red."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from facewright.engine.arrays import DoubleArray
from facewright.engine.geometry.laplacian import cotangent_laplacian
from facewright.engine.geometry.nearest import SurfaceTree
from facewright.engine.geometry.normals import vertex_normals
from facewright.engine.geometry.sparse import Factor
from facewright.engine.models.template import Template

CORNER_LIFT, CORNER_REACH = 2.0, 10.0
"""How far mouth corners are raised, and the sd of the Gaussian that moves with them, mm."""
SLID = {"upper": (0.45, 11.0), "lower": (0.4, 7.5)}
"""How far the border of each lip's red is slid along the way to the other lip, and mm of skin over
which the change fades.

In the midline ICT's lips have 10.5 and 11.2 mm of red, published ones 7.3 and 8.4 at 30 years.
"""
CORNER_SHARE = 0.15
"""Part of a border over which the change grows from the corners."""
STEPS, FACING = 4, 0.3
"""Steps of the slide, and the least cosine between normals, so that no lip lands on the other."""


def mend(template: Template, fine: DoubleArray) -> DoubleArray:
    """Return a fine head, `(V_fine, 3)`, inner eye corners around the origin, mended."""
    return thin_lips(template, lift_corners(template, fine))


def lift_corners(template: Template, fine: DoubleArray) -> DoubleArray:
    """Return the head with its mouth corners raised by `CORNER_LIFT`.

    ICT's neutral face has them 3 mm below the middle of its closed lips, where people at rest
    have them about level: it looks sad.
    """
    marks = template.landmarks.on(fine.astype(np.float32))
    moved = fine.copy()
    for corner in (marks["ch_l"], marks["ch_r"]):
        near = np.square(fine - corner).sum(axis=1) / CORNER_REACH**2
        moved[:, 1] += CORNER_LIFT * np.exp(-0.5 * near)
    return moved


def thin_lips(template: Template, fine: DoubleArray) -> DoubleArray:
    """Return the head with less red: its borders slid along the surface to where lips meet.

    The surface stays as scanned. Squeezing the lips themselves would leave wedges of them.
    """
    faces, mirror = template.fine.faces, template.fine.mirror
    change, held = np.zeros_like(fine), ~template.visible
    far = np.ones(len(fine), dtype=bool)
    for lip, (slid, reach) in SLID.items():
        outer, inner = (template.curves[f"{lip}_lip_{edge}"] for edge in ("outer", "inner"))
        share, along = (np.linspace(0.0, 1.0, len(curve)) for curve in (outer, inner))
        facing = np.stack([np.interp(share, along, column) for column in fine[inner].T], axis=1)
        grown = np.clip(np.minimum(share, 1.0 - share) / CORNER_SHARE, 0.0, 1.0)
        change[outer] = (slid * grown)[:, None] * (facing - fine[outer])
        held[inner] = held[outer] = True
        far &= cKDTree(fine[outer]).query(fine)[0] > reach
    free = np.flatnonzero(~held & ~far)
    laplacian = cotangent_laplacian(fine, faces)
    bending = laplacian @ laplacian
    block = bending[free][:, free]
    ridge = 1e-9 * block.diagonal().max() * sparse.eye_array(len(free))
    change[free] = Factor(block + ridge).solve(-(bending[free] @ change))
    moves = np.flatnonzero(change.any(axis=1))
    tree, normals = SurfaceTree(fine, faces), vertex_normals(fine, faces)[moves]
    moved = fine.copy()
    for _ in range(STEPS):
        moved[moves] += change[moves] / STEPS
        moved[moves] = tree.nearest(moved[moves], normals=normals, cosine=FACING).points
    return np.asarray((moved + moved[mirror] * [-1.0, 1.0, 1.0]) / 2)

"""The six segments of a face and the skin between them (NEO-3DF, section 3 and figure 2).

Five semantic segments and the rest, which overlaps each of the five at their *seams*: by one ring
of vertices in the paper, by three here, as far as the energy of the blending sees
(`geometry.constrained_arap`). The *transition area* is the rest within `REACH` of the seams, on
the mean adult: on a head of another size within as much more or less, which are about the same
vertices, so that one area, and one factored system, serves every age.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from facewright.engine.arrays import BoolArray, FloatArray, IntArray, frozen

if TYPE_CHECKING:
    from facewright.engine.models.template import Template

PARTS = ("eyebrows", "eyes", "nose", "upper_lip", "lower_lip")
"""The paper's five semantic segments."""
REST = "rest"
REACH = 30.0
"""Mm from the seams to the outer border of the transition area, on the mean adult."""
OVERLAP = 3
"""Rings by which the rest overlaps the five."""
CORNER = 3.0
"""Mm about the places where the lips meet: skin of the rest, so that one lip can move alone."""
ROOT = 0.3
"""Share of the nose's seam, from its top, that is its root."""


@dataclass(frozen=True, eq=False)
class Segments:
    """Which vertices of the fine level belong to what.

    Attributes
    ----------
    members : mapping of str to (N,) int32
        Vertices of each of `PARTS`, and of `REST` without the overlap: a partition.
    seams : mapping of str to (N,) int32
        The members of each part that touch the rest.
    origins : mapping of str to (N,) int32
        Members of each part whose mean is where it is: its shape is taken relative to that.
    overlapped : (N,) int32
        The rest and the rings that it overlaps: what its model knows.
    transition : (V,) bool
        Members of the rest that blending moves.
    """

    members: Mapping[str, IntArray]
    seams: Mapping[str, IntArray]
    origins: Mapping[str, IntArray]
    overlapped: IntArray
    transition: BoolArray

    def part_of(self, vertex: int) -> str:
        """Return the part that a vertex belongs to, or `REST`."""
        return next(part for part, members in self.members.items() if vertex in members)

    def near(self, part: str, vertices: FloatArray, reach: float) -> BoolArray:
        """Return the members of the rest within `reach` mm of a part's seam, `(V,)`."""
        from scipy.spatial import cKDTree

        gap, _ = cKDTree(vertices[self.seams[part]]).query(vertices)
        rest = np.zeros(len(vertices), bool)
        rest[self.members[REST]] = True
        return np.asarray(rest & (gap < reach))

    @classmethod
    def of(cls, template: Template, vertices: FloatArray, reach: float = REACH) -> Segments:
        """Return the segments of a template, measured on a mean head.

        Parameters
        ----------
        template : Template
        vertices : (V, 3)
            Mm.
        reach : float
            Mm, see `REACH`.
        """
        from scipy.spatial import cKDTree

        from facewright.engine.geometry.laplacian import edge_weights

        topology = template.fine
        owner = np.full(topology.count, -1)
        for number, part in enumerate(PARTS):
            owner[topology.regions[part] > 0.5] = number
        sides = edge_weights(topology.faces, topology.count)

        def beside(where: BoolArray) -> BoolArray:
            return np.asarray(sides @ where.astype(np.float64) > 0)

        for one in range(len(PARTS)):  # parts that touch each other leave a gap to the rest
            for other in range(one + 1, len(PARTS)):
                pair = [owner == one, owner == other]
                meeting = (pair[0] & beside(pair[1])) | (pair[1] & beside(pair[0]))
                if meeting.any():
                    near, _ = cKDTree(vertices[meeting]).query(vertices)
                    owner[(pair[0] | pair[1]) & (near <= CORNER)] = -1
        rest = owner < 0
        touching = beside(rest)
        seams = {
            part: frozen(np.flatnonzero((owner == number) & touching), np.int32)
            for number, part in enumerate(PARTS)
        }
        lines = vertices[np.concatenate(list(seams.values()))]
        near, _ = cKDTree(lines).query(vertices)
        members = {
            part: frozen(np.flatnonzero(owner == number), np.int32)
            for number, part in enumerate(PARTS)
        }
        members[REST] = frozen(np.flatnonzero(rest), np.int32)
        overlapped = rest
        for _ in range(OVERLAP):
            overlapped = overlapped | beside(overlapped)
        return cls(
            MappingProxyType(members),
            MappingProxyType(seams),
            MappingProxyType(_origins(template, members, seams, vertices)),
            frozen(np.flatnonzero(overlapped), np.int32),
            frozen(rest & (near < reach), np.bool_),
        )


def _origins(
    template: Template,
    members: Mapping[str, IntArray],
    seams: Mapping[str, IntArray],
    vertices: FloatArray,
) -> dict[str, IntArray]:
    """Return where each part is at home, on a mean head.

    The paper takes the middle of the bounding box, from which a nose would grow up into the brow
    and a lip into the other. Here the nose grows from its root, each lip from where they meet.
    """
    root = vertices[seams["nose"], 1]
    found = {
        "eyebrows": members["eyebrows"],
        "eyes": members["eyes"][template.visible[members["eyes"]]],
        "nose": seams["nose"][root > root.max() - ROOT * np.ptp(root)],
    }
    for lip in ("upper_lip", "lower_lip"):
        found[lip] = np.intersect1d(template.curves[f"{lip}_inner"], members[lip])
    return {part: frozen(rows, np.int32) for part, rows in found.items()}

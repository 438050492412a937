"""Make both sides of the head alike: from one of them, or from their average."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np

from facewright.engine.arrays import DoubleArray, FloatArray, IntArray
from facewright.engine.edits.base import Choice, Edit
from facewright.engine.errors import InputError
from facewright.engine.face import Face
from facewright.engine.geometry.symmetry import mirrored

if TYPE_CHECKING:
    from facewright.engine.models.store import ModelStore

SEAM = 3.0
"""Half width (mm) of the strip about the midline in which the sides fade into each other."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Symmetrise(Edit):
    """Mirror the neutral shape, its fine detail included, in the head's own plane of symmetry.

    The plane is the one that the head itself fits best, wherever it stands. A mask confines
    the step to a region.
    """

    kind: ClassVar[str] = "symmetrise"
    label: ClassVar[str] = "Symmetrise"
    needs: ClassVar[tuple[str, ...]] = ("lifespan",)

    side: Annotated[
        str,
        Choice(
            (
                ("average", "Average of both sides"),
                ("left", "The subject's left side is right"),
                ("right", "The subject's right side is right"),
            ),
            "Source",
            "Which side the other one is made from; left and right are the subject's.",
        ),
    ] = "average"

    def apply(self, face: Face, models: ModelStore) -> Face:
        """Return the symmetric face.

        Raises
        ------
        InputError
            If the head's topology has no mirror map.
        """
        mirror = face.mesh.topology.mirror
        if mirror is None:
            raise InputError("This head's topology has no mirror map: register it to the template.")
        vertices = face.mesh.vertices.astype(np.float64)
        other = mirrored(vertices, mirror)
        mean = models.lifespan().mean().vertices
        own = share_of_side(mean, mirror, self.side)[:, None]
        result = np.asarray(own * vertices + (1.0 - own) * other, dtype=np.float32)
        if np.abs(result - face.mesh.vertices).max() < 1e-4:
            return face
        return face.with_vertices(result)


def share_of_side(typical: FloatArray, mirror: IntArray, side: str) -> DoubleArray:
    """Return `(V,)` in [0, 1]: how much each vertex keeps of itself against its mirror image.

    Shares of a vertex and its mirror sum to 1, so that the result is symmetric; they follow x
    of a typical symmetric head, `(V, 3)` mm.
    """
    if side == "average":
        return np.full(len(typical), 0.5)
    across = 0.5 * (typical[:, 0] - typical[mirror, 0]).astype(np.float64)
    sign = 1.0 if side == "left" else -1.0
    t = np.clip(0.5 + 0.5 * sign * across / SEAM, 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))

"""How far a head is from its own mirror image.

The mirrored head is laid over the head by a rigid motion that fits the face best, so that
midline and tilt are found and not assumed (mirror overlay; Claes and others, Spatially-dense 3D
facial asymmetry assessment, Journal of Anatomy 219, 2011).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facewright.engine.arrays import DoubleArray
from facewright.engine.errors import InputError
from facewright.engine.geometry.brush import ACROSS
from facewright.engine.geometry.rigid import moved
from facewright.engine.measure.comparison import Comparison, compare
from facewright.engine.mesh import Mesh

REGIONS = ("eyebrows", "eyes", "nose", "upper_lip", "lower_lip", "rest", "ears")
"""Regions that the table of asymmetry names; "face" is the whole of it."""


@dataclass(frozen=True, eq=False)
class SelfMirror:
    """A head beside its mirror image.

    Attributes
    ----------
    comparison : Comparison
        From the mirror image, where it lies over the head, to the head: positive where the head
        stands further out than the other side does.
    mirrored : (V, 3) float64
        The mirror image over the head, mm.
    face_rms : float
        Root mean square distance of corresponding points of the face, mm.
    region_rms : mapping of str to float
    """

    comparison: Comparison
    mirrored: DoubleArray
    face_rms: float
    region_rms: dict[str, float]


def asymmetry(mesh: Mesh) -> SelfMirror:
    """Return how far a neutral head in its own frame is from its mirror image.

    Raises
    ------
    InputError
        If the topology knows no other side.
    """
    mirror = mesh.topology.mirror
    if mirror is None:
        raise InputError("This head has no left and right: register it to the template.")
    image = mesh.moved((mesh.vertices * ACROSS)[mirror])
    found = compare(mesh, image)
    mirrored = moved(image.vertices, found.motion)
    result = compare(mesh.moved(mirrored), mesh, align=False)
    regions = {name: rows["rms"] for name, rows in result.summary["regions"].items()}
    whole = regions.get("face", result.summary["rms"])
    named = {name: regions[name] for name in REGIONS if name in regions}
    return SelfMirror(result, np.asarray(mirrored), whole, named)

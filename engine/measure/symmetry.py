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
from facewright.engine.geometry.normals import vertex_areas
from facewright.engine.geometry.rigid import moved
from facewright.engine.measure.comparison import Comparison, compare
from facewright.engine.mesh import Mesh

REGIONS = ("eyebrows", "eyes", "nose", "upper_lip", "lower_lip", "rest", "ears")
"""Regions that the table of asymmetry names; "rest" is that of the face alone."""


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
    if "rest" in named:
        named["rest"] = _rest_of_face(result, mesh) or named["rest"]
    return SelfMirror(result, np.asarray(mirrored), whole, named)


def _rest_of_face(found: Comparison, mesh: Mesh) -> float | None:
    """Return the root mean square on cheeks, chin and forehead, without scalp and neck."""
    regions = mesh.topology.regions
    part = regions["rest"] > 0.5
    if "face" in regions:
        part &= regions["face"] > 0.5
    areas = vertex_areas(mesh.vertices, mesh.topology.faces)[part]
    if not areas.sum():
        return None
    return float(np.sqrt(np.average(found.distances[part] ** 2, weights=areas)))

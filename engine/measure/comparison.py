"""Two heads on one topology: how far apart they are at every vertex, by region, with sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from facewright.engine.arrays import ByteArray, DoubleArray, frozen
from facewright.engine.errors import InputError
from facewright.engine.geometry.normals import vertex_areas, vertex_normals
from facewright.engine.geometry.rigid import align_trimmed, moved
from facewright.engine.mesh import Mesh

BELOW = (33, 102, 172)
ABOVE = (217, 95, 14)
"""Ends of the heat map about near-white: blue and orange, told apart without red and green."""

MIDDLE = (245, 245, 245)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Distances from a first head to a second, corresponding vertex by vertex.

    Attributes
    ----------
    distances : (V,) float64
        Millimetres.
    signed : (V,) float64
        Along the first head's normals, positive where the second lies outside.
    motion : (4, 4) float64
        What brought the second onto the first.
    summary : mapping
        mean, rms, median, p95, max, signed_mean in mm, weighted by area, and the same for regions;
        without what lies inside nose, mouth and lids, which no one sees.
    """

    distances: DoubleArray
    signed: DoubleArray
    motion: DoubleArray
    summary: dict[str, Any]

    @property
    def limit(self) -> float:
        """Millimetres at which the heat map has its full colour."""
        return max(float(np.quantile(np.abs(self.signed), 0.98)), 0.05)

    def colors(self, limit: float | None = None) -> ByteArray:
        """Return `(V, 3)` uint8 colours: blue inside, orange outside, near-white where equal."""
        t = np.clip(self.signed / (self.limit if limit is None else limit), -1.0, 1.0)[:, None]
        end = np.where(t > 0, ABOVE, BELOW)
        return np.asarray(np.rint(MIDDLE + np.abs(t) * (end - MIDDLE)), dtype=np.uint8)


def compare(first: Mesh, second: Mesh, *, align: bool = True) -> Comparison:
    """Return how `second` differs from `first`.

    Parameters
    ----------
    first, second : Mesh
        On one topology.
    align : bool
        Bring `second` onto `first` by a rigid motion that fits the face area best, with the
        fifth that agrees least left out, so that a real change does not turn the head.

    Raises
    ------
    InputError
        If the topologies differ.
    """
    topology = first.topology
    if topology.id != second.topology.id:
        raise InputError("These heads have different topologies: register both to the template.")
    a = first.vertices.astype(np.float64)
    b = second.vertices.astype(np.float64)
    areas = vertex_areas(a, topology.faces)
    seen = topology.regions.get("inner", np.zeros(topology.count)) < 0.5
    motion = np.eye(4)
    if align:
        weights = areas * topology.regions.get("face", np.ones(topology.count))
        motion = align_trimmed(b, a, weights)
        b = moved(b, motion)
    offsets = b - a
    distances = np.linalg.norm(offsets, axis=1)
    signed = np.einsum("vd,vd->v", offsets, vertex_normals(a, topology.faces))
    summary = _summary(distances[seen], signed[seen], areas[seen])
    summary["regions"] = {
        name: _summary(distances[part], signed[part], areas[part])
        for name, mask in topology.regions.items()
        if (part := (mask > 0.5) & seen).any()
    }
    return Comparison(frozen(distances, np.float64), frozen(signed, np.float64), motion, summary)


def _summary(distances: DoubleArray, signed: DoubleArray, areas: DoubleArray) -> dict[str, Any]:
    share = areas / max(float(areas.sum()), 1e-12)
    order = np.argsort(distances)
    reached = np.cumsum(share[order])
    median, p95 = distances[order][
        np.minimum(np.searchsorted(reached, (0.5, 0.95)), len(order) - 1)
    ]
    return {
        "mean": float(share @ distances),
        "rms": float(np.sqrt(share @ distances**2)),
        "median": float(median),
        "p95": float(p95),
        "max": float(distances.max()),
        "signed_mean": float(share @ signed),
        "vertices": len(distances),
    }

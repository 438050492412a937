"""Two heads on one topology: how far apart they are at every vertex, by region, with sign."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from facewright.engine.arrays import BoolArray, ByteArray, DoubleArray, frozen
from facewright.engine.errors import InputError
from facewright.engine.geometry.normals import vertex_areas, vertex_normals
from facewright.engine.geometry.rigid import align_trimmed, moved
from facewright.engine.mesh import Mesh

BELOW = (33, 102, 172)
ABOVE = (178, 24, 43)
"""Ends of the heat map about near-white, as on the screen: blue and red, told apart by those who
see red and green alike, too."""

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
    first : Mesh
    """

    distances: DoubleArray
    signed: DoubleArray
    motion: DoubleArray
    first: Mesh

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The numbers mean, rms, median, p95, max and signed_mean in mm, weighted by area.

        The same for each region under "regions". Without what lies inside nose, mouth and lids,
        which no one sees.
        """
        topology = self.first.topology
        areas = vertex_areas(self.first.vertices, topology.faces)
        seen = topology.regions.get("inner", np.zeros(topology.count)) < 0.5

        def within(part: BoolArray) -> dict[str, Any]:
            return _summary(self.distances[part], self.signed[part], areas[part])

        parts = {name: (mask > 0.5) & seen for name, mask in topology.regions.items()}
        regions = {name: within(part) for name, part in parts.items() if part.any()}
        return {**within(seen), "regions": regions}

    @property
    def limit(self) -> float:
        """Millimetres at which the heat map has its full colour."""
        return max(float(np.quantile(np.abs(self.signed), 0.98)), 0.05)

    def colors(self, limit: float | None = None) -> ByteArray:
        """Return `(V, 3)` uint8 colours: blue inside, red outside, near-white where equal."""
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
    motion = np.eye(4)
    if align:
        face = topology.regions.get("face", np.ones(topology.count))
        motion = align_trimmed(b, a, vertex_areas(a, topology.faces) * face)
        b = moved(b, motion)
    offsets = b - a
    distances = np.linalg.norm(offsets, axis=1)
    signed = np.einsum("vd,vd->v", offsets, _normals(first))
    return Comparison(frozen(distances, np.float64), frozen(signed, np.float64), motion, first)


@lru_cache(maxsize=4)
def _normals(mesh: Mesh) -> DoubleArray:
    """Return `(V, 3)` normals; kept, as one head is compared with many while a hand drags."""
    return vertex_normals(mesh.vertices, mesh.topology.faces)


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

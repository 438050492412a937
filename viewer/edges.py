"""The edges of a mesh as lines over its surface."""

from __future__ import annotations

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from facewright.engine.arrays import IntArray
from facewright.engine.mesh import Topology
from facewright.viewer.actors import MeshActor, cells
from facewright.viewer.shading.material import apply_to_lines


class EdgesActor:
    """Lines between the points of a surface; they share its points and move with them.

    The edges of quads are drawn where the topology has them: half the lines, and the loops
    that artists look for.

    Parameters
    ----------
    topology : Topology
    surface : MeshActor
        The surface, of that topology.
    """

    def __init__(self, topology: Topology, surface: MeshActor) -> None:
        corners = topology.faces if topology.quads is None else topology.quads
        data = vtkPolyData()
        data.SetPoints(surface.welded.GetPoints())
        data.SetLines(cells(edges(corners)))
        mapper = vtkPolyDataMapper()
        mapper.SetInputData(data)
        mapper.ScalarVisibilityOff()
        # The surface steps back, by its slope, so that its own lines are whole and no others show.
        surface.mapper.SetResolveCoincidentTopologyToPolygonOffset()
        surface.mapper.SetRelativeCoincidentTopologyPolygonOffsetParameters(1.6, 1.0)
        self.actor = vtkActor()
        self.actor.SetMapper(mapper)
        self.actor.PickableOff()
        self.actor.GetProperty().LightingOff()
        apply_to_lines(self.actor)
        self.wanted = True


def edges(corners: IntArray) -> IntArray:
    """Return each edge of `(N, K)` polygons once, `(E, 2)` int32."""
    pairs = np.stack([corners, np.roll(corners, -1, axis=1)], axis=-1).reshape(-1, 2)
    return np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int32)

"""Actors: one surface or one set of points in the view, updated in place."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints, vtkTypeInt32Array
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkFiltersCore import vtkTriangleMeshPointNormals
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkTexture

from facewright.engine.arrays import ByteArray, FloatArray, IntArray
from facewright.engine.mesh import Topology
from facewright.viewer.grounds import Color
from facewright.viewer.shading import images, material
from facewright.viewer.shading.attributes import PointAttributes


class MeshActor:
    """A triangle mesh whose points and normals are written into VTK's own arrays.

    Normals are computed on the welded mesh and then copied to the drawn points, so that
    texture seams do not show in the shading.

    Parameters
    ----------
    faces : (F, 3) int32
        Triangles over the welded vertices.
    count : int
        Number of welded vertices.
    uv : (U, 2) float32 or None
        Texture coordinates, origin at the lower left; U may exceed `count` at seams.
    uv_vertex : (U,) int32 or None
        Welded vertex of each texture coordinate; None when they are one to one.
    uv_faces : (F, 3) int32 or None
        `faces` in texture coordinates.
    bare : bool
        Whether its points carry nothing else for the shaders, as scans that are large.
    """

    def __init__(
        self,
        faces: IntArray,
        count: int,
        *,
        uv: FloatArray | None = None,
        uv_vertex: IntArray | None = None,
        uv_faces: IntArray | None = None,
        bare: bool = False,
    ) -> None:
        self.count = count
        self._faces = faces
        self._gather = uv_vertex
        drawn = count if uv_vertex is None else len(uv_vertex)
        triangles = faces if uv_faces is None else uv_faces

        self.welded = _surface(np.zeros((count, 3), np.float32), faces)
        self._welded_points = vtk_to_numpy(self.welded.GetPoints().GetData())
        self._normals_of = vtkTriangleMeshPointNormals()
        self._normals_of.SetInputData(self.welded)

        self.data = _surface(np.zeros((drawn, 3), np.float32), triangles)
        self._points = vtk_to_numpy(self.data.GetPoints().GetData())
        normals = numpy_to_vtk(np.zeros((drawn, 3), np.float32), deep=True)
        normals.SetName("Normals")
        self.data.GetPointData().SetNormals(normals)
        self._normals = vtk_to_numpy(normals)
        # Without coordinates VTK would not hand any image to the shaders, matcaps included.
        plane = np.zeros((drawn, 2), np.float32) if uv is None else uv
        coordinates = numpy_to_vtk(np.ascontiguousarray(plane, np.float32), deep=True)
        coordinates.SetName("uv")
        self.data.GetPointData().SetTCoords(coordinates)
        self.has_uv = uv is not None
        self._welded_normals: FloatArray = np.zeros((count, 3), np.float32)

        self.mapper = vtkPolyDataMapper()
        self.mapper.SetInputData(self.data)
        self.mapper.ScalarVisibilityOff()
        self.mapper.SetColorModeToDirectScalars()
        self.actor = vtkActor()
        self.actor.SetMapper(self.mapper)
        self.attributes = None if bare else PointAttributes(self.data, self.mapper, uv_vertex)
        self._texture: vtkTexture | None = None
        self._image: ByteArray | None = None
        self._colors: Any = None

    @classmethod
    def of(cls, topology: Topology) -> MeshActor:
        """Return an actor for meshes on `topology`, with its texture seams."""
        return cls(
            topology.faces,
            topology.count,
            uv=topology.uv,
            uv_vertex=topology.uv_vertex,
            uv_faces=topology.uv_faces,
        )

    def move(self, vertices: FloatArray) -> None:
        """Write `(V, 3)` welded vertices and their normals into the drawn arrays."""
        self._welded_points[:] = vertices
        self.welded.GetPoints().GetData().Modified()
        self.welded.GetPoints().Modified()
        self.welded.Modified()
        normals = self._welded_normals = _normals.of(vertices, self._faces, self._made_normals)
        if self._gather is None:
            self._points[:] = vertices
            self._normals[:] = normals
        else:
            np.take(self._welded_points, self._gather, axis=0, out=self._points, mode="clip")
            np.take(normals, self._gather, axis=0, out=self._normals, mode="clip")
        self.data.GetPoints().GetData().Modified()
        self.data.GetPoints().Modified()
        self.data.GetPointData().GetNormals().Modified()
        self.data.Modified()

    def _made_normals(self) -> FloatArray:
        self._normals_of.Update()
        return np.array(vtk_to_numpy(self._normals_of.GetOutput().GetPointData().GetNormals()))

    @property
    def vertices(self) -> FloatArray:
        """The welded vertices as drawn, `(V, 3)`, read-only."""
        view: FloatArray = self._welded_points.view()
        view.flags.writeable = False
        return view

    @property
    def normals(self) -> FloatArray:
        """Unit normals of the welded vertices as drawn, `(V, 3)`, a copy."""
        return np.array(self._welded_normals)

    @property
    def bounds(self) -> tuple[float, ...]:
        """`(x0, x1, y0, y1, z0, z1)` of what is drawn."""
        return tuple(self.actor.GetBounds())

    @property
    def textured(self) -> bool:
        """Whether an image is shown on the surface."""
        return self._texture is not None

    def texture(self, image: ByteArray | None) -> None:
        """Show `(H, W, 3)` uint8 sRGB on the surface, first row at the top, or none.

        The same image again costs nothing: images are immutable values.
        """
        if image is self._image:
            return
        self._image = image
        if image is None or not self.has_uv:
            self._texture = None
            self.actor.SetTexture(None)  # type: ignore[arg-type]
            return
        self._texture = images.texture(image)
        self.actor.SetTexture(self._texture)

    def paint(self, colors: ByteArray | None) -> None:
        """Colour the welded vertices by `(V, 3)` uint8, or not at all."""
        if colors is None:
            self.mapper.ScalarVisibilityOff()
            return
        drawn = colors if self._gather is None else colors[self._gather]
        if self._colors is None:
            array = numpy_to_vtk(np.ascontiguousarray(drawn, np.uint8), deep=True)
            array.SetName("colors")
            self.data.GetPointData().SetScalars(array)
            self._colors = vtk_to_numpy(array)
        else:
            self._colors[:] = drawn
            self.data.GetPointData().GetScalars().Modified()
        self.data.Modified()
        self.mapper.ScalarVisibilityOn()


class _Normals:
    """The normals of the last few surfaces: several views show the same ones."""

    _MOST = 16

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[weakref.ref[FloatArray], IntArray, FloatArray]]
        self._kept = OrderedDict()

    def of(
        self, vertices: FloatArray, faces: IntArray, make: Callable[[], FloatArray]
    ) -> FloatArray:
        """Return the unit normals of `(V, 3)` vertices; those of arrays that may change, anew."""
        if vertices.flags.writeable:
            return make()
        known = self._kept.get(id(vertices))
        if known is not None and known[0]() is vertices and known[1] is faces:
            return known[2]
        made = make()
        self._kept[id(vertices)] = weakref.ref(vertices), faces, made
        while len(self._kept) > self._MOST:
            self._kept.popitem(last=False)
        return made


_normals = _Normals()


class PointsActor:
    """Named points drawn as round dots of a fixed size in screen pixels."""

    def __init__(self, size: float = 9.0) -> None:
        self.data = vtkPolyData()
        self.data.SetPoints(vtkPoints())
        self.mapper = vtkPolyDataMapper()
        self.mapper.SetInputData(self.data)
        # Drawn a little in front, or half of each dot sinks into the skin.
        self.mapper.SetResolveCoincidentTopologyToPolygonOffset()
        self.mapper.SetRelativeCoincidentTopologyPointOffsetParameter(-12.0)
        self._size = size
        self.actor = vtkActor()
        self.actor.SetMapper(self.mapper)
        self.actor.PickableOff()
        look = self.actor.GetProperty()
        look.SetRepresentationToPoints()
        look.SetRenderPointsAsSpheres(True)
        look.SetPointSize(size)
        look.LightingOff()  # lit, dots that face away from the lamps are not seen at all

    def paint(self, color: Color, ring: Color) -> None:
        """Draw the dots in one colour, with a ring that parts them from any skin."""
        self.actor.GetProperty().SetColor(*color)
        material.ring(self.actor, ring)

    def scale(self, pixels: float) -> None:
        """Say how many drawn pixels a pixel of the view has: sizes on the screen stay."""
        self.actor.GetProperty().SetPointSize(self._size * pixels)

    def move(self, positions: FloatArray) -> None:
        """Show `(N, 3)` positions; their number may change."""
        points = vtkPoints()
        points.SetData(numpy_to_vtk(np.ascontiguousarray(positions, np.float32), deep=True))
        if len(positions) != self.data.GetNumberOfPoints():
            self.data.SetVerts(cells(np.arange(len(positions), dtype=np.int32)[:, None]))
        self.data.SetPoints(points)
        self.data.Modified()


class CloudActor:
    """A point cloud, or any scan without faces, with colour where it has one."""

    def __init__(self, vertices: FloatArray, colors: ByteArray | None, size: float = 2.0) -> None:
        self.data = vtkPolyData()
        points = vtkPoints()
        points.SetData(numpy_to_vtk(np.ascontiguousarray(vertices, np.float32), deep=True))
        self.data.SetPoints(points)
        self.data.SetVerts(cells(np.arange(len(vertices), dtype=np.int32)[:, None]))
        self.mapper = vtkPolyDataMapper()
        self.mapper.SetInputData(self.data)
        self._colored = colors is not None
        if colors is not None:
            self.data.GetPointData().SetScalars(
                numpy_to_vtk(np.ascontiguousarray(colors, np.uint8), deep=True)
            )
            self.mapper.SetColorModeToDirectScalars()
        self.actor = vtkActor()
        self.actor.SetMapper(self.mapper)
        self.actor.GetProperty().SetPointSize(size)
        self.actor.GetProperty().LightingOff()

    def paint(self, own: bool, color: tuple[float, float, float]) -> None:
        """Show the points' own colours, where they have some, or `color`."""
        self.mapper.SetScalarVisibility(own and self._colored)
        self.actor.GetProperty().SetColor(*color)

    @property
    def bounds(self) -> tuple[float, ...]:
        """`(x0, x1, y0, y1, z0, z1)` of what is drawn."""
        return tuple(self.actor.GetBounds())


def cells(corners: IntArray) -> vtkCellArray:
    """Return `(N, K)` corners as cells of one size."""
    flat = np.ascontiguousarray(corners, np.int32).ravel()
    cells = vtkCellArray()
    connectivity = vtkTypeInt32Array()
    connectivity.SetNumberOfTuples(flat.size)
    vtk_to_numpy(connectivity)[:] = flat
    cells.SetData(corners.shape[1], connectivity)
    return cells


def _surface(vertices: FloatArray, faces: IntArray) -> vtkPolyData:
    """Return a polydata that owns copies of both arrays."""
    data = vtkPolyData()
    points = vtkPoints()
    points.SetData(numpy_to_vtk(vertices, deep=True))
    data.SetPoints(points)
    data.SetPolys(cells(faces))
    return data

"""What each point of a surface brings to its shader, beside its place and normal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkDataObject, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkPolyDataMapper

from facewright.engine.arrays import FloatArray, IntArray

WIDTHS = {"seeA": 3, "seeB": 3, "seeC": 3, "grain": 3, "marks": 2, "heat": 2}
"""Numbers that a point has of each, as `programs.py` explains them."""

_GUESSED = {"seeA": (1.0, 0.0, 0.0), "seeB": (1.0, 0.0, 0.0)}
"""Until it is known what points see, they see the front: light from behind would shine through."""


class PointAttributes:
    """Arrays on the drawn points, written in place.

    Parameters
    ----------
    data : vtkPolyData
    mapper : vtkPolyDataMapper
    gather : (U,) int32 or None
        Welded vertex of each drawn point; None when they are the same.
    """

    def __init__(
        self, data: vtkPolyData, mapper: vtkPolyDataMapper, gather: IntArray | None
    ) -> None:
        self._data = data
        self._gather = gather
        count = data.GetNumberOfPoints()
        for name, width in WIDTHS.items():
            values: NDArray[np.float32] = np.zeros((count, width), np.float32)
            values[:] = _GUESSED.get(name, 0.0)
            array = numpy_to_vtk(values, deep=True)
            array.SetName(name)
            data.GetPointData().AddArray(array)
            points = vtkDataObject.FIELD_ASSOCIATION_POINTS
            mapper.MapDataArrayToVertexAttribute(name, name, points, -1)

    def set(self, name: str, values: FloatArray) -> None:
        """Write `(V, k)` values of the welded vertices, or one row for all."""
        array = self._data.GetPointData().GetArray(name)
        view = vtk_to_numpy(array)
        view[:] = values if self._gather is None or values.ndim == 1 else values[self._gather]
        array.Modified()
        self._data.Modified()

    def see(self, visibility: FloatArray) -> None:
        """Write what the welded vertices see, `(V, 9)` of `engine.geometry.visibility`."""
        for name, columns in (("seeA", [0, 1, 2]), ("seeB", [3, 4, 5]), ("seeC", [6, 7, 8])):
            self.set(name, visibility[:, columns])

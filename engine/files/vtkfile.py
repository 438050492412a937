"""Read VTK's legacy and XML polygon files through VTK's own readers, after a check of their head.

VTK's readers are native code that trusts what a file declares, so the declared counts are
compared with the file's size before a reader sees them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from facewright.engine.arrays import FloatArray, IntArray
from facewright.engine.errors import InputError
from facewright.engine.files.surface import Material, Surface, as_bytes, fans
from facewright.engine.progress import Progress

_LEGACY = re.compile(
    rb"^[ \t]*(POINTS|POLYGONS|TRIANGLE_STRIPS|VERTICES|LINES|POINT_DATA|CELL_DATA|FIELD|"
    rb"OFFSETS|CONNECTIVITY|METADATA|LOOKUP_TABLE|TEXTURE_COORDINATES|SCALARS|COLOR_SCALARS)"
    rb"[ \t]+([^\r\n]*)",
    re.MULTILINE | re.IGNORECASE,
)
_XML_COUNT = re.compile(rb"Number(?:OfPoints|OfPolys|OfStrips|OfVerts|OfLines|OfComponents|"
                        rb"OfTuples)\s*=\s*[\"']([^\"']*)[\"']")  # fmt: skip


def read_vtk(path: Path, progress: Progress) -> Surface:
    """Return the polygons of a legacy `.vtk` or an XML `.vtp` file.

    Raises
    ------
    InputError
        If it is no polygon data, or declares more than it holds.
    """
    progress(0.0, f"Reading {path.name}")
    data = path.read_bytes()
    xml = data[:512].lstrip().startswith((b"<?xml", b"<VTKFile"))
    if xml:
        _check_xml(path, data)
    else:
        _check_legacy(path, data)
    polydata = _through_vtk(data, xml)
    if polydata is None or not polydata.GetNumberOfPoints():
        raise InputError(
            f"{path.name} could not be read as VTK polygon data: it is cut short, damaged or "
            "another kind of data set; export it again as PLY."
        )
    return _surface(path, polydata)


def _damaged(path: Path) -> InputError:
    return InputError(
        f"{path.name} declares more data than it holds: it is cut short or damaged; "
        "export it again."
    )


def _check_legacy(path: Path, data: bytes) -> None:
    """Refuse counts that the file cannot hold, and everything but polygon data."""
    if not data.startswith(b"# vtk DataFile"):
        raise InputError(f"{path.name} is no VTK file: export it again.")
    lines = data[:4096].split(b"\n", 4)
    if len(lines) < 4 or not re.match(rb"\s*DATASET\s+POLYDATA", lines[3], re.IGNORECASE):
        raise InputError(f"{path.name} holds no VTK polygon data: export the surface as PolyData.")
    for keyword, rest in _LEGACY.findall(data):
        for word in rest.split()[:3]:
            if re.fullmatch(rb"[-+]?\d+", word) and not 0 <= int(word) <= len(data):
                raise _damaged(path)
        if keyword.upper() == b"POINTS":
            _check_points(path, data, rest)


def _check_points(path: Path, data: bytes, rest: bytes) -> None:
    words = rest.split()
    if not words or not words[0].isdigit():
        raise _damaged(path)
    binary = data[:4096].split(b"\n", 3)[2].strip().upper() == b"BINARY"
    each = (24 if words[1:2] == [b"double"] else 12) if binary else 6
    if int(words[0]) * each > len(data):
        raise _damaged(path)


def _check_xml(path: Path, data: bytes) -> None:
    """Refuse entities, other data sets, and counts far beyond what compression explains."""
    head = data[:65536]
    if b"<!" in head.replace(b"<!--", b""):
        raise InputError(f"{path.name} holds XML declarations that no scan needs: export it again.")
    if not re.search(rb"type\s*=\s*[\"']PolyData[\"']", head):
        raise InputError(f"{path.name} holds no VTK polygon data: export the surface as PolyData.")
    for text in _XML_COUNT.findall(data):
        if not text.strip().isdigit() or int(text) > max(len(data), 4096):
            raise _damaged(path)


def _through_vtk(data: bytes, xml: bool) -> Any:
    """Return the vtkPolyData that VTK reads from `data`, or None where it complains."""
    from vtkmodules.vtkCommonCore import vtkObject

    complaints: list[str] = []
    before = vtkObject.GetGlobalWarningDisplay()
    reader: Any
    if xml:
        from vtkmodules.vtkIOXML import vtkXMLPolyDataReader

        reader = vtkXMLPolyDataReader()
        reader.ReadFromInputStringOn()
        reader.SetInputString(data.decode("latin-1"))
    else:
        from vtkmodules.vtkIOLegacy import vtkPolyDataReader

        reader = vtkPolyDataReader()
        reader.ReadFromInputStringOn()
        reader.SetBinaryInputString(data, len(data))
    reader.AddObserver("ErrorEvent", lambda *_: complaints.append("error"))
    vtkObject.GlobalWarningDisplayOff()
    try:
        reader.Update()
    finally:
        vtkObject.SetGlobalWarningDisplay(before)
    return None if complaints else reader.GetOutput()


def _surface(path: Path, polydata: Any) -> Surface:
    from vtkmodules.util.numpy_support import vtk_to_numpy

    vertices: FloatArray = vtk_to_numpy(polydata.GetPoints().GetData()).astype(np.float32)
    faces = _faces(path, polydata, len(vertices))
    notes = ("triangle strips were left out",) if polydata.GetNumberOfStrips() else ()
    attributes = polydata.GetPointData()

    def array(source: Any, width: tuple[int, ...]) -> Any:
        if source is None or source.GetNumberOfComponents() not in width:
            return None
        values = vtk_to_numpy(source) if source.IsNumeric() else None
        if values is None or len(values) != len(vertices):
            return None
        return np.asarray(values)

    uv = array(attributes.GetTCoords(), (2, 3))
    names = (attributes.GetArrayName(i) or "" for i in range(attributes.GetNumberOfArrays()))
    for name in names if uv is None else ():
        if name.lower() in ("texturecoords", "texturecoordinates", "tcoords", "uv"):
            uv = array(attributes.GetArray(name), (2, 3))
    colors = array(attributes.GetScalars(), (3, 4))
    if colors is not None and colors.dtype != np.uint8 and not 0 <= colors.min() <= 1:
        colors = None
    normals = array(attributes.GetNormals(), (3,))
    return Surface(
        vertices=vertices,
        faces=faces,
        uv=None if uv is None else uv[:, :2].astype(np.float32),
        uv_faces=None if uv is None else faces,
        materials=(Material(),) if uv is not None else (),
        colors=None
        if colors is None
        else colors[:, :3].copy()
        if colors.dtype == np.uint8
        else as_bytes(colors[:, :3]),
        normals=None if normals is None else normals.astype(np.float32),
        notes=notes,
    )


def _faces(path: Path, polydata: Any, vertex_count: int) -> IntArray:
    from vtkmodules.util.numpy_support import vtk_to_numpy

    polys = polydata.GetPolys()
    if not polys.GetNumberOfCells():
        return np.zeros((0, 3), np.int32)
    offsets = vtk_to_numpy(polys.GetOffsetsArray()).astype(np.int64)
    flat = vtk_to_numpy(polys.GetConnectivityArray())
    count = np.diff(offsets)
    fit = offsets[0] == 0 and offsets[-1] <= len(flat) and (count >= 0).all()
    if not fit or (len(flat) and not (flat.min() >= 0 and flat.max() < vertex_count)):
        raise InputError(
            f"{path.name} names a vertex beyond the {vertex_count} that it holds: "
            "the file is damaged; export it again."
        )
    faces: IntArray = flat.astype(np.int32)[fans(count.astype(np.int32))]
    return faces

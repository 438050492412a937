"""Surfaces fit to work on: clouds meshed, winding mended, crumbs dropped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from facewright.engine.arrays import BoolArray, ByteArray, DoubleArray, FloatArray, IntArray, frozen
from facewright.engine.errors import InputError
from facewright.engine.geometry.normals import face_areas, face_vectors, vertex_normals
from facewright.engine.mesh import Scan

CRUMB = 0.003
"""Share of the largest piece's area below which a loose piece is a crumb."""

MOST_LOST = 0.2
"""Share of all area that crumbs may hold; a scan with more is all pieces and kept whole."""

MOST_POINTS = 400_000
MOST_CELLS = 12_000_000
LEAST_POINTS = 500
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)


def surface(scan: Scan) -> Scan:
    """Return a scan with triangles that all show their outer side.

    A mesh keeps its vertices and their order, so that masks still fit; faces without area,
    doubled faces and crumbs go, doubled vertices are no longer used but by one name, and
    winding is made consistent and outward. A point cloud is meshed. What was done is added to
    the notes. A sound mesh is returned as it is.

    Raises
    ------
    InputError
        If there are too few points or triangles to make a surface of.
    """
    check_finite(scan)
    if not len(scan.faces):
        return mesh_cloud(scan)
    return mend(scan)


def check_finite(scan: Scan) -> None:
    """Raise `InputError` if a coordinate is no number."""
    if not np.isfinite(scan.vertices).all():
        raise InputError(f"{scan.name} holds coordinates that are no numbers: export it again.")


def mend(scan: Scan) -> Scan:
    """Return a mesh without doubles and crumbs, wound consistently outward; see `surface`."""
    vertices = np.asarray(scan.vertices, dtype=np.float64)
    faces = welded(vertices, scan.faces)
    notes: list[str] = []
    kept = _sound(vertices, faces)
    if not kept.any():
        raise InputError(f"{scan.name} has no triangle with any area: export it again.")
    lost = int(len(faces) - kept.sum())
    if lost:
        notes.append(f"{lost} triangles without area or doubled were left out.")
    rows = np.flatnonzero(kept)
    crumbs = crumb_faces(vertices, faces[rows])
    if crumbs.any():
        notes.append(f"{int(crumbs.sum())} triangles in loose crumbs were left out.")
        rows = rows[~crumbs]
    faces = faces[rows]
    turn = turned_faces(vertices, faces)
    if turn.any():
        which = (
            "The surface was inside out:" if turn.mean() > 0.5 else "Some faces were inside out:"
        )
        notes.append(f"{which} {int(turn.sum())} triangles were turned over.")
    if not notes and np.array_equal(faces, scan.faces):
        return scan
    faces = np.where(turn[:, None], faces[:, ::-1], faces)
    uv = None
    if scan.corner_uv is not None:
        uv = scan.corner_uv[rows]
        uv = np.where(turn[:, None, None], uv[:, ::-1], uv)
    return replace(
        scan,
        faces=frozen(faces, np.int32),
        corner_uv=None if uv is None else frozen(uv),
        notes=scan.notes + tuple(notes),
    )


def welded(vertices: DoubleArray, faces: IntArray) -> IntArray:
    """Return faces in which vertices at the same place have the name of the first of them."""
    # equal coordinates have equal mixed bits; unequal ones that collide are caught below
    bits = np.ascontiguousarray(vertices + 0.0).view(np.uint64)
    mixed = bits[:, 0] * _MIX[0] ^ bits[:, 2] * _MIX[1] ^ bits[:, 1] * _MIX[2]
    _, first, group = np.unique(mixed, return_index=True, return_inverse=True)
    if not np.array_equal(vertices[first[group]], vertices):
        _, first, group = np.unique(vertices, axis=0, return_index=True, return_inverse=True)
    if len(first) == len(vertices):
        return faces
    return np.asarray(first[group.reshape(-1)][faces], dtype=np.int32)


def crumb_faces(vertices: DoubleArray, faces: IntArray) -> BoolArray:
    """Return which faces `(F,)` belong to pieces too small to matter."""
    piece = _pieces(faces, len(vertices))
    areas = np.bincount(piece, face_areas(vertices, faces))
    small = areas < CRUMB * areas.max()
    if areas[small].sum() > MOST_LOST * areas.sum():
        return np.zeros(len(faces), dtype=np.bool_)
    return np.asarray(small[piece])


def turned_faces(vertices: DoubleArray, faces: IntArray) -> BoolArray:
    """Return which faces `(F,)` must be turned over for all to show their outer side.

    Neighbours across an edge agree when they run along it in opposite directions. Each face
    gets two nodes, as it is and turned; an edge joins the nodes that agree, so that a connected
    component of these nodes is one consistent choice for a piece. The outer choice of a closed
    piece has positive volume; of an open one, most of it faces away from the piece's middle,
    which holds for faces and heads. A piece with no consistent choice, as a Moebius strip, is
    left alone.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(faces)
    left, right, agree = _neighbours(faces)
    ends = np.where(agree, right, right + count)
    flipped = np.where(agree, right + count, right)
    rows, columns = np.concatenate([left, left + count]), np.concatenate([ends, flipped])
    graph = coo_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(2 * count,) * 2)
    _, choice = connected_components(graph, directed=False)
    as_is, other = choice[:count], choice[count:]
    choices = int(choice.max()) + 1
    outward = _outwardness(vertices, faces, np.minimum(as_is, other))
    score = np.bincount(as_is, outward, choices) - np.bincount(other, outward, choices)
    return np.asarray((score[as_is] < 0) & (as_is != other))


def mesh_cloud(scan: Scan) -> Scan:
    """Return a point cloud as a mesh: the zero level of its smoothed signed distance.

    Normals are estimated where the file gives none. Vertices take the colour of the points
    around them. Holes wider than a few times the points' spacing stay open.

    Raises
    ------
    InputError
        If there are fewer than 500 points, or they make no surface.
    """
    from scipy.spatial import cKDTree

    if len(scan.vertices) < LEAST_POINTS:
        raise InputError(
            f"{scan.name} has {len(scan.vertices)} points and no triangles, too few for a "
            "surface: export it as a mesh."
        )
    points, normals, colors = _thinned(scan)
    tree = cKDTree(points)
    sample = points[:: max(1, len(points) // 4000)]
    spacing = float(np.median(tree.query(sample, k=2)[0][:, 1]))
    if not spacing > 0:
        raise InputError(f"The points of {scan.name} lie on each other: export it as a mesh.")
    if normals is None:
        normals = _estimated_normals(points)
    vertices, faces = _zero_level(points, normals, 1.4 * spacing)
    if not len(faces):
        raise InputError(f"The points of {scan.name} make no surface: export it as a mesh.")
    paint = None
    if colors is not None:
        near, index = tree.query(vertices, k=4)
        weights = 1.0 / (near + 0.1 * spacing)
        weights /= weights.sum(axis=1, keepdims=True)
        mixed = np.einsum("nk,nkc->nc", weights, colors[index])
        paint = np.clip(mixed + 0.5, 0, 255).astype(np.uint8)
    note = f"The file has points only: a surface was laid through {len(scan.vertices)} of them."
    meshed = replace(
        scan,
        vertices=frozen(vertices),
        faces=frozen(faces, np.int32),
        normals=None,
        colors=None if paint is None else frozen(paint, np.uint8),
        notes=(*scan.notes, note),
    )
    return replace(mend(meshed), notes=meshed.notes)


def _sound(vertices: DoubleArray, faces: IntArray) -> BoolArray:
    """Return which faces have three corners, some area, and come first of their doubles."""
    ordered = np.sort(faces, axis=1)
    proper = (ordered[:, 0] != ordered[:, 1]) & (ordered[:, 1] != ordered[:, 2])
    proper &= np.linalg.norm(face_vectors(vertices, faces), axis=1) > 0
    keys = ordered[:, 0].astype(np.int64) * len(vertices) + ordered[:, 1]
    order = np.lexsort((ordered[:, 2], keys))
    ranked = ordered[order]
    same = np.zeros(len(faces), dtype=np.bool_)
    same[order[1:]] = (ranked[1:] == ranked[:-1]).all(axis=1)
    return np.asarray(proper & ~same)


def _pieces(faces: IntArray, count: int) -> IntArray:
    """Return the piece `(F,)` of each face; faces that share a vertex share a piece."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows, columns = np.concatenate([faces[:, :2], faces[:, 1:]]).T
    graph = coo_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    _, piece = np.unique(label[faces[:, 0]], return_inverse=True)
    return np.asarray(piece.reshape(-1), dtype=np.int32)


def _neighbours(faces: IntArray) -> tuple[IntArray, IntArray, BoolArray]:
    """Return pairs of faces across edges that two faces share, and whether they agree."""
    ends = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]).astype(np.int64)
    face = np.tile(np.arange(len(faces), dtype=np.int32), 3)
    forward = ends[:, 0] < ends[:, 1]
    keys = ends.min(axis=1) * (int(faces.max()) + 1) + ends.max(axis=1)
    order = np.argsort(keys, kind="stable")
    keys, face, forward = keys[order], face[order], forward[order]
    same = np.flatnonzero(keys[1:] == keys[:-1])
    _, index, uses = np.unique(keys, return_inverse=True, return_counts=True)
    same = same[uses[index.reshape(-1)[same]] == 2]
    return face[same], face[same + 1], np.asarray(forward[same] != forward[same + 1])


def _outwardness(vertices: DoubleArray, faces: IntArray, piece: IntArray) -> DoubleArray:
    """Return for each face how far it faces away from the middle of its piece, by area."""
    flat = face_vectors(vertices, faces)
    centres = vertices[faces].mean(axis=1)
    areas = np.linalg.norm(flat, axis=1)
    total = np.maximum(np.bincount(piece, areas), 1e-300)
    middle = np.stack([np.bincount(piece, areas * centres[:, d]) / total for d in range(3)], axis=1)
    return np.asarray(np.einsum("fd,fd->f", flat, centres - middle[piece]))


def _thinned(scan: Scan) -> tuple[DoubleArray, FloatArray | None, ByteArray | None]:
    """Return points, normals and colours, one point per grid cell where there are too many."""
    points = np.asarray(scan.vertices, dtype=np.float64)
    if len(points) <= MOST_POINTS:
        return points, scan.normals, scan.colors
    low, high = points.min(axis=0), points.max(axis=0)
    cells = 600
    while True:
        keys = ((points - low) / (float((high - low).max()) / cells)).astype(np.int64)
        _, first = np.unique(
            (keys[:, 0] * (cells + 1) + keys[:, 1]) * (cells + 1) + keys[:, 2], return_index=True
        )
        if len(first) <= MOST_POINTS:
            break
        cells = int(cells * 0.8)
    return (
        points[first],
        None if scan.normals is None else scan.normals[first],
        None if scan.colors is None else scan.colors[first],
    )


def _estimated_normals(points: DoubleArray) -> FloatArray:
    """Return normals of a cloud from the plane through each point's neighbours, made consistent."""
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkFiltersPoints import vtkPCANormalEstimation

    estimate = vtkPCANormalEstimation()
    estimate.SetInputData(_cloud(points, None))
    estimate.SetSampleSize(16)
    estimate.SetNormalOrientationToGraphTraversal()
    estimate.Update()
    raw = vtk_to_numpy(estimate.GetOutput().GetPointData().GetNormals())
    normals: FloatArray = np.array(raw, dtype=np.float32)
    away = points - points.mean(axis=0)
    return normals if float(np.sum(normals * away)) > 0 else -normals


def _zero_level(
    points: DoubleArray, normals: FloatArray, step: float
) -> tuple[DoubleArray, IntArray]:
    """Return the surface where the distance to the points' tangent planes is zero."""
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkFiltersPoints import vtkExtractSurface, vtkSignedDistance

    # worked in steps around the middle: VTK computes in single precision
    origin = 0.5 * (points.min(axis=0) + points.max(axis=0))
    extent = np.ptp(points, axis=0)
    step = max(step, float(np.prod(extent + 6 * step) / MOST_CELLS) ** (1 / 3))
    scaled = (points - origin) / step
    low = np.floor(scaled.min(axis=0)) - 3
    size = (np.ceil(scaled.max(axis=0)) + 3 - low).astype(int) + 1
    distance = vtkSignedDistance()
    distance.SetInputData(_cloud(scaled, normals))
    distance.SetRadius(2.0)
    distance.SetDimensions(*(int(n) for n in size))
    high = low + size - 1
    distance.SetBounds(low[0], high[0], low[1], high[1], low[2], high[2])
    extract = vtkExtractSurface()
    extract.SetInputConnection(distance.GetOutputPort())
    extract.SetRadius(2.0)
    extract.SetHoleFilling(True)
    extract.SetComputeNormals(False)
    extract.SetComputeGradients(False)
    extract.Update()
    output = extract.GetOutput()
    if not output.GetNumberOfPolys():
        return np.empty((0, 3)), np.empty((0, 3), np.int32)
    corners = vtk_to_numpy(output.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    used, faces = np.unique(corners, return_inverse=True)
    raw = vtk_to_numpy(output.GetPoints().GetData()).astype(np.float64)[used]
    triangles: IntArray = faces.reshape(-1, 3).astype(np.int32)
    return raw * step + origin, _facing(raw, triangles, scaled, normals)


def _facing(
    vertices: DoubleArray, faces: IntArray, points: DoubleArray, normals: FloatArray
) -> IntArray:
    """Return faces turned so that they agree with the points' normals as a whole."""
    from scipy.spatial import cKDTree

    _, index = cKDTree(points).query(vertices)
    agreement = np.sum(vertex_normals(vertices, faces) * normals[index])
    return faces if agreement >= 0 else np.ascontiguousarray(faces[:, ::-1])


def _cloud(points: DoubleArray, normals: FloatArray | None) -> Any:
    """Return points as VTK's poly data."""
    from vtkmodules.util.numpy_support import numpy_to_vtk
    from vtkmodules.vtkCommonCore import vtkPoints
    from vtkmodules.vtkCommonDataModel import vtkPolyData

    held = vtkPoints()
    held.SetData(numpy_to_vtk(np.ascontiguousarray(points, dtype=np.float32), deep=True))
    data = vtkPolyData()
    data.SetPoints(held)
    if normals is not None:
        array = numpy_to_vtk(np.ascontiguousarray(normals, dtype=np.float32), deep=True)
        array.SetName("Normals")
        data.GetPointData().SetNormals(array)
    return data

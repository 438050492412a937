"""Cut the template out of MakeHuman's base mesh and write assets/template."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from facewright.engine.geometry.laplacian import border_edges
from facewright.engine.geometry.subdivision import subdivide, triangles
from facewright.engine.models.template import TEMPLATE, TEMPLATE_FILE
from facewright.engine.training.sources import MakeHuman, data_folder, load_makehuman

NECK_EDGE = (809, 805)
"""First two vertices of the edge loop around the neck where the head is cut."""
SIDES = ("male", "female")
FACE_SPREAD = ((0.5, 12.0), (0.355, 8.0))
"""Across and up: where the face's middle lies in its island, and how strongly it is enlarged."""
VISIBLE_VIEWS = 80
VISIBLE_PIXELS = 700
VISIBLE_SHARE = 0.4
"""Share of a triangle that one view must show: slits show strips of what lies behind."""


@dataclass(frozen=True, eq=False)
class Crop:
    """The head cut out of MakeHuman's body.

    Attributes
    ----------
    makehuman : (V,) int32
        MakeHuman vertex of each head vertex.
    quads, uv_quads : (Q, 4) int32
    uv : (U, 2) float64
        Packed texture coordinates; `uv_source` are MakeHuman's.
    young : (V, 3) float64
        Young average, mm, MakeHuman's own origin.
    """

    makehuman: IntArray
    quads: IntArray
    uv: DoubleArray
    uv_source: DoubleArray
    uv_quads: IntArray
    young: DoubleArray


def young_average(source: MakeHuman) -> DoubleArray:
    """Return MakeHuman's young average of both sexes, all vertices, mm."""
    names = [f"macrodetails/caucasian-{sex}-young" for sex in SIDES]
    return np.asarray(source.vertices + source.mean_target(names))


def edge_loop(quads: IntArray, start: tuple[int, int]) -> list[int]:
    """Return the closed edge loop through `start`, straight on at every regular vertex.

    Raises
    ------
    ValueError
        If the loop meets an irregular vertex.
    """
    neighbours: dict[int, set[int]] = defaultdict(set)
    faces: dict[frozenset[int], set[int]] = defaultdict(set)
    for number, quad in enumerate(quads.tolist()):
        for a, b in zip(quad, quad[1:] + quad[:1], strict=True):
            neighbours[a].add(b)
            neighbours[b].add(a)
            faces[frozenset((a, b))].add(number)
    path = list(start)
    while True:
        before, here = path[-2:]
        beside = faces[frozenset((before, here))]
        ahead = [n for n in neighbours[here] - {before} if not faces[frozenset((here, n))] & beside]
        if len(neighbours[here]) != 4 or len(ahead) != 1:
            raise ValueError(f"the edge loop from {start} ends at vertex {here}")
        if ahead[0] == path[0]:
            return path
        path.append(ahead[0])


def crop(source: MakeHuman) -> Crop:
    """Cut the head off along one edge loop at the neck; a plane would leave spikes."""
    loop = set(edge_loop(source.quads, NECK_EDGE))
    young = young_average(source)
    keep = _above(source.quads, loop, int(np.argmax(young[: source.quads.max() + 1, 1])))
    inside = keep[source.quads].all(axis=1)
    kept = np.flatnonzero(keep)
    number = np.full(len(keep), -1)
    number[kept] = np.arange(len(kept))
    texels, place = np.unique(source.uv_quads[inside], return_inverse=True)
    uv_quads: IntArray = np.asarray(place.reshape(-1, 4), dtype=np.int32)
    return Crop(
        kept.astype(np.int32),
        number[source.quads[inside]].astype(np.int32),
        pack(source.uv[texels], uv_quads),
        source.uv[texels],
        uv_quads,
        young[kept],
    )


def _above(quads: IntArray, loop: set[int], crown: int) -> BoolArray:
    neighbours: dict[int, set[int]] = defaultdict(set)
    for quad in quads.tolist():
        for a, b in zip(quad, quad[1:] + quad[:1], strict=True):
            neighbours[a].add(b)
            neighbours[b].add(a)
    reached, open_ends = {crown}, [crown]
    while open_ends:
        for vertex in neighbours[open_ends.pop()] - reached:
            reached.add(vertex)
            if vertex not in loop:
                open_ends.append(vertex)
    keep = np.zeros(quads.max() + 1, dtype=bool)
    keep[list(reached)] = True
    return keep


def pack(uv: DoubleArray, uv_quads: IntArray) -> DoubleArray:
    """Return texture coordinates that fill the unit square with the head's five islands.

    MakeHuman's atlas holds the whole body. The face island is turned upright, stretched over the
    upper part, and spread out towards its middle, so that the face has most of the texels and the
    back of the head few; neck, mouth interior and eye sockets lie in a row below it.
    """
    islands = sorted(_islands(uv, uv_quads), key=len, reverse=True)
    packed = np.zeros_like(uv)
    upright = uv[islands[0]] @ np.array([[0.0, -1.0], [1.0, 0.0]])
    share = (upright - upright.min(axis=0)) / np.ptp(upright, axis=0)
    for axis, (middle, strength) in enumerate(FACE_SPREAD):
        share[:, axis] = _spread(share[:, axis], middle, strength)
    packed[islands[0]] = share * [0.99, 0.845] + [0.005, 0.15]
    left = 0.005
    for island in islands[1:]:
        flat = (uv[island] - uv[island].min(axis=0)) * 0.98
        packed[island] = flat + np.array([left, 0.005])
        left = packed[island, 0].max() + 0.006
    return packed


def _spread(share: DoubleArray, middle: float, strength: float) -> DoubleArray:
    """Return [0, 1] mapped onto itself, stretched around `middle`."""
    low, high = np.arcsinh(strength * np.array([-middle, 1 - middle]))
    return np.asarray((np.arcsinh(strength * (share - middle)) - low) / (high - low))


def _islands(uv: DoubleArray, uv_quads: IntArray) -> list[IntArray]:
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

    pairs = np.concatenate([uv_quads[:, [i, (i + 1) % 4]] for i in range(4)])
    graph = sparse.coo_array((np.ones(len(pairs)), pairs.T), (len(uv), len(uv)))
    number, label = connected_components(graph, directed=False)
    return [np.flatnonzero(label == i).astype(np.int32) for i in range(number)]


def mirror_map(vertices: FloatArray | DoubleArray) -> IntArray:
    """Return the vertex at the mirrored place of each, `(V,)`.

    Raises
    ------
    ValueError
        If the mesh is not symmetric about x = 0.
    """
    from scipy.spatial import cKDTree

    distance, index = cKDTree(vertices).query(vertices * [-1, 1, 1])
    if distance.max() > 0.1 or (index[index] != np.arange(len(index))).any():
        raise ValueError(f"the template is not symmetric: {distance.max():.3f} mm")
    return np.asarray(index, dtype=np.int32)


def visible_vertices(
    vertices: DoubleArray, faces: IntArray, occluders: list[tuple[DoubleArray, IntArray]]
) -> BoolArray:
    """Return which vertices touch a triangle that some view from outside shows.

    `occluders` are the eyeballs and a lid on the cut neck. Views lie evenly on the sphere, but
    for those from straight below.
    """
    from facewright.engine.photos.rasterizer import rasterize

    points, corners = [vertices], [faces]
    for more, their in occluders:
        corners.append(their + sum(map(len, points)))
        points.append(more)
    every, meshes = np.concatenate(points), np.concatenate(corners)
    seen = np.zeros(len(faces), dtype=bool)
    step = np.pi * (3 - np.sqrt(5))
    for view in range(VISIBLE_VIEWS):
        height = 1 - 2 * (view + 0.5) / VISIBLE_VIEWS
        if height < -0.75:
            continue
        turn = step * view
        toward = np.array(
            [np.cos(turn) * np.sqrt(1 - height**2), height, np.sin(turn) * np.sqrt(1 - height**2)]
        )
        right = np.cross([0.0, 1.0, 0.0], toward)
        right /= np.linalg.norm(right)
        flat = every @ np.stack([right, -np.cross(toward, right), -toward], axis=1)
        scale = VISIBLE_PIXELS / np.ptp(flat[:, :2], axis=0).max()
        flat = (flat - flat.min(axis=0)) * scale
        shown, _, _ = rasterize(flat, meshes, (VISIBLE_PIXELS, VISIBLE_PIXELS))
        number = np.bincount(shown[shown >= 0], minlength=len(meshes))[: len(faces)]
        normal = np.cross(
            vertices[faces[:, 1]] - vertices[faces[:, 0]],
            vertices[faces[:, 2]] - vertices[faces[:, 0]],
        )
        expected = normal @ toward / 2 * scale**2
        seen |= (expected > 0) & (number >= np.maximum(1.0, VISIBLE_SHARE * expected))
    result = np.zeros(len(vertices), dtype=bool)
    result[faces[seen]] = True
    return result


def run(data: Path | None, out: Path | None) -> str:
    """Make the template; the target `template` of `facewright-train`."""
    head = build(load_makehuman(data_folder(data)), out and out / "template")
    return f"{len(head.makehuman)} coarse vertices"


def neck_lid(vertices: DoubleArray, faces: IntArray) -> tuple[DoubleArray, IntArray]:
    """Return a fan of triangles that closes the cut neck."""
    rim = border_edges(faces)
    middle = vertices[rim[:, 0]].mean(axis=0, keepdims=True)
    points = np.concatenate([vertices[rim[:, 0]], vertices[rim[:, 1]], middle])
    number = np.arange(len(rim), dtype=np.int32)
    fan = np.stack([number, number + len(rim), np.full(len(rim), 2 * len(rim))], axis=1)
    return points, fan.astype(np.int32)


def build(source: MakeHuman, folder: Path | None = None) -> Crop:
    """Cut the head and write `template.safetensors`; return the cut."""
    from safetensors.numpy import save_file

    head = crop(source)
    subdivision = subdivide(head.quads, len(head.makehuman))
    flat = subdivide(head.uv_quads, len(head.uv))
    fine = subdivision.lift @ head.young
    number = np.zeros(len(flat.linear.indptr) - 1, dtype=np.int32)
    number[flat.quads] = subdivision.quads
    place = np.full(source.vertices.shape[0], -1, dtype=np.int32)
    place[head.makehuman] = np.arange(len(head.makehuman))
    eyes = [_eyeball(source, side) for side in ("l", "r")]
    base = source.vertices[head.makehuman]
    faces = triangles(subdivision.quads)
    seen = visible_vertices(fine, faces, [*eyes, neck_lid(fine, faces)])
    mirror = mirror_map(subdivision.linear @ base)
    arrays = {
        "coarse_quads": head.quads,
        "coarse_mirror": mirror_map(base),
        "fine_quads": subdivision.quads,
        "fine_mirror": mirror,
        "makehuman": head.makehuman,
        "uv": (flat.linear @ head.uv).astype(np.float32),
        "uv_source": (flat.linear @ head.uv_source).astype(np.float32),
        "uv_vertex": number,
        "uv_quads": flat.quads,
        "visible": (seen & seen[mirror]).astype(np.uint8),
        "reference": (fine - _middle_of_eyes(eyes)).astype(np.float32),
    }
    target = (folder or TEMPLATE) / TEMPLATE_FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, target)
    target.chmod(0o644)
    return head


def _eyeball(source: MakeHuman, side: str) -> tuple[DoubleArray, IntArray]:
    from scipy.spatial import ConvexHull

    vertices = young_average(source)[source.groups[f"helper-{side}-eye"]]
    hull = ConvexHull(vertices)
    outward = np.einsum(
        "fd,fd->f",
        hull.equations[:, :3],
        np.cross(
            vertices[hull.simplices[:, 1]] - vertices[hull.simplices[:, 0]],
            vertices[hull.simplices[:, 2]] - vertices[hull.simplices[:, 0]],
        ),
    )
    faces = hull.simplices.copy()
    faces[outward < 0] = faces[outward < 0][:, ::-1]
    return vertices, faces.astype(np.int32)


def _middle_of_eyes(eyes: list[tuple[DoubleArray, IntArray]]) -> DoubleArray:
    """Return the point between the eyeballs, level with their front: near the head's origin."""
    points = np.concatenate([vertices for vertices, _ in eyes])
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    centre[2] = points[:, 2].max()
    return np.asarray(centre)

"""Register the template to ICT-FaceKit's neutral head and carry its shapes over.

Non-rigid ICP on the total displacement (after Amberg, Romdhani and Vetter 2007 with the
displacement Laplacian in the place of affine maps), point to plane, from stiff to soft.

Which point is nearest to which is a choice, and rounding decides the close ones: two kinds of
processor end up some tenths of a millimetre apart, millimetres at the nape. So the registration
is a target of its own and ships with the template; everything trained from it is smooth in its
input and comes out the same anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy import sparse

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from facewright.engine.assets import ASSETS
from facewright.engine.geometry.laplacian import cotangent_laplacian, edge_weights, laplacian_of
from facewright.engine.geometry.nearest import Nearest, SurfaceTree
from facewright.engine.geometry.normals import vertex_normals
from facewright.engine.geometry.rigid import align, moved
from facewright.engine.geometry.sparse import Factor
from facewright.engine.models.template import Template, load_template
from facewright.engine.training.sources import FaceKit, data_folder, load_facekit

REGISTRATION = Path("template") / "registration.safetensors"

COARSE_STAGES = (
    (30.0, 30.0, 2.0, 5.0, 0.3, 12.0, 3),
    (10.0, 20.0, 1.0, 3.0, 0.2, 10.0, 4),
    (3.0, 10.0, 0.5, 1.0, 0.1, 8.0, 5),
    (0.6, 4.0, 0.2, 0.3, 0.05, 6.0, 6),
    (0.15, 1.5, 0.05, 0.05, 0.02, 5.0, 6),
    (0.05, 0.6, 0.02, 0.02, 0.01, 4.0, 6),
)
"""Edge, Laplacian, landmark, ear and free weight, cut-off in mm, rounds.

The free weight holds what has no counterpart (mouth, nose and eye interior) near the start.
"""
FINE_STAGES = ((0.02, 0.4, 0.0, 0.0, 0.02, 3.0, 4), (0.005, 0.15, 0.0, 0.0, 0.01, 2.0, 4))
LANDMARKS_UNTIL = 10
"""From this round on, landmarks more than 5 mm off are dropped: their definitions differ."""
CAVITY_SIZE, CAVITY_RINGS = 0.62, 5.0
"""Share of the mouth cavity's width that is left, from how many rings behind the lips."""
SAME_SIDE = 0.5

LEFT_ANCHORS: dict[int, tuple[int, ...]] = {
    42: (2264,),
    43: (2252,),
    44: (2204,),
    45: (2219,),
    46: (2234,),
    47: (2245,),
    52: (2629,),
    53: (2584,),
    54: (2596,),
    55: (2580,),
    56: (2649, 2655),
    63: (2675,),
    65: (2650,),
}
MIDDLE_ANCHORS: dict[int, tuple[int, ...]] = {
    30: (302,),
    33: (317,),
    51: (455,),
    57: (492,),
    62: (523,),
    66: (493,),
}
"""iBUG landmark to the coarse template vertices whose mean lies there, picked by hand."""
MIRRORED = {
    42: 39,
    43: 38,
    44: 37,
    45: 36,
    46: 41,
    47: 40,
    52: 50,
    53: 49,
    54: 48,
    55: 59,
    56: 58,
    63: 61,
    65: 67,
}
EAR_BEYOND = {"template": 76.0, "facekit": 82.0}
"""Beyond this |x| in mm the ears alone are left, above the shoulders."""


@dataclass(frozen=True, eq=False)
class Registered:
    """The template in the shape of ICT's neutral head.

    Attributes
    ----------
    fine : (V_fine, 3) float64
        Mm, ICT's own origin.
    match : Nearest
        ICT's skin at each fine vertex.
    matched : (V_fine,) bool
        Whether the vertex lies on ICT's skin.
    """

    fine: DoubleArray
    match: Nearest
    matched: BoolArray
    kit: FaceKit
    template: Template

    @cached_property
    def _fill(self) -> tuple[Factor, sparse.csr_array, IntArray]:
        """The energy that unmatched vertices minimise: bending outside, stretching inside.

        Inside mouth, nose and eye sockets, which hang on one rim, bending would overshoot.
        """
        count, faces = self.template.coarse.count, self.template.coarse.faces
        laplacian = cotangent_laplacian(self.fine[:count], faces)
        seen = self.template.visible[:count] * 1.0
        bending = laplacian.T @ sparse.diags_array(seen) @ laplacian
        inner = edge_weights(faces, count).tocoo()
        hidden = np.maximum(1.0 - seen[inner.row], 1.0 - seen[inner.col])
        stretching = laplacian_of(
            sparse.coo_array((hidden, (inner.row, inner.col)), inner.shape).tocsr()
        )
        energy = sparse.csr_array(bending + stretching)
        free = np.flatnonzero(~self.matched[:count])
        known = np.flatnonzero(self.matched[:count])
        block = energy[free][:, free] + 1e-9 * sparse.eye_array(len(free))
        return Factor(block), sparse.csr_array(energy[free][:, known]), free.astype(np.int32)

    def carry(self, offsets: FloatArray) -> DoubleArray:
        """Return offsets of ICT's vertices, `(B, 26719, 3)`, at the coarse template's.

        Barycentric where matched; the rest continues it smoothly. `(B, V_coarse, 3)`.
        """
        count = self.template.coarse.count
        corners = self.kit.skin_faces[self.match.triangles[:count]]
        values = np.einsum("vk,bvkd->bvd", self.match.weights[:count], offsets[:, corners])
        factor, coupling, free = self._fill
        known = np.flatnonzero(self.matched[:count])
        result = np.asarray(values, dtype=np.float64)
        for shape in result:
            shape[free] = factor.solve(-(coupling @ shape[known]))
        return result


def run(data: Path | None, out: Path | None) -> str:
    """Register and write; the target `registration` of `facewright-train`."""
    from safetensors.numpy import save_file

    found = register(load_template(), load_facekit(data_folder(data)))
    path = (out or ASSETS) / REGISTRATION
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {
        "fine": found.fine.astype(np.float32),
        "triangles": found.match.triangles.astype(np.int32),
        "weights": found.match.weights.astype(np.float32),
        "matched": found.matched.astype(np.uint8),
    }
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, path)
    return f"{path.stat().st_size / 1e6:.1f} MB"


def load(template: Template, kit: FaceKit, folder: Path = ASSETS) -> Registered:
    """Return the registration that ships with the template."""
    from safetensors.numpy import load_file

    stored = load_file(folder / REGISTRATION)
    fine, triangles = stored["fine"].astype(np.float64), stored["triangles"]
    weights = stored["weights"].astype(np.float64)
    points = np.einsum("vk,vkd->vd", weights, kit.neutral[kit.skin_faces[triangles]])
    points[triangles < 0] = np.nan
    distances = np.linalg.norm(points - fine, axis=1)
    match = Nearest(triangles, weights, points, distances)
    return Registered(fine, match, stored["matched"].astype(bool), kit, template)


def register(template: Template, kit: FaceKit) -> Registered:
    """Return the template registered to ICT's neutral head, coarse level first."""
    target = SurfaceTree(kit.neutral, kit.skin_faces)
    count = template.coarse.count
    corners, weights, goals = _anchors(template, kit)
    start = template.reference[:count].astype(np.float64)
    picked = np.einsum("nk,nkd->nd", weights, start[corners])
    start = moved(start, align(picked, goals, scale=True))
    ears = _ears(start, template, kit)
    anchors = (corners, weights, goals, ears)
    coarse = _fit(
        start, template.coarse.faces, target, COARSE_STAGES, template.visible[:count], anchors
    )
    coarse = _symmetric(coarse, template.coarse.mirror)
    fine = _fit(
        template.lift @ coarse,
        template.fine.faces,
        target,
        FINE_STAGES,
        template.visible,
        anchors,
    )
    fine = _symmetric(fine, template.fine.mirror)
    fine = _with_small_mouth(fine, template)
    normals = vertex_normals(fine, template.fine.faces)
    match = target.nearest(fine, limit=8.0, normals=normals, cosine=0.0)
    matched = match.found & template.visible & (match.distances < 1.0)
    return Registered(fine, match, matched, kit, template)


def _with_small_mouth(fine: DoubleArray, template: Template) -> DoubleArray:
    """Return the head with MakeHuman's roomy mouth cavity drawn together behind the lips.

    It would come through thin cheeks. The rings next to the lips stay.
    """
    count = template.coarse.count
    coarse = fine[:count].copy()
    cavity, depth = _cavity(template)
    share = np.clip(depth / CAVITY_RINGS, 0.0, 1.0)
    share = share * share * (3 - 2 * share)
    middle = coarse[cavity].mean(axis=0)
    coarse[cavity] += (share * (1 - CAVITY_SIZE))[:, None] * (middle - coarse[cavity])
    hidden = ~template.visible[:, None]
    residual = np.where(hidden, 0.0, fine - template.lift @ fine[:count])
    return np.asarray(template.lift @ coarse + residual)


def _cavity(template: Template) -> tuple[IntArray, DoubleArray]:
    """Return the vertices of the mouth cavity and how many rings deep each lies."""
    from scipy.sparse.csgraph import connected_components, dijkstra

    count = template.coarse.count
    graph = edge_weights(template.coarse.faces, count)
    hidden = ~template.visible[:count]
    _, label = connected_components(graph * hidden[:, None] * hidden[None, :], directed=False)
    middle = np.abs(template.reference[:count, 0]) < 0.5
    found = np.bincount(label[hidden & middle]).argmax()
    cavity = np.flatnonzero((label == found) & hidden)
    steps = dijkstra(
        graph, unweighted=True, indices=np.flatnonzero(template.visible[:count]), min_only=True
    )
    return cavity.astype(np.int32), steps[cavity]


def _symmetric(vertices: DoubleArray, mirror: IntArray | None) -> DoubleArray:
    assert mirror is not None
    return np.asarray((vertices + vertices[mirror] * [-1.0, 1.0, 1.0]) / 2)


def _anchors(template: Template, kit: FaceKit) -> tuple[IntArray, DoubleArray, DoubleArray]:
    mirror = template.coarse.mirror
    assert mirror is not None
    pairs = [*LEFT_ANCHORS.items(), *MIDDLE_ANCHORS.items()]
    pairs += [
        (MIRRORED[ibug], tuple(int(mirror[v]) for v in vertices))
        for ibug, vertices in LEFT_ANCHORS.items()
    ]
    corners = np.array([(v[0], v[-1]) for _, v in pairs], dtype=np.int32)
    weights = np.full(corners.shape, 0.5)
    return corners, weights, kit.neutral[kit.landmarks[[ibug for ibug, _ in pairs]]]


def _ears(start: DoubleArray, template: Template, kit: FaceKit) -> tuple[IntArray, DoubleArray]:
    """Return the extremal vertices of both ears and where ICT has them."""
    reference, skin = template.reference[: len(start)], kit.neutral[kit.skin]
    vertices, goals = [], []
    for side in (1, -1):
        own = np.flatnonzero(side * reference[:, 0] > EAR_BEYOND["template"])
        theirs = skin[(side * skin[:, 0] > EAR_BEYOND["facekit"]) & (skin[:, 1] > -30)]
        for axis, sign in ((1, 1), (1, -1), (2, 1), (2, -1)):
            vertices.append(own[np.argmax(sign * reference[own, axis])])
            goals.append(theirs[np.argmax(sign * theirs[:, axis])])
    return np.array(vertices, dtype=np.int32), np.array(goals)


Anchors = tuple[IntArray, DoubleArray, DoubleArray, tuple[IntArray, DoubleArray]]


def _fit(
    start: DoubleArray,
    faces: IntArray,
    target: SurfaceTree,
    stages: tuple[tuple[float, float, float, float, float, float, int], ...],
    visible: BoolArray,
    anchors: Anchors,
) -> DoubleArray:
    corners, weights, goals, (ear, ear_goals) = anchors
    edge = laplacian_of(edge_weights(faces, len(start)))
    degree = edge.diagonal()
    bend = sparse.diags_array(1 / degree) @ edge
    bend = (bend.T @ bend).tocsr()
    offset = np.zeros_like(start)
    rounds = 0
    for stiff, smooth, pull, ear_pull, free, limit, repeats in stages:
        for _ in range(repeats):
            rows = _Rows(start, offset)
            rows.planes(target, faces, visible, limit)
            if pull > 0:
                now = np.einsum("nk,nkd->nd", weights, (start + offset)[corners])
                near = np.linalg.norm(now - goals, axis=1) < 5.0
                keep = near | (rounds < LANDMARKS_UNTIL)
                rows.points(corners, weights * 1.0, goals, pull * keep)
                rows.points(ear[:, None], np.ones((len(ear), 1)), ear_goals, ear_pull)
            regular = stiff * edge + smooth * bend
            regular = regular + sparse.diags_array(free * ~visible * 1.0 + 1e-9)
            offset = rows.solve(regular)
            rounds += 1
    return start + offset


class _Rows:
    """Normal equations of one round, `(3 V, 3 V)`, vertex by vertex."""

    def __init__(self, start: DoubleArray, offset: DoubleArray) -> None:
        self.start, self.offset = start, offset
        self._terms: list[Callable[[], tuple[sparse.csr_array, DoubleArray]]] = []

    def planes(
        self, target: SurfaceTree, faces: IntArray, visible: BoolArray, limit: float
    ) -> None:
        """Add a plane for each visible vertex whose nearest point faces the same way."""
        now = self.start + self.offset
        normals = vertex_normals(now, faces)
        found = target.nearest(now, limit=limit, normals=normals, cosine=SAME_SIDE)
        use = np.flatnonzero(found.found & visible)
        plane = target.normals[found.triangles[use]]
        count = len(use)
        matrix = sparse.csr_array(
            (
                plane.ravel(),
                (np.repeat(np.arange(count), 3), (3 * use[:, None] + [0, 1, 2]).ravel()),
            ),
            (count, 3 * len(now)),
        )
        gap = np.einsum("nd,nd->n", found.points[use] - self.start[use], plane)
        self._terms.append(lambda: (matrix, gap))

    def points(
        self, corners: IntArray, weights: DoubleArray, goals: DoubleArray, pull: float | DoubleArray
    ) -> None:
        """Add weighted points that should reach their goals."""
        count, width = corners.shape
        root = np.sqrt(np.broadcast_to(pull, count))
        values = np.repeat((weights * root[:, None])[:, None, :], 3, axis=1)
        columns = 3 * corners[:, None, :] + np.arange(3)[None, :, None]
        rows = np.repeat(np.arange(3 * count), width)
        matrix = sparse.csr_array(
            (values.ravel(), (rows, columns.ravel())), (3 * count, 3 * len(self.start))
        )
        gap = goals - np.einsum("nk,nkd->nd", weights, self.start[corners])
        self._terms.append(lambda: (matrix, (gap * root[:, None]).ravel()))

    def solve(self, regular: sparse.csr_array) -> DoubleArray:
        """Return the total displacement, `(V, 3)`."""
        normal = sparse.kron(regular, sparse.eye_array(3), format="csr")
        right = np.zeros(normal.shape[0])
        for term in self._terms:
            matrix, gap = term()
            normal = normal + matrix.T @ matrix
            right += matrix.T @ gap
        return Factor(normal).solve(right).reshape(-1, 3)

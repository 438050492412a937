"""Non-rigid registration: a mesh drawn onto a surface by a smooth displacement.

The energy is written as integrals over the mesh, so that its weights are lengths that do not
depend on the resolution:

    E(d) = ∫ w (n . (x + d - q))² + m² |∇d|² + b⁴ |Δd|²  dA  +  landmarks + ties

with x the starting mesh, d its displacement, q and n the matched target point and its normal.
Features of d smaller than the lengths m (membrane) and b (bending) are smoothed away. Each step
is one linear system in d; it couples the axes, so it is solved by conjugate gradients whose
preconditioner, uncoupled, is factored once for each stiffness. See Amberg, Romdhani and Vetter
2007 for the scheme of falling stiffness and Li, Sumner and Pauly 2008 for point-to-plane terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from facewright.engine.arrays import DoubleArray, IntArray
from facewright.engine.geometry.laplacian import cotangent_weights, laplacian_of
from facewright.engine.geometry.normals import flipped, vertex_areas, vertex_normals
from facewright.engine.geometry.sparse import Factor
from facewright.engine.geometry.target import Matches, Target
from facewright.engine.progress import Progress, silent


@dataclass(frozen=True)
class Stage:
    """One stiffness.

    Attributes
    ----------
    membrane, bending : float
        Lengths in mm below which the displacement is smooth.
    steps : int
        How often points are matched anew.
    limit : float
        Largest distance of a match in mm.
    cosine : float
        Least cosine between normals.
    spread : float
        Residual in mm at which a match counts for a quarter (Geman and McClure).
    landmark : float
        Weight of a landmark in mm² of surface.
    """

    membrane: float
    bending: float
    steps: int
    limit: float
    cosine: float = 0.6
    spread: float = 3.0
    landmark: float = 0.0


SLIP = 1e-3
"""How much a step is held to where it begins, everywhere; it does not move the minimum."""

FRICTION = 0.1
"""The same along the surface for matched vertices, as a share of their match's weight."""

TOLERANCE = 1e-2
"""Relative residual at which a step's system counts as solved."""

COARSE = (
    Stage(12.0, 30.0, 3, 10.0, 0.5, 5.0, 300.0),
    Stage(4.0, 12.0, 4, 6.0, 0.6, 3.0, 100.0),
    Stage(1.0, 5.0, 5, 4.0, 0.6, 2.0, 30.0),
)
FINE = (Stage(0.2, 0.8, 4, 3.0, 0.6, 1.5, 2.0),)
SCHEDULE = (*COARSE, *FINE)
"""Falling stiffness; `COARSE` asks for triangles of 4 mm, `FINE` for those of 2 mm."""


@dataclass(frozen=True, eq=False)
class Anchors:
    """Points of the mesh that should come to lie at given places.

    Attributes
    ----------
    rows : (N, V) csr_array
        Each point as a weighted sum of vertices.
    targets : (N, 3) float64
    confidence : (N,) float64
    """

    rows: sparse.csr_array
    targets: DoubleArray
    confidence: DoubleArray

    @classmethod
    def none(cls, count: int) -> Anchors:
        """Return no anchors on a mesh of `count` vertices."""
        return cls(sparse.csr_array((0, count)), np.zeros((0, 3)), np.zeros(0))

    @classmethod
    def build(
        cls,
        corners: IntArray,
        weights: ArrayLike,
        targets: ArrayLike,
        confidence: ArrayLike,
        count: int,
    ) -> Anchors:
        """Return anchors in triangles: `(N, 3)` corners and barycentric weights."""
        rows = np.repeat(np.arange(len(corners)), 3)
        matrix = sparse.csr_array(
            (np.asarray(weights, dtype=np.float64).ravel(), (rows, corners.ravel())),
            shape=(len(corners), count),
        )
        return cls(matrix, np.asarray(targets, np.float64), np.asarray(confidence, np.float64))

    def on_coarse(self, lift: sparse.csr_array) -> Anchors:
        """Return the same anchors on the mesh that `lift` `(V, V_coarse)` takes to this one."""
        return Anchors((self.rows @ lift).tocsr(), self.targets, self.confidence)


@dataclass(frozen=True, eq=False)
class Ties:
    """Pairs of vertices that want to move alike, joined by an edge or not.

    Attributes
    ----------
    pairs : (N, 2) int32
    strength : (N,) float64
        Weight in mm² of surface.
    chains : tuple of (N,) int32
        Lines of vertices that should move evenly along themselves.
    bending : float
        How evenly: the energy is c⁵ ∫ |d''|² ds along each chain, c in mm.
    """

    pairs: IntArray
    strength: DoubleArray
    chains: tuple[IntArray, ...] = ()
    bending: float = 0.0


@dataclass(frozen=True, eq=False)
class Deformer:
    """What stays the same while one mesh is deformed.

    Attributes
    ----------
    start : (V, 3) float64
    faces : (F, 3) int32
    areas : (V,) float64
    membrane, bending : (V, V) csr_array
        Quadratic forms of ∫|∇d|² and ∫|Δd|².
    tied : (V, V) csr_array
        Quadratic form of the ties, of pairs and along chains.
    """

    start: DoubleArray
    faces: IntArray
    areas: DoubleArray = field(repr=False)
    membrane: sparse.csr_array = field(repr=False)
    bending: sparse.csr_array = field(repr=False)
    tied: sparse.csr_array = field(repr=False)

    @classmethod
    def build(cls, vertices: ArrayLike, faces: IntArray, ties: Ties | None = None) -> Deformer:
        """Return the operators of a mesh; slivers are treated as a little fatter than they are."""
        x = np.asarray(vertices, dtype=np.float64)
        areas = vertex_areas(x, faces)
        areas = np.maximum(areas, 0.05 * areas.mean())
        membrane = laplacian_of(cotangent_weights(x, faces, least=0.05))
        bending = (membrane @ sparse.diags_array(1 / areas) @ membrane).tocsr()
        tied = sparse.csr_array(membrane.shape)
        if ties is not None:
            rows = np.concatenate([ties.pairs, ties.pairs[:, ::-1]])
            strength = np.concatenate([ties.strength, ties.strength])
            pulls = sparse.coo_array((strength, (rows[:, 0], rows[:, 1])), shape=membrane.shape)
            tied = laplacian_of(pulls.tocsr())
            tied = tied + ties.bending**5 * _chain_bending(x, ties.chains)
        return cls(x, faces, areas, membrane, bending, tied)

    def stiffness(self, stage: Stage) -> sparse.csr_array:
        """Return the quadratic form of a stage's regulariser."""
        stiff = stage.membrane**2 * self.membrane + stage.bending**4 * self.bending
        return (stiff + self.tied).tocsr()


def _chain_bending(vertices: DoubleArray, chains: Sequence[IntArray]) -> sparse.csr_array:
    """Return the `(V, V)` quadratic form of ∫|d''|² ds along chains of vertices.

    Steps much shorter than the mean of their chain are treated as a little longer than they are.
    """
    corners, values, spans = [np.zeros((0, 3), np.int32)], [np.zeros((0, 3))], [np.zeros(0)]
    for chain in chains:
        if len(chain) < 3:
            continue
        steps = np.linalg.norm(np.diff(vertices[chain], axis=0), axis=1)
        steps = np.maximum(steps, 0.25 * steps.mean())
        before, after = 1 / steps[:-1], 1 / steps[1:]
        corners.append(np.stack([chain[:-2], chain[1:-1], chain[2:]], axis=1))
        values.append(np.stack([before, -(before + after), after], axis=1))
        spans.append(2 / (steps[:-1] + steps[1:]))
    columns, span = np.concatenate(corners), np.concatenate(spans)
    rows = np.repeat(np.arange(len(columns)), 3)
    slopes = sparse.csr_array(
        (np.concatenate(values).ravel(), (rows, columns.ravel())),
        shape=(len(columns), len(vertices)),
    )
    return (slopes.T @ sparse.diags_array(span) @ slopes).tocsr()


def register(
    vertices: ArrayLike,
    faces: IntArray,
    target: Target,
    *,
    weights: ArrayLike | None = None,
    anchors: Anchors | None = None,
    ties: Ties | None = None,
    schedule: Sequence[Stage] = SCHEDULE,
    begun: ArrayLike | None = None,
    progress: Progress = silent,
) -> DoubleArray:
    """Return `(V, 3)` vertices drawn onto the target, no triangle turned over.

    Parameters
    ----------
    vertices : (V, 3)
        The start, near the target, mm.
    faces : (F, 3) int32
    target : Target
    weights : (V,), optional
        How far each vertex seeks the target; vertices with 0 follow the others smoothly.
    anchors : Anchors, optional
    ties : Ties, optional
    schedule : sequence of Stage
    begun : (V, 3), optional
        Displacement to go on from, such as that of a coarser mesh.
    progress : Progress
        Asked at every step.
    """
    body = Deformer.build(vertices, faces, ties)
    seek = np.ones(len(body.start)) if weights is None else np.asarray(weights, dtype=np.float64)
    pins = Anchors.none(len(body.start)) if anchors is None else anchors
    moved = np.zeros_like(body.start) if begun is None else np.array(begun, dtype=np.float64)
    total, done = sum(stage.steps for stage in schedule), 0
    for stage in schedule:
        system = _System(body, stage, pins)
        for _ in range(stage.steps):
            progress(done / total, "Drawing the head onto the scan")
            moved = system.step(moved, target, seek)
            done += 1
    progress(1.0, "Drawing the head onto the scan")
    return untangle(body, moved)


class _System:
    """The linear systems of one stage."""

    def __init__(self, body: Deformer, stage: Stage, pins: Anchors) -> None:
        self.body, self.stage = body, stage
        self.stiffness = body.stiffness(stage)
        self.factor: Factor | None = None
        self.anchor = pins.rows
        self.pull = stage.landmark * pins.confidence
        self.gap = pins.targets - self.anchor @ body.start

    def step(self, moved: DoubleArray, target: Target, seek: DoubleArray) -> DoubleArray:
        """Return the displacement after one round of matching and solving."""
        body, stage = self.body, self.stage
        posed = body.start + moved
        match = target.match(
            posed, vertex_normals(posed, body.faces), limit=stage.limit, cosine=stage.cosine
        )
        weight = seek * match.trust * body.areas
        weight = weight / (1 + (match.distances / stage.spread) ** 2) ** 2
        pins = self.anchor.T @ sparse.diags_array(self.pull)
        if self.factor is None:
            diagonal = weight / 3 + SLIP * body.areas
            self.factor = Factor(self.stiffness + sparse.diags_array(diagonal) + pins @ self.anchor)
        along = np.einsum("vd,vd->v", match.points - body.start, match.normals)
        slip = (SLIP * body.areas + FRICTION * weight)[:, None]
        right = (weight * along)[:, None] * match.normals + slip * moved + pins @ self.gap
        return self._solve(moved, weight, slip, match, right)

    def _solve(
        self,
        guess: DoubleArray,
        weight: DoubleArray,
        slip: DoubleArray,
        match: Matches,
        right: DoubleArray,
    ) -> DoubleArray:
        """Return the displacement that solves the step, by conjugate gradients."""
        assert self.factor is not None
        normals = match.normals
        pins = (self.anchor.T @ sparse.diags_array(self.pull)).tocsr()

        def apply(d: DoubleArray) -> DoubleArray:
            along = weight * np.einsum("vd,vd->v", d, normals)
            held = self.stiffness @ d + pins @ (self.anchor @ d)
            return np.asarray(held + along[:, None] * normals + slip * d)

        x = guess.copy()
        residual = right - apply(x)
        z = self.factor.solve(residual)
        direction, power = z, float(np.vdot(residual, z))
        enough = TOLERANCE**2 * power
        for _ in range(40):
            if power <= max(enough, 1e-12):
                break
            image = apply(direction)
            stride = power / float(np.vdot(direction, image))
            x += stride * direction
            residual -= stride * image
            z = self.factor.solve(residual)
            renewed = float(np.vdot(residual, z))
            direction = z + (renewed / power) * direction
            power = renewed
        return x


def untangle(body: Deformer, moved: DoubleArray, rounds: int = 12) -> DoubleArray:
    """Return `(V, 3)` vertices at the start plus a displacement mended where triangles turn over.

    The displacement about a turned triangle is replaced by the smoothest one that meets its
    surroundings, in a neighbourhood that grows until no triangle is turned; should that not be
    enough, the whole displacement is shortened.
    """
    count = len(body.start)
    d = moved.copy()
    bad = np.zeros(count, dtype=bool)
    for _ in range(rounds):
        turned = flipped(body.start, body.start + d, body.faces)
        if len(turned) == 0:
            return np.asarray(body.start + d)
        bad[body.faces[turned].ravel()] = True
        for _ in range(2):
            bad[body.faces[bad[body.faces].any(axis=1)].ravel()] = True
        inside, outside = np.flatnonzero(bad), np.flatnonzero(~bad)
        form = (0.25 * body.bending + body.membrane).tocsr()[inside]
        matrix = form[:, inside] + 1e-9 * sparse.eye_array(len(inside))
        d[inside] = Factor(matrix).solve(-(form[:, outside] @ d[outside]))
    while len(flipped(body.start, body.start + d, body.faces)):
        d *= 0.8
    return np.asarray(body.start + d)

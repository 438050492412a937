"""As-rigid-as-possible blending: some vertices follow others that are put where they must be.

The differentiable blending of NEO-3DF (Yan et al., ACCV 2022, eq. 3 and algorithm 1), which is
the deformation of Sorkine and Alexa (As-rigid-as-possible surface modeling, Symposium on Geometry
Processing 2007) with another energy. With L the Laplacian of the mesh's graph, `(L x)_i = sum_j
(x_i - x_j)` over the neighbours j of i, x is the least-squares solution of

    L x = b,    b_i = sum_j (R_i + R_j) / 2 (p_i - p_j),    x = h where vertices are held,

p being the mesh at rest and R_i the rotation that best takes the edges at i from p to x (their
eq. 8 with weights 1 gives b; eq. 5 and 6 give R_i, which maximises `tr(R_i^T S_i)`, `S_i = sum_j
(x_j - x_i) (p_j - p_i)^T`). Lagrange multipliers for the held vertices give eq. 3, an indefinite
system whose right side is `L^T b` over h. Held values put in instead leave the free vertices f

    (L^T L)_ff x_f = (L^T b)_f - (L^T L)_fc h_c,

the same x from a smaller, positive definite system, factored once for all meshes and all h. As
`u = x - p` is found, with `b - L p` on the right, what does not move is left as it is exactly.
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from facewright.engine.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from facewright.engine.geometry.laplacian import edge_weights, laplacian_of
from facewright.engine.geometry.sparse import Factor

ITERATIONS = 3
"""Rounds of turning and solving after the first solve, as in the paper."""

Step = tuple[DoubleArray, DoubleArray]
"""The `(B, N, 3)` shifts that an iteration begins with, and its `(B, turning, 3, 3)` turns."""


class ConstrainedArap:
    """Lays free vertices between held ones, for meshes of one topology.

    Where `Arap` draws all vertices softly to a guess, this puts some exactly, and its energy bends
    smoothly where they end. What it does depends on nothing but the two shapes given. The free
    vertices fall into patches that know nothing of each other, those more than three
    edges apart; a patch whose surroundings did not move costs nothing.

    Parameters
    ----------
    faces : (F, 3) int32
    free : (V,) bool
        Vertices that follow; all others are held.

    Attributes
    ----------
    free : (V,) bool
    handles : (V,) bool
        The held vertices on which free ones depend, those within three edges of one: two rings
        for the curvature at the border, and a third for how the second one turns.

    Raises
    ------
    ValueError
        If free vertices are joined to no held one, or faces name vertices beyond V.
    """

    def __init__(self, faces: IntArray, free: BoolArray) -> None:
        self.free = np.array(free, dtype=bool)
        count = len(self.free)
        if self.free.ndim != 1 or np.asarray(faces).max(initial=-1) >= count:
            raise ValueError("there must be one entry of `free` for each vertex of the faces")
        joined = edge_weights(faces, count)
        parts = _coupled(joined, self.free)
        self.patches = tuple(Patch(joined, part) for part in parts)
        self.handles = np.zeros(count, dtype=bool)
        for patch in self.patches:
            self.handles[patch.vertices[patch.free :]] = True

    def bent(
        self, rest: ArrayLike, moved: ArrayLike, iterations: int = ITERATIONS
    ) -> FloatArray | DoubleArray:
        """Return `moved` with its free vertices laid as `rest` has them (algorithm 1).

        Parameters
        ----------
        rest : (V, 3) or (B, V, 3)
            The shape to keep, mm; that of held vertices counts at the handles.
        moved : (V, 3) or (B, V, 3)
            Where held vertices are, mm; those of free ones are not read.
        iterations : int
            Rounds of turning and solving after the first solve.

        Returns
        -------
        (V, 3) or (B, V, 3)
            float32 if both are, else float64. Held vertices are those of `moved`, bit for bit,
            and so are free ones those of `rest` in a patch whose handles are where they were.

        Raises
        ------
        ValueError
            If an array has another number of vertices.
        """
        p, x = np.asarray(rest), np.asarray(moved)
        kind = np.float32 if p.dtype == x.dtype == np.float32 else np.float64
        p, x = np.broadcast_arrays(p, x)
        if p.shape[-2:] != (len(self.free), 3):
            raise ValueError(f"vertices must be (…, {len(self.free)}, 3), not {p.shape}")
        result: DoubleArray = x.reshape(-1, *x.shape[-2:]).astype(kind, order="C")
        p = p.reshape(result.shape)
        for patch in self.patches:
            kept, put = np.take(p, patch.vertices, axis=1), np.take(result, patch.vertices, axis=1)
            result[:, patch.own] = kept[:, : patch.free]
            away = (kept != put)[:, patch.free :].any(axis=(1, 2))
            if away.any():
                kept, put = kept[away].astype(np.float64), put[away].astype(np.float64)
                shift = patch.shift(kept, put - kept, iterations)
                result[np.ix_(away, patch.own)] = (kept + shift)[:, : patch.free]
        return result.reshape(x.shape)


class Patch:
    """Free vertices that depend on each other, and the held ones that they depend on.

    Attributes
    ----------
    vertices : (N,) int32
        In the mesh: the free ones, then those one, two and three edges from them.
    own : (free,) int32
        The free ones.
    free, rows, turning : int
        How many are free; how many have a neighbour that is, and so a row in the energy; and how
        many have a neighbour that has one, and so a rotation in it.
    """

    def __init__(self, joined: sparse.csr_array, free: IntArray) -> None:
        rings, seen = [free], np.zeros(joined.shape[0], dtype=bool)
        seen[free] = True
        for _ in range(3):
            around = np.unique(joined[rings[-1]].indices)
            rings.append(around[~seen[around]])
            seen[rings[-1]] = True
        if not len(rings[1]):
            raise ValueError(f"{len(free)} free vertices are joined to no held one")
        self.vertices = np.concatenate(rings).astype(np.int32)
        self.own = free
        self.free, self.rows, self.turning = np.cumsum([len(ring) for ring in rings])[:3].tolist()
        local = joined[self.vertices][:, self.vertices].tocsr()
        local.sort_indices()
        self.starts = local.indptr[: self.turning + 1].astype(np.int32)
        self.ends = local.indices[: self.starts[-1]].astype(np.int32)
        operator = laplacian_of(local)[: self.rows, : self.free]
        self._factor = Factor((operator.T @ operator).tocsr())
        self._lock = threading.Lock()  # the solver keeps working memory of its own

    def shift(
        self,
        rest: DoubleArray,
        shift: DoubleArray,
        iterations: int,
        steps: list[Step] | None = None,
    ) -> DoubleArray:
        """Return `(B, N, 3)` the shift of all vertices, that of the held ones as it was.

        Parameters
        ----------
        rest : (B, N, 3)
            Of the patch's vertices, mm.
        shift : (B, N, 3)
            How far held vertices are from rest, mm.
        iterations : int
        steps : list, optional
            Receives what each iteration began with and the turns it found, for derivatives.
        """
        from facewright.engine.geometry._constrained_arap import best_turns, turned_change

        u = shift.copy()
        u[:, : self.free] = 0
        pull = -self.differences(u, self.rows)
        u[:, : self.free] = self.solve(self.differences(pull, self.free))
        turns = np.tile(np.eye(3), (len(u), self.turning, 1, 1))
        for _ in range(iterations):
            change = pull.copy()
            for k in range(len(u)):
                best_turns(rest[k], u[k], self.starts, self.ends, turns[k])
                turned_change(rest[k], turns[k], self.starts, self.ends, change[k])
            if steps is not None:
                steps.append((u.copy(), turns.copy()))
            u[:, : self.free] = self.solve(self.differences(change, self.free))
        return u

    def shift_back(
        self, rest: DoubleArray, steps: list[Step], free_bar: DoubleArray
    ) -> tuple[DoubleArray, DoubleArray]:
        """Reverse `shift`: return a loss's derivatives by rest and by the shift of held vertices.

        Solves are differentiated implicitly, by another solve with the same factor: it is its
        own transpose.

        Parameters
        ----------
        rest : (B, N, 3)
        steps : list
            What `shift` wrote.
        free_bar : (B, free, 3)
            The derivative by the shift of the free vertices.

        Returns
        -------
        rest_bar, shift_bar : (B, N, 3)
            The second is 0 at free vertices.
        """
        from facewright.engine.geometry._arap_gradient import best_turns_back, turned_change_back

        lists = self.starts, self.ends
        rest_bar, shift_bar = np.zeros_like(rest), np.zeros_like(rest)
        pull_bar = change_bar = self.differences(self.solve(free_bar), self.rows)
        for shift, turns in reversed(steps):
            turns_bar, begun_bar = np.zeros_like(turns), np.zeros_like(rest)
            for k in range(len(rest)):
                p, r = rest[k], turns[k]
                turned_change_back(p, r, *lists, change_bar[k], rest_bar[k], turns_bar[k])
                best_turns_back(p, shift[k], *lists, r, turns_bar[k], rest_bar[k], begun_bar[k])
            shift_bar += begun_bar
            change_bar = self.differences(self.solve(begun_bar[:, : self.free]), self.rows)
            pull_bar = pull_bar + change_bar
        shift_bar[:, : self.turning] -= self.differences(pull_bar, self.turning)
        shift_bar[:, : self.free] = 0
        return rest_bar, shift_bar

    def differences(self, values: DoubleArray, count: int) -> DoubleArray:
        """Return L times `(B, M, 3)` values at the first `count` vertices; beyond M are none."""
        from facewright.engine.geometry._constrained_arap import laplacian

        result = np.empty((len(values), count, 3))
        for k in range(len(values)):
            laplacian(values[k], self.starts, self.ends, result[k])
        return result

    def solve(self, right: DoubleArray) -> DoubleArray:
        """Return `(L^T L)_ff^-1` times right sides of `(B, free, 3)`."""
        columns = right.transpose(1, 0, 2).reshape(self.free, -1)
        with self._lock:
            found = self._factor.solve(columns)
        return np.ascontiguousarray(found.reshape(self.free, -1, 3).transpose(1, 0, 2))


def _coupled(joined: sparse.csr_array, free: BoolArray) -> list[IntArray]:
    """Return the free vertices by patch: those of one patch are linked in steps of three edges.

    A row of the energy joins vertices two edges apart, and the rotations in it reach one further.
    """
    near = np.flatnonzero(free | (joined @ free.astype(np.float64) > 0))
    count, label = sparse.csgraph.connected_components(joined[near][:, near], directed=False)
    parts = [near[(label == k) & free[near]].astype(np.int32) for k in range(count)]
    return [part for part in parts if len(part)]


def rehearse() -> None:
    """Use every loop once, forward and back: the first use of one compiles it."""
    corners = np.eye(3)[None]
    steps: list[Step] = []
    (patch,) = ConstrainedArap(np.array([[0, 1, 2]], np.int32), np.arange(3) == 0).patches
    patch.shift(corners, corners, 1, steps)
    patch.shift_back(corners, steps, corners[:, : patch.free])
